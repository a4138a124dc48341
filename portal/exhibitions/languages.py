"""Words that exist in two languages: the one of the page where somebody wrote it, else the other, marked as such."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

TAGS = ("en", "zh-Hans")
HAN, LATIN = re.compile("[\u3400-\u9fff]"), re.compile("[A-Za-z]")


def chinese() -> bool:
    """Whether the page is in Chinese."""
    return (get_language() or "").startswith("zh")


def spoken(thing: Any, name: str) -> tuple[str, str]:
    """The text `name` (and `name_zh`) of a row or mapping, and its BCP 47 tag: "" where it is the page's own."""
    get = thing.get if isinstance(thing, Mapping) else lambda key: getattr(thing, key, "")
    here, there = (f"{name}_zh", name) if chinese() else (name, f"{name}_zh")
    if text := (get(here) or "").strip():
        return text, TAGS[1] if not chinese() and _is_chinese(text) else ""
    text = (get(there) or "").strip()
    return text, (TAGS[0] if chinese() else TAGS[1]) if text else ""


def _is_chinese(text: str) -> bool:
    """Whether what somebody wrote for pages in English is mostly Chinese: a title that has no other."""
    return len(HAN.findall(text)) > len(LATIN.findall(text))


def marked(thing: Any, name: str) -> SafeString | str:
    """The text for a page, in a `span` that names its language where that is another than the page's."""
    text, tag = spoken(thing, name)
    return format_html('<span lang="{}">{}</span>', tag, text) if tag else text


def paragraphs(thing: Any, name: str) -> SafeString:
    """A longer text: an empty line begins another paragraph."""
    text, tag = spoken(thing, name)
    if not text:
        return SafeString("")
    html = mark_safe(linebreaks(text, autoescape=True))  # noqa: S308  escaped by linebreaks itself
    return format_html('<div lang="{}">{}</div>', tag, html) if tag else html


def both(thing: Any, name: str) -> dict[str, list[str]]:
    """A IIIF language map of what is there: {"en": […], "zh-Hans": […]}."""
    get = thing.get if isinstance(thing, Mapping) else lambda key: getattr(thing, key, "")
    found = {tag: (get(key) or "").strip() for tag, key in zip(TAGS, (name, f"{name}_zh"), strict=True)}
    return {tag: [text] for tag, text in found.items() if text}
