"""Blind pictures: one canvas, one encoder, one length; and what is frozen stays."""

import hashlib
import io

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import Error, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.catalogue.models import Picture
from portal.errors import UserError
from review.models import Item, Level, Result, Revision
from review.services import renditions, studies
from review.services.renditions import BUCKET, common_length, encode, filled

pytestmark = pytest.mark.django_db


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 200_000).filter(lambda more: more == 0 or more >= 4))
def test_a_file_is_filled_to_the_byte_and_shows_the_same(more):
    data = encode(np.full((20, 30, 3), 90, np.uint8), 64)
    long = filled(data, len(data) + more)
    assert len(long) == len(data) + more
    with Image.open(io.BytesIO(long)) as one, Image.open(io.BytesIO(data)) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))


def test_nothing_is_ever_too_short_to_be_filled():
    assert common_length([BUCKET, BUCKET - 1]) == common_length([BUCKET, BUCKET - 3]) == 2 * BUCKET
    assert common_length([BUCKET - 4, BUCKET]) == BUCKET


def test_all_files_of_a_study_have_one_length_one_size_and_no_metadata(running):
    study = running("draft")
    seen = set()
    for item in study.items.all():
        with default_storage.open(item.rendition.name) as file:
            data = file.read()
        with Image.open(io.BytesIO(data)) as picture:
            tables = tuple(map(tuple, picture.quantization.values()))
            seen.add((len(data), picture.size, picture.mode, picture.format, tables, "exif" in picture.info))
            assert not {"icc_profile", "exif", "dpi", "xmp"} & picture.info.keys()
        assert item.code not in item.rendition.name
    assert len(seen) == 1
    assert seen.pop()[0] % BUCKET == 0


def test_a_draft_whose_pictures_change_makes_all_of_them_anew(running, coordinator):
    study = running("draft")
    studies.remove_item(coordinator, study, study.items.filter(calibration=True).first())
    assert {item.rendition.name for item in study.items.all()} == {""}


@pytest.mark.parametrize(
    "change",
    [
        lambda study: study.items.update(calibration=True),
        lambda study: study.dimensions.update(weight="0.5"),
        lambda study: Level.objects.filter(dimension__study=study).update(text_en="Another"),
        lambda study: Item.objects.create(
            study=study, origin="artwork", artwork=study.items.exclude(artwork=None).first().artwork
        ),
    ],
)
def test_the_database_refuses_to_change_what_is_frozen(running, change):
    study = running("calibration")
    with pytest.raises(Error), transaction.atomic():
        change(study)


def test_raw_sql_does_not_change_a_frozen_rubric_either(running):
    study = running("calibration")
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE review_dimension SET weight = 1 WHERE study_id = %s",
            [study.pk.hex if connection.vendor == "sqlite" else study.pk],
        )


def test_revisions_and_results_are_only_ever_added(running):
    study = running("closed")
    for rows in (Revision.objects.all(), Result.objects.filter(study=study)):
        assert rows
        with pytest.raises(Error), transaction.atomic():
            rows.update(**{"content": {}} if rows.model is Revision else {"seed": 1})


def test_a_study_that_is_not_ready_does_not_start(study_draft, coordinator):
    study = study_draft()
    with pytest.raises(UserError, match="more experts have to accept"):
        studies.start(coordinator, study)


def test_an_authentic_picture_that_is_too_small_sets_the_size_for_all(study_draft, coordinator):
    study = study_draft()
    renditions.build_renditions(coordinator, study)
    study.refresh_from_db()
    assert study.rendition_side == 256


def test_pictures_are_made_once_with_word_of_the_progress_and_forgotten_together(
    study_draft, coordinator, django_capture_on_commit_callbacks
):
    study = study_draft(2, 1, 0)
    told = []
    renditions.build_renditions(coordinator, study, told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    names = set(study.items.values_list("rendition", flat=True))
    for item in study.items.all():
        with default_storage.open(item.rendition.name) as file:
            assert hashlib.sha256(file.read()).hexdigest() == item.rendition_sha256
    study.refresh_from_db()
    assert study.rendition_side == 256
    renditions.build_renditions(coordinator, study, told.append)
    assert (len(told), set(study.items.values_list("rendition", flat=True))) == (4, names)
    with django_capture_on_commit_callbacks(execute=True):
        renditions.outdated(study)
    assert not [name for name in names if default_storage.exists(name)]
    study.refresh_from_db()
    assert study.rendition_side == 0
    assert set(study.items.values_list("rendition", "rendition_sha256")) == {("", "")}


def test_no_pictures_no_blind_ones_and_none_of_a_draft_that_changed_meanwhile(study_draft, coordinator, monkeypatch):
    with pytest.raises(UserError, match="no pictures"):
        renditions.build_renditions(coordinator, study_draft(0, 0, 0))
    study, encode = study_draft(2, 0, 0), renditions.encode

    def meanwhile(pixels, side):
        study.items.order_by("pk").last().delete()
        monkeypatch.setattr(renditions, "encode", encode)
        return encode(pixels, side)

    monkeypatch.setattr(renditions, "encode", meanwhile)
    with pytest.raises(UserError, match="changed meanwhile"):
        renditions.build_renditions(coordinator, study)
    assert not any(study.items.values_list("rendition", flat=True))


@pytest.mark.parametrize(
    ("sides", "side"), [([100], 256), ([700, 320], 320), ([700, 383], 320), ([9000, 5000], 2048), ([2048], 2048)]
)
def test_the_canvas_is_as_large_as_the_smallest_picture_allows(sides, side):
    pictures = [Picture(width=side, height=side // 2) for side in sides] + [Picture(width=1, height=max(sides))]
    assert renditions.canvas_side(pictures) == side


@pytest.mark.parametrize("shape", [(60, 236, 3), (236, 60, 3), (1, 400, 3), (20, 30, 3), (236, 236, 3)])
def test_a_picture_stands_in_the_middle_of_its_mount(shape):
    data = encode(np.full(shape, 250, np.uint8), 256)
    with Image.open(io.BytesIO(data)) as picture:
        bright = np.asarray(picture)[..., 0] > 190
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    scale = renditions.inner_side(256) / max(shape)
    assert renditions.inner_side(256) == 236
    assert (len(rows), len(columns)) == (max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale)))
    assert abs(rows[0] - (255 - rows[-1])) <= 1
    assert abs(columns[0] - (255 - columns[-1])) <= 1
