"""Candidates over HTTP: lists, their maps, and judging them."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.catalogue.downloads import send
from restoration import selectors
from restoration import serializers as shapes
from restoration.api_filters import CandidateApiFilter
from restoration.judging import JUDGE, JudgedMeanwhile, judge_candidate
from restoration.models import Candidate

VIEW = selectors.VIEW_RESTORATION


class Conflict(exceptions.APIException):
    status_code = 409


class CandidateViewSet(mixins.ListModelMixin, GenericViewSet):
    """Restored pictures."""

    queryset = Candidate.objects.none()
    serializer_class = shapes.CandidateSerializer
    filterset_class = CandidateApiFilter
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [
        by_policy(list=VIEW, retrieve=VIEW, difference=VIEW, structure=VIEW, judge=JUDGE, judgements=VIEW)
    ]

    def get_queryset(self) -> QuerySet[Candidate]:
        return selectors.candidates_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One restored picture."""
        return Response(self.get_serializer(selectors.get_candidate(request.user, pk)).data)

    @extend_schema(request=shapes.JudgementSerializer, responses={200: shapes.CandidateSerializer})
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: Any = None) -> Response:
        """Pick it, reject it with a reason, or take that back. 409 when somebody else judged it meanwhile."""
        candidate = selectors.get_candidate(request.user, pk, JUDGE)
        serializer = shapes.JudgementSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            judged = judge_candidate(request.user, candidate, **serializer.validated_data)
        except JudgedMeanwhile as meanwhile:
            raise Conflict(str(meanwhile)) from meanwhile
        return Response(self.get_serializer(judged).data)

    @extend_schema(responses={200: shapes.PastJudgementSerializer(many=True)})
    @action(detail=True, methods=["get"], filter_backends=[])
    def judgements(self, request: Request, pk: Any = None) -> Response:
        """Every judgement of it, the latest first."""
        rows = self.paginate_queryset(selectors.judgements_of(selectors.get_candidate(request.user, pk)))
        return self.get_paginated_response(shapes.PastJudgementSerializer(rows, many=True).data)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def difference(self, request: Request, pk: Any = None) -> HttpResponseBase:
        """What a colour reconstruction changed: 8-bit gray PNG, at most 2000 pixels a side, level = 5 times ΔE."""
        return self._map(request, pk, "difference")

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def structure(self, request: Request, pk: Any = None) -> HttpResponseBase:
        """How far every line was kept: 8-bit gray PNG, at most 2000 pixels a side, 255 = kept."""
        return self._map(request, pk, "structure")

    def _map(self, request: Request, pk: Any, name: str) -> HttpResponseBase:
        file = getattr(selectors.get_candidate(request.user, pk), name)
        if not file:
            raise exceptions.NotFound
        return send(request, file, "image/png", etag=f"{pk}-{name}")
