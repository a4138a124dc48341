"""Webhooks over HTTP: everything that their pages do."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.audit.wording import ACTIONS
from portal.hooks import selectors, services
from portal.hooks import serializers as shapes
from portal.hooks.models import Delivery, Webhook
from portal.hooks.wording import said

MANAGE = services.MANAGE


class WebhookApiFilter(django_filters.FilterSet):
    collection = django_filters.UUIDFilter(field_name="collection")

    class Meta:
        model = Webhook
        fields = ["active"]


class WebhookViewSet(mixins.ListModelMixin, GenericViewSet):
    """Addresses of other programs that are told what happens in a collection. It takes a token of scope `webhooks`."""

    queryset = Webhook.objects.none()
    serializer_class = shapes.WebhookSerializer
    filterset_class = WebhookApiFilter
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [
        by_policy(
            list=MANAGE, retrieve=MANAGE, create=MANAGE, partial_update=MANAGE, destroy=MANAGE, rotate=MANAGE,
            ping=MANAGE, deliveries=MANAGE, kinds=MANAGE,
        )
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Webhook]:
        return selectors.webhooks_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One webhook; its secret is not told again."""
        return Response(self.get_serializer(selectors.get_webhook(request.user, pk)).data)

    @extend_schema(request=shapes.NewWebhookSerializer, responses={201: shapes.MadeWebhookSerializer})
    def create(self, request: Request) -> Response:
        """Have an address told what happens in a collection. The answer holds the secret, this once."""
        data = self._valid(shapes.NewWebhookSerializer)
        return self._secret(services.add(request.user, data.pop("collection"), **data), 201)

    @extend_schema(request=shapes.ChangedWebhookSerializer, responses={200: shapes.WebhookSerializer})
    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Change where it is sent, what is sent, or pause it; what happens during a pause is not sent later."""
        webhook = selectors.get_webhook(request.user, pk)
        changes = self._valid(shapes.ChangedWebhookSerializer)
        return Response(self.get_serializer(services.change(request.user, webhook, **changes)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None) -> Response:
        """Delete it, with what was to be sent."""
        services.remove(request.user, selectors.get_webhook(request.user, pk))
        return Response(status=204)

    @extend_schema(request=None, responses={200: shapes.MadeWebhookSerializer})
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: Any = None) -> Response:
        """Make a new secret, told in this answer alone; until `old_until` messages are signed with both."""
        return self._secret(services.rotate(request.user, selectors.get_webhook(request.user, pk)))

    @extend_schema(request=None, responses={202: shapes.DeliverySerializer})
    @action(detail=True, methods=["post"])
    def ping(self, request: Request, pk: Any = None) -> Response:
        """Send a test message, of type `webhook.ping`; `deliveries` tells what came back."""
        made = services.ping(request.user, selectors.get_webhook(request.user, pk))
        return Response(shapes.DeliverySerializer(made).data, status=202)

    @extend_schema(responses={200: shapes.DeliverySerializer(many=True)})
    @action(detail=True, methods=["get"], filter_backends=[])
    def deliveries(self, request: Request, pk: Any = None) -> Response:
        """What was sent in the last thirty days, the latest first."""
        rows = selectors.deliveries_of(selectors.get_webhook(request.user, pk))
        return self.get_paginated_response(shapes.DeliverySerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(responses={200: shapes.KindSerializer(many=True)})
    @action(detail=False, methods=["get"], filter_backends=[], pagination_class=None)
    def kinds(self, request: Request) -> Response:
        """Every kind of event, with a sentence that says what it means."""
        return Response([{"key": key, "sentence": said(key)} for key in ACTIONS])

    def _valid(self, kind: Any) -> dict[str, Any]:
        serializer = kind(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _secret(self, made: tuple[Webhook, str], status: int = 200) -> Response:
        webhook, secret = made
        webhook.secret = secret  # for the serializer; the model keeps none
        answer = Response(shapes.MadeWebhookSerializer(webhook).data, status=status)
        answer["Cache-Control"] = "no-store"
        return answer


class DeliveryViewSet(GenericViewSet):
    """Single messages of a webhook."""

    queryset = Delivery.objects.none()
    serializer_class = shapes.DeliverySerializer
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [by_policy(retrieve=MANAGE, again=MANAGE)]

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One message and how its last try went."""
        return Response(self.get_serializer(selectors.get_delivery(request.user, pk)).data)

    @extend_schema(request=None, responses={202: shapes.DeliverySerializer})
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: Any = None) -> Response:
        """Send it again, under the same `webhook-id`."""
        sent = services.send_again(request.user, selectors.get_delivery(request.user, pk))
        return Response(self.get_serializer(sent).data, status=202)


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("webhooks", WebhookViewSet, basename="webhook")
    router.register("webhook-deliveries", DeliveryViewSet, basename="webhook-delivery")
