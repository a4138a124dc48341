"""What the API says of webhooks. A secret is in the one answer that made it."""

from typing import Any

from rest_framework import serializers

from portal.catalogue.models import Collection
from portal.catalogue.selectors import collections_for
from portal.hooks.models import MAX_URL, Delivery, Webhook

EVENTS_HELP = "Kinds of events, of /api/v1/webhooks/kinds/; none means every one."


class WebhookSerializer(serializers.ModelSerializer):
    """An address that is told what happens in a collection. `disabled_at`: the site gave it up (`disabled_reason`)."""

    events = serializers.ListField(child=serializers.CharField(max_length=60), read_only=True, help_text=EVENTS_HELP)

    class Meta:
        model = Webhook
        fields = [
            "id", "collection", "url", "events", "active", "failures", "last_success_at", "disabled_at",
            "disabled_reason", "old_until", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class MadeWebhookSerializer(WebhookSerializer):
    """A webhook with its new `secret`, which no later answer repeats."""

    secret = serializers.CharField(read_only=True)

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class ChangedWebhookSerializer(serializers.Serializer):
    """What can be changed; what is left out stays. `active`: true resumes one that was paused or disabled."""

    url = serializers.CharField(max_length=MAX_URL, required=False)
    events = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=100, required=False, help_text=EVENTS_HELP
    )
    active = serializers.BooleanField(required=False)


class NewWebhookSerializer(serializers.Serializer):
    collection = serializers.PrimaryKeyRelatedField(queryset=Collection.objects.none())
    url = serializers.CharField(max_length=MAX_URL)
    events = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=100, required=False, help_text=EVENTS_HELP
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if request := self.context.get("request"):
            fields["collection"].queryset = collections_for(request.user)
        return fields


class DeliverySerializer(serializers.ModelSerializer):
    """One message. `reason` says why the last try failed, `response` how its answer began; `body` is what was sent."""

    class Meta:
        model = Delivery
        fields = [
            "id", "webhook", "action", "state", "tries", "next_try_at", "tried_at", "reason", "status_code", "response",
            "milliseconds", "body", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class KindSerializer(serializers.Serializer):
    """A kind of event, and what it says, in the language that was asked for."""

    key = serializers.CharField()
    sentence = serializers.CharField()
