"""What the API says of the lexicon, and of a description that was read by it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.lexicon import ATTRIBUTES, Description, Lexicon, Parsed, attribute_of
from generation.words import lexicon


class Ids(serializers.ListField):
    """Ids of the lexicon, or words."""

    child = serializers.CharField()


class NamedSerializer(serializers.Serializer):
    """Something by one id and its name in English and in Chinese."""

    id = serializers.CharField()
    en = serializers.CharField()
    zh = serializers.CharField()


class QualitySerializer(NamedSerializer):
    """An adjective. `attribute`: what it is a value of, null for most; a picture has one value of each."""

    attribute = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_attribute(self, row: Any) -> str | None:
        return attribute_of(row.id)


class TermSerializer(QualitySerializer):
    """A keyword. `adjectives`: those that suit it; `source`: where it is from."""

    adjectives = Ids()
    source = serializers.CharField()  # type: ignore[assignment]


class DimensionSerializer(serializers.Serializer):
    """One dimension of the vocabulary. `one_of`: a picture has at most one of its terms."""

    id = serializers.CharField()
    one_of = serializers.BooleanField()
    terms = TermSerializer(many=True)


class AttributeSerializer(serializers.Serializer):
    """What a retuning can change, and the ids it can be."""

    id = serializers.CharField()
    values = Ids()


class ClassSerializer(NamedSerializer):
    """A class of paintings: the themes that fall into it, and the finer classes of it."""

    themes = Ids()
    secondary = NamedSerializer(many=True)


class LexiconSerializer(serializers.Serializer):
    """The whole vocabulary, one id a word in both languages."""

    dimensions = serializers.SerializerMethodField()
    adjectives = serializers.SerializerMethodField()
    attributes = serializers.SerializerMethodField()
    classes = serializers.SerializerMethodField()

    @extend_schema_field(DimensionSerializer(many=True))
    def get_dimensions(self, words: Lexicon) -> Any:
        rows = [
            {"id": name, "one_of": name in words.one_of, "terms": words.dimension(name)} for name in words.dimensions
        ]
        return DimensionSerializer(rows, many=True).data

    @extend_schema_field(QualitySerializer(many=True))
    def get_adjectives(self, words: Lexicon) -> Any:
        return QualitySerializer(words.adjectives.values(), many=True).data

    @extend_schema_field(AttributeSerializer(many=True))
    def get_attributes(self, words: Lexicon) -> Any:
        return [{"id": name, "values": list(values)} for name, values in ATTRIBUTES.items()]

    @extend_schema_field(ClassSerializer(many=True))
    def get_classes(self, words: Lexicon) -> Any:
        return ClassSerializer(words.classes.values(), many=True).data


class CaptionsSerializer(serializers.Serializer):
    """The same caption in both languages."""

    en = serializers.CharField()
    zh = serializers.CharField()


class CaptionSerializer(serializers.Serializer):
    """What was understood of a description. `language`: en, zh or mixed. `terms`, `adjectives`: ids, and
    `contradictions` pairs of them that cannot both hold. `unknown`: words that the lexicon lacks, as they were written.
    """

    language = serializers.ChoiceField(choices=["en", "zh", "mixed"])
    captions = serializers.SerializerMethodField()
    terms = Ids()
    adjectives = Ids()
    unknown = Ids()
    contradictions = serializers.ListField(child=Ids())

    @extend_schema_field(CaptionsSerializer)
    def get_captions(self, found: Parsed) -> dict[str, str]:
        said = Description(found.terms, found.adjectives, found.unknown)
        return {language: said.caption(lexicon(), language) for language in ("en", "zh")}
