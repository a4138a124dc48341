"""Exhibitions over HTTP: everything that the editor does. It takes a token of scope `publication`."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.exhibitions import serializers as shapes
from portal.exhibitions import services
from portal.exhibitions.errors import ArrangedMeanwhile
from portal.exhibitions.models import Concern, Exhibition, Hanging, Section
from portal.exhibitions.selectors import editing
from review.guardrails.selectors import get_release

VIEW, EDIT = editing.VIEW, editing.EDIT


class Conflict(exceptions.APIException):
    status_code = 409


class ExhibitionApiFilter(django_filters.FilterSet):
    collection = django_filters.UUIDFilter(field_name="collection")

    class Meta:
        model = Exhibition
        fields = []


class _Writing(GenericViewSet):
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"

    def valid(self, kind: Any) -> dict[str, Any]:
        serializer = kind(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class ExhibitionViewSet(mixins.ListModelMixin, _Writing):
    """Exhibitions of the collections that one works in, whatever their state."""

    queryset = Exhibition.objects.none()
    serializer_class = shapes.ExhibitionSerializer
    filterset_class = ExhibitionApiFilter
    permission_classes = [
        by_policy(
            list=VIEW, retrieve=VIEW, create=EDIT, partial_update=EDIT, destroy=EDIT, arrange=EDIT, open=EDIT,
            close=EDIT, sections=EDIT, hang=EDIT,
        )
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Exhibition]:
        return editing.exhibitions_for(self.request.user)

    @extend_schema(responses={200: shapes.WholeExhibitionSerializer})
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One exhibition with all its sections and works, in order."""
        return self._whole(editing.get_exhibition(request.user, pk))

    @extend_schema(request=shapes.NewExhibitionSerializer, responses={201: shapes.WholeExhibitionSerializer})
    def create(self, request: Request) -> Response:
        """Make an exhibition of a collection, with one empty section."""
        data = self.valid(shapes.NewExhibitionSerializer)
        return self._whole(services.create(request.user, data.pop("collection"), **data), 201)

    @extend_schema(request=shapes.ChangedExhibitionSerializer, responses={200: shapes.WholeExhibitionSerializer})
    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Change its words, or the work that stands for it."""
        exhibition = editing.get_exhibition(request.user, pk, EDIT)
        changes = self.valid(shapes.ChangedExhibitionSerializer)
        if cover := changes.get("cover"):
            changes["cover"] = get_object_or_404(exhibition.hangings, pk=cover)
        return self._whole(services.change(request.user, exhibition, **changes))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None) -> Response:
        """Delete a draft; what was once open can only be closed."""
        services.remove(request.user, editing.get_exhibition(request.user, pk, EDIT))
        return Response(status=204)

    @extend_schema(request=shapes.OrderSerializer, responses={200: shapes.WholeExhibitionSerializer})
    @action(detail=True, methods=["post"])
    def arrange(self, request: Request, pk: Any = None) -> Response:
        """Set the whole order at once. 409 where somebody else changed the exhibition since `version`."""
        exhibition = editing.get_exhibition(request.user, pk, EDIT)
        data = self.valid(shapes.OrderSerializer)
        order = [(row["section"], row["hangings"]) for row in data["order"]]
        try:
            return self._whole(services.arrange(request.user, exhibition, data["version"], order))
        except ArrangedMeanwhile as meanwhile:
            raise Conflict(str(meanwhile)) from meanwhile

    @extend_schema(request=shapes.DaysSerializer, responses={200: shapes.ExhibitionSerializer})
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: Any = None) -> Response:
        """Open it now or from a day on; of one that is open, change the days."""
        exhibition = editing.get_exhibition(request.user, pk, EDIT)
        opened = services.open_(request.user, exhibition, **self.valid(shapes.DaysSerializer))
        return Response(self.get_serializer(opened).data)

    @extend_schema(request=None, responses={200: shapes.ExhibitionSerializer})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: Any = None) -> Response:
        """Close it at once; one that was yet to open becomes a draft."""
        exhibition = editing.get_exhibition(request.user, pk, EDIT)
        return Response(self.get_serializer(services.close(request.user, exhibition)).data)

    @extend_schema(request=shapes.SectionSerializer, responses={201: shapes.SectionSerializer})
    @action(detail=True, methods=["post"])
    def sections(self, request: Request, pk: Any = None) -> Response:
        """Add a section at the end."""
        exhibition = editing.get_exhibition(request.user, pk, EDIT)
        made = services.add_section(request.user, exhibition, **self.valid(shapes.SectionSerializer))
        return Response(shapes.SectionSerializer(made).data, status=201)

    @extend_schema(request=shapes.ToHangSerializer, responses={201: shapes.HangingSerializer})
    @action(detail=True, methods=["post"])
    def hang(self, request: Request, pk: Any = None) -> Response:
        """Hang a release of the same collection; visitors see it once it is published."""
        exhibition = editing.get_exhibition(request.user, pk, EDIT)
        data = self.valid(shapes.ToHangSerializer)
        section = get_object_or_404(exhibition.sections, pk=data["section"]) if "section" in data else None
        made = services.hang(request.user, exhibition, get_release(request.user, data["release"]), section)
        return Response(shapes.HangingSerializer(made).data, status=201)

    def _whole(self, exhibition: Exhibition, status: int = 200) -> Response:
        return Response(shapes.WholeExhibitionSerializer(exhibition).data, status=status)


class SectionViewSet(_Writing):
    """Sections of exhibitions."""

    queryset = Section.objects.none()
    serializer_class = shapes.SectionSerializer
    permission_classes = [by_policy(partial_update=EDIT, destroy=EDIT)]

    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Change heading or text."""
        section = editing.get_section(request.user, pk, EDIT)
        serializer = self.get_serializer(section, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return Response(
            self.get_serializer(services.change_section(request.user, section, **serializer.validated_data)).data
        )

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None) -> Response:
        """Remove it; its works go to the section before it."""
        services.remove_section(request.user, editing.get_section(request.user, pk, EDIT))
        return Response(status=204)


class HangingViewSet(_Writing):
    """Works that hang in exhibitions."""

    queryset = Hanging.objects.none()
    serializer_class = shapes.HangingSerializer
    permission_classes = [by_policy(retrieve=VIEW, partial_update=EDIT, destroy=EDIT)]

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One work in its place."""
        return Response(self.get_serializer(editing.get_hanging(request.user, pk)).data)

    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Change its wall text or its alternative texts."""
        hanging = editing.get_hanging(request.user, pk, EDIT)
        serializer = self.get_serializer(hanging, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return Response(
            self.get_serializer(services.change_hanging(request.user, hanging, **serializer.validated_data)).data
        )

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None) -> Response:
        """Take it down; its release stays as it is."""
        services.take_down(request.user, editing.get_hanging(request.user, pk, EDIT))
        return Response(status=204)


class ConcernViewSet(mixins.ListModelMixin, _Writing):
    """What visitors reported, unanswered first."""

    queryset = Concern.objects.none()
    serializer_class = shapes.ConcernSerializer
    filter_backends = []
    permission_classes = [by_policy(list=VIEW, retrieve=VIEW, answer=EDIT)]

    def get_queryset(self) -> QuerySet[Concern]:
        return editing.concerns_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One report and its answer."""
        return Response(self.get_serializer(editing.get_concern(request.user, pk)).data)

    @extend_schema(request=shapes.ConcernAnswerSerializer, responses={200: shapes.ConcernSerializer})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: Any = None) -> Response:
        """Answer it, or correct the answer; the visitor reads it under a private link."""
        concern = editing.get_concern(request.user, pk, EDIT)
        text = self.valid(shapes.ConcernAnswerSerializer)["answer"]
        return Response(self.get_serializer(services.answer(request.user, concern, text)).data)


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("exhibitions", ExhibitionViewSet, basename="exhibition")
    router.register("exhibition-sections", SectionViewSet, basename="exhibition-section")
    router.register("exhibition-hangings", HangingViewSet, basename="exhibition-hanging")
    router.register("concerns", ConcernViewSet, basename="concern")
