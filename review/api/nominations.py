"""The review over HTTP: nominations."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from review.models import Nomination
from review.selectors import nominations as selectors
from review.serializers import nominations as shapes
from review.services import nominations as services

VIEW, NOMINATE = selectors.VIEW, services.NOMINATE


class NominationApiFilter(django_filters.FilterSet):
    candidate = django_filters.UUIDFilter(field_name="candidate")
    artwork = django_filters.UUIDFilter(field_name="candidate__restoration__artwork")
    collection = django_filters.UUIDFilter(field_name=selectors.PATH)

    class Meta:
        model = Nomination
        fields = ["state"]


class NominationViewSet(mixins.ListModelMixin, GenericViewSet):
    """Picked candidates that wait for a coordinator to take them into a study."""

    queryset = Nomination.objects.none()
    serializer_class = shapes.NominationSerializer
    filterset_class = NominationApiFilter
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [by_policy(list=VIEW, retrieve=VIEW, create=NOMINATE, withdraw=NOMINATE)]

    def get_queryset(self) -> QuerySet[Nomination]:
        return selectors.nominations_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One nomination."""
        return self._answer(selectors.get_nomination(request.user, pk))

    @extend_schema(request=shapes.NewNominationSerializer, responses={201: shapes.NominationSerializer})
    def create(self, request: Request) -> Response:
        """Send a picked candidate to the panel; one that waits already is given as it is."""
        serializer = shapes.NewNominationSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return self._answer(services.nominate(request.user, **serializer.validated_data), 201)

    @extend_schema(request=None, responses={200: shapes.NominationSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any = None) -> Response:
        """Take it back while it waits."""
        nomination = selectors.get_nomination(request.user, pk, NOMINATE)
        return self._answer(services.withdraw(request.user, nomination))

    def _answer(self, nomination: Nomination, status: int = 200) -> Response:
        return Response(self.get_serializer(nomination).data, status=status)
