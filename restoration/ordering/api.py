"""Presets, batches, references and estimates over HTTP."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.catalogue import selectors as catalogue
from portal.errors import UserError
from restoration import selectors
from restoration.checks import engine_called
from restoration.ordering import batches, presets, selection
from restoration.ordering import serializers as shapes
from restoration.ordering.estimates import estimate
from restoration.ordering.models import Batch, Preset

VIEW, ADD, CANCEL = "restoration.view_restoration", "restoration.add_restoration", "restoration.cancel_restoration"


class PresetViewSet(mixins.ListModelMixin, GenericViewSet):
    """Settings of orders under a name: your own, and those of your collections."""

    queryset = Preset.objects.none()
    serializer_class = shapes.PresetSerializer
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    filter_backends = []
    permission_classes = [
        by_policy(list=presets.VIEW, retrieve=presets.VIEW, create=presets.ADD, partial_update=presets.CHANGE,
                  destroy=presets.CHANGE)
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Preset]:
        return presets.presets_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One preset."""
        return self._answer(presets.get_preset(request.user, pk))

    @extend_schema(request=shapes.NewPresetSerializer, responses={201: shapes.PresetSerializer})
    def create(self, request: Request) -> Response:
        """Keep settings under a name, for yourself or in a collection for all its curators."""
        return self._answer(presets.add_preset(request.user, **self._valid(shapes.NewPresetSerializer)), 201)

    @extend_schema(request=shapes.ChangedPresetSerializer, responses={200: shapes.PresetSerializer})
    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Rename a preset or change its settings."""
        preset = presets.get_preset(request.user, pk, presets.CHANGE)
        return self._answer(presets.change_preset(request.user, preset, **self._valid(shapes.ChangedPresetSerializer)))

    def destroy(self, request: Request, pk: Any = None) -> Response:
        """Forget a preset; what was ordered with it stays."""
        presets.delete_preset(request.user, presets.get_preset(request.user, pk, presets.CHANGE))
        return Response(status=204)

    def _valid(self, kind: Any) -> dict[str, Any]:
        return _valid(kind(data=self.request.data, context=self.get_serializer_context()))

    def _answer(self, preset: Preset, status: int = 200) -> Response:
        return Response(self.get_serializer(preset).data, status=status)


class BatchViewSet(mixins.ListModelMixin, GenericViewSet):
    """Orders placed at once: one work with several engines, or many works with one recipe."""

    queryset = Batch.objects.none()
    serializer_class = shapes.BatchSerializer
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    filter_backends = []
    permission_classes = [
        by_policy(list=VIEW, retrieve=VIEW, create=ADD, plan=ADD, cancel=CANCEL, retry=ADD, resume=ADD)
    ]

    def get_queryset(self) -> QuerySet[Batch]:
        return selection.batches_for(self.request.user)

    @extend_schema(responses={200: shapes.BatchDetailSerializer})
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One batch with its orders and how far they are."""
        return self._answer(pk)

    @extend_schema(request=shapes.NewBatchSerializer, responses={201: shapes.BatchDetailSerializer})
    def create(self, request: Request) -> Response:
        """Order what `plan` says: each order is placed or refused by itself, and a refusal has a sentence.

        Send a `token` of your own; the same again gives the same batch, and places what an interruption left.
        """
        works, recipe, style, token = self._wanted()
        made = batches.order(request.user, works, recipe, style=style, token=token or uuid4())
        return self._answer(made.pk, 201)

    @extend_schema(request=shapes.NewBatchSerializer, responses={200: shapes.PlannedSerializer(many=True)})
    @action(detail=False, methods=["post"], pagination_class=None)
    def plan(self, request: Request) -> Response:
        """What ordering would do, work by work and engine by engine. Nothing is ordered."""
        works, recipe, style, _unused = self._wanted()
        found = batches.plan(request.user, works, recipe, style)
        return Response(shapes.PlannedSerializer(found, many=True).data)

    @extend_schema(request=None, responses={200: shapes.BatchDetailSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        """Cancel everything of it that has not ended."""
        batches.cancel_all(request.user, selection.get_batch(request.user, pk))
        return self._answer(pk)

    @extend_schema(request=None, responses={200: shapes.BatchDetailSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any = None) -> Response:
        """Start its failed jobs again."""
        batches.retry_failed(request.user, selection.get_batch(request.user, pk))
        return self._answer(pk)

    @extend_schema(request=None, responses={200: shapes.BatchDetailSerializer})
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: Any = None) -> Response:
        """Place the orders that an interruption left unplaced."""
        batches.place_pending(request.user, selection.get_batch(request.user, pk))
        return self._answer(pk)

    def _wanted(self) -> tuple:
        context = self.get_serializer_context()
        data = _valid(shapes.NewBatchSerializer(data=self.request.data, context=context))
        works, mask, style = data.pop("artworks"), data.pop("mask", None), data.pop("style_reference", None)
        token, works = data.pop("token", None), list(dict.fromkeys(works))
        if mask and len(works) > 1:
            raise UserError(_("A mask belongs to one work; name it with that work alone."))
        masks = {works[0].pk: mask} if mask else batches.usable_masks(works)
        data |= {"engines": tuple(dict.fromkeys(data["engines"])), "style": str(style.pk) if style else None}
        return [(work, masks.get(work.pk)) for work in works], batches.Recipe(**data), style, token

    def _answer(self, pk: Any, status: int = 200) -> Response:
        batch = selection.get_batch(self.request.user, pk)
        prefetch_related_objects([batch], "items__restoration__job")
        return Response(shapes.BatchDetailSerializer(batch).data, status=status)


class ReferenceViewSet(GenericViewSet):
    """Works to take manner or colours from."""

    serializer_class = shapes.NearWorkSerializer
    permission_classes = [by_policy(list="catalogue.view_artwork")]
    pagination_class = None
    filter_backends = []

    @extend_schema(
        parameters=[OpenApiParameter("artwork", OpenApiTypes.UUID, required=True)],
        responses={200: shapes.NearWorkSerializer(many=True)},
    )
    def list(self, request: Request) -> Response:
        """Up to a hundred works, the nearest to `artwork` first: by period, school, technique, then by their look."""
        artwork = catalogue.get_artwork(request.user, _uuid(request.query_params.get("artwork")))
        found = selectors.references_for(request.user, artwork)
        rows = [{"artwork": it.pk, "title": str(it), "verdict": said, "look": it.look} for it, said in found]
        return Response(shapes.NearWorkSerializer(rows, many=True).data)


class EstimateViewSet(GenericViewSet):
    """What orders would take."""

    serializer_class = shapes.EstimateSerializer
    permission_classes = [by_policy(create=ADD)]
    parser_classes = [JSONParser]

    @extend_schema(request=shapes.EstimateRequestSerializer, responses={200: shapes.EstimateSerializer})
    def create(self, request: Request) -> Response:
        """Place in the queue and time of orders, by what this site has done so far. Nothing is ordered."""
        context = self.get_serializer_context()
        data = _valid(shapes.EstimateRequestSerializer(data=request.data, context=context))
        artwork = catalogue.get_artwork(request.user, data["artwork"].pk, ADD)
        mask = data.get("mask") or batches.usable_masks([artwork]).get(artwork.pk)
        names = [engine_called(name).name for name in dict.fromkeys(data["engines"])]
        orders = [(name, mask) for name in names]
        found = estimate(request.user, artwork.collection, orders, data["candidates"], data["priority"])
        usual = [
            {"engine": name, "seconds": it.seconds if it else None, "count": it.count if it else 0}
            for name, it in found.engines.items()
        ]
        answer = {"place": found.place, "seconds": found.seconds, "engines": usual}
        return Response(shapes.EstimateSerializer(answer).data)


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("presets", PresetViewSet, basename="preset")
    router.register("batches", BatchViewSet, basename="batch")
    router.register("references", ReferenceViewSet, basename="reference")
    router.register("estimates", EstimateViewSet, basename="estimate")


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _uuid(text: str | None) -> Any:
    try:
        return UUID(text or "")
    except ValueError:
        raise exceptions.ValidationError({"artwork": [_("Name the work by its key.")]}) from None
