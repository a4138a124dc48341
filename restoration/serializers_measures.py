"""What the API says of the evidence that a colour reconstruction brings."""

from typing import Any

from rest_framework import serializers


class SpreadSerializer(serializers.Serializer):
    """Colour difference to the master over the area, ΔE (CIEDE2000)."""

    mean = serializers.FloatField()
    median = serializers.FloatField()
    p95 = serializers.FloatField()
    max = serializers.FloatField()


class StructureSerializer(serializers.Serializer):
    """Structural similarity of the lightness to the master, 1 = kept; `p05`: a twentieth of the area lies below."""

    mean = serializers.FloatField()
    p05 = serializers.FloatField()


class HistogramSerializer(serializers.Serializer):
    """Shares of the area in 32 equal bins between `from` and `to`."""

    before = serializers.ListField(child=serializers.FloatField())
    after = serializers.ListField(child=serializers.FloatField())
    reference = serializers.ListField(child=serializers.FloatField())

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.FloatField(), "to": serializers.FloatField(), **super().get_fields()}


class HistogramsSerializer(serializers.Serializer):
    """CIELAB: lightness, green to red, blue to yellow."""

    L = HistogramSerializer()
    a = HistogramSerializer()
    b = HistogramSerializer()


class MeasuresSerializer(serializers.Serializer):
    """What a colour reconstruction changed. `area`: the share of the picture that it was allowed to change, 0 to 1."""

    delta_e = SpreadSerializer()
    ssim = StructureSerializer()
    area = serializers.FloatField()
    histograms = HistogramsSerializer()
