"""Puts a training run together: data, model, stages in their order, and what is written at the end."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from gpu_workers.evaluation.lpips import FILE as LPIPS_FILE
from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.training import card, data, sheet
from gpu_workers.training.autoencoder_stage import AutoencoderStage
from gpu_workers.training.batches import Batches
from gpu_workers.training.decoder_stage import DecoderStage
from gpu_workers.training.denoiser_stage import DenoiserStage
from gpu_workers.training.settings import STAGES, Settings
from gpu_workers.training.store import Store
from gpu_workers.training.trainer import Stage, Trainer
from restoration.imagest.model import Imagest, from_stable_diffusion

log = logging.getLogger(__name__)
SHARES = {"autoencoder": 0.3, "denoiser": 0.5, "decoder": 0.2}
WAIT_FOR = 64
CAPTIONS = {
    "landscape-2192": "Chinese landscape painting 山水画",
    "masters": "Chinese painting",
    "monet2photo": "painting by Monet",
}


class TrainingError(Exception):
    """A training run cannot start; the text is one sentence for a person."""


def train(settings: Settings, stages: tuple[str, ...] = STAGES) -> bool:
    """Train the stages one after the other and write weights, card, register and sample sheet to ``settings.out``.

    The minutes are shared out among the stages; a single stage gets them all. A run that stopped before its budget was
    used up leaves checkpoints in ``settings.work`` and returns False; with ``resume`` the next call goes on from there,
    or from the weights in ``out``.
    """
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    paintings = data.paintings(settings.data, "train")
    store = Store(settings.work / "crops", settings.crops)
    store.fill_beside(paintings, data.overlays(settings.data), settings.seed, WAIT_FOR, settings.processes)
    model = starting_model(settings, stages)

    def upright(index: int) -> bool:
        return store.painting(index, paintings, settings.seed).is_directional

    whole = sum(SHARES[name] for name in stages)
    for name in stages:
        share = replace(settings, minutes=settings.minutes * SHARES[name] / whole)
        trainer = Trainer(build(name, model, store, share, captions(store, paintings, settings.seed), upright), share)
        finished = trainer.run()
        trainer.averaged()
        card.note(settings.out, name, trainer, share)
        if not finished:
            log.info("%s: stopped for now; the checkpoint is %s", name, trainer.path)
            return False
    model.save(settings.out)
    card.write_register(settings.out, paintings)
    sheet.draw(model, settings, settings.out / "samples.png")
    return True


def starting_model(settings: Settings, stages: tuple[str, ...]) -> Imagest:
    """The weights in ``out`` where the run builds on earlier ones, else random ones; always ready to train."""
    fresh = "autoencoder" in stages and not settings.resume
    shipped = (settings.out / "imagest.json").is_file()
    if not shipped and "autoencoder" not in stages and settings.size == "compact":
        raise TrainingError(
            f"The stage {stages[0]} builds on an autoencoder, and there are no weights in {settings.out}."
        )
    if shipped and not fresh:
        model = Imagest.from_pretrained(settings.out)
    elif settings.size == "paper":
        if settings.stable_diffusion is None:
            raise TrainingError("The paper size starts from Stable Diffusion 1.4; say where its folder is.")
        model = from_stable_diffusion(settings.stable_diffusion)
    else:
        model = Imagest.from_config(settings.size)
    return model.train().to(settings.device)


def build(
    name: str, model: Imagest, store: Store, settings: Settings, known_captions: list[str],
    upright: Callable[[int], bool] = lambda index: False,
) -> Stage:  # fmt: skip
    """The stage called ``name``. upright: whether the crop of a number is never mirrored."""
    batches = Batches(store, settings.batch, settings.crop, settings.device, upright)
    if name == "denoiser":
        return DenoiserStage(model, batches, known_captions)
    if not model.autoencoder.sees_context:
        raise TrainingError(
            "The autoencoder of the paper size is Stable Diffusion's and stays frozen; train its denoiser only."
        )
    lpips = _lpips(settings)
    if name == "autoencoder":
        return AutoencoderStage(model.autoencoder, batches, lpips, settings.critic_from)
    if name == "decoder":
        return DecoderStage(model, batches, lpips, settings.critic_from)
    raise TrainingError(f"There is no training stage called {name!r}; the stages are {', '.join(STAGES)}.")


def captions(store: Store, paintings: list[data.Painting], seed: int) -> list[str]:
    """What is known of the painting behind every crop, in one line."""
    chosen = (store.painting(index, paintings, seed) for index in range(store.count))
    return [painting.caption or CAPTIONS.get(painting.set, "painting") for painting in chosen]


def _lpips(settings: Settings) -> Lpips | None:
    if settings.backbones is None or not (settings.backbones / LPIPS_FILE).is_file():
        log.warning("There is no %s, so the decoder is trained without a perceptual loss.", LPIPS_FILE)
        return None
    return Lpips.load(settings.backbones).to(settings.device)


def clear(work: Path, size: str, stages: tuple[str, ...]) -> None:
    """Remove the stages' checkpoints, so that the next run starts anew."""
    for name in stages:
        (work / f"{size}-{name}.checkpoint").unlink(missing_ok=True)
