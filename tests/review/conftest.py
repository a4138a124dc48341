"""Studies in any state, set up through the services, with pictures of a few pixels."""

import itertools
import uuid

import pytest
from django.utils import timezone

from portal.accounts.models import Grant
from restoration.models import Candidate
from restoration.services import order_restoration
from review.models import Item, Nomination, Seat, Study
from review.services import letters, orders, people, renditions, sheets, studies
from tests.factories import ArtworkFactory, UserFactory, mask_for, painting_for, person, sealed_picture

EXPERTS, AUTHENTIC, GENERATED, BENCHMARK = 5, 2, 2, 4


@pytest.fixture
def coordinator(collection):
    return person("coordinator", collection)


@pytest.fixture
def study_draft(collection, coordinator):
    """A draft with authentic and generated works to score, and a benchmark set."""

    def study_draft(authentic=AUTHENTIC, generated=GENERATED, benchmark=BENCHMARK, restored=0, **rules) -> Study:
        study = studies.create_study(coordinator, collection, title="Hills", **rules)
        works = [ArtworkFactory(collection=collection) for _ in range(authentic)]
        paintings = [painting_for(collection) for _ in range(generated)]
        candidates = [candidate_for(work) for work in works[:restored]]
        studies.add_items(coordinator, study, artworks=works, paintings=paintings, candidates=candidates)
        marks = [ArtworkFactory(collection=collection) for _ in range(benchmark)]
        studies.add_items(coordinator, study, artworks=marks, calibration=True)
        study.refresh_from_db()
        return study

    return study_draft


def candidate_for(artwork, engine="telea") -> Candidate:
    """A restoration of a work, picked and sent to the panel."""
    restoration = order_restoration(artwork.created_by, artwork, mask=mask_for(artwork), engine=engine, candidates=1)
    candidate = Candidate.objects.create(
        restoration=restoration, number=1, picture=sealed_picture(artwork.collection, 7), seed=0, changed_pixels=1
    )
    Nomination.objects.create(candidate=candidate, by=artwork.created_by)
    return candidate


@pytest.fixture
def link():
    """The link of a seat's letter, as it would be sent."""
    numbers = itertools.count(1)

    def link(seat: Seat) -> str:
        token = f"token-{next(numbers)}-{seat.pk.hex}"
        Seat.objects.filter(pk=seat.pk).update(
            token_hash=letters.digest(token), token_expires_at=None, letter="", letter_at=None
        )
        return token

    return link


@pytest.fixture
def seated(coordinator, link):
    """So many experts who accepted, declared no conflict and checked their displays."""

    def seated(study: Study, count=EXPERTS) -> list[Seat]:
        seats = []
        for number in range(count):
            seat = people.invite(
                coordinator, study, email=f"e{number}-{study.pk.hex[:6]}@example.org", name=f"E {number}"
            )
            seats.append(ready(people.accept(link(seat))))
        return seats

    return seated


def ready(seat: Seat) -> Seat:
    """The seat after its expert declared no conflicts and checked the display."""
    people.declare(seat.user, seat, {item.code: False for item in seat.study.items.all()})
    return people.check_display(seat.user, seat, {"dark": 9, "light": 9, "neutral": True})


@pytest.fixture
def running(study_draft, seated, coordinator):
    """A study in a state, with its panel: "draft" (ready), "calibration", "scoring", "delphi" or "closed"."""

    def running(state="scoring", experts=EXPERTS, **about) -> Study:
        study = study_draft(**about)
        seated(study, experts)
        renditions.build_renditions(coordinator, study)
        if state == "draft":
            return fresh(study)
        studies.start(coordinator, study)
        if state == "calibration":
            return fresh(study)
        from review.services import calibration, delphi

        score_all(study, 1, lambda item, seat, number: 1 + number % 5)
        calibration.close_calibration(coordinator, study)
        if state == "scoring":
            return fresh(study)
        far = state == "delphi"
        score_all(study, 0, lambda item, seat, number: 1 if far and seat.label == 1 and not number else 4)
        delphi.close_scoring(coordinator, study)
        return fresh(study)

    return running


def fresh(study: Study) -> Study:
    return Study.objects.get(pk=study.pk)


def answers(study: Study, value: int, **more) -> dict:
    """A complete sheet with one value on every dimension, with a reason for each deduction."""
    keys = list(study.dimensions.values_list("key", flat=True))
    reason = [{"term": "balance", "text": "", "region": None}]
    deductions = dict.fromkeys(keys, reason) if value < 5 else {}
    content = {"scores": dict.fromkeys(keys, value), "deductions": deductions, "guess": "unsure", "seconds": 30}
    return sheets.EMPTY | content | more


def score_all(study: Study, round: int, value, more=lambda item, seat: {}) -> None:
    """Every expert submits every sheet of a round; value(item, seat, number of the item) gives the score, `more` other
    answers.
    """
    shown = study.items.filter(calibration=round > 0).order_by("code")
    numbers = {code: number for number, code in enumerate(shown.values_list("code", flat=True))}
    for seat in study.seats.filter(state="accepted").order_by("label"):
        for presentation in seat.presentations.filter(round=round).select_related("item", "seat__study"):
            item: Item = presentation.item
            content = answers(study, value(item, seat, numbers[item.code]), **more(item, seat))
            sheet = sheets.save(seat.user, presentation, content, 0, uuid.uuid4())
            sheets.submit(seat.user, presentation, sheet.version, uuid.uuid4())


@pytest.fixture
def second(collection):
    """Another person who may agree to lift the blindness."""
    return person("rights_officer", collection)


@pytest.fixture
def expert_grants():
    """Experts have no role in the collection: what they may do follows from their seats."""
    return Grant.objects.filter(role="expert")


@pytest.fixture
def scoring():
    """A function: the draft at scoring, with so many experts who are shown everything."""

    def scoring(study: Study, experts: int = 1) -> list[Seat]:
        for label in range(1, experts + 1):
            user = UserFactory(display_name=f"Wang Wei {label}")
            Seat.objects.create(
                study=study, email=user.email, name=user.display_name, user=user, state="accepted", label=label
            )
        orders.draw_orders(study, 0)
        Study.objects.filter(pk=study.pk).update(state="scoring", frozen_at=timezone.now())
        return list(Seat.objects.filter(study=study.pk).select_related("user", "study").order_by("label"))

    return scoring
