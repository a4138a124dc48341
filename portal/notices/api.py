"""Notices over HTTP: reading them, marking them as read, choosing what comes by letter."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.audit.selectors import told
from portal.notices import selectors, services
from portal.notices import serializers as shapes
from portal.notices.models import Notice
from portal.notices.selectors import VIEW
from portal.notices.services import CHANGE


class NoticeViewSet(GenericViewSet):
    """What you are told of."""

    queryset = Notice.objects.none()
    serializer_class = shapes.NoticeSerializer
    parser_classes = [JSONParser]
    filter_backends = []
    lookup_value_converter = "int"
    permission_classes = [by_policy(list=VIEW, read=CHANGE, read_all=CHANGE, preferences=VIEW, set_preferences=CHANGE)]

    def get_queryset(self) -> QuerySet[Notice]:
        return selectors.notices_for(self.request.user)

    @extend_schema(parameters=[OpenApiParameter("unread", bool)], responses={200: shapes.NoticeSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """Your notices, the latest first; `unread=true` leaves out those that were read."""
        rows = self.get_queryset()
        unread = request.query_params.get("unread", "").lower() in ("true", "1")
        shown = self.paginate_queryset(rows.filter(read_at=None) if unread else rows)
        return self.get_paginated_response(self._said(shown, many=True))

    @extend_schema(request=None, responses={200: shapes.NoticeSerializer})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: Any = None) -> Response:
        """Mark one as read; again changes nothing."""
        notice = selectors.get_notice(request.user, pk)
        services.mark_read(request.user, notice)
        return Response(self._said(selectors.get_notice(request.user, pk)))

    @extend_schema(request=None, responses={200: shapes.ReadSerializer})
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark all of them as read."""
        return Response({"read": services.mark_all_read(request.user)})

    @extend_schema(responses={200: shapes.PreferencesSerializer})
    @action(detail=False, methods=["get"])
    def preferences(self, request: Request) -> Response:
        """When each kind of notice comes by letter; on the page it is always."""
        return Response(selectors.preferences_of(request.user))

    @extend_schema(request=shapes.PreferencesSerializer, responses={200: shapes.PreferencesSerializer})
    @preferences.mapping.patch
    def set_preferences(self, request: Request) -> Response:
        """Choose when kinds of notices come by letter; what still waits for a letter goes by it, too."""
        serializer = shapes.PreferencesSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.set_preferences(request.user, serializer.validated_data)
        return Response(selectors.preferences_of(request.user))

    def _said(self, notices: Any, many: bool = False) -> Any:
        rows = told(notice.event for notice in (notices if many else [notices]))
        context = self.get_serializer_context() | {"told": {row.event.pk: row for row in rows}}
        return shapes.NoticeSerializer(notices, many=many, context=context).data


def register(router: BaseRouter) -> None:
    """Add the viewset to the router of /api/v1/."""
    router.register("notices", NoticeViewSet, basename="notice")
