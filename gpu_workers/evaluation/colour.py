"""Colour reconstruction beside the classical engines, on test paintings, through the contract that the portal uses.

Two sets of pairs. *aged*: half of a well-kept painting, aged by `training.fading`, so that its true colours are known;
the other half is the reference, as colours survive under a mount. *faded*: really faded landscapes, of which nobody
knows the truth; the reference is the nearest well-kept work of the same museum.
"""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from skimage.color import deltaE_ciede2000, rgb2gray, rgb2lab
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from tqdm import tqdm

from gpu_workers.engines import registry
from gpu_workers.engines.contract import ColourEngine, Study
from gpu_workers.engines.flow import FlowEngine
from gpu_workers.training import data
from gpu_workers.training.fading import fade
from gpu_workers.weights import fingerprint, resolve
from restoration.colour.losses import gram_distance
from restoration.colour.network import ColourNetwork
from restoration.colour.vgg import FILE as VGG_FILE
from restoration.colour.vgg import Vgg19

NAME, OURS = "colour", "Reversible flow"
SETS = ("landscape-2192", "masters")
KINDS = ("aged", "faded")
SIZE = 256
LIMIT = 40  # pairs a kind, unless told otherwise
COLUMNS = (
    ("pairs", "kind", None), ("method", "method", None), ("SSIM to faded", "ssim", 3), ("Gram loss", "gram", 5),
    ("ΔE2000 to truth", "delta_e", 2), ("PSNR dB to truth", "psnr", 2), ("s a picture", "seconds", 2),
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Pictures (h, w, 3) float32 in 0..1; truth is None where nobody knows it."""

    faded: np.ndarray
    reference: np.ndarray
    truth: np.ndarray | None


@dataclass(frozen=True)
class Row:
    """One line of the table, means over the pairs.

    ssim: of the luminance, reconstructed to faded (structure kept). gram: `losses.gram_distance`, reconstructed to
    reference; None without VGG19. delta_e (CIEDE2000), psnr: reconstructed to truth, None where it is not known.
    """

    kind: str
    method: str
    ssim: float
    gram: float | None
    delta_e: float | None
    psnr: float | None
    seconds: float


def pairs(folder: Path, kind: str, limit: int | None = LIMIT, split: str = "test", seed: int = 0) -> list[Pair]:
    """The pairs of a kind, drawn once and for all; `limit` takes that many, the same ones and more as it grows."""
    paintings = [painting for painting in data.paintings(folder, split) if painting.set in SETS]
    kept = [painting for painting in paintings if not painting.is_faded]
    chosen = kept if kind == "aged" else [painting for painting in paintings if painting.is_faded]
    if not chosen or not kept:
        raise data.DataError(f"There are no {kind} paintings and references of split {split} in the folder {folder}.")
    order = np.random.default_rng(seed).permutation(len(chosen))[:limit]
    make = _aged if kind == "aged" else _faded
    return [make(chosen[index], kept, np.random.default_rng((seed, index))) for index in sorted(order.tolist())]


def _aged(painting: data.Painting, kept: list[data.Painting], rng: np.random.Generator) -> Pair:
    first, second = data.halves(data.load(painting.path), int(rng.integers(2)))
    truth = _crop(first)
    return Pair(fade(truth, rng), _crop(second), truth)


def _faded(painting: data.Painting, kept: list[data.Painting], rng: np.random.Generator) -> Pair:
    nearest = data.neighbours(painting, kept, 1)[0]
    return Pair(_crop(data.load(painting.path)), _crop(data.load(nearest.path)), None)


def _crop(pixels: np.ndarray) -> np.ndarray:
    return data.centre_crop(pixels, SIZE).astype(np.float32) / 255


def recoloured(engine: ColourEngine, pair: Pair) -> np.ndarray:
    """The faded picture as the engine reconstructs it, rounded to 8 bits as a file would be."""
    transfer = engine.study(_study(pair.faded), [_study(pair.reference)])
    return np.rint(np.clip(transfer.apply(pair.faded), 0, 1) * 255).astype(np.float32) / 255


def measure(kind: str, method: str, engine: ColourEngine | None, drawn: list[Pair], vgg: Vgg19 | None) -> Row:
    """One line of the table; without an engine the faded pictures as they are."""
    figures, seconds = [], 0.0
    for pair in tqdm(drawn, desc=f"{kind}, {method}", disable=None):
        started = perf_counter()
        result = pair.faded if engine is None else recoloured(engine, pair)
        seconds += perf_counter() - started
        figures.append(_figures(result, pair, vgg))
    means = [None if column[0] is None else float(np.mean(column)) for column in zip(*figures, strict=True)]
    return Row(kind, method, *means, seconds / len(drawn))


@torch.inference_mode()
def _figures(result: np.ndarray, pair: Pair, vgg: Vgg19 | None) -> tuple[float | None, ...]:
    wang = {"data_range": 1, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    ssim = float(structural_similarity(rgb2gray(pair.faded), rgb2gray(result), **wang))
    gram = None if vgg is None else float(gram_distance(vgg(_tensor(result)), vgg(_tensor(pair.reference))))
    if pair.truth is None:
        return ssim, gram, None, None
    delta_e = float(deltaE_ciede2000(rgb2lab(result), rgb2lab(pair.truth)).mean())
    return ssim, gram, delta_e, float(peak_signal_noise_ratio(pair.truth, result, data_range=1))


def evaluate(
    folder: Path, weights: Path | None = None, backbones: Path | None = None, split: str = "test",
    limit: int | None = None, ablation: Path | None = None,
) -> tuple[list[Row], dict[str, Any]]:  # fmt: skip
    """All rows of the table, and the facts of the run: weights, data, and what was not computed and why.

    ablation: a folder of folders with weights trained without one of the modules, each measured under its name.
    """
    own = weights or resolve(NAME).folder
    engines: dict[str, ColourEngine | None] = {"as it is": None}
    engines |= {spec.title: registry.load(name, "cpu") for name, spec in registry.engines(registry.COLOUR).items()
                if spec.weights is None}  # fmt: skip
    engines[OURS] = FlowEngine(ColourNetwork.from_pretrained(own), fingerprint(own))
    for other in sorted(path for path in (ablation.iterdir() if ablation else ()) if path.is_dir()):
        engines[f"{OURS}, {other.name}"] = FlowEngine(ColourNetwork.from_pretrained(other), None)
    vgg, missing = _vgg(backbones)
    rows = []
    for kind in KINDS:
        drawn = pairs(folder, kind, limit or LIMIT, split)
        for method, engine in engines.items():
            rows.append(measure(kind, method, engine, drawn, vgg))
    return rows, {"weights": fingerprint(own), "split": split, "limit": limit or LIMIT, "not computed": missing}


def _vgg(backbones: Path | None) -> tuple[Vgg19 | None, dict[str, str]]:
    if backbones is None or not (backbones / VGG_FILE).is_file():
        return None, {"Gram loss": f"not computed: there is no {VGG_FILE}"}
    return Vgg19.load(backbones), {}


def _study(pixels: np.ndarray) -> Study:
    return Study(pixels, np.ones(pixels.shape[:2], bool))


def _tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]
