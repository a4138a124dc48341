"""Blind pictures: one canvas, one encoder, one length; and what is frozen stays."""

import io

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import Error, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

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
