"""Sealed pictures: judged by content, stored under their hash, never altered; a refused file leaves no trace."""

import errno
import hashlib
from pathlib import Path

import numpy as np
import pytest
import pyvips
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import IntegrityError, connection, transaction
from PIL import Image

from portal.catalogue import files, sealing, services
from portal.catalogue.models import Picture, SealedError
from portal.errors import UserError
from tests.factories import CollectionFactory, painted, picture_bytes, picture_upload

pytestmark = pytest.mark.django_db


def stored_files() -> set[str]:
    root = Path(default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_the_row_says_what_the_file_is_and_the_file_is_what_was_sent(collection, curator):
    upload = picture_upload("hills.jpg", width=120, height=80)
    sent = upload.read()
    picture = services.seal_picture(upload, collection=collection, user=curator, name="../hills.jpg")
    sha256 = hashlib.sha256(sent).hexdigest()
    assert (picture.sha256, picture.size_bytes) == (sha256, len(sent))
    assert (picture.width, picture.height, picture.bands, picture.bit_depth) == (120, 80, 3, 8)
    assert (picture.format, picture.original_name) == ("jpeg", "hills.jpg")
    assert picture.file.name == f"pictures/{sha256[:2]}/{sha256}.jpg"
    assert Path(picture.file.path).read_bytes() == sent
    assert stored_files() == {picture.file.name, picture.pyramid.name, picture.thumbnail.name}


def test_a_sixteen_bit_tiff_keeps_its_depth(collection, curator, tmp_path):
    path = tmp_path / "deep.tif"
    pyvips.Image.new_from_array(painted(depth=16)).write_to_file(str(path))
    picture = services.seal_picture(path, collection=collection, user=curator)
    assert (picture.format, picture.bit_depth) == ("tiff", 16)
    assert path.exists(), "the person's own file is copied, not moved"


def test_an_upload_on_disk_is_taken_like_one_in_memory(collection, curator):
    upload = TemporaryUploadedFile("hills.png", "image/png", 0, None)
    upload.write(picture_bytes(painted()))
    upload.seek(0)
    assert services.seal_picture(upload, collection=collection, user=curator).original_name == "hills.png"


def test_the_same_content_gives_the_same_row(collection, curator):
    first = services.seal_picture(picture_upload("a.png"), collection=collection, user=curator)
    again = services.seal_picture(picture_upload("b.png"), collection=collection, user=curator)
    assert again == first
    assert Picture.objects.count() == 1


def test_two_collections_share_a_file_but_not_a_row(collection, curator):
    other = CollectionFactory(curator=curator)
    one = services.seal_picture(picture_upload(), collection=collection, user=curator)
    two = services.seal_picture(picture_upload(), collection=other, user=curator)
    assert one != two
    assert one.file.name == two.file.name
    assert len(stored_files()) == 3


def truncated_tiff() -> bytes:
    image = pyvips.Image.new_from_array(np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8))
    data = image.tiffsave_buffer(compression="none")
    return data[: len(data) // 2]


def cmyk() -> bytes:
    return pyvips.Image.new_from_array(np.zeros((8, 8, 4), np.uint8), interpretation="cmyk").jpegsave_buffer()


def animated_webp(tmp_path) -> bytes:
    path = tmp_path / "a.webp"
    frames = [Image.fromarray(painted(seed=number)) for number in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=80)
    return path.read_bytes()


def bomb() -> bytes:
    return pyvips.Image.black(15_000, 15_001).pngsave_buffer(compression=9)


BAD = {
    "empty": (lambda tmp: b"", "empty"),
    "text renamed": (lambda tmp: b"This is a letter, not a picture.\n" * 40, "not a picture"),
    "bomb": (lambda tmp: bomb(), "megapixels"),
    "truncated TIFF": (lambda tmp: truncated_tiff(), ""),
    "CMYK": (lambda tmp: cmyk(), "CMYK"),
    "animated WebP": (lambda tmp: animated_webp(tmp), "animated"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_gives_one_sentence_and_leaves_no_file_and_no_row(kind, artwork, curator, tmp_path):
    make, word = BAD[kind]
    before, rows = stored_files(), Picture.objects.count()
    with pytest.raises(UserError) as raised:
        services.attach_master(curator, artwork, SimpleUploadedFile("master.png", make(tmp_path)))
    sentence = str(raised.value)
    assert word in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert stored_files() == before
    assert Picture.objects.count() == rows


def test_a_file_over_the_limit_is_refused_before_all_of_it_is_copied(collection, curator, settings):
    settings.MAX_MASTER_BYTES = 100
    with pytest.raises(UserError, match="larger"):
        services.seal_picture(picture_upload(), collection=collection, user=curator)
    assert stored_files() == set()


def test_a_full_disk_gives_one_sentence_and_leaves_nothing(collection, curator, monkeypatch):
    save, calls = default_storage.save, []

    def fails_at_the_third(name, content, max_length=None):
        calls.append(name)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(name, content, max_length)

    monkeypatch.setattr(files.default_storage, "save", fails_at_the_third, raising=False)
    with pytest.raises(UserError, match="disk is full"):
        services.seal_picture(picture_upload(), collection=collection, user=curator)
    assert len(calls) == 3
    assert stored_files() == set()
    assert not Picture.objects.exists()


def test_when_the_row_cannot_be_written_the_files_go_too(collection, curator, monkeypatch):
    monkeypatch.setattr(sealing, "seal_stored", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sealing.seal_picture(picture_upload(), collection=collection, user=curator)
    assert stored_files() == set()


def test_a_failure_spares_the_files_another_row_uses(collection, curator, monkeypatch):
    kept = services.seal_picture(picture_upload(), collection=collection, user=curator)
    stored = sealing.store_picture(picture_upload())
    stored.new = [kept.file.name]  # as if this call had put it there first
    sealing.discard(stored)
    assert default_storage.exists(kept.file.name)


def test_a_torn_copy_in_storage_is_replaced_by_the_right_bytes(collection, curator):
    picture = services.seal_picture(picture_upload(), collection=collection, user=curator)
    Path(picture.file.path).write_bytes(b"torn")
    services.seal_picture(picture_upload(), collection=collection, user=curator)
    assert files.sha256_stored(picture.file.name) == picture.sha256


@pytest.mark.parametrize("field", ["sha256", "file", "width", "original_name"])
def test_saving_a_changed_sealed_field_is_refused(artwork, field):
    picture = artwork.master
    setattr(picture, field, 7 if field == "width" else "changed")
    with pytest.raises(SealedError, match=field):
        picture.save()


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file": "other.tif"}, {"dpi_x": 300.0}, {"bands": 1}])
def test_the_database_refuses_what_goes_round_save(artwork, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Picture.objects.filter(pk=artwork.master.pk).update(**change)


def test_the_database_refuses_plain_sql(artwork):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_picture SET width = width + 1")


def test_a_derivative_may_be_made_anew(artwork):
    picture = artwork.master
    picture.thumbnail = "thumbnails/other.webp"
    picture.save()
    assert Picture.objects.get(pk=picture.pk).thumbnail.name == "thumbnails/other.webp"


def test_a_second_master_leaves_the_first_picture_as_it_was(artwork, curator):
    first = artwork.master
    second = services.attach_master(curator, artwork, picture_upload(seed=99))
    assert second != first
    artwork.refresh_from_db()
    assert artwork.master == second
    assert Picture.objects.get(pk=first.pk).sha256 == first.sha256
    assert default_storage.exists(first.file.name)
