"""Text-to-ink on paintings that were not trained on: what the VQGAN keeps of them, and what is generated from their
captions, beside the paintings themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch import Tensor
from tqdm import tqdm

from generation.ink import drafts
from generation.ink.config import SLOTS
from generation.ink.model import InkModel
from generation.lexicon import Description, Lexicon, draft_of
from gpu_workers.evaluation import ink_edits, metrics
from gpu_workers.evaluation.lpips import FILE as LPIPS_FILE
from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.training import data
from gpu_workers.training.ink_captions import Caption, composed
from gpu_workers.training.ink_squares import square
from gpu_workers.weights import fingerprint, resolve

NAME, REAL, OURS = "ink", "the paintings themselves", "Text-to-ink"
RIVALS = 9  # wrong captions that the right one has to beat
EDITED = 24  # paintings that each kind of edit is tried on
VARIANTS = 4  # pictures of one prompt, for diversity
COLUMNS = (
    ("model", "model", None), ("PSNR dB", "psnr", 2), ("SSIM", "ssim", 3), ("LPIPS", "lpips", 4), ("FID", "fid", 1),
    ("cosine", "cosine", 3), ("right of ten", "retrieval", 3), ("wrong category loses", "category", 3),
    ("diversity", "diversity", 3), ("structure used", "structure", 2), ("detail used", "detail", 2),
    ("ms, batch 1", "single", 0), ("ms, batch 16", "batched", 0), ("times, batch 1", "ratio", 1),
    ("times, batch 16", "ratio_batched", 1), ("style similarity", "likeness", 2),
    ("instruction accuracy", "accuracy", 2), ("accuracy without edit", "unedited", 2),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the table; None where a figure has no meaning or was not computed.

    psnr, ssim, lpips: of reconstructions. fid: of generated pictures to the test paintings; for the paintings
    themselves that of as many training paintings, the floor. cosine, retrieval, category: by each model's own CLIP; how
    often the right caption wins among ten, and against one of another set. diversity: mean LPIPS of pictures of one
    prompt, for the paintings themselves of pairs of them. structure, detail: share of the entries that occur.
    single, batched: milliseconds a picture; ratio: how many times as long one code after another takes, by the same
    network without a cache; from what twice the steps take, since every step takes the same. likeness, accuracy,
    unedited: of editing rounds, see `ink_edits.Figures`.
    """

    model: str
    psnr: float | None = None
    ssim: float | None = None
    lpips: float | None = None
    fid: float | None = None
    cosine: float | None = None
    retrieval: float | None = None
    category: float | None = None
    diversity: float | None = None
    structure: float | None = None
    detail: float | None = None
    single: float | None = None
    batched: float | None = None
    ratio: float | None = None
    ratio_batched: float | None = None
    likeness: float | None = None
    accuracy: float | None = None
    unedited: float | None = None


@dataclass(frozen=True)
class Works:
    """Squares (N, s, s, 3) float32 in 0..1, their captions, and the set each comes from."""

    pictures: np.ndarray
    captions: list[Caption]
    sets: list[str]

    @property
    def prompts(self) -> list[str]:
        """Whole captions, English and Chinese by turns."""
        return [(c.zh if number % 2 else c.en)[0] for number, c in enumerate(self.captions)]


class Meter:
    """The learned metrics, as far as their weights are there."""

    def __init__(self, backbones: Path | None) -> None:
        self.lpips = self.inception = None
        self.missing: dict[str, str] = {}
        if backbones is None or not (backbones / LPIPS_FILE).is_file():
            self.missing["LPIPS and diversity"] = f"not computed: there is no {LPIPS_FILE}"
        else:
            self.lpips = Lpips.load(backbones)
        if backbones is None or not (backbones / metrics.INCEPTION_FILE).is_file():
            self.missing["FID"] = f"not computed: there is no {metrics.INCEPTION_FILE}"
        else:
            self.inception = metrics.Inception(backbones)

    def fid(self, first: np.ndarray, second: np.ndarray) -> float | None:
        """Fréchet distance of two sets of pictures."""
        if self.inception is None:
            return None
        return metrics.frechet_distance(self.inception(first), self.inception(second))

    @torch.inference_mode()
    def distance(self, first: np.ndarray, second: np.ndarray) -> float | None:
        """Mean LPIPS of pairs of pictures."""
        return None if self.lpips is None else float(self.lpips(_tensor(first), _tensor(second)).mean())


def evaluate(
    folder: Path, weights: Path | None = None, backbones: Path | None = None, split: str = "test",
    limit: int | None = None, ablation: Path | None = None, work: Path | None = None,
) -> tuple[list[Row], dict[str, Any]]:  # fmt: skip
    """All rows of the table, and the facts of the run.

    ablation: a folder of folders with weights trained without one of the modules, each measured under its name.
    work: where composed captions are kept between runs.
    """
    own = weights or resolve(NAME).folder
    models = {OURS: InkModel.from_pretrained(own)}
    for other in sorted(path for path in (ablation.iterdir() if ablation else ()) if path.is_dir()):
        models[f"{OURS}, {other.name}"] = InkModel.from_pretrained(other)
    meter, size = Meter(backbones), models[OURS].config.size
    tested = works(folder, split, size, limit, work)
    trained = works(folder, "train", size, len(tested.captions), work)
    floor = meter.fid(trained.pictures, tested.pictures)
    rows = [Row(REAL, fid=floor, diversity=_spread(tested.pictures, meter), **_agreement(models[OURS], tested))]
    rows += [measure(name, model, tested, meter) for name, model in models.items()]
    rows.append(_over_drafts(models[OURS], tested, meter))
    rows += [
        Row(f"{OURS}: {found.kind}", likeness=found.likeness, accuracy=found.accuracy, unedited=found.unedited)
        for found in ink_edits.measure(models[OURS], _landscapes(tested), EDITED)
    ]
    facts = {"weights": fingerprint(own), "split": split, "paintings": len(tested.captions)}
    return rows, facts | {"threads": torch.get_num_threads(), "not computed": meter.missing}


def _landscapes(tested: Works) -> list[str]:
    return [prompt for prompt, kind in zip(tested.prompts, tested.sets, strict=True) if kind != "monet2photo"]


def works(folder: Path, split: str, size: int, limit: int | None, work: Path | None, seed: int = 0) -> Works:
    """The paintings of a split, drawn once and for all; `limit` takes that many."""
    paintings = data.paintings(folder, split)
    if len(paintings) < 2:
        raise data.DataError(f"There are fewer than two paintings of split {split} in the folder {folder}.")
    order = sorted(np.random.default_rng(seed).permutation(len(paintings))[:limit].tolist())
    chosen = [paintings[index] for index in order]
    pictures = np.stack([square(data.load(painting.path), size) for painting in chosen]).astype(np.float32) / 255
    return Works(pictures, composed(chosen, work), [painting.set for painting in chosen])


def measure(name: str, model: InkModel, tested: Works, meter: Meter) -> Row:
    """One model's line."""
    figures = _reconstruction(model, tested, meter)
    made = []
    for start in tqdm(range(0, len(tested.prompts), 16), desc=f"{name}: generated", disable=None):
        prompts = tested.prompts[start : start + 16]
        made.append(model.generate(prompts, range(start, start + len(prompts))))
    generated = Works(np.concatenate(made), tested.captions, tested.sets)
    figures |= _agreement(model, generated) | {"fid": meter.fid(generated.pictures, tested.pictures)}
    return Row(name, **figures, diversity=_variety(model, tested, meter), **_speed(model, tested.prompts[0]))


def _over_drafts(model: InkModel, tested: Works, meter: Meter) -> Row:
    """What a person gets: painted over a draft, where the procedural painter draws such things."""
    lexicon, cells = Lexicon.load(), (model.config.transformer.window,) * 2
    suits = [draft_of(Description.of(caption.en[0], lexicon), lexicon) for caption in tested.captions]
    chosen = [number for number, draft in enumerate(suits) if draft is not None]
    if len(chosen) < 2:
        return Row(f"{OURS}, over drafts")
    sets, captions = ([rows[number] for number in chosen] for rows in (tested.sets, tested.captions))
    shown = Works(tested.pictures[chosen], captions, sets)
    made = []
    for number, prompt in zip(tqdm(chosen, desc="over drafts", disable=None), shown.prompts, strict=True):
        tokens = drafts.paint_over(model, drafts.Draft(**suits[number]), prompt, number, cells)
        made.append(model.decode(tokens, prompt))
    painted = Works(np.stack(made), captions, sets)
    return Row(f"{OURS}, over drafts", fid=meter.fid(painted.pictures, shown.pictures), **_agreement(model, painted))


def _reconstruction(model: InkModel, tested: Works, meter: Meter) -> dict[str, float | None]:
    codes, made = [], []
    for picture, prompt in zip(tqdm(tested.pictures, desc="reconstructed", disable=None), tested.prompts, strict=True):
        codes.append(model.encode(picture))
        made.append(model.decode(codes[-1], prompt))
    wang = {"data_range": 1, "channel_axis": -1, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    pairs = list(zip(tested.pictures, made, strict=True))
    used, config = np.stack(codes), model.config.autoencoder
    return {
        "psnr": float(np.mean([peak_signal_noise_ratio(truth, other, data_range=1) for truth, other in pairs])),
        "ssim": float(np.mean([structural_similarity(truth, other, **wang) for truth, other in pairs])),
        "lpips": _mean([meter.distance(truth[None], other[None]) for truth, other in pairs]),
        "structure": len(np.unique(used[..., 0])) / config.structure_codes,
        "detail": len(np.unique(used[..., 1:])) / config.detail_codes,
    }


@torch.inference_mode()
def _agreement(model: InkModel, shown: Works, seed: int = 0) -> dict[str, float | None]:
    """How well pictures and their captions agree by the model's CLIP."""
    pictures = torch.cat(
        [model.clip.pictures(_tensor(some)) for some in np.array_split(shown.pictures, 16) if len(some)]
    )
    prompts = shown.prompts
    likeness = (pictures @ model.clip.texts(prompts).T).numpy()
    right = likeness.diagonal()
    rng, wins, beats = np.random.default_rng(seed), [], []
    for number, prompt in enumerate(prompts):
        language = number % 2
        others = [n for n, other in enumerate(prompts) if other != prompt and n % 2 == language]
        if len(others) >= RIVALS:
            wins.append(right[number] > likeness[number, rng.permutation(others)[:RIVALS]].max())
        strange = [n for n in others if shown.sets[n] != shown.sets[number] and "monet2photo" in
                   (shown.sets[n], shown.sets[number])]  # fmt: skip
        if strange:
            beats.append(right[number] > likeness[number, rng.choice(strange)])
    return {"cosine": float(right.mean()), "retrieval": _mean(wins), "category": _mean(beats)}


def _variety(model: InkModel, tested: Works, meter: Meter) -> float | None:
    prompts = list(dict.fromkeys(tested.prompts))[:6]
    made = [model.generate([prompt] * VARIANTS, range(VARIANTS)) for prompt in prompts]
    return _mean([meter.distance(some[:-1], some[1:]) for some in made])


def _spread(pictures: np.ndarray, meter: Meter) -> float | None:
    some = pictures[np.random.default_rng(0).permutation(len(pictures))[:33]]
    return meter.distance(some[:-1], some[1:])


def _speed(model: InkModel, prompt: str) -> dict[str, float]:
    window = model.config.transformer.window
    few, every = model.config.sampling.steps, SLOTS * window**2
    found = {}
    for count, name, ratio in ((1, "single", "ratio"), (16, "batched", "ratio_batched")):
        found[name], double = (_milliseconds(model, prompt, count, steps) for steps in (few, 2 * few))
        found[ratio] = 1 + (every - few) / few * (double - found[name]) / found[name]
    return found


def _milliseconds(model: InkModel, prompt: str, count: int, steps: int) -> float:
    model.generate([prompt], [0], steps=1)
    started = perf_counter()
    model.generate([prompt] * count, range(count), steps=steps)
    return 1000 * (perf_counter() - started) / count


def _mean(values: Sequence[float | None]) -> float | None:
    return None if not values or values[0] is None else float(np.mean(values))


def _tensor(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2) * 2 - 1
