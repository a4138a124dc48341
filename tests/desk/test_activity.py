"""The activity: what the services did is told in sentences, to members of the collection and to nobody else."""

import pytest
from django.db import transaction
from django.urls import reverse

from portal.audit.models import Event
from portal.audit.selectors import by_day, events_for, page_before, told
from portal.audit.services import record
from portal.audit.wording import ACTIONS, sentence
from portal.catalogue.models import Artwork
from portal.catalogue.services import attach_master, create_artwork, create_collection, delete_artwork, update_artwork
from portal.errors import UserError
from restoration.services import confirm_mask
from tests.desk.conftest import done, nominated, ordered, proposal_for
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, person, picture_upload

pytestmark = pytest.mark.django_db


def actions(**about) -> list[str]:
    return list(Event.objects.filter(**about).order_by("pk").values_list("action", flat=True))


def test_the_catalogue_notes_what_was_done_and_by_whom(curator):
    collection = create_collection(curator, name="Bequest")
    work = create_artwork(curator, collection, title="Hills", maker="Unknown")
    update_artwork(curator, work, maker="Fan Kuan", title="Hills", height_mm=900)
    update_artwork(curator, Artwork.objects.get(pk=work.pk), maker=" Fan Kuan ")
    attach_master(curator, work, picture_upload())
    delete_artwork(curator, work)
    expected = ["collection.created"] + [f"artwork.{it}" for it in ("created", "changed", "master_attached", "deleted")]
    assert actions() == expected
    assert set(Event.objects.values_list("actor", "collection")) == {(curator.pk, collection.pk)}
    assert Event.objects.get(action="artwork.changed").data == {"fields": ["maker", "height_mm"]}
    assert told(events_for(curator))[0].sentence.endswith(" deleted “Hills”")


def test_what_did_not_happen_is_not_noted(artwork, curator):
    mask_for(artwork)
    ordered(artwork, artwork.masks.get())
    before = actions()
    with pytest.raises(UserError):
        update_artwork(curator, artwork, title="")
    with pytest.raises(UserError):
        delete_artwork(curator, artwork)
    with transaction.atomic():
        update_artwork(curator, Artwork.objects.get(pk=artwork.pk), title="Gone again")
        transaction.set_rollback(True)
    assert actions() == before


def test_a_work_that_was_deleted_meanwhile_is_not_saved_again(artwork, curator):
    stale = Artwork.objects.get(pk=artwork.pk)
    delete_artwork(curator, artwork)
    with pytest.raises(UserError, match="deleted meanwhile"):
        update_artwork(curator, stale, title="A ghost")
    assert not Artwork.objects.exists()


def test_masks_note_that_they_were_saved_and_confirmed_once(artwork, curator):
    mask_for(artwork)
    proposal = proposal_for(artwork, version=2)
    type(proposal).objects.filter(pk=proposal.pk).update(coverage={"loss": 0.1})
    proposal.refresh_from_db()
    for _ in range(2):
        confirm_mask(curator, proposal)
    assert actions(artwork=artwork, subject="mask") == ["mask.saved", "mask.confirmed"]
    assert Event.objects.get(action="mask.confirmed").data == {"version": 2}


ROLES = {"curator": True, "coordinator": True, "consultant": True, "rights_officer": True, "expert": False}


@pytest.mark.parametrize("role", ROLES)
def test_members_read_of_their_collection_and_of_no_other(artwork, role):
    ArtworkFactory()
    record("artwork.created", artwork, actor=artwork.created_by)
    user = person(role, artwork.collection)
    seen = events_for(user)
    assert seen.exists() is ROLES[role]
    assert {event.collection_id for event in seen} <= {artwork.collection_id}
    for outsider in (person(role, CollectionFactory()), person(role), person("operator")):
        assert not events_for(outsider).exists()
        assert not events_for(outsider, artwork).exists()
        assert not events_for(outsider, artwork.collection).exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_a_whole_sentence_in_both_languages(artwork, curator, action, language):
    from django.utils.translation import override

    about = {
        "version": 3,
        "engine": "telea",
        "kind": "propose_mask",
        "number": 2,
        "count": 4,
        "title": "Old",
        "name": "N",
    }
    event = record(action, artwork, actor=curator, **about, fields=["maker", "title"])
    with override(language):
        words = sentence(event)
        (row,) = told([event])
    assert row.sentence == words
    assert "%" not in words
    assert "  " not in words
    assert "\0" not in words
    assert (language == "en") is all(ord(sign) < 0x3000 for sign in words)


def test_an_event_that_lacks_a_word_is_told_all_the_same(artwork):
    assert sentence(record("mask.confirmed", artwork)) == f"The portal confirmed mask version of “{artwork.title}”"


def test_sentences_lead_where_it_happened(artwork, curator, visit):
    nomination = nominated(done(ordered(artwork)))
    order = nomination.candidate.restoration
    by_action = {row.event.action: row for row in told(events_for(curator, artwork))}
    result = reverse("restoration:detail", args=[order.pk])
    assert by_action["mask.saved"].url == reverse("restoration:mask", args=[order.mask_id])
    assert by_action["restoration.done"].url == by_action["candidate.picked"].url == result
    html = visit(reverse("desk:activity")).content.decode()
    assert f'<a href="{result}">“{artwork.title}”</a>' in html


def test_of_a_work_that_is_gone_nothing_leads_anywhere(artwork, curator):
    mask_for(artwork)
    delete_artwork(curator, artwork)
    urls = {row.event.action: row.url for row in told(events_for(curator))}
    assert urls["mask.saved"] == ""
    assert urls["artwork.deleted"] == reverse("catalogue:collection", args=[artwork.collection_id])


def test_many_of_the_same_in_a_row_are_told_as_one(artwork, curator):
    for _ in range(5):
        record("artwork.created", artwork, actor=curator)
    record("artwork.changed", artwork, actor=curator)
    (_day, rows), *others = by_day(events_for(curator))
    assert [(row.event.action, row.alike) for row in rows] == [("artwork.changed", 0), ("artwork.created", 4)]
    assert others == []


def test_pages_hold_everything_once_while_more_happens(artwork, curator):
    keys = [record("artwork.created", artwork, actor=curator).pk for _ in range(7)]
    seen, before = [], None
    while True:
        events, before = page_before(events_for(curator), before, size=3)
        seen += [event.pk for event in events]
        record("artwork.changed", artwork)  # newer than all that is still to come
        if before is None:
            break
    assert seen == keys[::-1]


def test_the_page_is_narrowed_by_person_action_and_collection(artwork, curator, visit):
    other = person("curator", artwork.collection, display_name="Anna")
    record("artwork.changed", artwork, actor=curator, fields=["maker"])
    record("mask.confirmed", artwork, actor=other, version=1)
    path = reverse("desk:activity")

    def main(query):
        return visit(f"{path}?{query}").content.decode().split("</form>")[-1]

    assert "confirmed mask" in main(f"who={other.pk}")
    assert "corrected" not in main(f"who={other.pk}")
    assert "corrected" in main("action=artwork")
    assert "confirmed mask" not in main("action=artwork")
    assert "Nothing of this kind" in main("action=upload")
    assert "corrected" in main(f"collection={artwork.collection_id}")
    elsewhere = CollectionFactory()
    for nonsense in ("who=x", "action=x", "before=x", "before=-1", "collection=x", f"collection={elsewhere.pk}"):
        assert visit(f"{path}?{nonsense}").status_code == 200
    assert elsewhere.created_by.username not in visit(path).content.decode()


def test_works_and_collections_show_what_happened_last(artwork, visit):
    record("artwork.changed", artwork, fields=["maker"])
    for path in (
        reverse("catalogue:artwork", args=[artwork.pk]),
        reverse("catalogue:collection", args=[artwork.collection_id]),
    ):
        assert "corrected the catalogue entry" in visit(path).content.decode()
        assert "编目条目" in visit(path, "zh-hans").content.decode()


@pytest.mark.parametrize("count", [5, 35])
def test_a_page_asks_as_much_for_many_events_as_for_few(artwork, curator, django_assert_max_num_queries, count):
    for number in range(count):
        record("candidate.picked", artwork, actor=curator, number=number)
    with django_assert_max_num_queries(3):
        assert len(told(events_for(curator)[:40])) == count


def test_the_api_tells_the_same_page_by_page(artwork, curator, ask):
    for _ in range(41):
        record("artwork.changed", artwork, actor=curator, fields=["maker"])
    first = ask(curator, "activity/").json()
    assert len(first["results"]) == 40
    assert first["results"][0]["sentence"].startswith(str(curator))
    rest = ask(curator, f"activity/?before={first['before']}").json()
    assert (len(rest["results"]), rest["before"]) == (1, None)
    assert ask(curator, "activity/?action=mask").json()["results"] == []
    assert ask(curator, f"activity/?artwork={artwork.pk}").json()["before"]
    assert ask(curator, "activity/?artwork=nothing").status_code == 400
    assert ask(CollectionFactory().created_by, "activity/").json() == {"results": [], "before": None}
