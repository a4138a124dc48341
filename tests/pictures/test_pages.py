"""TIFFs of several pages: the first picture is the master, thumbnails and masks are no pages, the rest is only kept."""

import numpy as np
import pytest
import tifffile

from gpu_workers.pictures import PictureError, make_pyramid, make_thumbnail, probe, read, read_small, strips, verify
from gpu_workers.pictures.pyramid import PyramidReader

FIRST = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)
SECOND = np.random.default_rng(2).integers(0, 65536, (30, 20), dtype=np.uint16)


def write(path, *pages):
    """pages: (pixels, subfiletype)."""
    with tifffile.TiffWriter(path) as file:
        for pixels, kind in pages:
            photometric = "rgb" if pixels.ndim == 3 else "minisblack"
            file.write(pixels, photometric=photometric, subfiletype=kind, metadata=None)
    return path


def test_of_several_pages_the_first_is_the_picture(tmp_path):
    path = write(tmp_path / "a.tif", (FIRST, 0), (SECOND, 0), (FIRST[::2], 0))
    info = verify(path)
    assert (info.pages, info.page, info.width, info.height) == (3, 0, 50, 40)
    assert info.notices == ("The file holds 3 pages; the first one is the picture, the others are only kept.",)
    np.testing.assert_array_equal(read(path).pixels, FIRST)


def test_a_thumbnail_that_stands_first_is_not_taken_for_the_picture(tmp_path):
    path = write(tmp_path / "a.tif", (FIRST[::4, ::4], 1), (FIRST, 0))
    info = verify(path)
    assert (info.pages, info.page, info.notices) == (1, 1, ())
    np.testing.assert_array_equal(read(path).pixels, FIRST)
    np.testing.assert_array_equal(np.concatenate([rows for _top, rows in strips(path, info, 16)]), FIRST)
    make_pyramid(path, tmp_path / "p.tif")
    pyramid = PyramidReader(tmp_path / "p.tif")
    assert (pyramid.width, pyramid.height) == (50, 40)
    make_thumbnail(path, tmp_path / "t.webp", 512)
    assert probe(tmp_path / "t.webp").width == 50
    assert read_small(path, 25).shape == (20, 25, 3)


def test_a_second_picture_of_16_bits_after_a_thumbnail_keeps_its_depth(tmp_path):
    path = write(tmp_path / "a.tif", (SECOND[::4, ::4].astype(np.uint8), 1), (SECOND, 0), (FIRST, 0))
    assert (verify(path).bit_depth, verify(path).pages) == (16, 2)
    np.testing.assert_array_equal(read(path).pixels[..., 0], SECOND)


@pytest.mark.parametrize(("part", "kind"), [(FIRST[::2, ::2], 1), (FIRST[..., 0] > 99, 4)])
def test_levels_of_a_pyramid_and_masks_are_no_pages(tmp_path, part, kind):
    path = write(tmp_path / "a.tif", (FIRST, 0), (part, kind))
    assert (probe(path).pages, probe(path).notices) == (1, ())


def test_what_the_first_picture_may_not_be_is_refused_whatever_follows(tmp_path):
    path = write(tmp_path / "a.tif", (SECOND.astype(np.float32), 0), (FIRST, 0))
    with pytest.raises(PictureError, match="floating-point"):
        probe(path)
