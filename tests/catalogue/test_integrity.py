"""`verify_integrity` notices every file that is not what its row says."""

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from gpu_workers import weights
from portal.catalogue import integrity
from portal.catalogue.files import sealed_name

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_weights(monkeypatch):
    monkeypatch.setattr(integrity, "names", lambda: [])


def verify(**options) -> str:
    out = io.StringIO()
    try:
        call_command("verify_integrity", stdout=out, **options)
    except CommandError as error:
        return f"{out.getvalue()}FAILED {error}"
    return out.getvalue()


def test_untouched_files_are_as_they_should_be(artwork):
    assert verify().splitlines()[-1] == "3 files and the shipped weights are as they should be."


def test_one_flipped_byte_of_a_master_is_altered(artwork):
    path = Path(artwork.master.file.path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    report = verify()
    assert f"altered: {artwork.master.file.name} (picture {artwork.master.pk})" in report
    assert "FAILED" in report


@pytest.mark.parametrize("field", ["file", "pyramid", "thumbnail"])
def test_a_lost_file_is_missing(artwork, field):
    name = getattr(artwork.master, field).name
    default_storage.delete(name)
    assert f"missing: {name}" in verify()
    assert "FAILED" in verify()


def test_an_altered_mask_is_found(artwork):
    from tests.factories import mask_for

    mask = mask_for(artwork)
    Path(mask.file.path).write_bytes(b"another drawing")
    assert f"altered: {mask.file.name}" in verify()


def test_a_file_nobody_names_is_an_orphan_once_it_is_old_enough(artwork):
    name = sealed_name("pictures", "ab" * 32, ".png")
    default_storage.save(name, ContentFile(b"left behind"))
    assert "FAILED" not in verify()
    assert f"orphan: {name}" in verify(grace=0)
    assert "FAILED" in verify(grace=0)


def test_orphans_go_when_asked_and_nothing_else_does(artwork):
    default_storage.save("pictures/zz/left.png", ContentFile(b"left behind"))
    assert "removed orphan: pictures/zz/left.png" in verify(grace=0, remove_orphans=True)
    assert not default_storage.exists("pictures/zz/left.png")
    assert "FAILED" not in verify(grace=0)


def test_weights_that_are_not_what_was_pinned_are_found(monkeypatch):
    def spoiled(name):
        raise weights.WeightsError("The weights “imagest” were altered.")

    monkeypatch.setattr(integrity, "names", lambda: ["imagest"])
    monkeypatch.setattr(integrity, "resolve", spoiled)
    assert "weights: imagest (The weights “imagest” were altered.)" in verify()


def test_an_empty_installation_is_in_order():
    assert "FAILED" not in verify(grace=0)
