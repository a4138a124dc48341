"""A panel that scores, with pictures of every origin, without the steps that led there."""

import re

import pytest

from review.models import Item, Nomination, Seat, Study
from review.services import renditions


@pytest.fixture
def seat(study_draft, coordinator, scoring) -> Seat:
    """An expert, one of two, who scores authentic, generated and restored pictures."""
    study = study_draft(authentic=3, generated=2, benchmark=0, restored=1)
    renditions.build_renditions(coordinator, study)
    return scoring(study, 2)[0]


def presentations(seat: Seat, round: int = 0) -> list:
    rows = seat.presentations.filter(round=round).order_by("position")
    return list(rows.select_related("item", "seat__study", "seat__user"))


def secrets_of(item: Item) -> set[str]:
    """Every word that tells what an item is."""
    picture = renditions.picture_of(item)
    told = {str(item.pk), item.code, item.rendition.name, item.rendition_sha256, "telea"}
    told |= {str(picture.pk), picture.original_name, picture.sha256, picture.file.name}
    told |= {str(work.pk) for work in (item.candidate, item.painting, item.artwork) if work}
    if item.artwork:
        told |= {item.artwork.title}
    if item.painting:
        told |= {item.painting.round.caption, item.painting.round.prompt, str(item.painting.round_id)}
    if item.candidate:
        told |= {item.candidate.restoration.artwork.title, str(item.candidate.restoration_id)}
        told |= {str(pk) for pk in Nomination.objects.filter(candidate=item.candidate).values_list("pk", flat=True)}
    return {word for word in told if len(word) > 3}


def secrets(study: Study) -> set[str]:
    return set().union(*(secrets_of(item) for item in study.items.all()))


def plain(text: str) -> str:
    """A page without what differs from one request to the next, and without codes and places."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"|"X-CSRFToken": "\w+"', "", text)
    return re.sub(r"[0-9a-f]{32}", "CODE", re.sub(r"Picture \d+", "Picture N", text))
