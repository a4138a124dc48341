"""Puts a training run of text-to-ink together: data, captions, stages in their order, and what is written."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from generation.ink.config import ConfigError, InkConfig
from generation.ink.model import InkModel
from generation.ink.storage import CONFIG
from generation.ink.text import PieceTokenizer
from gpu_workers.evaluation.lpips import FILE as LPIPS_FILE
from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.training import card, data, sheet
from gpu_workers.training.ink_captions import Caption, composed, prepared
from gpu_workers.training.ink_squares import Batches, square, squares
from gpu_workers.training.ink_stages import ClipStage, TokensStage, VqganStage, Weights
from gpu_workers.training.settings import Settings
from gpu_workers.training.trainer import Stage, Trainer, checkpoint_path

log = logging.getLogger(__name__)
STAGES = ("clip", "vqgan", "tokens")  # in this order: CLIP guides the VQGAN, whose codes the transformer learns
SHARES = {"clip": 0.12, "vqgan": 0.48, "tokens": 0.4}
BATCHES = {"clip": 4, "vqgan": 1, "tokens": 1}  # times `settings.batch`
RATES = {"clip": 1.0, "vqgan": 1.0, "tokens": 1.5}  # times `settings.rate`
MODULES = ("clip", "alignment", "dense")
SHOWN = (
    "majestic, distant landscape in freehand brushwork, thick ink", "雄浑悠远的写意山水，浓墨",
    "spacious landscape, ink painting, light ink", "空灵的山水、水墨，淡墨",
    "landscape, blue-and-green", "山水，青绿", "time-darkened landscape, fine brush", "古旧的山水，细笔",
    "spacious landscape, light crimson colour", "繁密的山水、水墨，浓墨",
    "landscape, impressionist oil painting", "山水，印象派油画",
)  # fmt: skip


def train(
    settings: Settings,
    stages: tuple[str, ...] = STAGES,
    without: Collection[str] = (),
    table: Path | None = None,
) -> bool:
    """Train the stages in their order; weights, card, register and sample sheet go to ``settings.out`` after each.

    without: modules that are left out, for the ablation: any of `MODULES`. table: prepared captions, else they are
    composed. False if stopped before the end; with ``resume`` the next call goes on. CLIP alone, resumed from weights,
    goes on without the text encoder, on which the other stages rest.
    """
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    settings = replace(settings, bf16=settings.bf16 or (settings.device == "cpu" and _has_bf16()))
    paintings = data.paintings(settings.data, "train")
    model = starting_model(settings, stages, without).train().to(settings.device)
    pixels = squares(paintings, model.config.size, settings.work)
    captions = prepared(table, paintings) if table else composed(paintings, settings.work)
    tokenizer = model.text.tokenizer
    if isinstance(tokenizer, PieceTokenizer) and not tokenizer.pieces:
        tokenizer.learn([text for caption in captions for text in caption.en + caption.zh])
    whole = sum(SHARES[name] for name in stages)
    for name in [name for name in STAGES if name in stages]:
        changes = {"batch": settings.batch * BATCHES[name], "rate": settings.rate * RATES[name]}
        share = replace(settings, minutes=settings.minutes * SHARES[name] / whole, **changes)
        further = settings.views if name == "tokens" else 0
        views = [pixels, *(squares(paintings, model.config.size, settings.work, n + 1) for n in range(further))]
        upright = frozenset(number for number, painting in enumerate(paintings) if painting.is_directional)
        listens = not (stages == ("clip",) and settings.resume and (settings.out / CONFIG).is_file())
        trainer = Trainer(build(name, model, views, captions, share, without, upright, listens), share)
        finished = trainer.run()
        trainer.averaged()
        card.note(settings.out, name, trainer, share)
        if not finished:
            log.info("%s: stopped for now; the checkpoint is %s", name, trainer.path)
            return False
        model.eval().save(settings.out)
    card.write_register(settings.out, paintings)
    draw(model.eval(), settings, settings.out / "samples.png")
    return True


def starting_model(settings: Settings, stages: tuple[str, ...], without: Collection[str]) -> InkModel:
    """The weights in ``out`` where the run builds on earlier ones, else random ones."""
    if (settings.out / CONFIG).is_file() and (settings.resume or "clip" not in stages):
        return InkModel.from_pretrained(settings.out)
    if "clip" not in stages:
        raise ConfigError(
            f"The stage {stages[0]} builds on the stage clip, and there are no weights in {settings.out}."
        )
    return InkModel.from_config(InkConfig.named(settings.size).without(*without))


def build(
    name: str, model: InkModel, views: Sequence[np.ndarray], captions: list[Caption], settings: Settings,
    without: Collection[str] = (), upright: Collection[int] = (), listens: bool = True,
) -> Stage:  # fmt: skip
    """The stage called ``name``. views: squares of all paintings; the transformer alone learns from more than one.
    upright: the numbers of paintings that are never mirrored. listens: of `ClipStage`.
    """
    pixels = views[0]
    model.train().requires_grad_(True)
    crop, device, bf16 = settings.crop, settings.device, settings.bf16
    if name == "clip":
        if model.config.clip.tokenizer != "pieces":
            raise ConfigError("This model has a public CLIP, which needs no training.")
        return ClipStage(model, Batches(pixels, settings.batch, crop, device, 1.0, upright), captions, listens)
    if name == "vqgan":
        weights = Weights(clip=0.0) if "clip" in without else Weights()
        batches = Batches(pixels, settings.batch, crop, device, upright=upright)
        return VqganStage(model, batches, captions, _lpips(settings), settings.critic_from, weights, bf16)
    if name == "tokens":
        tokens = torch.cat([tokens_of(model, view, bf16, upright=upright) for view in views])
        if not settings.resume:
            model.transformer.adopt(model.autoencoder.structure.entries, model.autoencoder.detail.entries)
        return TokensStage(model, tokens, captions, settings.batch, device, bf16)
    raise ConfigError(f"There is no training stage called {name!r}; the stages are {', '.join(STAGES)}.")


@torch.inference_mode()
def tokens_of(
    model: InkModel, pixels: np.ndarray, bf16: bool = False, together: int = 8, upright: Collection[int] = ()
) -> Tensor:
    """Tokens (2N, h, w, 5) int16 of squares (N, s, s, 3) uint8 as they are, and of the squares mirrored, but for those
    whose numbers are `upright`.
    """
    autoencoder = model.autoencoder.eval()
    found: tuple[list[Tensor], list[Tensor]] = ([], [])
    device = next(model.parameters()).device
    for start in tqdm(range(0, len(pixels), together), desc="tokens", mininterval=10, disable=None):
        some = torch.from_numpy(pixels[start : start + together].copy()).permute(0, 3, 1, 2).to(device) / 127.5 - 1
        mirrored = some.flip(-1)
        for number in {*range(start, start + len(some))} & {*upright}:
            mirrored[number - start] = some[number - start]
        for kept, pictures in zip(found, (some, mirrored), strict=True):
            with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
                kept.append(autoencoder.encode(pictures).to(torch.int16).cpu())
    return torch.cat([torch.cat(kept) for kept in found]).clone()


def draw(model: InkModel, settings: Settings, path: Path) -> None:
    """A row of paintings not trained on, a row of their reconstructions, and rows of generated ones."""
    chosen = data.paintings(settings.data, "validation")
    chosen = chosen[:: max(1, len(chosen) // 4)][:4]
    truths = [square(data.load(p.path), model.config.size).astype(np.float32) / 255 for p in chosen]
    rows = [np.hstack(truths), np.hstack([model.decode(model.encode(truth)) for truth in truths])] if truths else []
    across = len(truths) or 4
    prompts = list(SHOWN[: len(SHOWN) // across * across])
    made = model.generate(prompts, [settings.seed + number for number in range(len(prompts))])
    rows += [np.hstack(list(made[start : start + across])) for start in range(0, len(made), across)]
    sheet.save(rows, path)


def clear(settings: Settings, stages: tuple[str, ...]) -> None:
    """Remove the stages' checkpoints, so that the next run starts anew."""
    for name in stages:
        checkpoint_path(settings.work, settings.size, name).unlink(missing_ok=True)


def _has_bf16() -> bool:
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def _lpips(settings: Settings) -> Lpips | None:
    if settings.backbones is None or not (settings.backbones / LPIPS_FILE).is_file():
        log.warning("There is no %s, so the VQGAN is trained without a perceptual loss.", LPIPS_FILE)
        return None
    return Lpips.load(settings.backbones).to(settings.device)
