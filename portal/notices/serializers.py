"""What the API says of notices."""

from typing import Any

from rest_framework import serializers

from portal.desk.serializers import EventSerializer
from portal.notices.models import Kind, Mail, Notice


class NoticeSerializer(serializers.ModelSerializer):
    """One event that you are told of, and when you read it. `event.sentence` says what happened."""

    event = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "kind", "read_at", "event"]
        read_only_fields = fields

    def get_event(self, notice: Notice) -> EventSerializer:
        return EventSerializer(self.context["told"][notice.event_id], context=self.context).data


class PreferencesSerializer(serializers.Serializer):
    """When each kind of notice comes by letter; "" is never. A kind that is left out stays as it is."""

    def get_fields(self) -> dict[str, Any]:
        return {
            kind: serializers.ChoiceField(choices=Mail.choices, required=False, allow_blank=True, help_text=str(label))
            for kind, label in Kind.choices
        }


class ReadSerializer(serializers.Serializer):
    """`read`: how many became read by this."""

    read = serializers.IntegerField()
