"""What an expert's pages and answers say, and what they say when something is wrong."""

import json
import re
import uuid
from collections import Counter

import pytest
from django.urls import reverse
from scipy.stats import binomtest

from review.models import Argument, Conflict, Discussion, Item, Presentation, Seat, Study
from review.selectors import panel
from review.services import orders
from tests.factories import UserFactory
from tests.review.conftest import answers

from .conftest import plain, presentations, secrets

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[0-9a-f]{32}")


def page(client, name: str, *args) -> str:
    answer = client.get(reverse(f"panel:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, move: str, code: str, content: dict, version: int = 0):
    body = {"content": content, "version": version, "request": str(uuid.uuid4())}
    return client.post(reverse(f"panel:{move}", args=[code]), body, content_type="application/json")


def test_01_names_are_random_and_each_expert_s_own(seat, client):
    client.force_login(seat.user)
    codes = [it.code for it in presentations(seat)]
    other = [it.code for it in presentations(seat.study.seats.get(label=2))]
    stored = [it.item.rendition.name for it in presentations(seat)]
    assert all(CODE.fullmatch(code) for code in (*codes, *other))
    assert all(re.fullmatch(r"panel/[0-9a-f]{32}\.jpg", name) for name in stored)
    assert len({*codes, *other, *(name[6:38] for name in stored)}) == 3 * len(codes)
    spread = Counter(digit for code in (*codes, *other) for digit in code)
    assert max(spread.values()) < 3 * sum(spread.values()) / 16  # no digit that all have in common
    told = [it.code for it in seat.study.items.all()] + stored
    for code in codes:
        text = page(client, "score", code)
        assert not [word for word in (*told, *other, *secrets(seat.study)) if word in text]


def test_02_no_key_counts_or_tells_the_time(seat, client):
    client.force_login(seat.user)
    rows = presentations(seat)
    texts = [page(client, "seat", seat.pk), page(client, "score", rows[1].code), page(client, "home")]
    for text in texts:
        found = re.findall(r'(?:href|src|action|data-\w+)="(/panel/[^"]*|/api/[^"]*)"', text.split("<main")[1])
        assert found
        assert not [link for link in found if re.search(r"/\d+(/|$)", link)]
        assert {uuid.UUID(it).version for it in re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)} <= {4}
    assert sorted(rows, key=lambda it: it.pk) == rows  # a key of the database says no more than the place
    assert {it.item.pk.version for it in rows} == {4}
    asked = CODE.findall(page(client, "conflicts", seat.pk).split("<main")[1])
    assert list(dict.fromkeys(asked)) == sorted(asked, key=str)[:: len(asked) // len(set(asked))]
    assert [it["code"] for it in client.get(f"/api/v1/panel/{seat.pk}/conflicts/").json()["results"]] == sorted(
        {*asked}
    )


def test_09_what_a_place_holds_is_left_to_chance():
    kinds = ["artwork"] * 6 + ["painting"] * 6
    first, last, after, runs = 0, 0, [0, 0], 0
    for seed in range(400):
        items = [Item(origin=kind, code=str(number)) for number, kind in enumerate(kinds)]
        order = [it.origin == "artwork" for it in orders.drawn(Study(seed=seed), items, 0, seed % 5)]
        assert sum(order) == 6
        first, last = first + order[0], last + order[-1]
        after[order[5]] += order[6]
        runs = max(runs, max(len(run) for run in re.findall("a+|g+", "".join("ga"[it] for it in order))))
    assert binomtest(first, 400).pvalue > 0.01
    assert binomtest(last, 400).pvalue > 0.01
    assert 0.3 < after[1] / 200 < 0.6  # after an authentic work another one about as often as not
    assert runs <= orders.MAX_RUN


def test_10_the_keys_of_every_answer_are_an_allow_list(seat, client):
    client.force_login(seat.user)
    study, told = seat.study, {"good": set(), "conflict": set(), "refused": set(), "last": set()}
    for it in presentations(seat):
        told["good"].add(frozenset(send(client, "save", it.code, answers(study, 4)).json()))
        told["conflict"].add(frozenset(send(client, "save", it.code, answers(study, 4)).json()))
        told["refused"].add(frozenset(send(client, "submit", it.code, answers(study, 3, deductions={}), 1).json()))
        told["last"].add(frozenset(send(client, "submit", it.code, answers(study, 4), 2).json()))
    assert {name: [set(keys) for keys in found] for name, found in told.items()} == {
        "good": [{"version", "saved_at"}],
        "conflict": [{"detail", "version", "submitted", "saved_at", "content"}],
        "refused": [{"detail", "version"}],
        "last": [{"version", "saved_at", "next"}],
    }


def test_11_pages_of_any_two_pictures_are_the_same_but_for_codes_and_places(seat, client):
    client.force_login(seat.user)
    between = presentations(seat)[1:-1]  # the first and the last have a link less
    assert len({it.item.origin for it in presentations(seat)}) == 3
    assert len({plain(page(client, "score", it.code)) for it in between}) == 1
    assert not re.search(r"<!--", page(client, "score", between[0].code))


def test_12_what_is_not_the_expert_s_is_as_unknown_as_what_was_made_up(seat, client):
    client.force_login(seat.user)
    item = presentations(seat)[0].item
    gone = Seat.objects.create(
        study=Study.objects.create(collection=seat.collection, title="Past", created_by=seat.study.created_by),
        email="w@example.org", user=seat.user, state="withdrawn",
    )  # fmt: skip
    past = Presentation(seat=gone, item=item, position=1, round=7)
    past.save()
    codes = [
        uuid.uuid4().hex,
        item.code,
        presentations(seat.study.seats.get(label=2))[0].code,
        past.code,
        "no-such-name",
    ]
    for name, ask in (("score", client.get), ("picture", client.get), ("save", client.post), ("submit", client.post)):
        told = set()
        for code in codes:
            sent = [{}, "application/json"] if ask == client.post else []
            answer = ask(reverse(f"panel:{name}", args=[code]), *sent)
            headers = {key: value for key, value in answer.headers.items() if key != "Content-Length"}
            text = plain(answer.content.decode()).replace(code, "CODE")
            told.add(
                (answer.status_code, re.sub(r"\s+", " ", text), re.sub(r"nonce-\S+", "", str(sorted(headers.items()))))
            )
        assert len(told) == 1
        assert told.pop()[0] == 404


def test_15_a_round_that_is_over_tells_no_more_than_an_open_one(running, client):
    study = running("scoring")
    seat, other = study.seats.get(label=1), study.seats.get(label=2)
    client.force_login(seat.user)
    early = presentations(seat, 1)
    shown, now = (client.get(reverse("panel:score", args=[it[1].code])) for it in (early, presentations(seat)))
    assert (shown.context["open"], now.context["open"]) == (False, True)
    own = {"version", "submitted", "saved_at", "content"}
    assert shown.context["answers"].keys() == now.context["answers"].keys() == own
    texts = [shown.content.decode(), page(client, "seat", seat.pk), page(client, "home")]
    numbers = study.calibrations.get().statistics
    for text in texts:
        assert "Kendall" not in text
        assert not [key for entry in numbers.values() for key in ("severity", "alpha_reason") if f'"{key}"' in text]
    for it in presentations(other, 1):
        assert client.get(reverse("panel:score", args=[it.code])).status_code == 404
        assert client.get(reverse("panel:picture", args=[it.code])).status_code == 404


@pytest.fixture
def discussion(seat) -> Discussion:
    """An open discussion between two experts, of whom each said something."""
    study, item = seat.study, presentations(seat)[0].item
    made = Discussion.objects.create(study=study, item=item, dimension=study.dimensions.first(), round=1)
    for own in study.seats.all():
        words = f"{'Zinc' if own.label == 1 else 'Alum'} white is what I see."
        Argument.objects.create(discussion=made, seat=own, flagged=own.label == 1, z=1.7, before=2, text=words)
    Study.objects.filter(pk=study.pk).update(state="delphi")
    return made


def test_16_in_a_discussion_nobody_can_tell_who_said_or_scored_what(discussion, client):
    shown = {}
    for own in discussion.arguments.select_related("seat__user"):
        client.force_login(own.seat.user)
        text = page(client, "discussion", own.pk)
        others = discussion.study.seats.exclude(pk=own.seat_id)
        told = [word for row in others.values_list("name", "email", "pk", "user__username") for word in map(str, row)]
        assert not [word for word in (*told, "1.7", *secrets(discussion.study)) if word in text.split("<main")[1]]
        assert not re.search(r"Expert \d", text)
        shown[own.seat.label] = panel.heard(own)
    assert all(it.keys() == {"counts", "texts"} for it in shown.values())
    for word in ("Nickel", "Azurite", "Malachite"):
        second = Argument.objects.create(
            discussion=Discussion.objects.create(
                study=discussion.study, item=discussion.item, dimension=discussion.dimension, round=2 + len(word)
            ),
            seat=discussion.study.seats.get(label=2), text=f"{word} as well.",
        )  # fmt: skip
    texts = panel.heard(discussion.arguments.get(seat__label=1))["texts"]
    assert texts == sorted(texts)
    assert len(texts) == 4
    assert second.text in texts


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Wang Wei 2 must see this.", "… must see this."),
        ("As wang wei 1 told me.", "As … told me."),
        ("Write to a.b+c@museum.example.org, please.", "Write to …, please."),
        ("王维说这幅画是假的。", "…说这幅画是假的。"),
        ("A wash as by Wang Weiming.", "A wash as by Wang Weiming."),
    ],
)
def test_18_names_in_what_experts_write_reach_nobody(discussion, client, said, heard):
    study = discussion.study
    Seat.objects.create(study=study, email="z@example.org", name="王维", state="declined")
    own, other = discussion.arguments.get(seat__label=1), discussion.arguments.get(seat__label=2)
    Argument.objects.filter(pk=other.pk).update(text=said)
    Conflict.objects.create(seat=other.seat, item=discussion.item, present=True, note="I dealt with Zhu Da.")
    assert panel.heard(own)["texts"] == [heard]
    client.force_login(own.seat.user)
    told = (
        page(client, "discussion", own.pk) + page(client, "conflicts", own.seat_id) + page(client, "seat", own.seat_id)
    )
    assert "Zhu Da" not in told


def test_20_no_answer_of_the_panel_is_kept_by_a_browser_or_on_the_way(discussion, client, link):
    argument = discussion.arguments.select_related("seat__user").first()
    seat = argument.seat
    code = presentations(seat)[0].code
    paths = [reverse("panel:home"), reverse("panel:another"), reverse("panel:discussion", args=[argument.pk])]
    paths += [reverse(f"panel:{name}", args=[seat.pk]) for name in ("seat", "conflicts", "display")]
    paths += [reverse(f"panel:{name}", args=[code]) for name in ("score", "picture")]
    paths += [f"/api/v1/panel/{seat.pk}/", f"/api/v1/panel/sheets/{code}/", f"/api/v1/panel/sheets/{code}/picture/"]
    client.force_login(seat.user)
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert {"no-store", "private"} <= set(re.split(r",\s*", answer["Cache-Control"])), path
    for move in ("save", "submit"):
        assert "no-store" in send(client, move, code, {})["Cache-Control"]
    client.force_login(UserFactory())  # another person at the same browser
    assert {client.get(path).status_code for path in paths[2:]} == {404}


def test_23_no_number_on_a_page_follows_from_how_many_are_authentic(study_draft, coordinator, scoring, client):
    told = set()
    for authentic, generated in ((1, 3), (3, 1)):
        study = study_draft(authentic, generated, 0)
        (own,) = scoring(study)
        client.force_login(own.user)
        rows = presentations(own)
        texts = [page(client, "seat", own.pk), page(client, "score", rows[1].code), page(client, "conflicts", own.pk)]
        texts.append(json.dumps(client.get(f"/api/v1/panel/{own.pk}/").json()))
        hidden = (str(own.pk), own.user.username, str(study.pk), own.user.display_name)
        found = [re.sub("|".join(map(re.escape, hidden)), "ID", plain(text)) for text in texts]
        told.add(tuple(found))
    assert len(told) == 1
