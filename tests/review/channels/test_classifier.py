"""A classifier that is given everything of the panel's answers but the pixels cannot tell authentic from generated.

It notices headers, lengths, markup, names, places, the segments and tables of the files, their sizes, and how much work
of the server an answer takes. Left out: how much of a file is filling, for that follows from the pixels, which an
expert has anyway. The second half opens one channel at a time, and the same classifier finds it.
"""

import hashlib
import re
import secrets
import uuid
from collections import Counter
from html.parser import HTMLParser

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from review.models import Presentation, Seat, Study
from review.services import orders, renditions, studies
from review.services.sheets import EMPTY
from review.views import scoring as views

from .conftest import presentations
from .crowd import fill, sources
from .guessing import p_of
from .test_files import segments

pytestmark = pytest.mark.django_db
STUDIES, EACH = 8, 25  # of either kind: 200 authentic and 200 generated items in all
FEW = 24


@pytest.fixture
def panels(collection, coordinator, scoring, tmp_path, monkeypatch):
    """A function: so many studies with so many items of either kind, an expert each; the lot always falls alike."""
    lot = np.random.default_rng(11)
    monkeypatch.setattr(secrets, "token_hex", lambda size: lot.bytes(size).hex())
    read, kept = renditions._pixels, {}

    def once(picture, side):  # a picture that many items show is read once
        key = (picture.file.name, side)
        if key not in kept:
            kept[key] = read(picture, side)
        return kept[key]

    monkeypatch.setattr(renditions, "_pixels", once)

    def panels(count: int, each: int) -> list[Seat]:
        made, of = [], sources(collection, tmp_path)
        for number in range(count):
            study = studies.create_study(coordinator, collection, title="Hills")
            Study.objects.filter(pk=study.pk).update(seed=number + 1)
            study.refresh_from_db()
            fill(study, of, each)
            renditions.build_renditions(coordinator, study)
            made += scoring(study)
        return made

    return panels


class Markup(HTMLParser):
    """How often each tag, attribute and class stands on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found[tag] += 1
        for name, value in attributes:
            self.found[f"{tag} {name}"] += 1
            if name in ("class", "alt", "title"):
                self.found.update(f"{tag} {name} {word}" for word in (value or "").split())


def clues(client, shown: Presentation, all: int) -> dict[str, float]:
    """Everything that an expert's program could notice of one item."""
    body = {"content": EMPTY, "version": 0, "request": str(uuid.UUID(int=shown.pk))}
    asks = {
        "page": lambda: client.get(reverse("panel:score", args=[shown.code])),
        "picture": lambda: client.get(reverse("panel:picture", args=[shown.code])),
        "save": lambda: client.post(reverse("panel:save", args=[shown.code]), body, content_type="application/json"),
    }
    found: dict[str, float] = {
        "place": shown.position,
        "odd": shown.position % 2,
        "late": shown.position > all / 2,
        "name": int(shown.code[:8], 16),
    }
    found |= {f"name {place} {shown.code[place]}": 1 for place in (0, 1, 2, -1)}
    answers = {}
    for name, ask in asks.items():
        with CaptureQueriesContext(connection) as captured:
            answers[name] = answer = ask()
        assert answer.status_code == 200
        found |= {f"{name} bytes": len(answer.content), f"{name} queries": len(captured)}
        headers = {key: re.sub(r"nonce-[^']*", "", value) for key, value in answer.headers.items()}
        found |= {f"{name} {key}: {value}": 1 for key, value in headers.items()}
    found |= Markup(answers["page"].content.decode()).found
    found |= {f"save {key}": 1 for key in answers["save"].json()}
    for number, (marker, held) in enumerate(segments(answers["picture"].content)):
        if marker != 0xFE:
            found[f"segment {number} {marker:x} {hashlib.sha256(held).hexdigest()}"] = 1
        if marker == 0xC0:
            found |= {"height": int.from_bytes(held[1:3], "big"), "width": int.from_bytes(held[3:5], "big")}
    return found


def guessed(client, seats: list[Seat]) -> tuple[float, float]:
    noticed, kinds, groups = [], [], []
    for group, seat in enumerate(seats):
        client.force_login(seat.user)
        client.get(reverse("panel:home"))  # how many notices wait is remembered from the first page on
        rows = presentations(seat)
        for shown in rows:
            noticed.append(clues(client, shown, len(rows)))
            kinds.append(shown.item.origin == "painting")
            groups.append(group)
    return p_of(noticed, kinds, groups)


@pytest.mark.timeout(900)  # 400 items through real pages: half a minute on a quiet machine
def test_of_400_items_a_classifier_guesses_no_better_than_a_coin(panels, client):
    share, p = guessed(client, panels(STUDIES, EACH))
    assert p > 0.01, f"{share:.0%} guessed right"


def generated(shown: Presentation) -> bool:
    return shown.item.origin == "painting"


def unfilled(monkeypatch):
    monkeypatch.setattr(renditions, "filled", lambda data, length: data)


def own_sizes(monkeypatch):
    encode = renditions.encode
    monkeypatch.setattr(renditions, "encode", lambda it, side: encode(it, side + 64 * (it.shape[0] != it.shape[1])))


def own_quality(monkeypatch):
    encode = renditions.encode

    def by_shape(it, side):
        with monkeypatch.context() as other:
            other.setattr(renditions, "QUALITY", 91 if it.shape[0] == it.shape[1] else 90)
            return encode(it, side)

    monkeypatch.setattr(renditions, "encode", by_shape)


def names_that_begin_alike(monkeypatch):
    def begun(**about):
        made = Presentation(**about)
        made.code = ("0" if generated(made) else "a") + made.code[1:]
        return made

    begun.objects = Presentation.objects
    monkeypatch.setattr(orders, "Presentation", begun)


def in_order(monkeypatch):
    monkeypatch.setattr(orders, "_spaced", lambda order, lot: sorted(order, key=orders._authentic))


def a_date(monkeypatch):
    blind = views.blind_picture

    def dated(shown):
        answer = blind(shown)
        if generated(shown):
            answer["Last-Modified"] = timezone.now().strftime("%a, %d %b %Y 00:00:00 GMT")
        return answer

    monkeypatch.setattr(views, "blind_picture", dated)


def more_work(monkeypatch):
    blind = views.blind_picture
    monkeypatch.setattr(
        views, "blind_picture", lambda it: blind(it) if generated(it) else (str(it.item.artwork), blind(it))[1]
    )


def a_class(monkeypatch):
    render = views.render

    def marked(request, name, context):
        answer = render(request, name, context)
        if Presentation.objects.get(code=context["code"]).item.painting_id:
            answer.content = answer.content.replace(b'class="judging"', b'class="judging fresh"')
        return answer

    monkeypatch.setattr(views, "render", marked)


LEAKS = [unfilled, own_sizes, own_quality, names_that_begin_alike, in_order, a_date, more_work, a_class]


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_a_channel_that_is_opened_is_found(leak, panels, client, monkeypatch):
    leak(monkeypatch)
    share, p = guessed(client, panels(1, FEW))
    assert p < 0.001, f"{share:.0%} guessed right"
