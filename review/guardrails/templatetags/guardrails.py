"""What pages that show a work say of its community's notices and of its way to the public."""

from typing import Any

from django import template

from portal.catalogue.models import Artwork
from review.guardrails.selectors import on_its_way
from review.guardrails.selectors.consent import standing_protocols

register = template.Library()


@register.simple_tag
def notices_of(artwork: Artwork) -> list[Any]:
    """The notices that stand on a work, to be read before its picture. One query."""
    return list(standing_protocols(artwork))


@register.inclusion_tag("guardrails/of_work.html", takes_context=True)
def publication_of(context: Any, artwork: Artwork) -> dict[str, Any]:
    """What of a work is on its way to the public, and what still blocks each."""
    user = context["request"].user
    may = user.has_perm("guardrails.prepare", artwork)
    return {"artwork": artwork, "rows": on_its_way(user, artwork), "may_prepare": may}
