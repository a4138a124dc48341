"""Trees: pines with needle fans, leafy trees in dots, bare trees with crab-claw twigs, and far groves."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from . import brush
from .canvas import Canvas
from .palette import INK, Colour


@dataclass
class Wood:
    """The strokes of one tree: trunk and branches as paths (P, 2) with widths (P,), and where its twigs end."""

    paths: list[np.ndarray] = field(default_factory=list)
    widths: list[np.ndarray] = field(default_factory=list)
    tips: list[np.ndarray] = field(default_factory=list)


def pine(canvas: Canvas, rng: np.random.Generator, x: float, y: float, height: float, tone: float = 1.0) -> None:
    """A pine of `height` pixels rooted at (x, y): winding trunk, level boughs, needles in fans."""
    lean = rng.normal(0, 0.13)
    knots = np.array([[0, 0], [0.06, -0.28], [-0.03, -0.55], [0.05, -0.8], [0.02, -1.0]]) + rng.normal(0, 0.022, (5, 2))
    knots[0] = 0
    knots[:, 0] += lean * np.abs(knots[:, 1]) ** 1.5
    trunk = brush.curve(knots * height + [x, y], 26)
    girth = height * 0.058 * np.linspace(1, 0.16, 26) ** 0.9
    girth[:3] *= np.array([1.7, 1.3, 1.1])
    wood, fans = _boughs(rng, trunk, girth, height)
    reach = height * 0.062 * rng.uniform(0.8, 1.25, len(fans))
    _leaf_mass(canvas, rng, fans, reach, canvas.palette.foliage, tone, flat=0.62)
    _trunk(canvas, rng, trunk, girth, tone)
    _limbs(canvas, wood, tone)
    _needles(canvas, rng, fans, reach, tone)


def _boughs(rng: np.random.Generator, trunk: np.ndarray, girth: np.ndarray, height: float) -> tuple[Wood, np.ndarray]:
    """Level boughs to both sides of `trunk` (26, 2), shorter toward the top, and the feet (N, 2) of their fans."""
    wood, fans, first = Wood(), [trunk[-1]], int(rng.integers(2))
    for i, t in enumerate(np.sort(rng.uniform(0.36, 0.98, 11))):
        side, at = 1 if (i + first) % 2 else -1, int(t * 25)
        length = height * (0.43 - 0.30 * t) * rng.uniform(0.75, 1.25)
        dip = rng.uniform(-0.05, 0.20)
        bends = np.array([[0, 0], [0.35 * side, dip - 0.16], [0.7 * side, dip - 0.06], [side, dip - 0.14]])
        path = brush.curve((bends + rng.normal(0, 0.03, (4, 2))) * length + trunk[at], 12)
        wood.paths.append(path)
        wood.widths.append(girth[at] * 0.45 * np.linspace(1, 0.2, 12))
        for along in np.linspace(0.30, 1.0, max(3, int(length / (0.062 * height)))):
            fans.append(path[int(along * 11)] + rng.normal(0, 0.016, 2) * height - np.array([0, 0.012 * height]))
    return wood, np.array(fans)


def leafy(
    canvas: Canvas,
    rng: np.random.Generator,
    x: float,
    y: float,
    height: float,
    tone: float = 1.0,
    leaf: str = "dot",
    colour: Colour | None = None,
) -> None:
    """A broad-leaved tree of `height` pixels; `leaf` is "dot", "flat" or "claw" (three strokes from a point).

    With a `colour` the leaves are painted in it, as in autumn, and ink only accents them.
    """
    wood = grow(rng, (x, y), height * 0.52, -np.pi / 2 + rng.normal(0, 0.10), height * 0.034, depth=3, spread=0.6)
    tips = np.array(wood.tips)
    radii = height * 0.080 * rng.uniform(0.6, 1.35, len(tips))
    _leaf_mass(canvas, rng, tips, radii, colour or canvas.palette.foliage, tone * (0.45 if colour else 1.0), flat=0.75)
    _limbs(canvas, wood, tone * 0.9)
    _thick(canvas, rng, wood, tone)
    leaves, sizes, clusters = _leaves(canvas, rng, tips, radii, height)
    tones = np.clip(rng.uniform(0.3, 0.95, len(tips))[clusters] + rng.normal(0, 0.12, len(leaves)), 0.12, 1)
    if colour:
        lay(canvas, _foliage(rng, leaves, sizes * 1.15, leaf), np.tile(tones, 3 if leaf == "claw" else 1), tone, colour)
        few = rng.random(len(leaves)) < 0.22
        leaves, sizes, tones = leaves[few], sizes[few] * 0.8, tones[few]
    lay(canvas, _foliage(rng, leaves, sizes, leaf), np.tile(tones, 3 if leaf == "claw" else 1), 0.85 * tone)


def _leaves(
    canvas: Canvas, rng: np.random.Generator, tips: np.ndarray, radii: np.ndarray, height: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres (N, 2) and sizes (N,) in pixels of the leaves about the `tips`, and the tip each belongs to (N,)."""
    clusters = np.repeat(np.arange(len(tips)), 19)
    scatter = np.clip(rng.normal(0, 1, (len(clusters), 2)), -1.7, 1.7)
    spots = tips[clusters] + scatter * radii[clusters, None] * np.array([0.75, 0.5])
    return spots, height * 0.0125 * rng.uniform(0.7, 1.5, len(spots)) + 0.7 * canvas.unit, clusters


def _foliage(rng: np.random.Generator, spots: np.ndarray, sizes: np.ndarray, leaf: str) -> np.ndarray:
    """The outlines (M, P, 2) of the leaves; a "claw" is three strokes."""
    if leaf == "claw":
        return np.concatenate([brush.dabs(spots, sizes * 1.7, turn, 3.4) for turn in _claw(rng, len(spots))])
    ratio, swing, grown = (2.6, 0.16, 1.7) if leaf == "flat" else (1.3, 1.0, 1.1)
    return brush.dabs(spots, sizes * grown, rng.normal(0, swing, len(spots)), ratio)


def _claw(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    return [np.pi / 2 + turn + rng.normal(0, 0.15, count) for turn in (-0.75, 0.0, 0.75)]


def bare(canvas: Canvas, rng: np.random.Generator, x: float, y: float, height: float, tone: float = 1.0) -> None:
    """A leafless winter tree of `height` pixels with hooked twigs."""
    heading = -np.pi / 2 + rng.normal(0, 0.16)
    wood = grow(rng, (x, y), height * 0.46, heading, height * 0.036, depth=5, spread=0.62)
    _limbs(canvas, wood, tone)
    _thick(canvas, rng, wood, tone)


def willow(canvas: Canvas, rng: np.random.Generator, x: float, y: float, height: float, tone: float = 1.0) -> None:
    """A willow of `height` pixels: a leaning trunk, a few limbs, and long twigs that hang from them."""
    wood = grow(rng, (x, y), height * 0.50, -np.pi / 2 + rng.normal(0, 0.22), height * 0.036, depth=2, spread=0.7)
    crowns = np.concatenate([path[3:] for path in wood.paths])
    feet = crowns[rng.integers(0, len(crowns), 150)] + rng.normal(0, 0.018 * height, (150, 2))
    t = np.linspace(0, 1, 8)
    drop = np.minimum(height * rng.uniform(0.16, 0.44, 150), np.maximum(y - feet[:, 1] - 0.03 * height, 1))
    sway = rng.normal(0.05, 0.10, 150) * drop
    arch = 0.06 * height * np.sin(np.pi * np.minimum(t * 2.5, 1))
    twigs = np.stack([feet[:, :1] + sway[:, None] * t**1.6, feet[:, 1:] + drop[:, None] * t - arch], axis=2)
    _leaf_mass(
        canvas, rng, twigs[:, 4], 0.06 * height * rng.uniform(0.7, 1.3, 150),
        canvas.leaves or canvas.palette.foliage, 0.5 * tone, flat=0.5,
    )  # fmt: skip
    _limbs(canvas, wood, tone * 0.9)
    _thick(canvas, rng, wood, tone)
    widths = np.tile(max(0.8 * canvas.unit, 0.003 * height) * brush.taper(8, 0.7, 0.3), (150, 1))
    brush.strokes(canvas, twigs, widths, rng.uniform(0.25, 0.75, 150), density=0.8 * tone)


def bamboo(canvas: Canvas, rng: np.random.Generator, x: float, y: float, height: float, tone: float = 1.0) -> None:
    """A stand of bamboo `height` pixels high: jointed canes, and leaves in sprays that hang from the joints."""
    for cane in range(4):
        ink = tone * (0.45 + 0.18 * cane)
        foot, lean = x + height * rng.normal(0, 0.10), rng.normal(0.05, 0.08)
        t = np.linspace(0, 1, 9)
        path = np.stack([foot + lean * height * t**1.5, y - height * rng.uniform(0.75, 1.0) * t], axis=1)
        joints = np.stack([path[:-1] * 0.96 + path[1:] * 0.04, path[:-1] * 0.5 + path[1:] * 0.5, path[1:]], axis=1)
        widths = np.full((8, 3), max(1.6 * canvas.unit, 0.014 * height))
        brush.strokes(canvas, joints, widths, np.full(8, 0.8), density=ink, dryness=0.1)
        at = path[rng.integers(3, 9, 70)] + rng.normal(0, 0.055 * height, (70, 2))
        turn = np.pi / 2 + rng.normal(0, 0.7, 70)
        leaves = brush.dabs(at, 0.055 * height * rng.uniform(0.6, 1.2, 70), turn, 5.5)
        lay(canvas, leaves, rng.uniform(0.4, 1, 70), ink)


def grow(
    rng: np.random.Generator,
    root: tuple[float, float],
    length: float,
    heading: float,
    width: float,
    depth: int,
    spread: float,
    wood: Wood | None = None,
) -> Wood:
    """Branch by branch: each limb bends, thins and divides, `depth` times; `heading` in radians, lengths in pixels."""
    wood = wood if wood is not None else Wood()
    points = 9
    turn = heading + np.cumsum(rng.normal(0, 0.11, points)) + rng.normal(0, 0.25) * np.linspace(0, 1, points) ** 2
    steps = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (length / points)
    path = np.vstack([root, np.array(root) + np.cumsum(steps, axis=0)])
    wood.paths.append(path)
    wood.widths.append(width * np.linspace(1, 0.55, points + 1))
    if depth <= 1:
        wood.tips.append(path[-1])
    if depth == 0:
        return wood
    for i in range(int(rng.integers(2, 4)) + (depth <= 2)):
        at = path[-1] if i == 0 else path[int(rng.integers(points // 2, points))]
        side = 1 if i % 2 else -1
        rise = 0.22 * (-np.pi / 2 - heading)
        bend = heading + rise + side * spread * rng.uniform(0.5, 1.3)
        grow(rng, tuple(at), length * rng.uniform(0.52, 0.78), bend, width * 0.56, depth - 1, spread, wood)
    return wood


def grove(canvas: Canvas, rng: np.random.Generator, feet: np.ndarray, height: float, tone: float) -> None:
    """Far trees at `feet` (N, 2): a stem and a few dabs each, `height` pixels high, pale with `tone` 0..1."""
    count = len(feet)
    if not count:
        return
    heights = height * rng.uniform(0.6, 1.3, count)
    stems = np.stack([feet, feet - np.stack([rng.normal(0, 0.08, count) * heights, heights * 0.7], axis=1)], axis=1)
    middle = stems.mean(axis=1, keepdims=True)
    brush.strokes(
        canvas, np.concatenate([stems[:, :1], middle, stems[:, 1:]], axis=1),
        np.full((count, 3), max(0.9 * canvas.unit, height * 0.05)), np.full(count, 0.8), density=tone,
    )  # fmt: skip
    each = 6
    tops = np.repeat(stems[:, 1], each, axis=0)
    spots = tops + rng.normal(0, 1, tops.shape) * np.repeat(heights, each)[:, None] * [0.15, 0.20]
    sizes = np.repeat(heights, each) * rng.uniform(0.16, 0.34, len(spots))
    _leaf_mass(canvas, rng, tops, sizes * 0.9, canvas.palette.foliage, tone * 0.8, flat=0.8)
    lay(canvas, brush.dabs(spots, sizes, rng.normal(0, 0.3, len(spots)), 1.7), rng.uniform(0.35, 1, len(spots)), tone)


def _trunk(canvas: Canvas, rng: np.random.Generator, path: np.ndarray, girth: np.ndarray, tone: float) -> None:
    """A trunk with two edges, light between them, and bark in scales."""
    outline = brush.ribbons(path[None], girth[None])[0]
    low, high = outline.min(axis=0) - 4, outline.max(axis=0) + 4
    box = canvas.box(low[0], low[1], high[0], high[1])
    if box.empty:
        return
    mask = np.zeros(box.shape, np.uint8)
    brush.fill(mask, [outline], [1.0], box)
    body = mask.astype(np.float32) / 255
    canvas.cover(body * 0.95, box)
    canvas.wash(body * (0.20 * tone), box)
    canvas.wash(body * canvas.palette.lit_strength * 0.7 * tone, box, canvas.palette.lit)
    half = len(outline) // 2
    edges = np.stack([outline[:half], outline[half:][::-1]])
    line_width = max(0.9 * canvas.unit, float(girth.max()) * 0.13)
    weights = np.clip(1 + 0.4 * rng.standard_normal((2, half)), 0.5, 1.6) * line_width * np.array([[0.8], [1.3]])
    brush.strokes(canvas, edges, weights, np.array([0.85, 1.0]), density=0.95 * tone, dryness=0.12)
    count = int(len(path) * 1.6)
    i = rng.integers(0, len(path) - 4, count)
    centre = path[i] + np.stack([rng.uniform(-0.3, 0.38, count), np.zeros(count)], axis=1) * girth[i][:, None]
    arc = (
        np.array([[-0.5, 0.3], [0, -0.35], [0.5, 0.3]])[None]
        * (girth[i] * rng.uniform(0.2, 0.42, count))[:, None, None]
    )
    brush.strokes(
        canvas,
        centre[:, None] + arc,
        np.full((count, 3), line_width * 0.7),
        rng.uniform(0.3, 0.8, count),
        density=0.9 * tone,
    )


def _thick(canvas: Canvas, rng: np.random.Generator, wood: Wood, tone: float) -> None:
    """Paint the limbs that are wide enough with two edges and bark, the thinner ones first."""
    wide = [i for i, widths in enumerate(wood.widths) if widths.mean() > 5.5 * canvas.unit]
    for i in sorted(wide, key=lambda i: float(wood.widths[i].mean())):
        _trunk(
            canvas,
            rng,
            brush.curve(wood.paths[i], 24),
            np.interp(np.linspace(0, 1, 24), np.linspace(0, 1, len(wood.widths[i])), wood.widths[i]) * 1.15,
            tone,
        )


def _limbs(canvas: Canvas, wood: Wood, tone: float) -> None:
    groups: dict[int, list[int]] = {}
    for i, path in enumerate(wood.paths):
        groups.setdefault(len(path), []).append(i)
    for members in groups.values():
        paths = np.stack([wood.paths[i] for i in members])
        widths = np.stack([wood.widths[i] for i in members])
        thin = np.clip(widths.mean(axis=1) / (1.5 * canvas.unit), 0.6, 1.0)
        brush.strokes(canvas, paths, np.maximum(widths, 0.75 * canvas.unit), thin, density=1.15 * tone, dryness=0.06)


def _needles(canvas: Canvas, rng: np.random.Generator, fans: np.ndarray, reach: np.ndarray, tone: float) -> None:
    """Fans of fine strokes that open upward."""
    each = 17
    angle = -np.pi / 2 + np.tile(np.linspace(-1.5, 1.5, each), len(fans)) + rng.normal(0, 0.07, len(fans) * each)
    length = np.repeat(reach, each) * rng.uniform(0.75, 1.1, len(angle))
    foot = np.repeat(fans, each, axis=0)
    t = np.linspace(0.08, 1, 4)[None, :, None]
    tip = np.stack([np.cos(angle), np.sin(angle) * 0.8], axis=1) * length[:, None]
    paths = foot[:, None] + tip[:, None] * t
    widths = np.tile(
        np.array([1.0, 0.95, 0.7, 0.3]) * max(0.9 * canvas.unit, float(reach.mean()) * 0.036), (len(angle), 1)
    )
    brush.strokes(canvas, paths, widths, np.repeat(rng.uniform(0.35, 1, len(fans)), each), density=1.1 * tone)


def _leaf_mass(
    canvas: Canvas,
    rng: np.random.Generator,
    centres: np.ndarray,
    radii: np.ndarray,
    colour: Colour,
    tone: float,
    flat: float,
) -> None:
    """The soft wash under leaves: one blurred oval a cluster."""
    reach = float(radii.max()) * 1.6
    low, high = centres.min(axis=0) - reach, centres.max(axis=0) + reach
    box = canvas.box(low[0], low[1], high[0], high[1])
    if box.empty:
        return
    mask = np.zeros(box.shape, np.uint8)
    sway = rng.normal(0, 0.12, len(centres))
    brush.fill(mask, brush.dabs(centres, radii * 2, sway, 1 / flat, 12), rng.uniform(0.4, 1, len(centres)), box)
    soft = cv2.GaussianBlur(mask, (0, 0), max(float(radii.mean()) * 0.16, 0.6)).astype(np.float32) / 255
    canvas.wash(soft * canvas.palette.foliage_strength * tone * 0.95, box, colour)


def lay(canvas: Canvas, outlines: np.ndarray, tones: np.ndarray, density: float, colour: Colour = INK) -> None:
    """Fill closed outlines (N, P, 2) with a coat of `tones` (N,) 0..1 times `density`, the darkest on top."""
    if not len(outlines):
        return
    low, high = outlines.min(axis=(0, 1)) - 2, outlines.max(axis=(0, 1)) + 2
    box = canvas.box(low[0], low[1], high[0], high[1])
    if box.empty:
        return
    mask = np.zeros(box.shape, np.uint8)
    order = np.argsort(tones)
    brush.fill(mask, outlines[order], tones[order], box)
    canvas.wash(mask.astype(np.float32) * (density / 255), box, colour)
