"""What the rest of the site says of a study and its works while it runs, and to whom."""

import json
import re
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import Grant
from portal.audit.models import Event
from portal.errors import UserError
from review.consumers import state_for
from review.models import Item, Seat, Sheet, Study
from review.services import letters, people, renditions, sheets, studies
from tests.factories import ArtworkFactory, UserFactory, person
from tests.review.conftest import answers

from .conftest import plain, presentations, secrets
from .test_pages import send

pytestmark = pytest.mark.django_db


def test_13_search_notices_letters_sockets_and_activity_say_nothing_to_an_expert(seat, client):
    study = seat.study
    client.force_login(seat.user)
    told = secrets(study) - {"telea"}  # engines by which a search can be narrowed
    for it in presentations(seat):
        send(client, "save", it.code, answers(study, 4))
    words = [item.artwork.title for item in study.items.exclude(artwork=None)] + ["pines", study.title]
    texts = [client.get(reverse("desk:search"), {"q": word}).content.decode().split("<main")[1] for word in words]
    texts = [
        text.replace(word, "") for text, word in zip(texts, words, strict=True)
    ]  # the field repeats what was asked
    for path in (
        "/desk/",
        "/desk/works/",
        "/desk/jobs/",
        "/desk/waiting/",
        "/activity/",
        "/notices/",
        "/notices/unread",
    ):
        answer = client.get(path)
        texts.append(answer.content.decode() if answer.status_code == 200 else "")
    texts += [letters.write(seat, kind, "token").body for kind in ("invitation", "link", "reminder")]
    for text in texts:
        assert not [word for word in told if word in text]
    assert state_for(seat.user, study.pk) is None
    assert state_for(AnonymousUser(), study.pk) is None


def test_13_the_record_of_events_tells_members_no_work_of_a_study(running, client, curator):
    study = running("scoring", restored=1)
    told = {*study.items.values_list("code", flat=True), *map(str, study.items.values_list("pk", flat=True))}
    client.force_login(curator)
    text = client.get(reverse("desk:activity")).content.decode() + client.get("/api/v1/events/").content.decode()
    assert study.title in text
    assert not [word for word in told if word in text]
    assert not Event.objects.filter(action__startswith="study.").exclude(artwork=None).exists()


def test_14_the_works_themselves_are_shown_to_no_expert(seat, client):
    pictures = [renditions.picture_of(item) for item in seat.study.items.all()]
    paths = [
        reverse(f"catalogue:{name}", args=[it.pk]) for it in pictures for name in ("thumbnail", "download", "iiif-info")
    ]
    for item in seat.study.items.all():
        paths += [reverse("catalogue:artwork", args=[item.artwork_id])] if item.artwork_id else []
        paths += [reverse("generation:painting", args=[item.painting_id])] if item.painting_id else []
        paths += [reverse("restoration:detail", args=[item.candidate.restoration_id])] if item.candidate_id else []
    paths += [f"/media/{it.file.name}" for it in pictures]
    paths += [f"/media/{item.rendition.name}" for item in seat.study.items.all()]
    assert {client.get(path).status_code for path in paths} <= {302, 404}
    client.force_login(seat.user)
    assert {client.get(path).status_code for path in paths} == {404}


def test_17_logs_and_events_name_no_picture_and_no_score(running, client, caplog):
    caplog.set_level("DEBUG")
    study = running("scoring")
    own = study.seats.get(label=1)
    client.force_login(own.user)
    for it in presentations(own):
        client.get(reverse("panel:picture", args=[it.code]))
        send(client, "submit", it.code, answers(study, 2))
    mine = [record.getMessage() for record in caplog.records if record.name.startswith("lacuna")]
    rows = Event.objects.filter(action__startswith="study.")
    told = {key for row in rows for key in row.data}
    assert told <= {"title", "round", "w", "first"}
    text = json.dumps([row.data for row in rows]) + "".join(mine)
    hidden = secrets(study) | {it.code for it in presentations(own)}
    hidden |= {
        word for row in study.seats.values_list("email", "name", "user__username") for word in row if len(word) > 4
    }
    assert not [word for word in hidden if word in text]
    assert {row.actor for row in rows.filter(action__startswith="study.expert_accepted")} == {None}


def test_19_every_picture_takes_the_same_work_and_none_comes_later(seat, client, monkeypatch):
    client.force_login(seat.user)
    client.get(reverse("panel:home"))  # how many notices wait is remembered from the first page on
    study, opened, real = seat.study, [], default_storage.open
    monkeypatch.setattr(default_storage, "open", lambda name, *more: opened.append(name) or real(name, *more))
    monkeypatch.setattr(renditions, "read_small", None)  # no original is read once the study runs
    work = set()
    for it in presentations(seat):
        counts = []
        for ask in (
            lambda it: client.get(reverse("panel:score", args=[it.code])),
            lambda it: client.get(reverse("panel:picture", args=[it.code])),
            lambda it: send(client, "save", it.code, answers(study, 4)),
            lambda it: send(client, "submit", it.code, answers(study, 4), 1),
        ):
            before = len(opened)
            with CaptureQueriesContext(connection) as captured:
                assert ask(it).status_code == 200
            tables = [re.findall(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"', query["sql"]) for query in captured]
            counts.append((str(tables), len(opened) - before))
        work.add(tuple(counts))
    assert len(work) == 1
    assert set(opened) == {it.item.rendition.name for it in presentations(seat)}
    with pytest.raises(UserError, match="has started"):
        studies.add_items(study.created_by, study, artworks=[ArtworkFactory(collection=study.collection)])
    work = ArtworkFactory(collection=study.collection)
    with pytest.raises(DatabaseError), transaction.atomic():
        Item.objects.create(study=study, origin="artwork", artwork=work)


def test_21_nothing_is_handed_out_before_the_study_is_closed(study_draft, coordinator, scoring, client, curator):
    study = study_draft(1, 1, 0)
    (own,) = scoring(study)
    paths = [reverse("review:scores", args=[study.pk, form]) for form in ("csv", "xlsx", "json")]
    paths += [reverse("review:result", args=[study.pk]), f"/api/v1/studies/{study.pk}/result/"]
    for state in ("calibration", "scoring", "delphi"):
        Study.objects.filter(pk=study.pk).update(state=state)
        for user in (coordinator, curator, own.user):
            client.force_login(user)
            assert [client.get(path).status_code for path in paths] == [404] * len(paths), (state, user)


def test_21_an_expert_is_handed_nothing_afterwards_either(running, client):
    study = running("closed")
    client.force_login(study.seats.get(label=1).user)
    paths = [reverse("review:scores", args=[study.pk, form]) for form in ("csv", "xlsx", "json")]
    assert {client.get(path).status_code for path in (*paths, reverse("review:result", args=[study.pk]))} == {404}


@pytest.mark.parametrize("role", ["curator", "consultant", "rights_officer"])
def test_22_who_can_look_the_works_up_is_shown_none_of_them(role, study_draft, coordinator, link):
    study = study_draft(2, 1, 0)
    member = person(role, study.collection)
    taken = people.accept(link(people.invite(coordinator, study, email=member.email)))
    assert taken.user == member
    assert taken.conflicts.filter(present=True, by_rule=True).count() == 3
    assert {item.pk for item in people.known_conflicts(taken)} == {item.pk for item in study.items.all()}


def test_22_who_steers_or_made_a_study_takes_no_place(study_draft, coordinator, link):
    study = study_draft(1, 1, 0)
    for user in (coordinator, person("coordinator", study.collection)):
        with pytest.raises(UserError, match="cannot score in it"):
            people.accept(link(people.invite(coordinator, study, email=user.email)))
    assert study.seats.filter(state="accepted").count() == 0


def test_22_who_made_requested_or_nominated_a_work_is_not_shown_it(study_draft, coordinator, link):
    study = study_draft(1, 1, 0, restored=1)
    hands = {"artwork": UserFactory(), "job": UserFactory(), "nominated": UserFactory(), "judged": UserFactory()}
    item = {it.origin: it for it in study.items.all()}
    item["artwork"].artwork.__class__.objects.filter(pk=item["artwork"].artwork_id).update(created_by=hands["artwork"])
    type(item["painting"].painting.round.job).objects.filter(pk=item["painting"].painting.round.job_id).update(
        owner=hands["job"]
    )
    item["candidate"].candidate.nominations.update(by=hands["nominated"])
    type(item["candidate"].candidate).objects.filter(pk=item["candidate"].candidate_id).update(
        judged_by=hands["judged"]
    )
    known = {
        name: {it.origin for it in people.known_conflicts(Seat(study=study, user=user))} for name, user in hands.items()
    }
    assert {"artwork"} <= known["artwork"]
    assert (known["job"], known["nominated"], known["judged"]) == ({"painting"}, {"candidate"}, {"candidate"})
    assert people.known_conflicts(Seat(study=study, user=UserFactory())) == []


def test_22_who_gets_a_role_later_scores_no_more(seat):
    first = presentations(seat)[0]
    assert sheets.save(seat.user, first, answers(seat.study, 4), 0, uuid.uuid4()).version == 1
    Grant.objects.create(user=seat.user, role="consultant", collection=seat.collection)
    with pytest.raises(UserError, match="cannot score them blind"):
        sheets.submit(seat.user, first, 1, uuid.uuid4())
    assert Sheet.objects.get(presentation=first).submitted_at is None


def test_24_nothing_moves_with_a_score_before_the_study_is_closed(seat, client, coordinator):
    study, first = seat.study, presentations(seat)[0]
    paths = [reverse(f"review:{name}", args=[study.pk]) for name in ("study", "pictures", "panel", "rules", "rubric")]
    paths += [f"/api/v1/studies/{study.pk}/", f"/api/v1/studies/{study.pk}/board/", reverse("review:studies")]
    told = set()
    for value in (1, 5):
        point = transaction.savepoint()
        sheets.save(seat.user, first, answers(study, value), 0, uuid.uuid4())
        sheets.submit(seat.user, first, 1, uuid.uuid4())
        client.force_login(coordinator)
        texts = [plain(client.get(path).content.decode()) for path in paths]
        assert "<title>404" not in texts[6]
        client.force_login(seat.study.seats.get(label=2).user)
        texts += [plain(client.get(reverse("panel:seat", args=[seat.study.seats.get(label=2).pk])).content.decode())]
        told.add((tuple(texts), str(state_for(coordinator, study.pk))))
        transaction.savepoint_rollback(point)
    assert len(told) == 1
