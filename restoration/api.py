"""Restoration over HTTP: engines, orders, jobs; masks are in api_masks.py, candidates in api_candidates.py."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from gpu_workers import selectors as queue
from gpu_workers import services as jobs
from gpu_workers.actions import ALL_CANCEL, ALL_ORDER
from gpu_workers.engines.registry import ENGINES
from gpu_workers.models import Job
from portal.accounts.api_permissions import by_policy
from portal.api import problem
from portal.catalogue.downloads import send
from restoration import checks, selectors, services
from restoration import serializers as shapes
from restoration.api_candidates import CandidateViewSet, Conflict
from restoration.api_filters import JobApiFilter, RestorationApiFilter
from restoration.api_masks import MaskViewSet
from restoration.drafts.api import MaskDraftViewSet
from restoration.models import Restoration
from restoration.ordering import api as ordering
from restoration.ordering.serializers import PrioritySerializer

VIEW, ADD = "restoration.view_restoration", "restoration.add_restoration"


class EngineViewSet(GenericViewSet):
    """The engines of this site."""

    serializer_class = shapes.EngineSerializer
    permission_classes = [IsAuthenticated]
    pagination_class = None
    filter_backends = []

    @extend_schema(responses={200: shapes.EngineSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """Every engine, with its task, what it takes and whether it can be used here."""
        facts = [
            {**vars(spec), "ready": not spec.weights or checks.weights_present(spec.weights)}
            for spec in ENGINES.values()
        ]
        return Response(shapes.EngineSerializer(facts, many=True).data)


class Orders(GenericViewSet):
    """What the two kinds of orders share."""

    queryset = Restoration.objects.none()
    serializer_class = shapes.RestorationSerializer
    parser_classes = [JSONParser]

    def _ordered(self, order: Any) -> Response:
        try:
            restoration = order()
        except services.SameJobExists as same:
            response = problem(Conflict(str(same)), {})
            response["Location"] = self.request.build_absolute_uri(
                reverse("api:restoration-detail", args=[same.restoration.pk])
            )
            return response
        return self._answer(selectors.get_restoration(self.request.user, restoration.pk), status=201)

    def _answer(self, restoration: Restoration, status: int = 200) -> Response:
        context = self.get_serializer_context()
        return Response(shapes.RestorationDetailSerializer(restoration, context=context).data, status=status)

    def _valid(self, kind: Any) -> dict[str, Any]:
        return _valid(kind(data=self.request.data, context=self.get_serializer_context()))


class RestorationViewSet(mixins.ListModelMixin, Orders):
    """Orders of both tasks and what came back."""

    filterset_class = RestorationApiFilter
    lookup_value_converter = "uuid"
    permission_classes = [by_policy(list=VIEW, retrieve=VIEW, uncertainty=VIEW, create=ADD, repeat=ADD)]

    def get_queryset(self) -> QuerySet[Restoration]:
        return selectors.restorations_for(self.request.user)

    @extend_schema(responses={200: shapes.RestorationDetailSerializer})
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One order with its candidates and the recipe."""
        return self._answer(selectors.get_restoration(request.user, pk))

    @extend_schema(request=shapes.NewRestorationSerializer, responses={201: shapes.RestorationDetailSerializer})
    def create(self, request: Request) -> Response:
        """Order a restoration. 409 with the earlier one in `Location` when exactly this was ordered before."""
        data = self._valid(shapes.NewRestorationSerializer)
        artwork = data.pop("artwork")
        return self._ordered(lambda: services.order_restoration(request.user, artwork, **data))

    @extend_schema(request=shapes.RepeatSerializer, responses={201: shapes.RestorationDetailSerializer})
    @action(detail=True, methods=["post"])
    def repeat(self, request: Request, pk: Any = None) -> Response:
        """Order it once more, with changes."""
        earlier = selectors.get_restoration(request.user, pk, ADD)
        changes = self._valid(shapes.RepeatSerializer)
        return self._ordered(lambda: services.repeat_restoration(request.user, earlier, **changes))

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def uncertainty(self, request: Request, pk: Any = None) -> HttpResponseBase:
        """8-bit gray PNG of the picture's size: the whiter, the more the candidates differ."""
        restoration = selectors.get_restoration(request.user, pk)
        if not restoration.uncertainty:
            raise exceptions.NotFound
        return send(request, restoration.uncertainty, "image/png", etag=f"{pk}-uncertainty")


class ReconstructionViewSet(Orders):
    """Orders of colour reconstructions; they are read, repeated and narrowed as restorations."""

    permission_classes = [by_policy(create=ADD)]

    @extend_schema(request=shapes.NewReconstructionSerializer, responses={201: shapes.RestorationDetailSerializer})
    def create(self, request: Request) -> Response:
        """Order a colour reconstruction. 409 with the earlier one in `Location` when this was ordered before."""
        data = self._valid(shapes.NewReconstructionSerializer)
        artwork = data.pop("artwork")
        return self._ordered(lambda: services.order_reconstruction(request.user, artwork, **data))


class JobViewSet(mixins.ListModelMixin, GenericViewSet):
    """Work that waits, runs or has ended."""

    queryset = Job.objects.none()
    serializer_class = shapes.JobSerializer
    filterset_class = JobApiFilter
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [by_policy(list=VIEW, retrieve=VIEW, cancel=ALL_CANCEL, retry=ALL_ORDER, priority=ALL_ORDER)]

    def get_queryset(self) -> QuerySet[Job]:
        return queue.jobs_for(self.request.user)

    @extend_schema(responses={200: shapes.JobDetailSerializer})
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One job, with its place in the queue and how long it will take."""
        return self._answer(request, pk)

    @extend_schema(request=None, responses={200: shapes.JobDetailSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        """Cancel a waiting job at once, ask a running one to stop; one that has ended stays as it is."""
        jobs.request_cancel(request.user, queue.get_job(request.user, pk))
        return self._answer(request, pk)

    @extend_schema(request=None, responses={200: shapes.JobDetailSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any = None) -> Response:
        """Queue a failed or cancelled job again; any other stays as it is."""
        jobs.retry(request.user, queue.get_job(request.user, pk))
        return self._answer(request, pk)

    @extend_schema(request=PrioritySerializer, responses={200: shapes.JobDetailSerializer})
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: Any = None) -> Response:
        """Let a waiting job of your own go later; one that no longer waits stays as it is. Only operators raise one."""
        job = queue.get_job(request.user, pk)
        jobs.require_move(request.user, job)  # before anything is said of what was sent
        jobs.set_priority(request.user, job, _valid(PrioritySerializer(data=request.data))["priority"])
        return self._answer(request, pk)

    def _answer(self, request: Request, pk: Any) -> Response:
        job = queue.get_job(request.user, pk)
        return Response(shapes.JobDetailSerializer(job, context=self.get_serializer_context()).data)


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("masks", MaskViewSet, basename="mask")
    router.register("mask-drafts", MaskDraftViewSet, basename="mask-draft")
    router.register("engines", EngineViewSet, basename="engine")
    router.register("restorations", RestorationViewSet, basename="restoration")
    router.register("reconstructions", ReconstructionViewSet, basename="reconstruction")
    router.register("candidates", CandidateViewSet, basename="candidate")
    router.register("jobs", JobViewSet, basename="job")
    ordering.register(router)


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
