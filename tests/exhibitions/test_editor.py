"""Curators at work: exhibitions made, hung, arranged by two at once, opened and closed; by page and over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.errors import UserError
from portal.exhibitions import services
from portal.exhibitions.errors import ArrangedMeanwhile
from portal.exhibitions.models import Exhibition
from portal.exhibitions.selectors import public
from portal.exhibitions.services.arranging import order_of
from review.guardrails.services import prepare
from tests.factories import ArtworkFactory, CollectionFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(curator, collection):
    """An exhibition with two sections and three works: [[a, b], [c]]."""
    made = services.create(curator, collection, title="Hills", title_zh="山")
    second = services.add_section(curator, made, title="Second")
    for number in range(3):
        release = prepare(curator, ArtworkFactory(collection=collection, title=f"Work {number}"))
        services.hang(curator, made, release, second if number == 2 else made.sections.first())
    made.refresh_from_db()
    return made


def titles(exhibition):
    return [[str(exhibition.hangings.get(pk=pk)) for pk in works] for _section, works in order_of(exhibition)]


def test_addresses_come_from_the_title_and_are_never_shared(curator, collection):
    made = [services.create(curator, collection, title="Ink & Rain").slug for _ in range(3)]
    assert made == ["ink-rain", "ink-rain-2", "ink-rain-3"]
    assert services.create(curator, collection, title="Works").slug == "works-exhibition"
    assert services.create(curator, collection, title_zh="墨").slug == "exhibition"
    for taken in ("works", "ink-rain"):
        with pytest.raises(UserError, match="Another page"):
            services.create(curator, collection, title="x", slug=taken)
    with pytest.raises(UserError, match="title"):
        services.create(curator, collection, title="  ")


def test_an_order_is_set_as_a_whole_and_against_the_version_it_was_read_at(curator, hall):
    version, order = hall.version, order_of(hall)
    (first, (a, b)), (second, (c,)) = order
    services.arrange(curator, hall, version, [(second, [b, c]), (first, [a])])
    assert titles(hall) == [["Work 1", "Work 2"], ["Work 0"]]
    with pytest.raises(ArrangedMeanwhile):  # the other editor still has the old one before them
        services.arrange(curator, hall, version, order)
    assert titles(hall) == [["Work 1", "Work 2"], ["Work 0"]]


def test_an_order_that_loses_doubles_or_smuggles_something_changes_nothing(curator, hall):
    before = titles(hall)
    (first, (a, b)), (second, (c,)) = order_of(hall)
    for wrong in (
        [(first, [a, b])],
        [(first, [a]), (second, [c])],
        [(first, [a, b, c]), (second, [c])],
        [(first, [a, b]), (second, [uuid4()])],
        [(first, [a, b]), (first, [c])],
    ):
        with pytest.raises(UserError, match="once"):
            services.arrange(curator, hall, hall.version, wrong)
    assert titles(hall) == before


def test_every_change_raises_the_version_so_that_a_stale_order_is_refused(curator, hall):
    order, version = order_of(hall), hall.version
    services.take_down(curator, hall.hangings.first())
    with pytest.raises(ArrangedMeanwhile):
        services.arrange(curator, hall, version, order)


@pytest.mark.parametrize(
    ("what", "by", "expected"),
    [
        (0, 1, [["Work 1", "Work 0"], ["Work 2"]]),
        (1, 1, [["Work 0"], ["Work 1", "Work 2"]]),
        (2, -1, [["Work 0", "Work 1", "Work 2"], []]),
        (0, -1, [["Work 0", "Work 1"], ["Work 2"]]),
        (2, 1, [["Work 0", "Work 1"], ["Work 2"]]),
        ("section", -1, [["Work 2"], ["Work 0", "Work 1"]]),
    ],
)
def test_a_step_up_or_down_goes_on_into_the_next_section(client, curator, hall, what, by, expected):
    named = {str(row): row.pk for row in hall.hangings.all()}
    pk = hall.sections.last().pk if what == "section" else named[f"Work {what}"]
    client.force_login(curator)
    sent = {"version": hall.version, "what": pk, "by": by}
    assert client.post(reverse("curating:order", args=[hall.pk]), sent).status_code == 302
    assert titles(hall) == expected


def test_only_works_of_the_collection_hang_and_each_once(curator, hall, collection):
    release = hall.hangings.first().release
    assert services.hang(curator, hall, release) == hall.hangings.first()
    elsewhere = CollectionFactory(curator=curator)
    foreign = prepare(curator, ArtworkFactory(collection=elsewhere))
    with pytest.raises(UserError, match="own collection"):
        services.hang(curator, hall, foreign)
    room = services.create(curator, collection, title="Other").sections.get()
    own = prepare(curator, ArtworkFactory(collection=collection))
    with pytest.raises(UserError, match="another exhibition"):
        services.hang(curator, hall, own, room)


def test_the_works_of_a_removed_section_hang_in_its_neighbour(curator, hall):
    services.remove_section(curator, hall.sections.first())
    assert titles(hall) == [["Work 2", "Work 0", "Work 1"]]
    with pytest.raises(UserError, match="at least one"):
        services.remove_section(curator, hall.sections.first())


def test_open_schedule_close_and_open_again(curator, hall):
    soon = timezone.now() + timedelta(days=1)
    assert services.open_(curator, hall, soon).stage == "coming"
    assert not public.exhibitions().exists()
    assert services.close(curator, hall).stage == "draft"
    assert services.open_(curator, hall).stage == "open"
    assert list(public.exhibitions()) == [hall]
    opened = Exhibition.objects.get(pk=hall.pk).opens_at
    changed = services.open_(curator, hall, closes_at=soon)
    assert (changed.opens_at, changed.closes_at) == (opened, soon)
    with pytest.raises(UserError, match="past"):
        services.open_(curator, hall, closes_at=timezone.now() - timedelta(days=1))
    assert services.close(curator, hall).stage == services.close(curator, hall).stage == "closed"
    assert not public.exhibitions().exists()
    assert services.open_(curator, hall).stage == "open"
    with pytest.raises(UserError, match="close it instead"):
        services.remove(curator, hall)


def test_an_empty_exhibition_does_not_open(curator, collection):
    with pytest.raises(UserError, match="Nothing hangs"):
        services.open_(curator, services.create(curator, collection, title="Empty"))


def test_who_only_works_in_the_collection_may_look_and_change_nothing(client, hall, collection):
    reader = person("consultant", collection)
    hanging = hall.hangings.first()
    for change in (
        lambda: services.arrange(reader, hall, hall.version, order_of(hall)),
        lambda: services.open_(reader, hall),
        lambda: services.close(reader, hall),
        lambda: services.change_hanging(reader, hanging, alt="x"),
        lambda: services.take_down(reader, hanging),
        lambda: services.remove(reader, hall),
    ):
        with pytest.raises(PermissionDenied):
            change()
    client.force_login(reader)
    html = client.get(reverse("curating:exhibition", args=[hall.pk])).content.decode()
    assert "Work 0" in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]


def test_the_editor_says_what_visitors_will_not_see_and_what_nobody_can_hear(client, curator, hall):
    client.force_login(curator)
    path = reverse("curating:exhibition", args=[hall.pk])
    html = client.get(path).content.decode()
    assert "3 works hang here that visitors do not see yet" in html
    assert "3 works lack an alternative text" in html
    form = client.get(reverse("curating:hanging", args=[hall.hangings.first().pk])).content.decode()
    assert "Chinese alternative text <span" in form
    sent = {"alt": "Hills", "alt_zh": "山", "text": "", "text_zh": ""}
    assert client.post(reverse("curating:hanging", args=[hall.hangings.first().pk]), sent).status_code == 302
    assert "2 works lack an alternative text" in client.get(path).content.decode()


def test_a_preview_shows_what_a_visitor_would_see_and_only_to_members(client, curator, hall, on_show, collection):
    shown = on_show(title="Published pines")
    shown.hangings.all().delete()
    services.hang(curator, hall, shown)
    client.force_login(curator)
    for name, rest in (("exhibition", []), ("section", [1]), ("work", [shown.pk])):
        answer = client.get(reverse(f"curating:preview-{name}", args=[hall.pk, *rest]))
        assert answer.status_code == 200, name
        assert "Published pines" in answer.content.decode(), name
        assert "Work 0" not in answer.content.decode(), name
        assert "public" not in answer.get("Cache-Control", ""), name
    assert (
        reverse("curating:preview-work", args=[hall.pk, shown.pk])
        in client.get(reverse("curating:preview-exhibition", args=[hall.pk])).content.decode()
    )
    hidden = hall.hangings.exclude(release=shown).first().release_id
    assert client.get(reverse("curating:preview-work", args=[hall.pk, hidden])).status_code == 404
    client.force_login(person("curator", CollectionFactory()))
    assert client.get(reverse("curating:preview-exhibition", args=[hall.pk])).status_code == 404


def test_withdrawing_takes_one_step_and_says_why(client, curator, on_show):
    release = on_show()
    hanging = release.hangings.get()
    client.force_login(curator)
    path = reverse("curating:withdraw", args=[hanging.pk])
    client.post(path, {"reason": ""})
    assert public.releases().exists()
    client.post(path, {"reason": "Asked for."})
    assert not public.releases().exists()


def test_the_api_does_what_the_editor_does(client, curator, collection, hall):
    client.force_login(curator)

    def call(method, path, data=None, status=200):
        answer = getattr(client, method)(f"/api/v1/{path}", data, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    made = call("post", "exhibitions/", {"collection": str(collection.pk), "title": "By program"}, 201)
    path = f"exhibitions/{made['id']}/"
    release = prepare(curator, ArtworkFactory(collection=collection, title="By program"))
    hung = call("post", path + "hang/", {"release": str(release.pk)}, 201)
    assert hung["seen"] is False
    section = call("post", path + "sections/", {"title": "Second"}, 201)
    whole = call("get", path)
    first = whole["sections"][0]["id"]
    order = [{"section": section["id"], "hangings": [hung["id"]]}, {"section": first, "hangings": []}]
    arranged = call("post", path + "arrange/", {"version": whole["version"], "order": order})
    assert [it["id"] for it in arranged["sections"]] == [section["id"], first]
    call("post", path + "arrange/", {"version": whole["version"], "order": order}, 409)
    call("post", path + "arrange/", {"version": arranged["version"], "order": order[:1]}, 400)
    assert call("patch", f"exhibition-hangings/{hung['id']}/", {"alt": "Hills"})["alt"] == "Hills"
    assert call("patch", f"exhibition-sections/{first}/", {"text": "Words"})["text"] == "Words"
    assert call("patch", path, {"cover": hung["id"], "title_zh": "程序"})["cover"] == hung["id"]
    call("patch", path, {"cover": str(hall.hangings.first().pk)}, 404)
    assert call("post", path + "open/", {})["stage"] == "open"
    assert call("post", path + "close/")["stage"] == "closed"
    call("delete", path, status=400)
    call("delete", f"exhibition-sections/{first}/", status=204)
    call("delete", f"exhibition-hangings/{hung['id']}/", status=204)
    assert call("get", f"exhibitions/?collection={collection.pk}")["count"] == 2
    client.force_login(person("curator", CollectionFactory()))
    call("get", path, status=404)


def test_an_order_of_a_script_is_answered_in_json(client, curator, hall):
    client.force_login(curator)
    path, order = (
        reverse("curating:order", args=[hall.pk]),
        [[str(s), [str(w) for w in ws]] for s, ws in order_of(hall)],
    )

    def send(body):
        return client.post(path, body, content_type="application/json")

    answer = send({"version": hall.version, "order": order[::-1]})
    assert (answer.status_code, answer.json()) == (200, {"version": hall.version + 1})
    assert send({"version": hall.version, "order": order}).status_code == 409
    for junk in ("[]", "{", '{"version": 1}', '{"version": "x", "order": []}', '{"version": 1, "order": [["a", []]]}'):
        assert send(junk).status_code == 400, junk


@pytest.mark.parametrize("name", ["list", "exhibition", "concerns", "works"])
def test_a_page_asks_as_much_for_many_as_for_few(client, curator, hall, name):
    client.force_login(curator)
    path = reverse(f"curating:{name}", args=[hall.pk] if name in ("exhibition", "works") else [])

    def questions():
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    before = questions()
    for number in range(3):
        release = prepare(curator, ArtworkFactory(collection=hall.collection, title=f"More {number}"))
        other = services.create(curator, hall.collection, title=f"Other {number}")
        if number:
            services.hang(curator, hall, release)
        services.hang(curator, other, release)
        release.concerns.create(kind="fact", text="wrong")
    assert questions() <= before + (name in ("works", "concerns"))
