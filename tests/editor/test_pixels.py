"""Growing, shrinking, soft edges, similar colours, connected marks and PNG, against SciPy, scikit-image and Pillow."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from skimage.color import rgb2lab

W, H = 83, 61


def blobs(seed: int, share: float = 0.3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    labels = np.zeros((H, W), np.uint8)
    for label in (1, 2, 4):
        field = ndimage.gaussian_filter(rng.standard_normal((H, W)), 3)
        labels[field > np.quantile(field, 1 - share / 3)] = label
    return labels


def run(js, operation: str, labels: np.ndarray, *rest) -> np.ndarray:
    source = f"""
import {{ {operation} }} from "./editor/morphology.js";
answer({operation}(Uint8Array.from(given.labels), given.width, given.height, ...given.rest));
"""
    given = {"labels": labels.ravel().tolist(), "width": W, "height": H, "rest": rest}
    return np.array(js(source, given), np.uint8).reshape(labels.shape)


@pytest.mark.parametrize("by", [1, 2, 5, 9])
def test_growing_reaches_exactly_so_far_and_takes_the_nearest_class(js, by):
    labels = blobs(by)
    grown = run(js, "grow", labels, by)
    far = {label: ndimage.distance_transform_edt(labels != label) for label in (1, 2, 4)}
    nearest = np.min(list(far.values()), axis=0)
    assert np.array_equal(grown > 0, (nearest <= by) | (labels > 0))
    assert np.array_equal(grown[labels > 0], labels[labels > 0])
    new = (grown > 0) & (labels == 0)
    assert new.any()
    assert all(np.isclose(far[label][new & (grown == label)], nearest[new & (grown == label)]).all() for label in far)


def test_growing_one_class_leaves_the_others_alone(js):
    labels = blobs(3)
    grown = run(js, "grow", labels, 4, 2)
    assert np.array_equal(grown == 1, labels == 1)
    reach = (ndimage.distance_transform_edt(labels != 2) <= 4) & (labels == 0)
    assert np.array_equal(grown == 2, (labels == 2) | reach)


@pytest.mark.parametrize("by", [1, 3, 6])
def test_shrinking_takes_exactly_the_rim_and_the_edge_of_the_picture_is_none(js, by):
    labels = blobs(by, 0.8)
    labels[:, :20] = 1
    shrunk = run(js, "shrink", labels, by)
    keep = ndimage.distance_transform_edt(labels > 0) > by
    assert np.array_equal(shrunk, np.where(keep, labels, 0))
    assert shrunk[:, 0].any()


def test_shrinking_one_class_takes_its_own_rim(js):
    labels = blobs(5, 0.8)
    shrunk = run(js, "shrink", labels, 2, 4)
    gone = (labels == 4) & (ndimage.distance_transform_edt(labels == 4) <= 2)
    assert np.array_equal(shrunk, np.where(gone, 0, labels))


def test_the_soft_edge_comes_in_evenly(js):
    labels = np.zeros((H, W), np.uint8)
    labels[10:50, 10:60] = 1
    ramp = run(js, "ramp", labels, 4).astype(int)
    assert ramp[labels == 0].max() == 0
    assert [ramp[30, x] for x in (10, 11, 12, 13, 14, 30)] == [51, 102, 153, 204, 255, 255]


def test_square_by_square_is_as_good_as_in_one(js):
    source = """
import { Draft } from "./editor/draft.js";
import { OPERATIONS } from "./editor/morphology.js";
import { reshape } from "./editor/edges.js";
import { sweep } from "./editor/brush.js";
const [width, height] = [1100, 900];
const draft = new Draft(width, height);
given.forEach(([x, y, radius, label]) => draft.act("dot", sweep(x, y, radius, x + 40, y + 25, radius), label));
const background = { ask: async (operation, { labels, width, height, by, only }) =>
  OPERATIONS[operation](labels, width, height, by, only) };
const out = {};
for (const [operation, only] of [["grow", 0], ["shrink", 0], ["grow", 2]]) {
  const before = draft.tiles.read(0, 0, width, height);
  const wanted = OPERATIONS[operation](before, width, height, 13, only);
  const squares = await reshape(draft.tiles, background, operation, 13, only, () => true);
  draft.begin(); draft.put(squares); draft.commit(operation);
  const got = draft.tiles.read(0, 0, width, height);
  const undone = draft.undo() && draft.tiles.read(0, 0, width, height);
  out[operation + only] = [got.every((it, i) => it === wanted[i]), !got.every((it, i) => it === before[i]),
    undone.every((it, i) => it === before[i])];
}
answer(out);
"""
    dots = [[505, 500, 30, 1], [200, 511, 12, 2], [1090, 20, 25, 3], [1020, 880, 40, 2], [3, 3, 9, 4], [511, 100, 5, 1]]
    assert js(source, dots) == {name: [True, True, True] for name in ("grow0", "shrink0", "grow2")}


@pytest.mark.parametrize("reach", [0, 1])
def test_what_hangs_together_is_what_scipy_labels(js, filled, reach):
    rng = np.random.default_rng(reach)
    inside = rng.random((H, W)) < (0.62 if reach == 0 else 0.45)
    found, _ = ndimage.label(inside, np.ones((3, 3)) if reach else None)
    seeds = [(int(x), int(y)) for y, x in np.argwhere(inside)[::97]]
    source = """
import { flood } from "./editor/flood.js";
const at = (x, y) => given.inside[y][x];
answer(given.seeds.map(([x, y]) => flood(at, given.width, given.height, x, y, given.reach)));
"""
    given = {"inside": inside.tolist(), "seeds": seeds, "width": W, "height": H, "reach": reach}
    for (x, y), spans in zip(seeds, js(source, given), strict=True):
        assert np.array_equal(filled(spans, W, H), found == found[y, x])


def test_colours_are_measured_as_scikit_image_does(js):
    colours = np.random.default_rng(0).integers(0, 256, (300, 3))
    got = np.array(
        js('import { lab } from "./editor/wand.js";\nanswer(given.map((it) => lab(...it)));', colours.tolist())
    )
    assert np.abs(got - rgb2lab(colours[None].astype(np.uint8))[0]).max() < 0.02


@pytest.mark.parametrize("contiguous", [True, False])
def test_the_wand_finds_what_looks_alike(js, filled, contiguous):
    rng = np.random.default_rng(4)
    picture = np.full((H, W, 4), 255, np.uint8)
    picture[..., :3] = rng.normal([190, 170, 130], 2, (H, W, 3)).clip(0, 255)
    hole = np.zeros((H, W), bool)
    hole[10:30, 10:40] = hole[40:55, 50:70] = True
    picture[hole, :3] = rng.normal([60, 50, 45], 2, (hole.sum(), 3)).clip(0, 255)
    source = """
import { select } from "./editor/wand.js";
answer(select(Uint8ClampedArray.from(given.pixels), given.width, given.height, 15, 15, 15, given.contiguous));
"""
    given = {"pixels": picture.ravel().tolist(), "width": W, "height": H, "contiguous": contiguous}
    got = filled(js(source, given), W, H)
    wanted = hole.copy()
    if contiguous:
        wanted[40:55, 50:70] = False
    assert np.array_equal(got > 0, wanted)
    assert got.max() == 1


def test_a_selection_in_a_reduced_copy_covers_the_picture_without_gaps(js, filled):
    source = """
import { enlarge } from "./editor/wand.js";
const rows = (from, to) => Array.from({ length: 7 }, (_, y) => [y, from, to]).flat();
answer([enlarge(rows(0, 4), given, 11, 7), enlarge(rows(4, 11), given, 11, 7)]);
"""
    one, other = js(source, {"x": 5, "y": 9, "width": 50, "height": 31})
    total = filled(one, W, H) + filled(other, W, H)
    assert (total[9:40, 5:55] == 1).all()
    assert total.sum() == 50 * 31


def test_pngs_are_written_for_others_and_read_from_others(js):
    labels = blobs(9)
    given = {"labels": labels.ravel().tolist(), "width": W, "height": H, "stride": W}
    source = 'import { encode, toBase64 } from "./editor/png.js";\n'
    source += "answer(toBase64(await encode(Uint8Array.from(given.labels), given.width, given.height, given.stride)));"
    picture = Image.open(io.BytesIO(base64.b64decode(js(source, given))))
    assert (picture.mode, picture.size) == ("L", (W, H))
    assert np.array_equal(np.asarray(picture), labels)


@pytest.mark.parametrize("smooth", [False, True])
def test_every_filter_of_png_is_undone(js, smooth):
    import cv2

    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (H, W)).astype(np.uint8)
    if smooth:
        pixels = np.cumsum(np.cumsum(rng.integers(0, 3, (H, W)), 0), 1).astype(np.uint8)
    names = ("NONE", "SUB", "UP", "AVG", "PAETH")
    kinds = [getattr(cv2, f"IMWRITE_PNG_FILTER_{name}") for name in names]
    files = [cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_FILTER, kind])[1].tobytes() for kind in kinds]
    files.append(_pillow(pixels))
    source = 'import { decode, fromBase64 } from "./editor/png.js";\n'
    source += "answer(await Promise.all(given.map((it) => decode(fromBase64(it)))));"
    for read in js(source, [base64.b64encode(it).decode() for it in files]):
        assert (read["width"], read["height"]) == (W, H)
        assert np.array_equal(np.array(read["pixels"]).reshape(H, W), pixels)


def _pillow(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", optimize=True)
    return out.getvalue()
