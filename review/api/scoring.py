"""Scoring and discussing over HTTP: an expert's own sheets, the blind pictures, and the own places in discussions."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.api_permissions import by_policy
from portal.api import MEDIA_TYPE, problem
from portal.errors import UserError
from review.api.base import PanelViewSet
from review.models import Argument, Presentation
from review.selectors import panel as selectors
from review.serializers import scoring as shapes
from review.services import delphi, sheets
from review.views.scoring import blind_picture

SEAT, SCORE, ARGUE = "review.view_seat", sheets.SCORE, delphi.ARGUE


class SheetViewSet(PanelViewSet):
    """Your answers to the pictures that you are shown, each under your own name for it."""

    queryset = Presentation.objects.none()
    serializer_class = shapes.SheetSerializer
    lookup_field = "code"
    lookup_value_converter = "slug"
    permission_classes = [by_policy(retrieve=SEAT, picture=SEAT, save=SCORE, submit=SCORE)]

    def retrieve(self, request: Request, code: str = "") -> Response:
        """Your answers to one picture."""
        return self._answer(selectors.get_presentation(request.user, code))

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def picture(self, request: Request, code: str = "") -> HttpResponse:
        """The blind picture: of all pictures of a study the same size in pixels and in bytes, and the same headers."""
        return blind_picture(selectors.get_presentation(request.user, code))

    @extend_schema(request=shapes.SaveSerializer, responses={200: shapes.SheetSerializer})
    @action(detail=True, methods=["post"])
    def save(self, request: Request, code: str = "") -> Response:
        """Keep your answers as a draft. 409 with the present ones when they were changed since the version you name."""
        return self._save(request, code, submitting=False)

    @extend_schema(request=shapes.SaveSerializer, responses={200: shapes.SheetSerializer})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, code: str = "") -> Response:
        """Keep your answers and make them final. What is incomplete stays a draft, and the answer (400) says why."""
        return self._save(request, code, submitting=True)

    def _save(self, request: Request, code: str, submitting: bool) -> Response:
        shown = selectors.get_presentation(request.user, code)
        sent, kept = self._valid(shapes.SaveSerializer), {}
        try:
            sheet = sheets.save(request.user, shown, sent["content"], sent["version"], sent["request"])
            kept = {"version": sheet.version}
            if submitting:
                sheets.submit(request.user, shown, sheet.version, None)
        except sheets.Conflicting as refused:
            return self._refused(refused, 409, selectors.answered(shown))
        except UserError as refused:  # what was saved stays saved: `version` is the present one then
            return self._refused(refused, 400, kept)
        return self._answer(shown)

    def _refused(self, error: UserError, status: int, more: dict[str, Any]) -> Response:
        body = problem(error, {"view": self, "request": self.request}).data | {"status": status} | more
        return Response(body, status, content_type=MEDIA_TYPE)

    def _answer(self, shown: Presentation) -> Response:
        about = {"code": shown.code, "position": shown.position, "round": shown.round}
        about["open"] = selectors.open_round(shown.seat.study) == shown.round
        return Response(shapes.SheetSerializer(about | selectors.answered(shown)).data)


class DiscussionViewSet(PanelViewSet):
    """Your own places in discussions of scores that lie apart. Nobody sees who gave or said what."""

    queryset = Argument.objects.none()
    serializer_class = shapes.DiscussionDetailSerializer
    lookup_value_converter = "int"
    permission_classes = [by_policy(retrieve=SEAT, argue=ARGUE, answer=ARGUE)]

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One discussion: your score, how many gave which, and what the others said."""
        return self._answer(selectors.get_argument(request.user, pk))

    @extend_schema(request=shapes.ArgueSerializer, responses={200: shapes.DiscussionDetailSerializer})
    @action(detail=True, methods=["post"])
    def argue(self, request: Request, pk: Any = None) -> Response:
        """Keep or change your score that lies apart, and say why; final for this round."""
        argument = selectors.get_argument(request.user, pk)
        return self._answer(delphi.argue(request.user, argument, **self._valid(shapes.ArgueSerializer)))

    @extend_schema(request=shapes.AnswerSerializer, responses={200: shapes.DiscussionDetailSerializer})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: Any = None) -> Response:
        """Answer as one whose score lies among the others; your last answer of a round counts."""
        argument = selectors.get_argument(request.user, pk)
        return self._answer(delphi.answer(request.user, argument, **self._valid(shapes.AnswerSerializer)))

    def _answer(self, argument: Argument) -> Response:
        shown = argument.seat.presentations.filter(item=argument.discussion.item_id, round=0).first()
        heard = selectors.heard(argument)
        about = shapes.discussion(argument, shown.code if shown else None)
        about |= {"own": selectors.own_score(argument), "counts": heard["counts"], "said": heard["texts"]}
        return Response(shapes.DiscussionDetailSerializer(about).data)
