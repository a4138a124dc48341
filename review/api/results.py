"""Results over HTTP: statistics and scores on codes, and what the codes stand for once two people have agreed."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.api_permissions import by_policy
from portal.errors import UserError
from review import exports
from review.api.base import ReviewViewSet
from review.models import Study
from review.selectors import studies as selectors
from review.serializers import results as shapes
from review.services import disclosure, unblinding

RESULT, UNBLIND = selectors.RESULT, unblinding.UNBLIND


class ResultViewSet(ReviewViewSet):
    """What closed studies of your collections came to."""

    queryset = Study.objects.none()
    serializer_class = shapes.ResultSerializer
    permission_classes = [
        by_policy(result=RESULT, scores=RESULT, unblind=UNBLIND, agree=UNBLIND, disclosure=RESULT, origins=RESULT)
    ]

    @extend_schema(responses={200: shapes.ResultSerializer})
    @action(detail=True, methods=["get"], pagination_class=None)
    def result(self, request: Request, pk: Any = None) -> Response:
        """The frozen result of a closed study, on codes."""
        return Response(shapes.ResultSerializer(selectors.get_result(request.user, pk).result).data)

    @extend_schema(
        parameters=[OpenApiParameter("form", enum=list(exports.FORMS), default="csv")],
        responses={(200, "text/csv"): OpenApiTypes.BINARY, (200, "application/json"): OpenApiTypes.OBJECT},
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def scores(self, request: Request, pk: Any = None) -> HttpResponse:
        """The final scores as a file: one line a score, by code and number. No cell is ever taken for a formula."""
        study = selectors.get_result(request.user, pk)
        form = request.query_params.get("form", "csv")
        if form not in exports.FORMS:
            raise UserError(_("Scores are handed out as %(forms)s.") % {"forms": ", ".join(exports.FORMS)})
        body, kind = exports.FORMS[form](study)
        named = {"Content-Disposition": f'attachment; filename="study-{str(study.pk)[:8]}.{form}"'}
        return HttpResponse(body, content_type=kind, headers=named)

    @extend_schema(request=shapes.WhySerializer, responses={200: shapes.UnblindingSerializer})
    @action(detail=True, methods=["post"])
    def unblind(self, request: Request, pk: Any = None) -> Response:
        """Ask that the blindness be lifted, with a reason; asked before, it is left as it is."""
        study = selectors.get_result(request.user, pk)
        asked = unblinding.ask(request.user, study, **self._valid(shapes.WhySerializer))
        return Response(shapes.UnblindingSerializer(asked).data)

    @extend_schema(request=None, responses={200: shapes.UnblindingSerializer})
    @action(detail=True, methods=["post"], url_path="unblind/agree")
    def agree(self, request: Request, pk: Any = None) -> Response:
        """Agree, as somebody else than who asked."""
        agreed = unblinding.agree(request.user, selectors.get_result(request.user, pk))
        return Response(shapes.UnblindingSerializer(agreed).data)

    @extend_schema(responses={200: shapes.DisclosureSerializer})
    @action(detail=True, methods=["get"], pagination_class=None)
    def disclosure(self, request: Request, pk: Any = None) -> Response:
        """The second part of the result, once two people have agreed: did blindness hold, how do engines compare."""
        study = selectors.get_result(request.user, pk)
        unblinding.require_unblinded(request.user, study)
        return Response(shapes.DisclosureSerializer(disclosure.disclosure_of(study)).data)

    @extend_schema(responses={200: shapes.OriginSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def origins(self, request: Request, pk: Any = None) -> Response:
        """What each code stands for, once two people have agreed."""
        items = unblinding.origins(request.user, selectors.get_result(request.user, pk))
        return self._page(shapes.OriginSerializer, items)
