"""What a scoring page and its picture give away of an item: nothing but what the picture shows."""

import pytest
from django.urls import reverse

from review.models import Item, Nomination, Presentation, Seat
from review.services import renditions
from review.views import scoring
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CONTEXT = {  # everything that the template of the scoring page is given
    *("code", "position", "places", "done", "previous", "following", "seat_id", "study"),
    *("rubric", "answers", "ask_origin", "calibration", "open", "side"),
}
VARYING = {"Date"}


@pytest.fixture
def shown(study_draft, coordinator):
    """One expert who is shown an authentic, a generated and a restored picture; study in preparation."""
    study = study_draft(authentic=2, generated=2, benchmark=0, restored=1)
    for item in study.items.filter(origin="artwork").select_related("artwork"):
        item.artwork.maker = "Maker of old"
        item.artwork.save()
    study = renditions.build_renditions(coordinator, study)
    seat = Seat.objects.create(study=study, email="a@example.org", user=UserFactory(), state="accepted")
    items = study.items.order_by("code")
    return [Presentation.objects.create(seat=seat, item=it, position=n) for n, it in enumerate(items, start=1)]


def secrets_of(item: Item) -> set[str]:
    """Every word that tells what an item is."""
    picture = renditions.picture_of(item)
    told = {str(item.pk), item.code, item.rendition.name, item.rendition_sha256, "Maker of old", "telea"}
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


def test_all_three_origins_are_shown(shown):
    assert {it.item.origin for it in shown} == {"artwork", "painting", "candidate"}


def test_the_page_and_its_headers_tell_nothing_of_the_item(shown, client):
    client.force_login(shown[0].seat.user)
    for presentation in shown:
        page = client.get(reverse("panel:score", args=[presentation.code]))
        assert page.status_code == 200
        picture = client.get(reverse("panel:picture", args=[presentation.code]))
        text = page.content.decode() + str(page.headers) + str(picture.headers)
        assert {word for it in shown for word in secrets_of(it.item) if word in text} == set()
        assert presentation.code in text


def test_the_pages_of_two_items_differ_in_code_and_place_alone(shown, client):
    client.force_login(shown[0].seat.user)
    context = client.get(reverse("panel:score", args=[shown[0].code])).context
    other = client.get(reverse("panel:score", args=[shown[1].code])).context
    differing = {name for name in CONTEXT if context[name] != other[name]}
    assert differing == {"code", "position", "previous", "following"}


def test_what_the_template_is_given_is_an_allow_list(shown, client, monkeypatch):
    given = []
    render = scoring.render
    monkeypatch.setattr(
        scoring, "render", lambda request, name, context: given.append(context) or render(request, name, context)
    )
    client.force_login(shown[0].seat.user)
    client.get(reverse("panel:score", args=[shown[0].code]))
    assert set(given[0]) == CONTEXT
    assert not [value for value in given[0].values() if isinstance(value, Item | Presentation | Seat)]
    assert all(place.keys() == {"code", "position", "state"} for place in given[0]["places"])


def test_pictures_of_every_origin_come_in_the_same_answer(shown, client):
    client.force_login(shown[0].seat.user)
    told = set()
    for presentation in shown:
        answer = client.get(reverse("panel:picture", args=[presentation.code]))
        headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
        assert "no-store" in headers["Cache-Control"]
        assert not {"ETag", "Last-Modified", "Content-Disposition"} & headers.keys()
        told.add((len(answer.content), answer.content[:4], tuple(sorted(headers.items()))))
    assert len(told) == 1


def test_a_conditional_request_for_a_picture_gets_all_of_it(shown, client):
    client.force_login(shown[0].seat.user)
    path = reverse("panel:picture", args=[shown[0].code])
    whole = client.get(path)
    for headers in (
        {"if-none-match": "*"},
        {"if-modified-since": "Thu, 26 Nov 2099 00:00:00 GMT"},
        {"range": "bytes=0-9"},
    ):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.content) == (200, whole.content)


def test_the_coordinator_sees_titles_or_codes_but_never_both(shown, client, coordinator):
    study = shown[0].seat.study
    client.force_login(coordinator)
    for name in ("study", "pictures", "panel", "rules", "rubric"):
        text = client.get(reverse(f"review:{name}", args=[study.pk])).content.decode()
        assert not [it.item for it in shown if it.item.code[:8] in text or it.code[:8] in text]
