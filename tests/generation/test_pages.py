"""Pages of the caption review."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation.models import Arbitration, CaptionSample, CaptionScore
from generation.services.captions import import_captions, score_caption
from tests.factories import CollectionFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client):
    def visit(user, name, *args, language="en", **sent):
        client.force_login(user)
        client.cookies["django_language"] = language
        path = reverse(f"generation:{name}", args=args)
        return client.post(path, sent) if sent else client.get(path)

    return visit


def text(response):
    return response.content.decode()


def test_a_caption_stands_there_in_both_languages_with_its_terms(visit, expert, samples):
    html = text(visit(expert, "sample", samples[0].pk))
    assert '<p class="caption-text" lang="en">majestic, distant landscape in freehand brushwork, thick ink</p>' in html
    assert '<p class="caption-text" lang="zh-Hans">雄浑悠远的写意山水，浓墨</p>' in html
    assert "<li>thick ink</li>" in html
    chinese = text(visit(expert, "sample", samples[0].pk, language="zh-hans"))
    assert "<li>浓墨</li>" in chinese
    assert re.findall(r'name="score" value="(\d)"', html) == list("12345")


def test_a_term_that_left_the_lexicon_breaks_no_page(visit, expert, samples):
    CaptionSample.objects.update(terms=["gone", "landscape"])
    assert "<li>landscape</li>" in text(visit(expert, "sample", samples[0].pk))


def test_a_score_leads_on_to_the_next_caption_until_none_is_left(visit, expert, collection, samples):
    response = visit(expert, "next", collection.pk)
    for sample in samples:
        assert f"/captions/{sample.pk}/" in response["Location"]
        response = visit(expert, "sample", sample.pk, score=4)
        assert response.status_code == 302
    assert response["Location"].startswith(f"/collections/{collection.pk}/captions/")
    assert CaptionScore.objects.filter(validator=expert, score=4).count() == 4


def test_the_caption_before_can_be_gone_back_to(client, visit, expert, samples):
    response = visit(expert, "sample", samples[0].pk, score=4)
    assert f'href="/captions/{samples[0].pk}/"' in text(client.get(response["Location"]))
    for wrong in ("x", samples[3].pk):
        assert "Back to the one before" not in text(client.get(f"/captions/{samples[1].pk}/?before={wrong}"))


@pytest.mark.parametrize("score", ["", "6", "many"])
def test_what_is_no_score_is_said(visit, expert, samples, score):
    response = visit(expert, "sample", samples[0].pk, score=score)
    assert response.status_code == 400
    assert 'role="alert"' in text(response)
    assert not CaptionScore.objects.exists()


def test_no_page_for_validators_shows_anothers_score(visit, curator, expert, collection, samples):
    score_caption(curator, samples[0], 2)
    before = text(visit(expert, "sample", samples[0].pk))
    assert "You gave it" not in before
    assert "aria-current" not in before.split("<main")[1]


def test_an_arbiter_sees_scores_without_names_and_decides(visit, expert, arbiter, collection, samples, differ):
    differ(samples[0])
    assert f"/captions/{samples[0].pk}/decide/" in text(visit(arbiter, "collection", collection.pk))
    html = text(visit(arbiter, "decide", samples[0].pk)).split("<main")[1]
    assert "2 · 5" in html
    assert str(expert) not in html
    assert visit(arbiter, "decide", samples[0].pk, score=4, note="thick").status_code == 302
    assert Arbitration.objects.get().note == "thick"
    assert visit(arbiter, "decide", samples[0].pk, score=3).status_code == 400


def test_the_result_shows_kappa_and_what_went_to_the_arbiter(visit, curator, arbiter, collection, samples, differ):
    assert "No caption has two scores yet." in text(visit(arbiter, "result", collection.pk))
    assert "尚无" in text(visit(arbiter, "result", collection.pk, language="zh-hans"))
    differ(samples[0])
    score_caption(curator, samples[1], 4)
    html = text(visit(arbiter, "result", collection.pk))
    assert "2 · 5" in html
    assert "4.50" in html


def test_an_expert_sees_no_result(visit, expert, collection, samples):
    assert visit(expert, "result", collection.pk).status_code == 403
    assert visit(expert, "decide", samples[0].pk).status_code == 403


def test_who_is_of_another_collection_finds_nothing(visit, collection, samples):
    stranger = person("expert", CollectionFactory())
    for name in ("sample", "decide", "picture"):
        assert visit(stranger, name, samples[0].pk).status_code == 404
    for name in ("collection", "next", "result"):
        assert visit(stranger, name, collection.pk).status_code == 404
    assert collection.name not in text(visit(stranger, "captions"))


def test_who_may_only_look_is_offered_no_score(visit, collection, samples):
    reader = person("consultant", collection)
    assert 'name="score"' not in text(visit(reader, "sample", samples[0].pk))
    assert visit(reader, "sample", samples[0].pk, score=3).status_code == 403


def test_the_picture_is_the_prepared_one(visit, expert, samples, prepared):
    response = visit(expert, "picture", samples[0].pk)
    assert response["Content-Type"] == "image/webp"
    assert b"".join(response.streaming_content) == (prepared / "pictures/0.webp").read_bytes()


def queries(visit, user, name, *args):
    visit(user, name, *args)
    with CaptureQueriesContext(connection) as captured:
        assert visit(user, name, *args).status_code == 200
    return len(captured)


def test_a_page_asks_as_much_for_many_as_for_one(visit, curator, arbiter, collection, prepared, differ):
    import_captions(curator, collection, prepared, most=1)
    differ(CaptionSample.objects.get())
    pages = [(arbiter, "collection", collection.pk), (arbiter, "result", collection.pk), (curator, "captions")]
    before = [queries(visit, *page) for page in pages]
    import_captions(curator, collection, prepared)
    for sample in CaptionSample.objects.order_by("sha256")[1:]:
        differ(sample)
    import_captions(curator, CollectionFactory(curator=curator), prepared)
    assert [queries(visit, *page) for page in pages] == before


def test_the_overview_counts_what_the_person_has_scored(visit, expert, curator, collection, samples):
    for sample in samples[:3]:
        score_caption(expert, sample, 3)
        score_caption(curator, sample, 3)
    assert "<td>4</td><td>3</td>" in text(visit(expert, "captions"))
