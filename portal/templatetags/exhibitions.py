"""What the pages for visitors say often: addresses that keep the language, words in two languages."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal.catalogue.models import Picture
from portal.exhibitions import languages, ways
from portal.templatetags.lacuna import fitted, iiif

register = template.Library()
register.filter("tongue", languages.marked)
register.filter("paragraphs", languages.paragraphs)


@register.filter
def plain(thing: Any, name: str) -> SafeString | str:
    """The text alone, for attributes and titles."""
    return languages.spoken(thing, name)[0]


@register.simple_tag(takes_context=True)
def way(context: dict[str, Any], name: str, *args: Any) -> str:
    """The address of a page for visitors, in the language and the preview of the page that leads there."""
    return ways.way(context["request"], name, *args, preview=context.get("preview"))


@register.simple_tag(takes_context=True)
def in_language(context: dict[str, Any], language: str) -> str:
    return ways.in_language(context["request"], language)


@register.simple_tag(takes_context=True)
def in_full(context: dict[str, Any], address: str) -> str:
    """An address with the host in front."""
    return context["request"].build_absolute_uri(address)


@register.simple_tag
def iiif_webp(picture: Picture, side: int) -> str:
    """Address of a picture as WebP that fits into a square of ``side`` pixels, never enlarged."""
    return iiif(picture, side).removesuffix("jpg") + "webp"


@register.simple_tag
def width_of(picture: Picture, side: int) -> int:
    """The width of a picture fitted into a square of ``side`` pixels."""
    return fitted(picture, side)[0]
