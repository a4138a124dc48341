"""Two hundred submissions at the same moment, some of them twice and some from two windows: none lost, none doubled."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from review.models import Presentation, Revision, Score, Seat, Sheet, Study
from review.services import orders
from tests.factories import ArtworkFactory, UserFactory
from tests.review.conftest import answers, fresh

EXPERTS, PICTURES, AT_ONCE = 10, 20, 25
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def panel(study_draft, collection) -> Study:
    """A study at scoring: ten experts, twenty pictures, two hundred sheets to submit."""
    study = study_draft(0, 0, 0)
    master = ArtworkFactory(collection=collection).master
    for _number in range(PICTURES):
        study.items.create(origin="artwork", artwork=ArtworkFactory(collection=collection, master=master))
    for label in range(1, EXPERTS + 1):
        user = UserFactory()
        Seat.objects.create(study=study, email=user.email, user=user, state="accepted", label=label)
    orders.draw_orders(study, 0)
    Study.objects.filter(pk=study.pk).update(state="scoring", frozen_at=timezone.now())
    return fresh(study)


@pytest.fixture
def send(panel):
    """A function: send answers as one of the experts' browsers does; status and body."""
    cookies = {}
    for seat in panel.seats.select_related("user"):
        client = Client()
        client.force_login(seat.user)
        cookies[seat.pk] = client.cookies

    def send(shown: Presentation, move: str, words: str, request: str, version: int = 0):
        client = Client()
        client.cookies = cookies[shown.seat_id].__class__(cookies[shown.seat_id].output(header="", sep=";"))
        content = answers(panel, 5, comment=words)
        body = {"content": content, "version": version, "request": request}
        try:
            answer = client.post(reverse(f"panel:{move}", args=[shown.code]), body, content_type="application/json")
            return answer.status_code, answer.json()
        finally:
            connections.close_all()

    return send


def at_once(calls: list) -> list:
    """Run all calls in threads that begin together; their results in the order of the calls."""
    start = Barrier(AT_ONCE)

    def first(number: int):
        if number < AT_ONCE:
            start.wait(60)
        return calls[number]()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(first, range(len(calls))))


def test_of_two_hundred_submissions_at_once_none_is_lost_and_none_doubled(panel, send):
    rows = list(Presentation.objects.filter(seat__study=panel).select_related("seat"))
    assert len(rows) == EXPERTS * PICTURES
    before = list(Presentation.objects.filter(seat__study=panel).order_by("pk").values())
    sent = []  # sheet, words, request
    for number, shown in enumerate(rows):
        request = str(uuid.uuid4())
        sent.append((shown, f"once {number}", request))
        if number % 5 == 0:  # a double click
            sent.append((shown, f"once {number}", request))
        if number % 5 == 1:  # a second window
            sent.append((shown, f"other {number}", str(uuid.uuid4())))
    random.Random(3).shuffle(sent)
    got = at_once([lambda it=it: send(it[0], "submit", it[1], it[2]) for it in sent])

    statuses = {status for status, _body in got}
    assert statuses <= {200, 400, 409}
    done = {it.presentation_id: it for it in Sheet.objects.filter(presentation__seat__study=panel)}
    assert len(done) == len(rows)
    assert all(it.submitted_at for it in done.values())
    for (shown, words, _request), (status, _body) in zip(sent, got, strict=True):
        if status == 200:  # what was said to be kept is what was kept
            assert done[shown.pk].comment == words
    won = {shown.pk for (shown, *_about), (status, _body) in zip(sent, got, strict=True) if status == 200}
    assert won == set(done)
    counts = Revision.objects.filter(sheet__in=done.values())
    assert counts.filter(submitted=True).count() == counts.filter(submitted=False).count() == len(rows)
    assert Score.objects.filter(sheet__in=done.values()).count() == 4 * len(rows)
    assert list(Presentation.objects.filter(seat__study=panel).order_by("pk").values()) == before


def test_one_sheet_that_many_windows_save_at_once_keeps_one_answer_and_tells_the_others(panel, send):
    shown = Presentation.objects.filter(seat__study=panel).select_related("seat").first()
    same = str(uuid.uuid4())
    requests = [same] * 5 + [str(uuid.uuid4()) for _number in range(AT_ONCE - 5)]
    got = at_once([lambda it=it: send(shown, "save", it, it) for it in requests])
    sheet = Sheet.objects.get(presentation=shown)
    assert sheet.revisions.count() == sheet.version == 1
    kept = {request for request, (status, _body) in zip(requests, got, strict=True) if status == 200}
    assert kept == {sheet.comment}
    refused = [body for status, body in got if status == 409]
    assert len(refused) == len(requests) - requests.count(sheet.comment)
    assert {body["content"]["comment"] for body in refused} == {sheet.comment}
