"""From a faded master and its references to a proven candidate."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpu_workers import pictures
from gpu_workers.engines import reconstruction
from gpu_workers.engines.contract import Cancelled, EngineError
from gpu_workers.engines.reconstruction import reconstruct
from tests.pictures.profiles import matrix_profile

from .material import bluer, crash, losses, painting, refuse, save

SHAPES = [(kind, bands, depth) for kind in ("tiff", "png") for bands in (3, 4) for depth in (8, 16)]
SHAPES += [("webp", 3, 8), ("webp", 4, 8)]
BOX = (30, 20, 90, 70)


@pytest.fixture
def studio(tmp_path):
    """A master of 150 x 120, a reference, a folder for results, and a call that reconstructs with the fake."""
    for name in ("work", "references", "out"):
        (tmp_path / name).mkdir()
    out = tmp_path / "out"
    reference = save(tmp_path / "references", painting(50, 60, seed=2))

    def run(pixels=None, master=None, references=(reference,), engine="fake", **options):
        pixels = painting(120, 150) if pixels is None else pixels
        header = {name: options.pop(name) for name in ("kind", "icc", "dpi", "orientation") if name in options}
        run.master = master or save(tmp_path / "work", pixels, **header)
        run.result = reconstruct(run.master, engine, references, out_dir=out, **options)
        return pictures.read(run.result.candidates[0].path).pixels

    run.folder, run.out, run.reference = tmp_path, out, reference
    return run


def opaque(pixels):
    return pixels[..., 3] > 0 if pixels.shape[2] == 4 else np.ones(pixels.shape[:2], bool)


@pytest.mark.parametrize("area", ["whole", "mask"])
@pytest.mark.parametrize(("kind", "bands", "depth"), SHAPES)
def test_what_may_change_does_and_nothing_else_in_every_format(studio, colour, kind, bands, depth, area):
    colour()
    pixels = painting(120, 150, bands, depth)
    labels = losses(120, 150, BOX, (0, 0, 20, 20))
    after = studio(pixels, kind=kind, area=area, labels=labels)
    may = opaque(pixels) & ((labels > 0) | (area == "whole"))
    (file,) = studio.result.candidates
    np.testing.assert_array_equal(after[~may], pixels[~may])
    np.testing.assert_array_equal(after[..., 3:], pixels[..., 3:])
    assert pictures.probe(file.path) == pictures.probe(studio.master)
    assert file.changed_pixels == (after != pixels).any(axis=2).sum() > 0.8 * may.sum()
    assert file.measures["area"] == pytest.approx(may.mean(), abs=1e-5)
    assert file.max_outside == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 130), st.integers(1, 130), st.integers(1, 8), st.floats(0, 1), st.integers(0, 10**6))
def test_any_size_orientation_mask_and_strength_keeps_what_lies_outside(
    studio, colour, height, width, orientation, strength, seed
):
    colour()
    rng = np.random.default_rng(seed)
    labels = (rng.random((height, width)) < rng.choice([0.01, 0.5, 1.0])).astype(np.uint8)
    labels.flat[-1] = 1
    pixels = painting(height, width, int(rng.integers(3, 5)), int(rng.choice([8, 16])), seed)
    header = {"kind": "tiff", "orientation": orientation, "dpi": (300.0, 300.0)}
    after = studio(pixels, area="mask", labels=labels, strength=strength, **header)
    np.testing.assert_array_equal(after[labels == 0], pixels[labels == 0])
    assert pictures.probe(studio.result.candidates[0].path) == pictures.probe(studio.master)


@pytest.mark.parametrize("icc", [None, matrix_profile()], ids=["none", "wide"])
@pytest.mark.parametrize("depth", [8, 16])
def test_strength_0_gives_back_the_master_and_half_goes_half_way(studio, colour, depth, icc):
    colour()
    pixels = painting(120, 150, 3, depth)
    header = {"kind": "tiff", "icc": icc}
    np.testing.assert_array_equal(studio(pixels, strength=0, **header), pixels)
    profile = pictures.profile_of(icc)
    before, half, whole = (
        profile.decode(part) for part in (pixels, studio(pixels, strength=0.5, **header), studio(pixels, **header))
    )
    inside = (whole > 0.02).all(axis=2) & (whole < 0.98).all(axis=2)
    np.testing.assert_allclose((half - before)[inside], (whole - before)[inside] / 2, atol=0.02)


def test_a_small_strength_on_16_bits_leaves_no_bands(studio, colour):
    colour()
    pixels = np.rint(np.linspace(20000, 40000, 150))[None, :, None] * np.ones((120, 1, 3))
    after = studio(pixels.astype(np.uint16), kind="tiff", strength=0.01)
    assert len(np.unique(after[..., 0])) == 150
    assert np.abs(after - pixels).max() < 150


def smeared(window):
    """A mean over 5 x 5 pixels, which needs a margin of 2."""
    import cv2

    return cv2.blur(window, (5, 5), borderType=cv2.BORDER_REFLECT)


def chequered(window):
    """Lighter at every fourth column and row, counted from the window's own corner."""
    result = window.copy()
    result[::4, ::4] += 0.2
    return result


@pytest.mark.parametrize(("rule", "margin", "multiple"), [(smeared, 2, 1), (chequered, 3, 4), (bluer, 7, 2)])
def test_the_size_of_the_windows_does_not_show(studio, colour, rule, margin, multiple):
    found = []
    for window in (24, 64, 1000):
        colour(rule, margin, multiple, window)
        found.append(studio(area="mask", labels=losses(120, 150, (47, 23, 97, 70))))  # rims beside those of windows
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[1], found[2])


def test_the_change_fades_in_from_the_rim(studio, colour):
    colour()
    pixels = np.full((120, 150, 3), 120, np.uint8)
    red = studio(pixels, area="mask", labels=losses(120, 150, BOX))[45, :, 0].astype(int)
    assert red[25] == 120
    assert 120 > red[30] > red[31] > red[32] == 120 - 51
    assert red[89] > red[88] > red[87] == red[60]


@pytest.mark.parametrize("icc", [None, matrix_profile()], ids=["none", "wide"])
def test_engines_see_the_working_profile_and_the_master_keeps_its_own(studio, colour, icc):
    aim = np.array([0.3, 0.5, 0.4], np.float32)
    fake = colour(lambda window: np.broadcast_to(aim, window.shape).copy())
    pixels = painting(120, 150, 3, 16)
    after = studio(pixels, kind="tiff", icc=icc)
    profile = pictures.profile_of(icc)
    np.testing.assert_allclose(profile.decode(after).reshape(-1, 3), np.tile(aim, (18000, 1)), atol=0.004)
    seen = fake.studied[0].pixels.mean(axis=(0, 1))
    np.testing.assert_allclose(seen, profile.decode(pixels).mean(axis=(0, 1)), atol=0.01)
    assert pictures.probe(studio.result.candidates[0].path).icc == icc


def test_transparent_pixels_count_nowhere(studio, colour):
    fake = colour()
    pixels, other = painting(120, 150, 4), painting(80, 70, 4)
    for part in (pixels, other):
        part[:60, :, :3], part[:60, :, 3] = 255, 0
    reference = save(studio.folder / "references", other)
    studio(pixels, references=[reference])
    picture, (studied,) = fake.studied
    for copy in (picture, studied):
        assert copy.pixels[copy.counted].max() < 0.99
        assert 0.2 < copy.counted.mean() < 0.6


def test_only_the_chosen_area_is_studied(studio, colour):
    fake = colour()
    studio(area="mask", labels=losses(120, 150, (0, 0, 75, 120)))
    counted = fake.studied[0].counted
    assert counted.shape == (51, 64)
    assert counted[:, :30].all()
    assert not counted[:, 34:].any()


def strokes(height=240, width=300):
    """Ink lines on bare silk: (picture, what is painted)."""
    painted = np.zeros((height, width), bool)
    for x in range(40, width - 40, 40):
        painted[40:-40, x : x + 12] = True
    grain = np.random.default_rng(0).normal(0, 3, (height, width, 1))
    return np.clip(np.where(painted[..., None], 50, (190, 160, 120)) + grain, 0, 255).astype(np.uint8), painted


def test_pigment_changes_and_ground_stays_or_the_other_way_round(studio, colour):
    fake = colour()
    pixels, painted = strokes()
    reference = save(studio.folder / "references", pixels[:, ::-1])
    for area, inside in (("pigment", painted), ("ground", ~painted)):
        changed = (studio(pixels, area=area, references=[reference]) != pixels).any(axis=2)
        assert changed[inside].mean() > 0.85
        assert changed[~inside].mean() < 0.25
        dark = [copy.pixels[copy.counted].mean() < 0.4 for copy in (fake.studied[0], *fake.studied[1])]
        assert dark == [area == "pigment"] * 2


def test_several_references_are_studied_in_their_order_and_shrunk(studio, colour):
    fake = colour(side=40)
    paths = []
    for index, size in enumerate([(400, 90), (30, 20), (80, 80)]):
        (studio.folder / str(index)).mkdir()
        paths.append(save(studio.folder / str(index), painting(*size, seed=index), orientation=6))
    studio(references=paths)
    assert [copy.pixels.shape for copy in fake.studied[1]] == [(40, 9, 3), (30, 20, 3), (40, 40, 3)]
    expected = painting(30, 20, seed=1) / 255
    np.testing.assert_allclose(fake.studied[1][1].pixels, expected, atol=1e-6)


BROKEN = {"kind": "tiff", "icc": matrix_profile()[:300]}
ODD = {
    "a gray reference": ({"bands": 1}, {}, "Reference 1 is gray"),
    "a reference with a broken profile": (
        {},
        {"kind": "tiff", "icc": matrix_profile()[:300]},
        "profile of reference 1",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_reference_works_and_is_noted(studio, colour, name):
    colour()
    shape, header, words = ODD[name]
    reference = save(studio.folder / "references", painting(60, 50, **shape), **header)
    studio(references=[reference])
    assert words in studio.result.notes[0]


def test_a_master_with_a_broken_profile_is_taken_for_srgb_and_keeps_it(studio, colour):
    colour()
    studio(**BROKEN)
    assert "taken for sRGB" in studio.result.notes[0]
    assert pictures.probe(studio.result.candidates[0].path).icc == BROKEN["icc"]


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (3, 2)])
def test_the_smallest_pictures_work(studio, colour, size):
    colour()
    assert studio(painting(*size)).shape == (*size, 3)


def saved(pixels, **header):
    def change(studio):
        (studio.folder / "other").mkdir()
        return save(studio.folder / "other", pixels, **header)

    return change


CLEAR = np.zeros((20, 20, 4), np.uint8)
BAD = {
    "a gray picture": ({"master": saved(painting(30, 30, 1))}, "gray"),
    "a picture that is transparent": ({"pixels": CLEAR}, "transparent everywhere"),
    "a picture that is none": ({"master": __file__}, "not a picture"),
    "no reference": ({"references": []}, "Choose a reference"),
    "nine references": ({"references": [__file__] * 9}, "at most 8"),
    "a reference of one colour": ({"references": saved(np.full((9, 9, 3), 90, np.uint8))}, "single colour"),
    "a transparent reference": ({"references": saved(CLEAR)}, "Reference 1 is transparent"),
    "a reference that is none": ({"references": [__file__]}, "not a picture"),
    "a reference that is missing": ({"references": ["nowhere.png"]}, "no file called nowhere.png"),
    "a strength above 1": ({"strength": 1.01}, "between 0 and 1"),
    "a negative strength": ({"strength": -0.1}, "between 0 and 1"),
    "a strength that is no number": ({"strength": float("nan")}, "between 0 and 1"),
    "an unknown area": ({"area": "sky"}, "whole, pigment, ground, mask"),
    "no mask": ({"area": "mask"}, "choose a mask"),
    "an empty mask": ({"area": "mask", "labels": losses(120, 150)}, "marks no visible pixel"),
    "a mask of another size": ({"area": "mask", "labels": losses(9, 9, (0, 0, 5, 5))}, "9 x 9"),
    "a sheet without pigment": ({"pixels": np.full((50, 50, 3), 200, np.uint8), "area": "pigment"}, "No pigment"),
    "an unknown engine": ({"engine": "nobody"}, "histogram, reinhard, transport"),
    "an engine that fills": ({"engine": "telea"}, "histogram, reinhard, transport"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_refused_with_one_sentence_and_no_file(studio, colour, name):
    colour()
    changes, words = BAD[name]
    request = {key: value(studio) if callable(value) else value for key, value in changes.items()}
    if not isinstance(request.get("references", []), list):
        request["references"] = [request["references"]]
    with pytest.raises((EngineError, pictures.PictureError), match=words) as refusal:
        studio(**request)
    assert str(refusal.value).endswith(".")
    assert list(studio.out.iterdir()) == []


RULES = {
    "a crash": (lambda window: crash(window, None, 0), "ran out of memory"),
    "a refusal": (lambda window: refuse(window, None, 0), "Not today"),
    "no numbers": (lambda window: window * np.nan, "no numbers"),
    "another shape": (lambda window: window[1:], "another shape"),
}


@pytest.mark.parametrize("name", RULES)
def test_an_engine_that_fails_leaves_one_sentence_and_no_file(studio, colour, name):
    rule, words = RULES[name]
    colour(rule)
    with pytest.raises(EngineError, match=words) as failure:
        studio()
    assert "somebody" not in str(failure.value)
    assert list(studio.out.iterdir()) == []


@pytest.mark.parametrize("after", [0, 1, 5, 6, 7, 8])
def test_cancelling_leaves_nothing(studio, colour, after):
    colour()
    asked = iter(range(100))
    with pytest.raises(Cancelled):
        studio(cancelled=lambda: next(asked) >= min(after, 7))
    assert list(studio.out.iterdir()) == []


@pytest.mark.parametrize(("y", "x", "band"), [(110, 140, 0), (40, 50, 3)])
def test_a_careless_change_is_found_in_the_written_file_and_thrown_away(studio, colour, monkeypatch, y, x, band):
    """Outside the area, and of the opacity inside it."""
    colour()
    honest = pictures.write

    def careless(picture, path):
        pixels = picture.pixels.copy()
        pixels[y, x, band] ^= 1
        honest(replace(picture, pixels=pixels), path)

    master = save(studio.folder / "work", painting(120, 150, 4))
    monkeypatch.setattr(reconstruction.pictures, "write", careless)
    with pytest.raises(EngineError, match="more than the colours"):
        studio(master=master, area="mask", labels=losses(120, 150, BOX))
    assert list(studio.out.iterdir()) == []


def test_a_map_that_cannot_be_written_leaves_no_candidate(studio, colour, monkeypatch):
    colour()
    honest = pictures.write

    def full_disk(picture, path):
        if path.name == "structure.png":
            raise pictures.PictureError("The disk is full, so structure.png could not be written.")
        honest(picture, path)

    master = save(studio.folder / "work", painting(120, 150))
    monkeypatch.setattr(reconstruction.pictures, "write", full_disk)
    with pytest.raises(pictures.PictureError):
        studio(master=master)
    assert list(studio.out.iterdir()) == []


def test_the_recipe_says_everything_and_no_folder(studio, colour):
    colour()
    labels = losses(120, 150, BOX)
    studio(area="mask", labels=labels, strength=0.7, icc=matrix_profile())
    recipe = studio.result.recipe
    (file,) = studio.result.candidates
    assert str(studio.folder) not in json.dumps(recipe, allow_nan=False)
    assert recipe["parameters"]["strength"] == 0.7
    assert recipe["parameters"]["area"] == "mask"
    assert recipe["parameters"]["picture_profile"] == "made for tests"
    assert recipe["inputs"]["references"] == [{"sha256": pictures.sha256_file(studio.reference)}]
    assert recipe["inputs"]["mask"]["sha256"]
    (output,) = recipe["outputs"]
    assert output["sha256"] == file.sha256 == pictures.sha256_file(file.path)
    assert output["difference"] == {"path": "difference.png", "sha256": pictures.sha256_file(file.difference)}
    assert output["measures"] == file.measures


def test_progress_rises_to_1_with_pictures_to_look_at(studio, colour):
    colour()
    heard = []
    studio(progress=heard.append)
    fractions = [part.fraction for part in heard]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert [part.preview.shape for part in heard if part.preview is not None] == [(120, 150, 3)] * 6
