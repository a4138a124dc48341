"""The gate over HTTP: releases, what blocks them, signatures, publication and withdrawal."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from portal.accounts.api_permissions import by_policy
from review.api.base import ReviewViewSet
from review.guardrails import selectors, services
from review.guardrails import serializers_gate as shapes
from review.guardrails.models import Bars, Release
from review.guardrails.panel import bars_of
from review.guardrails.selectors.consent import conditions_of
from review.guardrails.services.bars import set_bars
from review.selectors.studies import get_study


class ReleaseFilter(django_filters.FilterSet):
    artwork = django_filters.UUIDFilter(field_name="artwork")
    collection = django_filters.UUIDFilter(field_name="artwork__collection")
    state = django_filters.ChoiceFilter(choices=Release.State.choices)


class ReleaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ReviewViewSet):
    """What of works is prepared for the public, public, or withdrawn."""

    queryset = Release.objects.none()
    filter_backends = [django_filters.rest_framework.DjangoFilterBackend]
    filterset_class = ReleaseFilter
    permission_classes = [
        by_policy(
            list=selectors.VIEW, retrieve=selectors.VIEW, judge=selectors.VIEW, create="guardrails.prepare",
            sign="guardrails.sign", publish="guardrails.publish", withdraw="guardrails.withdraw",
            discard="guardrails.discard",
        )
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Release]:
        return selectors.releases_for(self.request.user)

    def get_serializer_class(self) -> Any:
        return shapes.ReleaseRowSerializer if self.action == "list" else shapes.ReleaseSerializer

    @extend_schema(responses=shapes.ReleaseSerializer)
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One release with all that it tells, its evidence, and what still blocks it."""
        return self._told(selectors.get_release(request.user, pk))

    @extend_schema(request=shapes.NewReleaseSerializer, responses={201: shapes.ReleaseSerializer})
    def create(self, request: Request) -> Response:
        """Prepare something of a work for the public and have it judged; a draft of the same is given as it is."""
        data = self._valid(shapes.NewReleaseSerializer)
        made = services.prepare(request.user, data["artwork"], data["what"])
        services.judge(request.user, made)
        return self._told(made, 201)

    @extend_schema(request=None, responses=shapes.ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: Any = None) -> Response:
        """Ask every check about it as it is now."""
        row = selectors.get_release(request.user, pk)
        services.judge(request.user, row)
        return self._told(row)

    @extend_schema(request=shapes.SignSerializer, responses=shapes.ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: Any = None) -> Response:
        """Sign exactly what was looked at, and confirm each condition; an old hash is refused."""
        row = selectors.get_release(request.user, pk, "guardrails.sign")
        services.sign(request.user, row, **self._valid(shapes.SignSerializer))
        return self._told(row)

    @extend_schema(request=None, responses=shapes.ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: Any = None) -> Response:
        """Make it public, when nothing blocks it."""
        row = selectors.get_release(request.user, pk, "guardrails.publish")
        services.publish(request.user, row)
        return self._told(row)

    @extend_schema(request=None, responses=shapes.ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: Any = None) -> Response:
        """Give a draft up, for good; it stays as a record."""
        row = selectors.get_release(request.user, pk, "guardrails.discard")
        services.discard(request.user, row)
        return self._told(row)

    @extend_schema(request=shapes.WithdrawSerializer, responses=shapes.ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any = None) -> Response:
        """Take it back, at once and for good."""
        row = selectors.get_release(request.user, pk, "guardrails.withdraw")
        services.withdraw(request.user, row, self._valid(shapes.WithdrawSerializer)["reason"])
        return self._told(row)

    def _told(self, row: Release, status: int = 200) -> Response:
        row = selectors.get_release(self.request.user, row.pk)
        row.blocking = services.what_blocks(self.request.user, row)
        row.conditions = conditions_of(row, row.content_hash)
        return Response(self.get_serializer(row).data, status=status)


class StudyBarsViewSet(ReviewViewSet):
    """What a work of a study must reach to be published; `id` is the study's."""

    queryset = Bars.objects.none()
    serializer_class = shapes.BarsSerializer
    permission_classes = [by_policy(retrieve="review.view_study", update="review.manage_study")]

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """The bars of the study, or those of the house."""
        return Response(self.get_serializer(bars_of(get_study(request.user, pk))).data)

    def update(self, request: Request, pk: Any = None) -> Response:
        """Set both, while the study is a draft."""
        study = get_study(request.user, pk, "review.manage_study")
        return Response(self.get_serializer(set_bars(request.user, study, **self._valid(shapes.BarsSerializer))).data)


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("releases", ReleaseViewSet, basename="release")
    router.register("study-bars", StudyBarsViewSet, basename="study-bars")
