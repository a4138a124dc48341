"""The search: whatever a person may see and whose title has the words is found; nothing else of anybody is."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpu_workers.models import Job
from portal.catalogue.models import Artwork, Period
from portal.desk.search import KINDS, Query, find
from tests.desk.conftest import done, ordered, proposal_for, started
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, painting_for, person

pytestmark = pytest.mark.django_db
TITLES = st.text("abcXYZ %_\\'\"éß溪山行旅圖之一", min_size=1, max_size=12).filter(str.strip)


def works(user, **asked) -> list[str]:
    return [hit.row.title for hit in find(user, Query(**asked), "works")[:]]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(titles=st.lists(TITLES, min_size=1, max_size=6), data=st.data())
def test_every_visible_work_with_the_term_in_its_title_is_found_and_no_other(collection, curator, titles, data):
    elsewhere = CollectionFactory() if not Artwork.objects.exists() else None
    with transaction.atomic():
        elsewhere = elsewhere or CollectionFactory()
        for place in (collection, elsewhere):
            Artwork.objects.bulk_create(
                Artwork(collection=place, title=title, title_zh=title[::-1], created_by=curator) for title in titles
            )
        word = data.draw(st.sampled_from([word for title in titles for word in title.split()]))
        start = data.draw(st.integers(0, len(word) - 1))
        term = word[start : data.draw(st.integers(start + 1, len(word)))]
        found = [hit.row for hit in find(curator, Query(q=term), "works")[:]]
        assert {work.collection_id for work in found} == {collection.pk}
        assert len({work.pk for work in found}) == len(found)
        assert sorted(work.title for work in found if term in work.title) == sorted(it for it in titles if term in it)
        assert all(term.lower() in f"{work.title} {work.title_zh}".lower() for work in found)
        transaction.set_rollback(True)


FIELDS = {
    "title": "Travellers among mountains",
    "title_zh": "谿山行旅圖",
    "maker": "Fan Kuan",
    "accession_number": "K2A.1934",
    "subjects": "mules, waterfall",
    "school": "Northern school",
    "technique": "Raindrop strokes",
    "category": "Landscape",
    "medium": "Ink on silk",
    "holder": "A museum of the north",
}


@pytest.mark.parametrize(("field", "value"), FIELDS.items(), ids=list(FIELDS))
def test_a_work_is_found_by_any_of_its_fields(collection, curator, field, value):
    ArtworkFactory(collection=collection, master=None, **({"title": "A"} | {field: value}))
    ArtworkFactory(collection=collection, master=None, title="Another")
    assert len(works(curator, q=value)) == 1
    assert len(works(curator, q=value[1:5].upper())) >= 1


def test_a_work_is_found_by_its_period_in_both_languages(collection, curator):
    period = Period.objects.first()
    ArtworkFactory(collection=collection, master=None, period=period, title="Of that time")
    assert works(curator, q=period.name_en) == works(curator, q=period.name_zh) == ["Of that time"]


def test_every_term_must_occur_wherever(collection, curator):
    ArtworkFactory(collection=collection, master=None, title="Snow on the pass", maker="Guo Xi")
    assert works(curator, q="snow  GUO") == ["Snow on the pass"]
    assert works(curator, q="guo\u3000pass") == ["Snow on the pass"]
    assert works(curator, q="snow ma") == []


def test_what_has_the_words_in_its_title_stands_first(collection, curator):
    for title, subjects in (("A", "snow"), ("Pass in snow", ""), ("Snow, late", ""), ("Snow", "")):
        ArtworkFactory(collection=collection, master=None, title=title, subjects=subjects)
    assert works(curator, q="snow") == ["Snow", "Snow, late", "Pass in snow", "A"]


@pytest.fixture
def gallery(artwork, curator):
    """A work with everything, and one with nothing, in another collection of the same curator."""
    Artwork.objects.filter(pk=artwork.pk).update(title="Pines", period=Period.objects.first(), sacred=True)
    order = ordered(artwork, mask_for(artwork), prompt="")
    done(order)
    painting_for(artwork.collection, artwork.master)
    bare = ArtworkFactory(collection=CollectionFactory(curator=curator), title="Pines, bare", master=None)
    return artwork, bare, order


def found(user, **asked) -> dict[str, int]:
    return {kind: count for kind, count in find(user, Query(**asked)).counts.items() if count}


def test_all_kinds_of_things_are_found(gallery, curator):
    _work, bare, order = gallery
    assert found(curator, q="pines") == {"works": 2, "restorations": 1, "paintings": 1}
    assert found(curator, q="telea") == {"restorations": 1}
    assert found(curator, q=bare.collection.name) == {"collections": 1}
    for text in (str(order.job_id), order.job_id.hex[:6], str(order.job_id).upper()):
        assert found(curator, q=text)["jobs"] == 1
    assert found(curator, q=order.job_id.hex[:5]).get("jobs", 0) == 0
    assert found(curator) == {}


FILTERS = [
    ({"sacred": True}, {"works": 1}),
    ({"sacred": False}, {"works": 1}),
    ({"mask": True}, {"works": 1}),
    ({"restored": False}, {"works": 1}),
    ({"engine": "telea"}, {"restorations": 1, "jobs": 1}),
    ({"engine": "patchmatch"}, {}),
    ({"state": "succeeded"}, {"restorations": 1, "paintings": 1, "jobs": 2}),
    ({"state": "failed"}, {}),
    ({"sacred": True, "engine": "telea"}, {}),
]


@pytest.mark.parametrize(("asked", "expected"), FILTERS, ids=[str(asked) for asked, _found in FILTERS])
def test_filters_narrow_and_a_kind_that_does_not_know_one_is_left_out(gallery, curator, asked, expected):
    assert found(curator, **asked) == expected


def test_a_collection_a_period_and_days_narrow_too(gallery, curator):
    _work, bare, _order = gallery
    today = bare.created_at.date()
    assert works(curator, collection=bare.collection) == ["Pines, bare"]
    assert works(curator, period=Period.objects.first()) == ["Pines"]
    assert len(works(curator, since=today, until=today)) == 2
    assert works(curator, until=today.replace(year=today.year - 1)) == []


def test_nobody_finds_what_belongs_to_others(gallery, curator):
    work, bare, order = gallery
    for user in (CollectionFactory().created_by, person("expert", work.collection), person("curator")):
        for words in ("pines", "telea", str(order.job_id), bare.collection.name):
            assert found(user, q=words) == {}
    operator = person("operator")
    assert found(operator, q="pines") == {}
    assert found(operator, q=str(order.job_id)) == {"jobs": 1}


def test_an_operator_finds_a_job_and_not_its_work(gallery, visit):
    _work, _bare, order = gallery
    html = visit(f"/search/?q={order.job_id}", user=person("operator")).content.decode()
    assert str(order.job_id) in html
    assert "Pines" not in html


def test_what_was_found_is_read_by_slices_without_a_gap_or_a_double(gallery, curator):
    everything = find(curator, Query(q="p"))
    whole = everything[:]
    assert len(whole) == len(everything) >= 4
    for size in (1, 2, 3):
        pieces = [hit for start in range(0, len(whole), size) for hit in everything[start : start + size]]
        assert [(it.kind, it.row.pk) for it in pieces] == [(it.kind, it.row.pk) for it in whole]


def test_the_page_shows_pictures_tabs_and_filters(gallery, visit):
    html = visit("/search/?q=pines").content.decode()
    assert f"/pictures/{gallery[0].master_id}/thumbnail" in html
    assert "kind=restorations" in html
    assert "Pines" not in visit("/search/?q=pines&kind=restorations&state=failed").content.decode().split("<main")[1]
    assert "Nothing matches" in visit("/search/?q=nowhere").content.decode()
    assert "没有符合的内容" in visit("/search/?q=nowhere", "zh-hans").content.decode()
    assert "Type words of a title" in visit("/search/").content.decode()


@pytest.mark.parametrize("path", ["?q=%00", "?since=yesterday", "?kind=all", "?engine=magic", "?q=" + "x" * 300])
def test_what_makes_no_sense_gets_a_sentence_and_not_an_error(artwork, visit, path, ask):
    assert visit(f"/search/{path}").status_code == 400
    assert ask(artwork.created_by, f"search/{path}").status_code == 400


def test_many_terms_and_signs_of_the_database_do_no_harm(artwork, visit):
    for words in ("%", "_", "\\", "' OR 1=1 --", "a " * 90):
        assert visit("/search/", "en").status_code == 200
        assert find(artwork.created_by, Query(q=words)).counts["works"] in (0, 1)
    assert works(artwork.created_by, q="%") == []


def test_the_api_finds_the_same(gallery, curator, ask):
    rows = ask(curator, "search/?q=pines").json()
    assert [row["kind"] for row in rows["results"]] == ["works", "works", "restorations", "paintings"]
    assert rows["results"][0]["url"] == f"http://testserver{reverse('catalogue:artwork', args=[gallery[0].pk])}"
    assert ask(curator, "search/?q=pines&kind=works&page_size=1").json()["count"] == 2
    assert ask(CollectionFactory().created_by, "search/?q=pines").json()["results"] == []
    assert set(KINDS) == {"works", "collections", "restorations", "paintings", "jobs"}


def test_a_kind_of_jobs_lists_a_state_without_words(artwork, curator):
    started(ordered(artwork).job)
    proposal_for(artwork, 5)
    (hit,) = find(curator, Query(state="running"), "jobs")[:]
    assert isinstance(hit.row, Job)
