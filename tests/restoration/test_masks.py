"""Masks: uploaded, proposed, derived; in versions, confirmed by a person, never half there."""

import errno

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image

from portal.catalogue import files
from portal.catalogue.models import Picture
from portal.catalogue.services import attach_master
from portal.errors import UserError
from restoration import selectors, services
from restoration.models import Mask
from restoration.storing import _smaller
from tests.factories import (
    ArtworkFactory,
    CollectionFactory,
    mask_pixels,
    mask_upload,
    painted,
    person,
    picture_bytes,
    picture_upload,
)
from tests.restoration.conftest import labels_of, stored

pytestmark = pytest.mark.django_db


def upload(pixels: np.ndarray) -> SimpleUploadedFile:
    return SimpleUploadedFile("mask.png", picture_bytes(pixels))


def test_an_uploaded_mask_is_stored_as_codes_with_its_coverage_and_counts_as_confirmed(artwork, curator):
    mask = services.upload_mask(curator, artwork, mask_upload(), damage_class="stain", note="By eye")
    expected = np.where(mask_pixels() > 0, 3, 0)
    assert np.array_equal(labels_of(mask), expected)
    assert mask.coverage == {"loss": 0.0, "crack": 0.0, "stain": (expected > 0).mean(), "fading": 0.0}
    assert (mask.version, mask.source, mask.note, mask.confirmed_by) == (1, "uploaded", "By eye", curator)
    assert mask.master == artwork.master


def test_a_mask_lies_in_storage_under_its_own_hash(mask):
    assert mask.file.name == f"masks/{mask.sha256[:2]}/{mask.sha256}.png"
    assert files.sha256_stored(mask.file.name) == mask.sha256


def test_each_mask_of_an_artwork_is_a_version_of_its_own_and_equal_files_are_kept_once(artwork, curator, other_artwork):
    first, second = (services.upload_mask(curator, artwork, mask_upload()) for _ in range(2))
    assert (first.version, second.version) == (1, 2)
    assert first.file.name == second.file.name
    assert services.upload_mask(curator, other_artwork, mask_upload()).version == 1


def test_the_preview_shows_the_damage_over_the_picture(mask, artwork):
    with Image.open(mask.overlay.path) as image:
        assert image.format == "WEBP"
        shown = np.asarray(image.convert("RGB")).astype(int)
    picture = painted(seed=0).astype(int)
    assert shown.shape == picture.shape
    damaged = mask_pixels() > 0
    assert shown[damaged][:, 0].mean() - shown[damaged][:, 2].mean() > 60  # vermilion, as losses are drawn


def test_the_preview_of_a_large_picture_is_small(collection, curator):
    artwork = ArtworkFactory(collection=collection, master=None)
    attach_master(curator, artwork, picture_upload(width=2400, height=300))
    mask = services.upload_mask(curator, artwork, mask_upload(width=2400, height=300))
    with Image.open(mask.overlay.path) as image:
        assert image.size == (1600, 200)


def test_a_hair_crack_is_still_seen_in_a_small_preview():
    labels = np.zeros((400, 400), np.uint8)
    labels[:, 201] = 2
    small = _smaller(labels, 100, 100)
    assert (small[:, 50] == 2).all()
    assert np.count_nonzero(small) == 100


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.zeros((64, 96), np.uint8), "empty"),
        (np.full((64, 96), 255, np.uint8), "whole picture"),
        (mask_pixels(100, 64), "100 x 64 pixels, but the picture is 96 x 64"),
    ],
)
def test_a_mask_that_cannot_be_restored_from_is_refused_and_leaves_nothing(artwork, curator, settings, pixels, words):
    before = stored(settings)
    with pytest.raises(UserError, match=words):
        services.upload_mask(curator, artwork, upload(pixels))
    assert stored(settings) == before
    assert not Mask.objects.exists()


def test_a_file_that_is_no_image_is_refused_in_one_sentence(artwork, curator):
    with pytest.raises(UserError) as refusal:
        services.upload_mask(curator, artwork, SimpleUploadedFile("../../mask.png", b"<html>"))
    assert "\n" not in str(refusal.value)
    assert "/" not in str(refusal.value)


def test_an_artwork_without_a_master_takes_no_mask(collection, curator):
    with pytest.raises(UserError, match="no master yet"):
        services.upload_mask(curator, ArtworkFactory(collection=collection, master=None), mask_upload())


@pytest.mark.parametrize("fails", [0, 1])
def test_a_full_disk_leaves_neither_file_nor_row(artwork, curator, settings, monkeypatch, fails):
    before, real, count = stored(settings), files.store, [0]

    def store(path, name):
        count[0] += 1
        if count[0] > fails:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, name)

    monkeypatch.setattr(files, "store", store)
    with pytest.raises(UserError, match="disk is full"):
        services.upload_mask(curator, artwork, mask_upload())
    assert stored(settings) == before
    assert not Mask.objects.exists()


def test_a_row_that_cannot_be_written_leaves_no_file(artwork, curator, settings, monkeypatch):
    before = stored(settings)
    monkeypatch.setattr(Mask.objects, "create", lambda **_fields: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.upload_mask(curator, artwork, mask_upload())
    assert stored(settings) == before


def test_the_real_analysis_proposes_a_mask_for_a_torn_picture(collection, curator, calls, work):
    torn = painted(240, 200, seed=5)
    torn[70:120, 90:150] = [238, 233, 222]
    artwork = ArtworkFactory(collection=collection, master=None)
    attach_master(curator, artwork, SimpleUploadedFile("torn.png", picture_bytes(torn)))
    services.request_proposal(curator, artwork)
    job = work()
    assert job.status == "succeeded", job.message
    assert labels_of(job.mask).shape == (200, 240)


def test_the_proposal_is_what_the_analysis_found(artwork, curator, calls, work, monkeypatch):
    found = np.where(mask_pixels() > 0, 2, 0).astype(np.uint8)
    monkeypatch.setattr("restoration.masks.propose_mask", lambda picture, progress: progress(0.5) or found)
    services.request_proposal(curator, artwork)
    job = work()
    assert job.status == "succeeded", job.message
    assert np.array_equal(labels_of(job.mask), found)
    assert (job.mask.source, job.mask.confirmed_at, job.mask.created_by) == ("proposed", None, curator)


def test_asking_for_a_proposal_twice_gives_the_one_on_its_way(artwork, curator, calls):
    assert services.request_proposal(curator, artwork) == services.request_proposal(curator, artwork)


def test_a_photograph_of_the_intact_work_shows_what_is_lost(collection, curator, calls, work):
    intact, damaged = painted(200, 160, seed=3), painted(200, 160, seed=3)
    damaged[60:90, 80:120] = 250
    artwork = ArtworkFactory(collection=collection, master=None)
    attach_master(curator, artwork, SimpleUploadedFile("now.png", picture_bytes(damaged)))
    services.request_difference(curator, artwork, SimpleUploadedFile("then.png", picture_bytes(intact)))
    job = work()
    assert job.status == "succeeded", job.message
    labels = labels_of(job.mask)
    assert (labels[64:86, 84:116] > 0).all()
    assert np.count_nonzero(labels) < 2 * 30 * 40
    assert (job.mask.source, job.mask.confirmed_at) == ("difference", None)
    assert Picture.objects.filter(collection=collection).count() == 2  # both photographs are sealed


def test_a_photograph_that_is_no_picture_orders_nothing(artwork, curator, calls):
    from gpu_workers.models import Job

    with pytest.raises(UserError):
        services.request_difference(curator, artwork, SimpleUploadedFile("then.png", b"no picture"))
    assert not Job.objects.exists()


def test_confirming_notes_who_did_it_first(artwork, curator, collection, mask):
    Mask.objects.filter(pk=mask.pk).update(confirmed_at=None, confirmed_by=None)
    other = person("curator", collection)
    assert services.confirm_mask(other, mask).confirmed_by == other
    assert services.confirm_mask(curator, mask).confirmed_by == other


@pytest.mark.parametrize("role", ["consultant", "coordinator", "rights_officer"])
def test_members_who_are_not_curators_see_masks_and_change_none(artwork, collection, mask, role):
    member = person(role, collection)
    assert selectors.get_mask(member, mask.pk) == mask
    for forbidden in (
        lambda: selectors.get_mask(member, mask.pk, "restoration.confirm_mask"),
        lambda: services.upload_mask(member, artwork, mask_upload()),
        lambda: services.request_proposal(member, artwork),
        lambda: services.request_difference(member, artwork, picture_upload()),
        lambda: services.confirm_mask(member, mask),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_the_masks_of_somebody_elses_collection_do_not_exist(mask):
    outsider = CollectionFactory().created_by
    assert not selectors.masks_for(outsider).exists()
    with pytest.raises(Http404):
        selectors.get_mask(outsider, mask.pk)
