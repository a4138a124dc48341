"""Example pictures of levels: judged, made like blind ones, shown, copied, frozen; and what comes before a round."""

import io
import re

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.urls import reverse
from PIL import Image

from portal.errors import UserError
from review.models import Example, Seat
from review.services import calibration, letters, people, studies
from tests.factories import person, picture_bytes
from tests.review.conftest import fresh, score_all

pytestmark = pytest.mark.django_db


def upload(name="example.png", data=None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or picture_bytes(np.full((40, 60, 3), 90, np.uint8)))


def with_example(study, given, place=4):
    rows = studies.rubric_of(study)
    rows[0]["levels"][place]["example"] = given
    return rows


@pytest.fixture
def illustrated(study_draft, coordinator):
    study = study_draft(1, 1, 3)
    return studies.set_rubric(coordinator, study, with_example(study, upload()))


def test_an_example_is_made_as_blind_pictures_are(illustrated):
    example = Example.objects.get()
    assert (example.level.dimension.key, example.level.value) == ("type", 5)
    with default_storage.open(example.file.name) as file:
        data = file.read()
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (768, 768), "RGB")
        assert not {"icc_profile", "exif", "dpi"} & picture.info.keys()
        assert picture.getpixel((384, 384)) == (90, 90, 90)
        assert picture.getpixel((2, 2)) == (128, 128, 128)
    assert re.fullmatch(r"panel/examples/[0-9a-f]{32}\w*\.jpg", example.file.name)


def test_what_is_no_picture_is_refused_whatever_it_is_called(illustrated, coordinator):
    with pytest.raises(UserError):
        studies.set_rubric(
            coordinator, illustrated, with_example(illustrated, upload("hills.png", b"MZ\x90 no picture"))
        )
    assert Example.objects.count() == 1


def test_an_example_stays_is_replaced_is_taken_away_and_copied(
    illustrated, coordinator, django_capture_on_commit_callbacks
):
    first = Example.objects.get().file.name
    copied = studies.copy_study(coordinator, illustrated, title="Again")
    assert Example.objects.get(level__dimension__study=copied).file.name == first
    unnamed = studies.rubric_of(illustrated)
    for row in unnamed:
        for level in row["levels"]:
            del level["example"]  # as programs send it
    studies.set_rubric(coordinator, illustrated, unnamed)
    assert Example.objects.get(level__dimension__study=illustrated).file.name == first
    with django_capture_on_commit_callbacks(execute=True):
        studies.set_rubric(coordinator, illustrated, with_example(illustrated, upload()))
    second = Example.objects.get(level__dimension__study=illustrated).file.name
    assert second != first
    assert default_storage.exists(first)  # the copy still shows it
    with django_capture_on_commit_callbacks(execute=True):
        studies.set_rubric(coordinator, illustrated, with_example(illustrated, False))
    assert not Example.objects.filter(level__dimension__study=illustrated).exists()
    assert not default_storage.exists(second)


def test_no_name_that_was_sent_leads_to_a_file(illustrated, coordinator):
    item = illustrated.items.first()
    studies.set_rubric(
        coordinator, illustrated, with_example(illustrated, item.artwork and item.artwork.master.file.name)
    )
    assert not Example.objects.exists()


def test_an_example_freezes_with_the_rubric(illustrated, coordinator, running):
    study = running("calibration", authentic=1, generated=1, benchmark=3)
    level = study.dimensions.first().levels.first()
    with pytest.raises(Error), transaction.atomic():
        Example.objects.create(level=level, file="panel/examples/x.jpg", sha256="0")


def test_a_coordinator_uploads_and_removes_an_example_on_the_page(client, coordinator, study_draft):
    from tests.review.test_study_pages import rubric_form

    study = study_draft(0, 0, 0)
    client.force_login(coordinator)
    path = reverse("review:rubric", args=[study.pk])
    form = {name: value for name, value in rubric_form(client.get(path)).items() if "example" not in name}
    assert client.post(path, form | {"form-1-level2_example": upload("hills.png", b"not a picture")}).status_code == 200
    assert not Example.objects.exists()
    assert client.post(path, form | {"form-1-level2_example": upload()}).status_code == 302
    example = Example.objects.get(level__dimension__key="elements", level__value=2)
    shown = reverse("panel:example", args=[example.pk])
    assert shown in client.get(path).content.decode()
    assert client.post(path, form).status_code == 302  # nothing sent: it stays
    kept = Example.objects.get()
    assert kept.file.name == example.file.name
    assert client.post(path, form | {"form-1-level2_example-clear": "on"}).status_code == 302
    assert not Example.objects.exists()


def test_an_example_is_shown_to_the_panel_and_to_nobody_else(
    illustrated, seated, client, coordinator, curator, stranger
):
    seat = seated(illustrated, 1)[0]
    example = Example.objects.get()
    path = reverse("panel:example", args=[example.pk])
    elsewhere = person("expert")
    told = {}
    for user in (seat.user, coordinator, curator, stranger, elsewhere):
        client.force_login(user)
        told[user] = client.get(path).status_code
    assert [*told.values()] == [200, 200, 404, 404, 404]
    people.withdraw(seat.user, seat, "")
    client.force_login(seat.user)
    assert client.get(path).status_code == 404


def test_a_further_round_is_announced_and_shows_what_the_last_one_showed(running, coordinator, client):
    study = running("calibration")
    Seat.objects.update(letter="")
    score_all(
        study, 1, lambda item, seat, number: min(5, 1 + number + (seat.label == 2)) if seat.label < 3 else 4 - number
    )
    calibration.close_calibration(coordinator, study, "Look at the ink again.")
    seat = fresh(study).seats.get(label=2)
    assert seat.letter == "further"
    letter = letters.write(seat, Seat.Letter.FURTHER, "token")
    assert "further round of calibration" in letter.subject + letter.body
    assert "What the last round showed" in letter.body
    seat.language = "zh-hans"
    assert "上一轮的情况" in letters.write(seat, Seat.Letter.FURTHER, "token").body
    client.force_login(seat.user)
    page = client.get(reverse("panel:seat", args=[seat.pk])).content.decode()
    assert "What the last round showed" in page
    assert "Look at the ink again." in page
    assert re.search(r"\d\.\d points above the others", page)
    assert re.search(r"Picture \d: 1 to [45], yours \d", page)
    score_all(study, 2, lambda item, seat, number: 1 + number)
    assert calibration.close_calibration(coordinator, study).passed
    assert "What the last round showed" not in client.get(reverse("panel:seat", args=[seat.pk])).content.decode()


def test_who_comes_late_declares_and_checks_before_scoring(running, coordinator, client, link):
    study = running("scoring")
    leaving = study.seats.get(label=3)
    people.withdraw(leaving.user, leaving, "No time.")
    newcomer = people.accept(link(people.replace(coordinator, leaving, email="new@example.org")))
    client.force_login(newcomer.user)
    path = reverse("panel:seat", args=[newcomer.pk])
    page = client.get(path).content.decode()
    assert "Say whether you have conflicts of interest" in page
    assert "Begin" not in page
    people.declare(newcomer.user, newcomer, dict.fromkeys(study.items.values_list("code", flat=True), False))
    people.check_display(newcomer.user, newcomer, {"dark": 9, "light": 9, "neutral": True})
    page = client.get(path).content.decode()
    assert "Say whether you have conflicts of interest" not in page
    assert "Begin" in page
