"""What pages that show a work say of its community's notices."""

from typing import Any

from django import template

from portal.catalogue.models import Artwork
from review.guardrails.selectors.consent import standing_protocols

register = template.Library()


@register.simple_tag
def notices_of(artwork: Artwork) -> list[Any]:
    """The notices that stand on a work, to be read before its picture. One query."""
    return list(standing_protocols(artwork))
