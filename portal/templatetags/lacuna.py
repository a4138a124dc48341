"""What templates say often: an icon, a picture at a size, a share, a seed of the interface's own words."""

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from gpu_workers.engines.registry import ENGINES
from portal import phrases

register = template.Library()
register.filter("said", phrases.said)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A symbol of static/img/icons.svg, silent for screen readers: the control around it carries the words."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def iiif(picture, side: int) -> str:
    """Address of a picture that fits into a square of ``side`` pixels, never enlarged."""
    side = min(int(side), max(picture.width, picture.height))
    width, height = fitted(picture, side)
    info = reverse("catalogue:iiif-info", args=[picture.pk])
    return f"{info.removesuffix('info.json')}full/{width},{height}/0/default.jpg"


@register.simple_tag
def fitted(picture, side: int) -> tuple[int, int]:
    """Width and height of a picture fitted into a square of ``side`` pixels: an img that says them shifts nothing."""
    scale = min(1.0, int(side) / max(picture.width, picture.height))
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


@register.filter
def percent(share: float | None) -> str:
    """0.0312 → “3.1 %”; a share that is not zero never reads as zero."""
    if not share:
        return "0 %"
    return f"{number_format(share * 100, 1)} %" if share >= 0.001 else f"< {number_format(0.1, 1)} %"


@register.filter
def figure(value: float | None, places: int = 2) -> str:
    """A measured number with so many decimals and a true minus; – where there is none."""
    return "–" if value is None else number_format(round(value, places) + 0.0, places).replace("-", "−")


@register.filter
def interval(ends: list[float] | None, places: int = 2) -> str:
    """From where to where something lies; – where that is not known."""
    if not ends:
        return "–"
    low, high = (figure(end, places) for end in ends)
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


@register.filter
def p_value(p: float | None) -> str:
    """A probability as one writes it: three decimals, and never 0; – where there is none."""
    return f"< {figure(0.001, 3)}" if p is not None and p < 0.001 else figure(p, 3)


@register.filter
def day(moment: datetime | None) -> SafeString | str:
    """A date that nobody can misread: 23 Nov 2026."""
    return _time(moment, pgettext("date format", "j M Y"))


@register.filter
def date_of(date) -> str:
    """A day, written as `day` writes that of a moment."""
    return date_format(date, pgettext("date format", "j M Y"))


@register.filter
def clock(moment: datetime | None) -> SafeString | str:
    """The time of a day that is known already."""
    return _time(moment, "H:i")


@register.filter
def moment(moment: datetime | None) -> SafeString | str:
    """A date and time that nobody can misread, in universal time."""
    return _time(moment, pgettext("date format", "j M Y, H:i") + " \\U\\T\\C")


def _time(moment: datetime | None, pattern: str) -> SafeString | str:
    if not moment:
        return ""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), date_format(moment, pattern))


@register.filter
def duration(seconds: float | None) -> str:
    """A length of time as a person says it, rounded up: 42 s, 3 min, 1 h 20 min."""
    if seconds is None:
        return ""
    seconds = max(1, round(seconds))
    if seconds < 60:
        return gettext("%(seconds)d s") % {"seconds": seconds}
    minutes = -(-seconds // 60)
    if minutes < 60:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.filter
def get(mapping, key):
    """``mapping[key]`` in a template; None where there is none."""
    return mapping.get(key) if mapping else None


@register.filter
def engine_title(name: str) -> str:
    """The name of an engine, of whatever task, as people say it; one that is no longer in the table keeps its key."""
    spec = ENGINES.get(name)
    return phrases.said(spec.title) if spec else name
