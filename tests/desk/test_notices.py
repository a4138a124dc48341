"""Notices: who is told of what, what is read, and that nobody is told of what is none of theirs."""

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisAway

from portal.accounts.models import Grant
from portal.audit.models import Event
from portal.audit.services import record
from portal.errors import UserError
from portal.notices.models import DEFAULTS, Kind, Notice
from portal.notices.selectors import notices_for, preferences_of
from portal.notices.services import mark_all_read, mark_read, set_preferences
from portal.notices.unread import count_unread
from restoration.judging import judge_candidate
from tests.desk.conftest import done, failed, ordered, picked
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, person

pytestmark = pytest.mark.django_db


def kinds(user) -> list[str]:
    return [notice.kind for notice in notices_for(user)]


def tell(artwork, user, count: int = 1) -> list[Notice]:
    """Jobs of a person ended, as far as the log of events knows."""
    for _ in range(count):
        record("restoration.done", artwork, artwork=artwork, owner=user.pk, engine="telea")
    return list(notices_for(user)[:count])


def test_who_ordered_a_job_is_told_how_it_ended_and_nobody_else(artwork, curator):
    other = person("curator", artwork.collection)
    done(ordered(artwork, user=other))
    failed(ordered(artwork, artwork.masks.get(), seed=1, user=other))
    assert kinds(other) == ["failed", "done"]
    assert kinds(curator) == []


def test_who_ordered_is_told_of_a_judgement_by_somebody_else(artwork, curator):
    other = person("curator", artwork.collection)
    candidate = done(ordered(artwork))
    Notice.objects.all().delete()
    judge_candidate(curator, candidate, "picked")
    assert kinds(curator) == []
    judge_candidate(other, candidate, "rejected", reason="seam")
    assert kinds(curator) == ["judged"]
    assert kinds(other) == []


def test_coordinators_of_the_collection_are_told_of_a_nomination(artwork):
    from review.services.nominations import nominate

    here, both = person("coordinator", artwork.collection), person("coordinator", artwork.collection)
    elsewhere = person("coordinator", CollectionFactory())
    nominate(both, picked(done(ordered(artwork))))
    assert (kinds(here), kinds(both), kinds(elsewhere)) == (["nominated"], [], [])


def test_an_import_is_told_once(collection, curator):
    record("job.done", collection, owner=curator.pk, kind="bring_in")
    record("upload.imported", collection, actor=curator, count=3)
    assert kinds(curator) == ["imported"]


def test_most_events_tell_nobody(artwork, curator):
    mask_for(artwork)
    assert not Notice.objects.exists()


def test_a_person_who_was_switched_off_is_told_nothing(artwork, curator):
    curator.is_active = False
    curator.save()
    record("restoration.done", artwork, owner=curator.pk)
    record("restoration.done", artwork, owner=None)
    record("restoration.done", artwork, owner=10**9)
    assert not Notice.objects.exists()


def test_a_notice_stands_or_falls_with_its_event(artwork, curator):
    with transaction.atomic():
        tell(artwork, curator)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_who_may_no_longer_see_the_collection_reads_no_notice_of_it(artwork, curator, visit):
    (notice,) = tell(artwork, curator)
    Grant.objects.filter(user=curator, collection=artwork.collection).delete()
    assert kinds(curator) == []
    assert artwork.title not in visit(reverse("notices:list")).content.decode()
    assert visit(reverse("notices:go-to", args=[notice.pk])).status_code == 404


def test_notices_of_others_are_not_there(artwork, curator, client):
    (notice,) = tell(artwork, curator)
    client.force_login(person("curator", artwork.collection))
    assert client.get(reverse("notices:go-to", args=[notice.pk])).status_code == 404
    assert client.post(reverse("notices:read", args=[notice.pk])).status_code == 404
    assert artwork.title not in client.get(reverse("notices:list")).content.decode()
    client.post(reverse("notices:read-all"))
    assert Notice.objects.get().read_at is None


def test_a_notice_leads_where_it_happened_and_is_read_from_then_on(artwork, curator, client):
    order = done(ordered(artwork)).restoration
    notice = notices_for(curator).get()
    client.force_login(curator)
    response = client.get(reverse("notices:go-to", args=[notice.pk]))
    assert response.url == reverse("restoration:detail", args=[order.pk])
    assert Notice.objects.get().read_at
    assert count_unread(curator) == 0


def test_a_notice_of_a_work_that_is_gone_leads_to_the_list(artwork, curator, client):
    (notice,) = tell(artwork, curator)
    event = notice.event
    Event.objects.filter(pk=event.pk).update(artwork=None)
    client.force_login(curator)
    assert client.get(reverse("notices:go-to", args=[notice.pk])).url == reverse("notices:list")


def test_marking_as_read_twice_keeps_the_first_time(artwork, curator):
    (notice,) = tell(artwork, curator)
    mark_read(curator, notice)
    first = Notice.objects.get().read_at
    assert Notice.objects.get().mail == ""  # it no longer waits for a letter
    mark_read(curator, notice)
    assert Notice.objects.get().read_at == first


def test_all_that_the_page_showed_is_read_and_what_came_meanwhile_is_not(artwork, curator, client):
    shown = tell(artwork, curator, 3)
    tell(artwork, curator)
    client.force_login(curator)
    client.post(reverse("notices:read-all"), {"upto": shown[0].event_id})
    assert Notice.objects.filter(read_at=None).count() == 1
    for nonsense in ("x", "-1", "9" * 30):
        assert client.post(reverse("notices:read-all"), {"upto": nonsense}).status_code == 302
    assert mark_all_read(curator) == 0


def test_the_bell_counts_from_the_cache_and_hears_of_news(
    artwork, curator, django_assert_num_queries, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        tell(artwork, curator, 2)
    assert count_unread(curator) == 2
    with django_assert_num_queries(0):
        assert count_unread(curator) == 2
    with django_capture_on_commit_callbacks(execute=True):
        tell(artwork, curator)
    assert count_unread(curator) == 3
    with django_capture_on_commit_callbacks(execute=True):
        mark_all_read(curator)
    assert count_unread(curator) == 0


def test_without_a_cache_the_bell_still_counts(artwork, curator, visit, monkeypatch):
    def away(*arguments, **named):
        raise RedisAway("nobody there")

    for name in ("get", "set", "delete_many"):
        monkeypatch.setattr(LocMemCache, name, away)
    tell(artwork, curator)
    assert count_unread(curator) == 1
    assert visit(reverse("notices:list")).status_code == 200


def test_the_bell_is_on_every_page_and_says_its_number_aloud(artwork, curator, visit):
    tell(artwork, curator, 2)
    html = visit(reverse("catalogue:collections")).content.decode()
    assert 'aria-label="Notices, 2 unread"' in html
    assert visit(reverse("notices:unread")).json() == {"unread": 2}
    assert "通知，2 条未读" in visit(reverse("catalogue:collections"), "zh-hans").content.decode()


@pytest.mark.parametrize("count", [5, 28])
def test_the_list_asks_as_much_for_many_as_for_few(artwork, curator, visit, django_assert_max_num_queries, count):
    tell(artwork, curator, count)
    visit(reverse("notices:list"))
    with django_assert_max_num_queries(11):
        html = visit(reverse("notices:list")).content.decode()
    assert html.count("news-row fresh") == count


def test_only_the_unread_when_asked_for(artwork, curator, visit):
    first, second = tell(artwork, curator, 2)
    mark_read(curator, first)
    html = visit(f"{reverse('notices:list')}?unread=1").content.decode()
    assert html.count('class="news-row') == 1
    mark_read(curator, second)
    assert "Nothing is unread" in visit(f"{reverse('notices:list')}?unread=1").content.decode()


def test_preferences_are_the_defaults_until_chosen(curator, client):
    assert preferences_of(curator) == DEFAULTS
    client.force_login(curator)
    chosen = dict.fromkeys(Kind.values, "at_once") | {"done": "", "judged": "daily"}
    assert client.post(reverse("notices:preferences"), chosen).status_code == 302
    assert preferences_of(curator) == chosen
    assert client.post(reverse("notices:preferences"), {"done": "hourly"}).status_code == 400
    assert preferences_of(curator) == chosen


@pytest.mark.parametrize("chosen", [{"gossip": "daily"}, {"done": "hourly"}])
def test_a_kind_or_a_time_that_does_not_exist_is_refused(curator, chosen):
    with pytest.raises(UserError):
        set_preferences(curator, chosen)


def test_what_waits_for_a_letter_goes_by_the_new_choice(artwork, curator):
    set_preferences(curator, {"done": "daily"})
    (notice,) = tell(artwork, curator)
    assert notice.mail == "daily"
    set_preferences(curator, {"done": "at_once"})
    assert notices_for(curator).get().mail == "at_once"
    set_preferences(curator, {"done": ""})
    assert notices_for(curator).get().mail == ""
    set_preferences(curator, {"done": "daily"})
    assert notices_for(curator).get().mail == ""  # what was not to come by letter does not come later


def test_the_api_has_what_the_pages_have(artwork, curator, ask):
    first, _second = tell(artwork, curator, 2)
    rows = ask(curator, "notices/").json()
    assert rows["count"] == 2
    assert rows["results"][0]["event"]["sentence"] == f"A restoration of “{artwork.title}” with Telea is done"
    assert ask(curator, f"notices/{first.pk}/read/", ("read",), "post").status_code == 403
    assert ask(curator, f"notices/{first.pk}/read/", ("notices",), "post").json()["read_at"]
    assert ask(curator, "notices/?unread=true").json()["count"] == 1
    assert ask(curator, "notices/read-all/", ("notices",), "post").json() == {"read": 1}
    assert ask(curator, "notices/preferences/").json() == DEFAULTS
    assert ask(curator, "notices/preferences/", ("read",), "patch", {"done": ""}).status_code == 403
    answer = ask(curator, "notices/preferences/", ("notices",), "patch", {"done": "", "failed": "daily"})
    assert answer.json() == DEFAULTS | {"done": "", "failed": "daily"}
    assert ask(curator, "notices/preferences/", ("notices",), "patch", {"done": "hourly"}).status_code == 400
    outsider = ArtworkFactory().collection.created_by
    assert ask(outsider, "notices/").json()["count"] == 0
    assert ask(outsider, f"notices/{first.pk}/read/", ("notices",), "post").status_code == 404
