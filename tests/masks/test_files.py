"""Mask files: what is read from them, what is refused, what is written."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from restoration.masks import MaskError, check_mask, coverage, load_mask, overlay_png, save_mask

DRAWN = np.zeros((6, 8), bool)
DRAWN[2:4, 3:7] = True
SIZE = (8, 6)


def write(path, pixels, mode=None, **options):
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("one-bit.png", DRAWN),
        ("one-bit.tif", DRAWN),
        ("ones.png", DRAWN.astype(np.uint8)),
        ("gray.png", DRAWN.astype(np.uint8) * 255),
        ("soft.png", np.where(DRAWN, 200, 90).astype(np.uint8)),
        ("deep.png", DRAWN.astype(np.uint16) * 65535),
        ("deep-soft.tif", np.where(DRAWN, 40000, 20000).astype(np.uint16)),
        ("deep-but-8-bit.png", DRAWN.astype(np.uint16) * 255),
        ("red.png", DRAWN[..., None] * np.array([255, 0, 0], np.uint8)),
        ("black-ink-on-clear.png", np.dstack([np.zeros((6, 8, 3), np.uint8), DRAWN * np.uint8(255)])),
        ("white-on-black-opaque.png", np.dstack([*[DRAWN * np.uint8(255)] * 3, np.full((6, 8), 255, np.uint8)])),
    ],
)
def test_a_binary_mask_of_any_depth_and_mode_marks_the_same_pixels(tmp_path, name, pixels):
    labels = load_mask(write(tmp_path / name, pixels), SIZE, "stain")
    assert labels.dtype == np.uint8
    assert np.array_equal(labels, DRAWN * np.uint8(3))


def test_a_palette_mask_marks_the_bright_entries(tmp_path):
    image = Image.fromarray(DRAWN.astype(np.uint8))
    image.putpalette([0, 0, 0, 255, 128, 0])
    image.save(tmp_path / "palette.png")
    assert np.array_equal(load_mask(tmp_path / "palette.png", SIZE), DRAWN)


def test_a_jpeg_mask_is_thresholded(tmp_path):
    path = write(tmp_path / "mask.jpg", np.kron(DRAWN, np.ones((8, 8))).astype(np.uint8) * 255, quality=70)
    assert np.array_equal(load_mask(path, (64, 48)), np.kron(DRAWN, np.ones((8, 8))))


def test_values_within_the_codes_are_read_as_damage_classes(tmp_path):
    codes = np.arange(48, dtype=np.uint8).reshape(6, 8) % 5
    assert np.array_equal(load_mask(write(tmp_path / "codes.png", codes), SIZE), codes)


def test_the_mask_is_turned_upright_as_its_orientation_says(tmp_path):
    path = tmp_path / "turned.tif"
    Image.fromarray(np.rot90(DRAWN * np.uint8(255), 1)).save(path, tiffinfo={274: 6})
    assert np.array_equal(load_mask(path, SIZE), DRAWN)


def test_another_size_is_refused_with_both_sizes(tmp_path):
    path = write(tmp_path / "mask.png", DRAWN)
    with pytest.raises(MaskError, match=r"8 x 6 pixels, but the picture is 80 x 60\."):
        load_mask(path, (80, 60))


def test_the_size_is_refused_before_a_pixel_is_decoded(tmp_path):
    path = write(tmp_path / "cut.png", np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(MaskError, match="but the picture is"):
        load_mask(path, (9, 9))


def test_a_truncated_mask_is_refused(tmp_path):
    path = write(tmp_path / "cut.png", np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(MaskError):
        load_mask(path, (64, 64))


@pytest.mark.parametrize("content", [b"", b"not an image at all", b"GIF89a" + b"\0" * 40])
def test_a_file_that_is_no_mask_is_refused_with_one_sentence(tmp_path, content):
    path = tmp_path / "note.png"
    path.write_bytes(content)
    with pytest.raises(MaskError) as refusal:
        load_mask(path, SIZE)
    assert str(refusal.value).startswith("The mask note.png cannot be used: ")
    assert "\n" not in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(MaskError, match=r"no file called nothing\.png"):
        load_mask(tmp_path / "nothing.png", SIZE)


def test_an_unknown_damage_class_is_refused(tmp_path):
    with pytest.raises(MaskError, match="loss, crack, stain, fading"):
        load_mask(write(tmp_path / "mask.png", DRAWN), SIZE, "hole")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(labels=arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 4)))
def test_what_is_saved_is_loaded_again(tmp_path, labels):
    save_mask(labels, tmp_path / "mask.png")
    assert np.array_equal(load_mask(tmp_path / "mask.png", labels.shape[::-1]), labels)


def test_a_failed_save_leaves_the_old_mask_and_nothing_else(tmp_path, monkeypatch):
    save_mask(DRAWN.astype(np.uint8), tmp_path / "mask.png")
    before = (tmp_path / "mask.png").read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(MaskError, match="could not be written"):
        save_mask(DRAWN * np.uint8(4), tmp_path / "mask.png")
    assert [file.name for file in tmp_path.iterdir()] == ["mask.png"]
    assert (tmp_path / "mask.png").read_bytes() == before


@pytest.mark.parametrize(("value", "reason"), [(0, "empty"), (1, "whole picture"), (9, "codes 0 to 4")])
def test_empty_full_and_foreign_masks_are_refused(value, reason):
    with pytest.raises(MaskError, match=reason):
        check_mask(np.full((4, 4), value, np.uint8))


def test_a_mask_with_some_damage_is_returned_as_it_is():
    labels = DRAWN * np.uint8(2)
    assert check_mask(labels) is labels


def test_coverage_names_every_class_with_its_share():
    labels = np.array([[0, 1], [3, 3]], np.uint8)
    assert coverage(labels) == {"loss": 0.25, "crack": 0.0, "stain": 0.5, "fading": 0.0}


def test_the_overlay_changes_damaged_pixels_alone(tmp_path):
    picture = np.full((6, 8, 3), 120, np.uint8)
    overlay_png(picture, DRAWN * np.uint8(2), tmp_path / "preview.png")
    changed = np.any(np.asarray(Image.open(tmp_path / "preview.png")) != picture, axis=2)
    assert np.array_equal(changed, DRAWN)


def test_the_overlay_refuses_a_picture_of_another_size(tmp_path):
    with pytest.raises(MaskError):
        overlay_png(np.zeros((5, 8, 3), np.uint8), DRAWN * np.uint8(2), tmp_path / "preview.png")
