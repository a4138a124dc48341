"""What the pages for visitors say often: addresses that keep the language, words in two languages, pictures."""

import re
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.catalogue.models import Picture
from portal.catalogue.sealing import THUMBNAIL
from portal.exhibitions import languages, ways
from portal.templatetags.lacuna import fitted, iiif

HUNG = 320  # pixels: the height of what hangs in a hall on a large screen
CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")

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
def sources(picture: Picture, *sides: int) -> SafeString:
    """The attributes of an `img`: the picture at several sizes, from small to large, and the proportions of it."""
    found = {fitted(picture, side)[0]: _at(picture, side) for side in sides}
    width, height = fitted(picture, max(sides))
    offered = ", ".join(f"{address} {wide}w" for wide, address in found.items())
    return format_html('src="{}" srcset="{}" width="{}" height="{}"', found[width], offered, width, height)


@register.simple_tag
def on_wall(picture: Picture, phone: str) -> str:
    """How wide a picture hangs: `phone` on a phone, elsewhere as its height on a wall makes it."""
    return f"(max-width: 40rem) {phone}, {round(HUNG * picture.width / picture.height)}px"


@register.simple_block_tag
def chinese_faces(content: str) -> SafeString:
    """Faces for Chinese after what has any of it: fetched by range, and only where the device has none.

    A page in another language does with the lighter of the two for its few titles and names (`--cjk-serif` ends in it).
    """
    if not CHINESE.search(content):
        return content
    faces = ("sans", "serif") if languages.chinese() else ("sans",)
    links = ((static(f"vendor/noto-{face}-sc/wght.css"),) for face in faces)
    return content + format_html_join("\n", '<link rel="stylesheet" href="{}">', links)


def _at(picture: Picture, side: int) -> str:
    return reverse("catalogue:thumbnail", args=[picture.pk]) if side == THUMBNAIL else iiif_webp(picture, side)
