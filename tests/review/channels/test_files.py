"""The pictures themselves: nothing of a file but its pixels says where it comes from."""

import io
import itertools
from pathlib import Path

import numpy as np
import pytest
import tifffile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from portal.catalogue.services import seal_picture
from review.models import Study
from review.services import renditions, studies
from tests.factories import ArtworkFactory, painted, painting_for
from tests.review.conftest import fresh

from .conftest import presentations

pytestmark = pytest.mark.django_db
TOLD = (b"Ming dynasty", b"steps: 30", b"Exif", b"Photoshop", b"ICC_PROFILE", b"c2pa", b"jumb", b"http://ns.adobe")


def photograph(path: Path, size: tuple[int, int]) -> None:
    """What a museum's camera leaves: odd sides, a profile, EXIF, XMP, a comment, colour that is sampled less."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0131] = "Ming dynasty", "Photoshop 25"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(painted(*size, seed=1)).save(
        path, "JPEG", quality=81, subsampling=2, progressive=True, exif=exif, icc_profile=srgb, dpi=(600, 600),
        comment=b"Ming dynasty", xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>http://ns.adobe</x:xmpmeta>",
    )  # fmt: skip


def scan(path: Path, size: tuple[int, int]) -> None:
    """A scan in gray."""
    Image.fromarray(painted(*size, seed=2)[..., 0]).save(path, "TIFF", dpi=(300, 300))


def generated(path: Path, size: tuple[int, int]) -> None:
    """What a generator leaves: round sides, its prompt, a manifest, an alpha channel."""
    about = PngInfo()
    about.add_text("parameters", "pines after rain, steps: 30")
    about.add(b"caBX", b"jumb c2pa manifest")
    alpha = np.full((size[1], size[0], 1), 255, np.uint8)
    Image.fromarray(np.concatenate([painted(*size, seed=3), alpha], axis=2)).save(path, "PNG", pnginfo=about)


@pytest.fixture
def mixed(study_draft, coordinator, collection, tmp_path) -> Study:
    """A draft with pictures as different as they come, and their blind pictures."""
    study, user = study_draft(0, 0, 0), collection.created_by

    def sealed(make, name: str, size: tuple[int, int]):
        make(tmp_path / name, size)
        return seal_picture(tmp_path / name, collection=collection, user=user, name=name)

    works = [
        ArtworkFactory(collection=collection, master=sealed(photograph, "a.jpg", (517, 389))),
        ArtworkFactory(collection=collection, master=sealed(scan, "b.tif", (333, 701))),
    ]
    paintings = [
        painting_for(collection, sealed(generated, "c.png", (512, 512))),
        painting_for(collection, sealed(generated, "d.png", (768, 320))),
    ]
    studies.add_items(coordinator, study, artworks=works, paintings=paintings)
    return fresh(renditions.build_renditions(coordinator, study))


def files_of(study: Study) -> list[bytes]:
    found = []
    for item in study.items.all():
        with default_storage.open(item.rendition.name) as file:
            found.append(file.read())
    return found


def segments(data: bytes) -> list[tuple[int, bytes]]:
    """The segments of a JPEG up to the pixels: marker and what it holds."""
    found, at = [], 2
    assert data[:2] == b"\xff\xd8"
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        assert data[at] == 0xFF
        found.append((marker, data[at + 4 : at + 2 + length]))
        at += 2 + length
        if marker == 0xDA:  # pixels follow, and after them the end and nothing more
            assert data[-2:] == b"\xff\xd9"
            return found


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture).astype(int)


def test_03_every_answer_has_the_same_headers_whatever_it_is_about(seat, client):
    client.force_login(seat.user)
    for name in ("score", "picture"):
        told = set()
        for it in presentations(seat):
            for ask, more in itertools.product((client.get, client.head), ({}, {"accept-encoding": "gzip, br"})):
                headers = dict(ask(reverse(f"panel:{name}", args=[it.code]), headers=more).headers)
                length = headers.pop("Content-Length", "")
                assert not {"ETag", "Last-Modified", "Content-Disposition", "Content-Encoding"} & headers.keys()
                if name == "score":  # one digit of a place more or less, and a link that the first and last lack
                    headers.pop("Content-Security-Policy", None)
                else:
                    headers["Content-Length"] = length
                told.add((ask.__name__, tuple(sorted(headers.items()))))
        assert len(told) == 2


def test_04_no_metadata_of_any_kind_stays(mixed):
    for data in files_of(mixed):
        assert not [word for word in TOLD if word in data]
        for marker, held in segments(data):
            assert marker in (0xE0, 0xFE, 0xDB, 0xC0, 0xC4, 0xDA), f"segment {marker:x}"
            if marker == 0xE0:
                assert held == b"JFIF\0\1\1\0\0\1\0\1\0\0"
            if marker == 0xFE:
                assert not held.strip(b"\0")


def test_05_one_encoder_with_one_setting_made_all_of_them(mixed):
    told = {tuple((marker, held) for marker, held in segments(data) if marker != 0xFE) for data in files_of(mixed)}
    assert len(told) == 1
    frame = dict(told.pop())[0xC0]
    assert (frame[5], frame[7], frame[10], frame[13]) == (3, 0x11, 0x11, 0x11)  # three channels, none sampled less


def test_06_sizes_in_pixels_and_bytes_are_one_and_nothing_is_enlarged(mixed):
    told = {(len(data), *pixels(data).shape) for data in files_of(mixed)}
    assert told == {(max(map(len, files_of(mixed))), mixed.rendition_side, mixed.rendition_side, 3)}
    longest = [max(it.width, it.height) for it in map(renditions.picture_of, mixed.items.all())]
    assert mixed.rendition_side <= min(longest) == 512


def test_07_depth_alpha_and_profile_make_no_difference(study_draft, coordinator, collection, tmp_path):
    same = painted(300, 260, seed=9)
    alpha = np.full((260, 300, 1), 255, np.uint8)
    kinds = {"rgb.png": same, "rgba.png": np.concatenate([same, alpha], axis=2)}
    for name, array in kinds.items():
        Image.fromarray(array).save(tmp_path / name)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(same).save(tmp_path / "profile.tif", icc_profile=srgb)
    tifffile.imwrite(tmp_path / "deep.tif", same.astype(np.uint16) * 257, photometric="rgb")
    works = [
        ArtworkFactory(
            collection=collection,
            master=seal_picture(tmp_path / name, collection=collection, user=collection.created_by, name=name),
        )
        for name in (*kinds, "profile.tif", "deep.tif")
    ]
    study = study_draft(0, 0, 0)
    studies.add_items(coordinator, study, artworks=works)
    first, *others = [pixels(data) for data in files_of(renditions.build_renditions(coordinator, study))]
    assert len(others) == 3
    assert max(np.abs(first - other).max() for other in others) <= 4


def test_08_all_stand_in_the_same_mount_and_were_resampled_once(mixed, coordinator, monkeypatch):
    side, inner = mixed.rendition_side, renditions.inner_side(mixed.rendition_side)
    edge = (side - inner) // 2 - 8  # a block of the encoder may lie across the picture's edge
    for data in files_of(mixed):
        shown = pixels(data)
        for line in (shown[:edge], shown[-edge:], shown[:, :edge], shown[:, -edge:]):
            assert np.abs(line - renditions.GRAY).max() <= 3
        apart = np.abs(shown - renditions.GRAY).max(axis=2) > 24
        rows, columns = np.flatnonzero(apart.any(axis=1)), np.flatnonzero(apart.any(axis=0))
        assert max(len(rows), len(columns)) == pytest.approx(inner, abs=8)
        assert rows[0] + rows[-1] == pytest.approx(side - 1, abs=8)
        assert columns[0] + columns[-1] == pytest.approx(side - 1, abs=8)
    steps, encode = [], renditions.encode
    monkeypatch.setattr(renditions, "encode", lambda it, side: steps.append(max(it.shape)) or encode(it, side))
    renditions.outdated(mixed)
    renditions.build_renditions(coordinator, mixed)
    assert steps == [inner] * 4  # as they are pasted: nothing is left to resample
