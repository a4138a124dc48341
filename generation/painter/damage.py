"""Damage with its true mask: losses, wormholes, cracks, tide-line stains and faded patches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from restoration.masks import DAMAGE_CLASSES

from . import brush
from .canvas import Box
from .ground import paint_ground
from .noise import line, plane, smoothstep

# What share of all the damage each kind takes, and which label it leaves; later kinds lie above earlier ones.
KINDS: dict[str, tuple[float, str]] = {
    "fading": (0.6, "fading"),
    "stain": (1.2, "stain"),
    "crack": (0.5, "crack"),
    "wormhole": (0.2, "loss"),
    "loss": (2.0, "loss"),
    "flake": (2.0, "loss"),
}


@dataclass(frozen=True)
class Damaged:
    """`picture` and `intact` (H, W, 3) uint8, equal wherever `labels` (H, W) uint8 is 0."""

    picture: np.ndarray
    labels: np.ndarray
    intact: np.ndarray


def damage(
    picture: np.ndarray, seed: int, kinds: Iterable[str] = ("loss", "crack", "stain"), share: float = 0.05
) -> Damaged:
    """Damage `picture` (H, W, 3) uint8 over about `share` (0..1) of its area, divided among `kinds` of `KINDS`.

    Same seed, same bytes. Raises `ValueError` for a kind that is not known.
    """
    wanted = list(kinds)
    unknown = sorted(set(wanted) - set(KINDS))
    if unknown:
        raise ValueError(f"There is no damage kind “{unknown[0]}”; choose among {', '.join(KINDS)}.")
    rng = np.random.default_rng(seed)
    sheet = picture.astype(np.float32) / 255
    labels = np.zeros(picture.shape[:2], np.uint8)
    total = sum(KINDS[kind][0] for kind in wanted)
    workers = {
        "fading": _fading,
        "stain": _stain,
        "crack": _cracks,
        "wormhole": _wormholes,
        "loss": _losses,
        "flake": _flakes,
    }
    for kind, (weight, name) in KINDS.items():
        child = np.random.default_rng(rng.integers(2**63))
        if kind in wanted and share > 0:
            touched = workers[kind](sheet, child, share * weight / total)
            labels[touched] = DAMAGE_CLASSES[name]
    worn = np.rint(np.clip(sheet, 0, 1) * 255).astype(np.uint8)
    return Damaged(np.where(labels[..., None] > 0, worn, picture), labels, picture)


def _unit(sheet: np.ndarray) -> float:
    return float(np.sqrt(sheet.shape[0] * sheet.shape[1] / (1024 * 768)))


def _patches(
    rng: np.random.Generator, shape: tuple[int, int], share: float, count: int, rough: float, unit: float
) -> np.ndarray:
    """A field above 0 over `share` of the sheet: `count` patches of uneven size with edges as `rough` as asked."""
    height, width = shape
    scale = np.sqrt(share * height * width / count)
    small = max(1, int(scale / 24))
    y, x = np.mgrid[0:height:small, 0:width:small].astype(np.float32)
    field = np.zeros(y.shape, np.float32)
    for _ in range(count):
        cx, cy, size = rng.uniform(0, width), rng.uniform(0, height), scale * rng.uniform(0.5, 1.6)
        turn, stretch = rng.uniform(0, np.pi), rng.uniform(1.0, 2.2)
        along, across = (
            (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn),
            (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn),
        )
        np.maximum(field, np.exp(-((along / stretch) ** 2 + across**2 * stretch) / (2 * size**2)), out=field)
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    field += 0.16 * plane(rng, shape, 0.9 * scale, octaves=4, gain=0.6)
    field += rough * plane(rng, shape, max(9 * unit, 3), octaves=4, gain=0.75)
    return field - np.quantile(field, 1 - share)


def _losses(sheet: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Paint and support gone: the lining shows, its ragged rim casts a little shadow."""
    unit = _unit(sheet)
    shape = sheet.shape[:2]
    gone = _patches(rng, shape, share, int(rng.integers(3, 9)), 0.035, unit) > 0
    return _show_lining(sheet, rng, gone, unit)


def _show_lining(sheet: np.ndarray, rng: np.random.Generator, gone: np.ndarray, unit: float) -> np.ndarray:
    lining = paint_ground(rng, (sheet.shape[1], sheet.shape[0]), "paper", unit) * np.array(
        rng.choice([[0.98, 0.97, 0.95], [0.90, 0.85, 0.76], [0.84, 0.77, 0.66]]), np.float32
    )
    lining *= 1 + 0.020 * plane(rng, gone.shape, 60 * unit, octaves=3)[..., None]
    inside = cv2.distanceTransform(gone.astype(np.uint8), cv2.DIST_L2, 3)
    solid = gone.astype(np.float32)
    shifted = cv2.warpAffine(
        solid, np.float32([[1, 0, 1.6 * unit], [0, 1, 1.6 * unit]]), solid.shape[::-1], borderValue=1.0
    )
    shadow = cv2.GaussianBlur(solid - np.minimum(solid, shifted), (0, 0), 0.9 * unit) * 0.55
    frayed = np.exp(-inside / (1.6 * unit)) * smoothstep(-0.3, 1.0, plane(rng, gone.shape, 5 * unit, octaves=3))
    shown = lining * (1 - np.clip(shadow, 0, 0.6))[..., None]
    shown = shown + (sheet * 0.9 + 0.1 - shown) * (0.75 * frayed)[..., None]
    sheet[gone] = shown[gone]
    return gone


def _flakes(sheet: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Paint fallen off a wall: rough plaster in its own relief, a lit and a shaded rim."""
    unit = _unit(sheet)
    shape = sheet.shape[:2]
    gone = _patches(rng, shape, share, int(rng.integers(4, 16)), 0.05, unit) > 0
    relief = plane(rng, shape, rng.uniform(8, 26) * unit, octaves=5, gain=0.7)
    relief += 2.2 * cv2.GaussianBlur(1.0 - gone.astype(np.float32), (0, 0), 1.4 * unit)
    lit = cv2.Sobel(relief, cv2.CV_32F, 1, 0, scale=1 / 8) + cv2.Sobel(relief, cv2.CV_32F, 0, 1, scale=1 / 8)
    warmth = rng.uniform(0.05, 0.38)
    clay = np.array([1.0, 1 - 0.4 * warmth, 1 - warmth], np.float32) * np.float32(rng.uniform(0.62, 0.95))
    shade = 1 + rng.uniform(0.2, 0.7) * np.clip(lit, -0.8, 0.6) + 0.05 * plane(rng, shape, 40 * unit, octaves=3)
    plaster = clay * shade[..., None]
    sheet[gone] = plaster[gone]
    return gone


def _wormholes(sheet: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Winding channels and round holes."""
    unit = _unit(sheet)
    mask = np.zeros(sheet.shape[:2], np.uint8)
    height, width = mask.shape
    target, colony = share * mask.size, rng.uniform((0.1, 0.1), (0.9, 0.9)) * [width, height]
    while np.count_nonzero(mask) < target:
        start = colony + rng.normal(0, 0.16, 2) * [width, height]
        if rng.random() < 0.08:
            colony = rng.uniform((0.1, 0.1), (0.9, 0.9)) * [width, height]
        steps = int(rng.integers(1, 22))
        turn = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.45, steps))
        path = start + np.cumsum(np.stack([np.cos(turn), np.sin(turn)], axis=1), axis=0) * 3.2 * unit
        for point in path:
            cv2.circle(
                mask, tuple(int(v) for v in np.rint(point)), max(1, round(float(rng.uniform(1.2, 2.2)) * unit)), 1, -1
            )
    return _show_lining(sheet, rng, mask > 0, unit)


def _cracks(sheet: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Branching breaks, mostly along one direction as brittle silk and creased paper have them, pale or dirt-dark."""
    unit = _unit(sheet)
    height, width = sheet.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    tone = np.zeros((height, width), np.float32)
    target, along = share * mask.size, float(rng.choice([0.0, np.pi / 2]))
    while np.count_nonzero(mask) < target:
        heading = along + rng.normal(0, 0.22) if rng.random() < 0.65 else rng.uniform(0, np.pi)
        pale = rng.random() < 0.7
        part = np.zeros_like(mask)
        _break(part, rng, rng.uniform((0, 0), (width, height)), heading, rng.uniform(0.1, 0.5) * width, 2.0 * unit, 3)
        tone[part > 0] = 1.0 if pale else -1.0
        mask |= part
    wide = mask > 0
    lining = np.quantile(sheet[::4, ::4].reshape(-1, 3), 0.93, axis=0).astype(np.float32)
    rough = (0.82 + 0.06 * plane(rng, (height, width), 11 * unit, octaves=3))[..., None]
    pale_fill, dark_fill = lining * np.clip(rough + 0.14, 0.6, 1.08), lining * rough * 0.34
    shown = np.where(tone[..., None] > 0, pale_fill, dark_fill)
    sheet[wide] = sheet[wide] * 0.08 + shown[wide] * 0.92
    return wide


def _break(
    mask: np.ndarray,
    rng: np.random.Generator,
    start: np.ndarray,
    heading: float,
    length: float,
    width: float,
    depth: int,
) -> None:
    """Draw one crack and its branches onto `mask` uint8, tapering; lengths in pixels, `heading` in radians."""
    steps = max(6, int(length / 9))
    turn = heading + np.cumsum(rng.normal(0, 0.16, steps)) * 0.6 + rng.normal(0, 0.38, steps)
    path = start + np.cumsum(np.stack([np.cos(turn), np.sin(turn)], axis=1) * (length / steps), axis=0)
    widths = np.clip(width * np.linspace(1.0, 0.25, steps) * (0.9 + 0.3 * line(rng, steps, steps / 5, 2)), 0.9, None)
    whole = Box(0, 0, mask.shape[1], mask.shape[0])
    part = np.zeros_like(mask)
    brush.fill(part, brush.ribbons(path[None].astype(np.float32), widths[None]), [1.0], whole)
    cv2.polylines(part, [np.rint(path).astype(np.int32)], False, 255, 1)
    mask |= (part > 90).astype(np.uint8)
    if depth:
        for at in rng.integers(1, steps, int(rng.poisson(1.6))):
            bend = heading + rng.choice([-1, 1]) * rng.uniform(0.4, 1.2)
            _break(mask, rng, path[at], bend, length * rng.uniform(0.2, 0.5), widths[at] * 0.75, depth - 1)


def _stain(sheet: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Water that dried: a brown veil with a dark tide line at its edge, and a fainter one inside."""
    unit = _unit(sheet)
    field = _patches(rng, sheet.shape[:2], share, int(rng.integers(1, 4)), 0.010, unit)
    touched = field > 0
    inside = cv2.distanceTransform(touched.astype(np.uint8), cv2.DIST_L2, 5)
    cloud = plane(rng, touched.shape, 50 * unit, octaves=4)
    tide = np.exp(-inside / (3.0 * unit)) * smoothstep(0, 1.6 * unit, inside) + 0.45 * np.exp(
        -(((inside - 13 * unit) / (3 * unit)) ** 2)
    )
    veil = 0.34 + 0.07 * cloud + 0.55 * tide * (1 + 0.2 * cloud)
    brown = -np.log(np.array([0.66, 0.50, 0.33], np.float32))
    coat = np.where(touched, np.clip(veil, 0.05, None), 0) * float(rng.uniform(0.7, 1.2))
    sheet *= np.exp(-coat[..., None] * brown)
    return touched


def _fading(sheet: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Light or abrasion has taken most of the ink; the ground stays."""
    unit = _unit(sheet)
    field = _patches(rng, sheet.shape[:2], share, int(rng.integers(2, 4)), 0.012, unit)
    touched = field > 0
    ground = np.quantile(sheet[::4, ::4].reshape(-1, 3), 0.85, axis=0).astype(np.float32)
    inside = cv2.distanceTransform(touched.astype(np.uint8), cv2.DIST_L2, 5)
    amount = np.where(touched, 0.45 + 0.35 * smoothstep(0, 30 * unit, inside), 0)
    sheet += (ground - sheet) * amount[..., None]
    return touched
