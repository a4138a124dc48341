"""What the API says of uploads and deliveries."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.phrases import said
from portal.uploads.deliveries import report_on
from portal.uploads.models import Delivery, Upload


class Said(serializers.CharField):
    """A sentence that is kept in English, in the reader's language."""

    def to_representation(self, value: Any) -> str:
        return said(value)


class ResumableUploadSerializer(serializers.ModelSerializer):
    """A file under way. `problem` says why it is no acceptable picture, `notice` what to know about it."""

    problem = Said(read_only=True)
    notice = Said(read_only=True)

    class Meta:
        model = Upload
        fields = [
            "id", "collection", "name", "size", "offset", "state", "sha256", "kind", "problem", "notice", "artwork",
            "created_at", "expires_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewWorksDeliverySerializer(serializers.Serializer):
    """A table (CSV or XLSX) for the files that wait in a collection; without one, each becomes a work of its name."""

    collection = serializers.UUIDField()
    table = serializers.FileField(required=False, max_length=255)


class LineSerializer(serializers.Serializer):
    """One row or file: `ready` to be brought in, or brought in already as `artwork`, or why not (`problems`)."""

    number = serializers.IntegerField(allow_null=True, help_text="Line in the table; null for a file without a row.")
    file = serializers.CharField(source="name")
    upload = serializers.CharField(source="file.key", allow_null=True, default=None)
    title = serializers.CharField()
    ready = serializers.BooleanField()
    artwork = serializers.UUIDField(source="artwork.pk", allow_null=True, default=None)
    problems = serializers.ListField(child=serializers.CharField())
    notices = serializers.ListField(child=serializers.CharField())


class ReportSerializer(serializers.Serializer):
    """A dry run. `problems` of the table as a whole keep everything from being brought in."""

    ready = serializers.SerializerMethodField()
    problems = serializers.ListField(child=serializers.CharField())
    notices = serializers.ListField(child=serializers.CharField())
    lines = LineSerializer(many=True)

    def get_ready(self, report: Any) -> int:
        return len(report.ready)


class WorksDeliverySerializer(serializers.ModelSerializer):
    """A delivery with its dry run as things stand now, and the job that brings it in."""

    job = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    report = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = ["id", "collection", "table_name", "created_at", "job", "report"]
        read_only_fields = fields

    @extend_schema_field(ReportSerializer)
    def get_report(self, delivery: Delivery) -> dict[str, Any]:
        return ReportSerializer(report_on(delivery)).data


class StartedSerializer(serializers.Serializer):
    """The job that brings a delivery in."""

    job = serializers.UUIDField(source="pk")
