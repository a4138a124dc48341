"""The desk over HTTP: what waits, what blocks each work, what happened, and the search."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.audit import selectors as audit
from portal.catalogue.models import Artwork
from portal.catalogue.selectors import VIEW_ARTWORK, artworks_for, get_artwork
from portal.desk import selectors
from portal.desk import serializers as shapes
from portal.desk.forms import ACTIONS, KIND_NAMES, STATES, ActivityForm, Asked, SearchForm, WorksForm
from portal.desk.readiness import CLEAR, STAGES, readiness, with_next_step
from portal.desk.search import MAX_QUERY, find

Parameter = OpenApiParameter
COLLECTION = Parameter("collection", OpenApiTypes.UUID)


class DeskViewSet(GenericViewSet):
    """What lies on your desk."""

    serializer_class = shapes.DeskSerializer
    pagination_class = None
    filter_backends = []
    permission_classes = [by_policy(list=VIEW_ARTWORK)]

    @extend_schema(responses={200: forced_singular_serializer(shapes.DeskSerializer)})
    def list(self, request: Request) -> Response:
        """What waits for you, what runs, what failed. A token is told of what its scopes let it do, and of no more."""
        about = {
            "waiting": selectors.waiting(request.user, selectors.ALL),
            "running": selectors.running(request.user)[0],
            "failed": selectors.failed(request.user)[0],
        }
        return Response(self.get_serializer(about).data)


class ReadinessViewSet(GenericViewSet):
    """What still blocks each work."""

    queryset = Artwork.objects.none()
    serializer_class = shapes.ReadinessSerializer
    filter_backends = []
    lookup_value_converter = "uuid"
    permission_classes = [by_policy(list=VIEW_ARTWORK, retrieve=VIEW_ARTWORK)]

    @extend_schema(
        parameters=[COLLECTION, Parameter("step", enum=[*(stage.key for stage in STAGES), CLEAR])],
        responses={200: shapes.ReadinessSerializer(many=True)},
    )
    def list(self, request: Request) -> Response:
        """The steps of each work that you may see, by title. `step`: works of which this is the next one."""
        asked = _asked(WorksForm(request.query_params, user=request.user))
        rows: QuerySet = with_next_step(artworks_for(request.user))
        if asked.get("collection"):
            rows = rows.filter(collection=asked["collection"])
        if asked.get("step"):
            rows = rows.filter(next_step=asked["step"])
        works = self.paginate_queryset(rows)
        ready = readiness(works)
        return self.get_paginated_response(self.get_serializer([ready[work.pk] for work in works], many=True).data)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """The steps of one work."""
        work = get_artwork(request.user, pk)
        return Response(self.get_serializer(readiness([work])[work.pk]).data)


class SearchViewSet(GenericViewSet):
    """Finding things over everything you may see."""

    serializer_class = shapes.HitSerializer
    filter_backends = []
    permission_classes = [by_policy(list=VIEW_ARTWORK)]

    @extend_schema(
        parameters=[
            Parameter("q", description=f"Words; each must occur. At most {MAX_QUERY} characters."),
            Parameter("kind", enum=list(KIND_NAMES)), COLLECTION, Parameter("period"),
            *(Parameter(name, enum=["yes", "no"]) for name in ("sacred", "mask", "restored")),
            Parameter("engine"), Parameter("state", enum=[value for value, _label in STATES]),
            Parameter("since", OpenApiTypes.DATE), Parameter("until", OpenApiTypes.DATE),
        ],
        responses={200: shapes.HitSerializer(many=True)},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """Works, collections, restorations, paintings and jobs, in this order; works whose title matches stand first.

        A kind that does not know a filter which is set is not searched; jobs are found by the beginning of their id.
        """
        form = SearchForm(request.query_params, user=request.user)
        kind = _asked(form).get("kind", "")
        hits = self.paginate_queryset(find(request.user, form.query, kind))
        return self.get_paginated_response(self.get_serializer(hits, many=True).data)


class ActivityViewSet(GenericViewSet):
    """What happened in your collections."""

    serializer_class = shapes.ActivitySerializer
    pagination_class = None
    filter_backends = []
    permission_classes = [by_policy(list=audit.VIEW)]

    @extend_schema(
        parameters=[
            COLLECTION, Parameter("artwork", OpenApiTypes.UUID), Parameter("action", enum=list(ACTIONS)),
            Parameter("who", int), Parameter("before", int),
        ],
        responses={200: forced_singular_serializer(shapes.ActivitySerializer)},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """Forty events, the latest first; `before` as the answer before gave it goes on from there."""
        form = ActivityForm(request.query_params, user=request.user)
        asked = _asked(form)
        before, of = asked.pop("before", None), asked.pop("artwork", None)
        rows = audit.narrowed(audit.events_for(request.user, of), **asked)
        events, older = audit.page_before(rows, before)
        return Response(self.get_serializer({"results": audit.told(events), "before": older}).data)


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("desk", DeskViewSet, basename="desk")
    router.register("readiness", ReadinessViewSet, basename="readiness")
    router.register("search", SearchViewSet, basename="search")
    router.register("activity", ActivityViewSet, basename="activity")


def _asked(form: Asked) -> dict[str, Any]:
    """What was asked; a parameter that makes no sense is a mistake, where a page would leave it out."""
    if not form.is_valid():
        raise exceptions.ValidationError(form.errors)
    return dict(form.cleaned_data)
