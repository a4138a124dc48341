"""What a shape covers, against NumPy and scikit-image: a pixel belongs to it when its middle does."""

import numpy as np
import pytest
from skimage.draw import polygon as reference_polygon

W, H = 90, 70
SWEEPS = """
import { sweep } from "./editor/brush.js";
answer(given.map((it) => sweep(...it)));
"""


def middles():
    y, x = np.mgrid[0:H, 0:W] + 0.5
    return x, y


def distance(x, y, x0, y0, x1, y1):
    dx, dy = x1 - x0, y1 - y0
    t = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
    return np.hypot(x - x0 - t * dx, y - y0 - t * dy)


def test_a_stroke_of_even_width_is_all_that_is_near_its_line(js, filled):
    rng = np.random.default_rng(1)
    cases = [[*rng.uniform(0, 60, 2), r, *rng.uniform(0, 60, 2), r] for r in rng.uniform(0.5, 20, 60)]
    x, y = middles()
    for case, spans in zip(cases, js(SWEEPS, cases), strict=True):
        x0, y0, r, x1, y1, _ = case
        wanted = distance(x, y, x0, y0, x1, y1) <= r
        for px, py in ((x0, y0), (x1, y1)):
            wanted[int(py), int(px)] = True
        got = filled(spans, W, H)
        assert got.max() <= 1
        assert np.array_equal(got > 0, wanted), case


def test_a_stroke_that_swells_is_all_that_its_discs_pass(js, filled):
    rng = np.random.default_rng(2)
    cases = [
        [*rng.uniform(10, 60, 2), rng.uniform(1, 15), *rng.uniform(10, 60, 2), rng.uniform(1, 15)] for _ in range(30)
    ]
    x, y = middles()
    steps = np.linspace(0, 1, 2001)
    for case, spans in zip(cases, js(SWEEPS, cases), strict=True):
        x0, y0, r0, x1, y1, r1 = case
        depth = np.full((H, W), -np.inf)
        for t in steps:
            depth = np.maximum(depth, r0 + (r1 - r0) * t - np.hypot(x - x0 - (x1 - x0) * t, y - y0 - (y1 - y0) * t))
        got = filled(spans, W, H) > 0
        sure = np.abs(depth) > 0.01  # nearer to the border the reference itself is not exact
        assert np.array_equal(got[sure], (depth > 0)[sure]), case


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_finest_brush_leaves_no_gap(js, filled, size):
    from scipy.ndimage import label

    rng = np.random.default_rng(size)
    cases = [[*rng.uniform(0, 60, 2), size / 2, *rng.uniform(0, 60, 2), size / 2] for _ in range(40)]
    for case, spans in zip(cases, js(SWEEPS, cases), strict=True):
        got = filled(spans, W, H) > 0
        assert got[int(case[1]), int(case[0])]
        assert got[int(case[4]), int(case[3])]
        assert label(got, np.ones((3, 3)))[1] == 1, case


def test_a_polygon_is_what_scikit_image_fills(js, filled):
    rng = np.random.default_rng(3)
    shapes = [[{"x": x, "y": y} for x, y in rng.uniform(-5, 75, (n, 2))] for n in range(3, 40)]
    answers = js('import { polygon } from "./editor/shapes.js";\nanswer(given.map(polygon));', shapes)
    for points, spans in zip(shapes, answers, strict=True):
        xs, ys = [it["x"] - 0.5 for it in points], [it["y"] - 0.5 for it in points]
        wanted = np.zeros((H, W), bool)
        wanted[reference_polygon(ys, xs, (H, W))] = True
        got = filled(spans, W, H)
        assert got.max() <= 1
        assert np.array_equal(got > 0, wanted)


def test_polygons_that_share_an_edge_neither_overlap_nor_leave_a_gap(js, filled):
    corners = [[0, 0], [40, 0], [40, 40], [0, 40]]
    middle = [20, 17.5]  # on the middle of a row, where rounding would show
    parts = [[corners[i], corners[(i + 1) % 4], middle] for i in range(4)]
    points = [[{"x": x, "y": y} for x, y in part] for part in parts]
    answers = js('import { polygon } from "./editor/shapes.js";\nanswer(given.map(polygon));', points)
    total = sum(filled(spans, 50, 50) for spans in answers)
    assert (total[:40, :40] == 1).all()
    assert total.sum() == 1600


def test_rectangles_and_ellipses_have_the_size_that_they_are_given(js, filled):
    square, round_ = js(
        'import { ellipse, rectangle } from "./editor/shapes.js";\n'
        "answer([rectangle(10, 20, 30, 15), ellipse(10, 20, 30, 16)]);"
    )
    got = filled(square, W, H)
    assert got.sum() == 450
    assert got[20:35, 10:40].all()
    x, y = middles()
    wanted = ((x - 25) / 15) ** 2 + ((y - 28) / 8) ** 2 <= 1
    assert np.array_equal(filled(round_, W, H) > 0, wanted)


def test_a_line_of_points_has_its_width(js, filled):
    given = [{"x": 10, "y": 10}, {"x": 50, "y": 10}, {"x": 50, "y": 40}]
    spans = js('import { line } from "./editor/shapes.js";\nanswer(line(given, 6));', given)
    x, y = middles()
    wanted = np.minimum(distance(x, y, 10, 10, 50, 10), distance(x, y, 50, 10, 50, 40)) <= 3
    assert np.array_equal(filled(spans, W, H) > 0, wanted)


def test_points_are_read_from_text_and_nothing_else_is(js):
    texts = ["10,20 30,40 50,25", "10 20\n30 40", "10，20；30，40", "", "10", "1,2,3", "a,b", "1e3,2 4,5"]
    answers = js('import { pairs } from "./editor/points.js";\nanswer(given.map(pairs));', texts)
    assert [it and len(it) for it in answers] == [3, 2, 2, None, None, None, None, 2]
    assert answers[0][1] == {"x": 30, "y": 40}


def test_a_smooth_stroke_passes_its_points_and_stays_in_one_piece(js, filled):
    from scipy.ndimage import label

    rng = np.random.default_rng(5)
    points = [{"x": 5 + 6 * i, "y": 30 + rng.uniform(-20, 20), "radius": 2} for i in range(13)]
    spans = js(
        'import { Stroke } from "./editor/brush.js";\n'
        "const stroke = new Stroke(given[0]);\n"
        "answer([...given.slice(1).flatMap((it) => stroke.to(it)), ...stroke.end()]);",
        points,
    )
    got = filled(spans, W, H) > 0
    assert label(got, np.ones((3, 3)))[1] == 1
    for end in (points[0], points[-1]):
        assert got[int(end["y"]), int(end["x"])]
