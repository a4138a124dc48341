"""Letters: gathered, sent once by a real SMTP server, in the reader's language; nothing is lost while it is away."""

import threading
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connections
from django.urls import reverse

from portal.accounts.models import Grant
from portal.audit.models import Event
from portal.audit.services import record
from portal.notices import sending
from portal.notices.letters import token_of
from portal.notices.models import Letter, Notice
from portal.notices.selectors import preferences_of
from portal.notices.services import mark_all_read, send_due, set_preferences
from tests.desk.conftest import failed, ordered
from tests.factories import ArtworkFactory, person
from tests.servers import free_port

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def happen(artwork, user, at: datetime = NOON, action: str = "restoration.failed", **data) -> Event:
    with patch("portal.audit.services.now", return_value=at):
        return record(action, artwork, artwork=artwork, owner=user.pk, engine="telea", **data)


@pytest.fixture
def away(settings):
    """There is no mail server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


@pytest.mark.django_db
def test_a_letter_comes_within_minutes_and_once(artwork, curator, inbox):
    happen(artwork, curator, message="The engine ran out of memory.")
    assert send_due(minutes(1)) == 0  # others may belong to the same letter
    assert send_due(minutes(2)) == 1
    assert send_due(minutes(3)) == send_due(minutes(300)) == 0
    (letter,) = inbox.messages
    assert letter["To"] == curator.email
    assert letter["Subject"].strip() == f"A restoration of “{artwork.title}” with Telea failed"
    assert "The engine ran out of memory." in letter.get_content()
    assert f"http://127.0.0.1:8000{reverse('catalogue:artwork', args=[artwork.pk])}" in letter.get_content()
    assert Notice.objects.get().letter == Letter.objects.get()


@pytest.mark.django_db
def test_fifty_failed_jobs_make_one_letter_and_a_long_day_makes_few(artwork, curator, inbox):
    for number in range(50):
        happen(artwork, curator, minutes(number / 60))
    assert sum(send_due(minutes(2 + number)) for number in range(10)) == 1
    (letter,) = inbox.messages
    assert letter["Subject"].strip() == "Lacuna: 50 notices"
    assert letter.get_content().count("failed") == 40
    assert "And 10 more" in letter.get_content()
    for number in range(120):
        happen(artwork, curator, minutes(10 + number))
        send_due(minutes(10 + number))
    assert (
        len(inbox.messages) == 5
    )  # at 2, 32, 62, 92, 122 minutes: news that never ends keeps no letter waiting either
    assert send_due(minutes(152)) == 1
    assert not Notice.objects.filter(letter=None).exists()


@pytest.mark.django_db
def test_a_letter_speaks_the_readers_language(artwork, curator, inbox):
    curator.language = "zh-hans"
    curator.save()
    happen(artwork, curator, message="The engine ran out of memory.")
    send_due(minutes(5))
    (letter,) = inbox.messages
    assert "失败" in letter["Subject"]
    assert "引擎内存不足" in letter.get_content()
    assert "您好" in letter.get_content()


@pytest.mark.django_db
def test_a_digest_comes_once_a_day_at_its_hour(artwork, curator, inbox):
    set_preferences(curator, {"failed": "daily"})
    for number in range(3):
        happen(artwork, curator, minutes(number))
    assert sum(send_due(minutes(10 * number)) for number in range(100)) == 0  # until 04:30 of the next day
    morning = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
    assert send_due(morning - timedelta(minutes=1)) == 0
    happen(artwork, curator, morning - timedelta(minutes=1))
    assert send_due(morning + timedelta(minutes=1)) == 1
    happen(artwork, curator, morning + timedelta(hours=1))
    happen(artwork, curator, morning - timedelta(seconds=1))  # written down before the letter, committed after it
    assert sum(send_due(morning + timedelta(hours=number)) for number in range(1, 23)) == 0
    assert send_due(morning + timedelta(days=1)) == 1
    assert inbox.messages[0]["Subject"].strip() == "Lacuna: 4 notices"
    assert "once a day" in inbox.messages[0].get_content()


@pytest.mark.django_db
def test_many_who_wait_for_their_digest_keep_nobody_waiting_who_is_told_at_once(artwork, curator, inbox, monkeypatch):
    monkeypatch.setattr(sending, "PEOPLE", 2)
    for _ in range(3):
        happen(artwork, early := person("curator", artwork.collection), action="restoration.done")
    assert early.pk > curator.pk
    late = [person("curator", artwork.collection) for _ in range(5)]
    for user in late:
        happen(artwork, user)
    assert [send_due(minutes(number)) for number in (2, 3, 4, 5)] == [2, 2, 1, 0]
    assert sorted(letter["To"] for letter in inbox.messages) == sorted(user.email for user in late)


@pytest.mark.django_db
def test_what_is_never_to_come_was_read_or_may_not_be_seen_does_not_come(artwork, curator, inbox):
    never, read, gone, nowhere = (person("curator", artwork.collection) for _ in range(4))
    nowhere.email = ""
    nowhere.save()
    set_preferences(never, {"failed": ""})
    for user in (never, read, gone, nowhere):
        happen(artwork, user)
    mark_all_read(read)
    Grant.objects.filter(user=gone).delete()
    assert send_due(minutes(5)) == send_due(minutes(500)) == 0
    assert inbox.messages == []
    assert not Letter.objects.exclude(next_try_at=None).exists()


@pytest.mark.django_db
def test_what_was_read_after_the_letter_was_made_is_left_out(artwork, curator, inbox, settings):
    happen(artwork, curator)
    happen(artwork, curator)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    send_due(minutes(5))
    settings.EMAIL_PORT = port
    Notice.objects.filter(pk=Notice.objects.first().pk).update(read_at=NOON)
    assert send_due(minutes(60)) == 1
    assert inbox.messages[0].get_content().count("failed") == 1


@pytest.mark.django_db
def test_while_the_server_is_away_letters_are_kept_and_then_sent(artwork, curator, inbox, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    others = [person("curator", artwork.collection) for _ in range(3)]
    for user in (curator, *others):
        happen(artwork, user)
    assert send_due(minutes(2)) == 0
    assert Letter.objects.filter(tries=1).count() == 1  # the others need not find out one by one
    settings.EMAIL_PORT = port
    assert send_due(minutes(2)) == 3
    assert send_due(minutes(4)) == 1
    assert sorted(letter["To"] for letter in inbox.messages) == sorted(user.email for user in (curator, *others))


@pytest.mark.django_db
def test_tries_are_bounded_and_the_notice_stays_on_the_page(artwork, curator, away):
    happen(artwork, curator)
    now, tries = minutes(2), []
    for _ in range(400):
        send_due(now)
        tries.append(Letter.objects.get().tries)
        now += timedelta(minutes=15)
    letter = Letter.objects.get()
    assert letter.tries == max(tries) == sending.MAX_TRIES
    assert (letter.next_try_at, letter.sent_at) == (None, None)
    assert Notice.objects.get().read_at is None


@pytest.mark.django_db
def test_an_address_that_is_refused_holds_up_no_other(artwork, curator, inbox):
    other = person("curator", artwork.collection)
    curator.email = "nobody@refused.example"
    curator.save()
    inbox.refused.add(curator.email)
    for user in (curator, other):
        happen(artwork, user)
    assert send_due(minutes(2)) == 1
    assert [letter["To"] for letter in inbox.messages] == [other.email]


@pytest.mark.django_db
def test_a_title_cannot_write_headers(collection, curator, inbox):
    work = ArtworkFactory(collection=collection, title="Hills\nBcc: everybody@example.org", master=None)
    happen(work, curator)
    assert send_due(minutes(2)) == 1
    (letter,) = inbox.messages
    assert letter["Bcc"] is None
    assert "Hills Bcc" in letter["Subject"]


@pytest.mark.django_db
def test_a_letter_says_how_to_have_no_more(artwork, curator, inbox, client):
    happen(artwork, curator)
    send_due(minutes(2))
    happen(artwork, curator)
    (letter,) = inbox.messages
    path = reverse("notices:stop", args=[token_of(curator)])
    assert letter["List-Unsubscribe"].strip() == f"<http://127.0.0.1:8000{path}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert f"http://127.0.0.1:8000{path}" in letter.get_content()
    assert client.get(path).status_code == 200
    assert set(preferences_of(curator).values()) != {""}  # looking changes nothing
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert set(preferences_of(curator).values()) == {""}
    assert send_due(minutes(500)) == 0


@pytest.mark.django_db
def test_a_link_that_this_site_did_not_write_opens_nothing(curator, client):
    good = token_of(curator)
    for token in ("x", good[:-1] + ("a" if good[-1] != "a" else "b"), good.partition(":")[2]):
        assert client.post(reverse("notices:stop", args=[token])).status_code == 404
    assert set(preferences_of(curator).values()) != {""}


@pytest.mark.django_db
def test_a_real_job_that_failed_comes_by_letter(artwork, curator, inbox):
    failed(ordered(artwork))
    assert send_due(Event.objects.latest("pk").at + timedelta(minutes=3)) == 1
    assert curator.email == inbox.messages[0]["To"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_letter_once(artwork, inbox):
    people = [person("curator", artwork.collection) for _ in range(5)]
    for user in people:
        for _ in range(3):
            happen(artwork, user)
    start, sent = threading.Barrier(3), []

    def work():
        try:
            start.wait()
            sent.append(send_due(minutes(2)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == len(people)
    assert sorted(letter["To"] for letter in inbox.messages) == sorted(user.email for user in people)
    assert Letter.objects.count() == len(people)


def test_the_post_sends_them():
    from portal import post

    assert send_due in post.DUE
