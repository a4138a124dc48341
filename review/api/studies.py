"""Studies over HTTP: setting one up, and what still blocks its start."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.api_permissions import by_policy
from review.api.base import ReviewViewSet
from review.models import Study
from review.selectors import studies as selectors
from review.serializers import studies as shapes
from review.services import studies as services
from review.services.readiness import readiness

VIEW, MANAGE = selectors.VIEW, services.MANAGE


class StudyApiFilter(django_filters.FilterSet):
    collection = django_filters.UUIDFilter(field_name="collection")

    class Meta:
        model = Study
        fields = ["state", "template"]


class StudiesOf(ReviewViewSet):
    """What every viewset on one study needs: the study by its key, and the answer that tells how it is now."""

    queryset = Study.objects.none()
    serializer_class = shapes.StudySerializer

    def _study(self, pk: Any, action: str = VIEW) -> Study:
        return selectors.get_study(self.request.user, pk, action)

    def _answer(self, pk: Any, status: int = 200) -> Response:
        shown = self._study(pk)
        return Response(shapes.StudySerializer(shown, context=self.get_serializer_context()).data, status=status)


class StudyViewSet(mixins.ListModelMixin, StudiesOf):
    """Studies that you coordinate: what a panel of experts is asked, about which pictures, by which rules."""

    filter_backends = [DjangoFilterBackend]
    filterset_class = StudyApiFilter
    permission_classes = [
        by_policy(list=VIEW, retrieve=VIEW, create=MANAGE, partial_update=MANAGE, duplicate=MANAGE, rubric=VIEW,
                  set_rubric=MANAGE, readiness=VIEW)
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Study]:
        return selectors.studies_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One study."""
        return self._answer(pk)

    @extend_schema(request=shapes.NewStudySerializer, responses={201: shapes.StudySerializer})
    def create(self, request: Request) -> Response:
        """Begin a study with the default rubric."""
        data = self._valid(shapes.NewStudySerializer)
        return self._answer(services.create_study(request.user, data.pop("collection"), **data).pk, 201)

    @extend_schema(request=shapes.RulesSerializer, responses={200: shapes.StudySerializer})
    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Change words and rules of a study that has not started."""
        study = self._study(pk, MANAGE)
        services.update_study(request.user, study, **self._valid(shapes.RulesSerializer, partial=True))
        return self._answer(pk)

    @extend_schema(request=shapes.CopySerializer, responses={201: shapes.StudySerializer})
    @action(detail=True, methods=["post"], url_path="copy", filter_backends=[])
    def duplicate(self, request: Request, pk: Any = None) -> Response:
        """Begin another study with the same rubric and rules; pictures and experts are not copied."""
        study = self._study(pk, MANAGE)
        return self._answer(services.copy_study(request.user, study, **self._valid(shapes.CopySerializer)).pk, 201)

    @extend_schema(responses={200: shapes.RubricSerializer})
    @action(detail=True, methods=["get"], filter_backends=[])
    def rubric(self, request: Request, pk: Any = None) -> Response:
        """What is scored, with the weight of each dimension and the meaning of its five levels."""
        return Response(shapes.RubricSerializer({"dimensions": services.rubric_of(self._study(pk))}).data)

    @extend_schema(request=shapes.RubricSerializer, responses={200: shapes.RubricSerializer})
    @rubric.mapping.put
    def set_rubric(self, request: Request, pk: Any = None) -> Response:
        """Replace the rubric of a study that has not started."""
        study = self._study(pk, MANAGE)
        services.set_rubric(request.user, study, self._valid(shapes.RubricSerializer)["dimensions"])
        return self.rubric(request, pk)

    @extend_schema(responses={200: shapes.BlockerSerializer(many=True)})
    @action(detail=True, methods=["get"], filter_backends=[])
    def readiness(self, request: Request, pk: Any = None) -> Response:
        """What still blocks the start, in the order in which a study is set up; nothing once it has started."""
        study = self._study(pk)
        return self._page(shapes.BlockerSerializer, readiness(study) if study.state == Study.State.DRAFT else [])
