"""What of a work could be published, and what is on its way."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from generation.models import Painting
from portal.accounts.models import User
from portal.accounts.policy import scope
from portal.catalogue.models import Artwork, Picture
from restoration.models import Candidate
from restoration.selectors import candidates_for

SHOWN = 24  # of each kind


@dataclass(frozen=True)
class Choice:
    """what: as `services.prepare` takes it. key: of the choice in a form."""

    key: str
    what: Candidate | Painting | None
    picture: Picture
    title: str


def publishable(user: User, artwork: Artwork) -> list[Choice]:
    """The original, the picked restorations of a work, and paintings of its collection."""
    found: list[Choice] = []
    if artwork.master:
        found.append(Choice("original", None, artwork.master, _("The original itself")))
    picked = candidates_for(user, artwork).filter(judgement=Candidate.Judgement.PICKED)
    for row in picked.select_related("picture", "restoration")[:SHOWN]:
        title = _("Restoration with %(engine)s, candidate %(number)s") % {
            "engine": row.restoration.engine, "number": row.number,
        }  # fmt: skip
        found.append(Choice(f"candidate-{row.pk}", row, row.picture, title))
    rows = Painting.objects.filter(round__collection=artwork.collection_id).select_related("picture", "round")
    rows = scope(user, "generation.view_painting", rows, "round__collection").order_by("-round__created_at", "number")
    found += [Choice(f"painting-{row.pk}", row, row.picture, str(row.round.caption)) for row in rows[:SHOWN]]
    return found


def on_its_way(user: User, artwork: Artwork) -> list[tuple[Any, list[Any]]]:
    """The releases of a work that a person may see, each with what blocks it; of drafts, the latest three."""
    from review.guardrails.selectors import releases_for
    from review.guardrails.services import what_blocks

    rows = list(releases_for(user, artwork).exclude(state="discarded")[:12])
    drafts = [row for row in rows if row.state == "draft"][:3]
    return [(row, what_blocks(user, row)) for row in rows if row.state != "draft" or row in drafts]
