"""Puts a training run of the colour network together: data, network, stage, and what is written at the end."""

import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from gpu_workers.engines.flow import FlowEngine
from gpu_workers.evaluation import colour
from gpu_workers.training import card, data, sheet
from gpu_workers.training.colour_stage import ColourStage, Weights
from gpu_workers.training.pairs import PairMaker
from gpu_workers.training.settings import Settings
from gpu_workers.training.trainer import Trainer, checkpoint_path
from restoration.colour.config import ColourConfig
from restoration.colour.network import CONFIG, ColourNetwork
from restoration.colour.vgg import FILE as VGG_FILE
from restoration.colour.vgg import Vgg19

log = logging.getLogger(__name__)
MODULES = ("dpca", "cafe", "ccpl", "calibration")
STAGE = "colour"
SHOWN = 6


def train(settings: Settings, without: Collection[str] = ()) -> bool:
    """Train and write weights, card, register and sample sheet to ``settings.out``; False if stopped before the end.

    without: modules that are left out, for the ablation: any of `MODULES`.
    """
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    paintings = [painting for painting in data.paintings(settings.data, "train") if painting.set in colour.SETS]
    network = starting_network(settings, without).train().to(settings.device)
    pairs = PairMaker(paintings, settings.batch, settings.crop, settings.device)
    stage = ColourStage(network, pairs, _vgg(settings), _weights(without), settings.style_from)
    trainer = Trainer(stage, settings)
    finished = trainer.run()
    trainer.averaged()
    card.note(settings.out, STAGE, trainer, settings)
    if not finished:
        log.info("colour: stopped for now; the checkpoint is %s", trainer.path)
        return False
    network.eval().cpu().save(settings.out)
    card.write_register(settings.out, paintings)
    draw(network, settings.data, settings.out / "samples.png")
    return True


def starting_network(settings: Settings, without: Collection[str] = ()) -> ColourNetwork:
    """The weights in ``out`` where the run goes on from them, else an untrained network, which matches moments."""
    if settings.resume and (settings.out / CONFIG).is_file():
        return ColourNetwork.from_pretrained(settings.out)
    config = ColourConfig.named(settings.size)
    kept = {"dpca": config.dpca, "cafe": config.cafe, "calibrated": config.calibrated}
    left_out = {"calibrated" if name == "calibration" else name for name in without}
    return ColourNetwork(replace(config, **{name: value and name not in left_out for name, value in kept.items()}))


def draw(network: ColourNetwork, folder: Path, path: Path) -> None:
    """Rows of faded picture, reference, reconstruction, and truth where it is known, of paintings not trained on."""
    engine, rows, drawn = FlowEngine(network, None), [], []
    for kind in colour.KINDS:
        with suppress(data.DataError):  # a folder without really faded paintings
            drawn += colour.pairs(folder, kind, SHOWN, "validation")
    for pair in drawn:
        result = colour.recoloured(engine, pair)
        truth = np.ones_like(result) if pair.truth is None else pair.truth
        rows.append(np.hstack([pair.faded, pair.reference, result, truth]))
    if rows:
        sheet.save(rows, path)


def clear(settings: Settings) -> None:
    """Remove the checkpoint, so that the next run starts anew."""
    checkpoint_path(settings.work, settings.size, STAGE).unlink(missing_ok=True)


def _weights(without: Collection[str]) -> Weights:
    return Weights(coherence=0.0) if "ccpl" in without else Weights()


def _vgg(settings: Settings) -> Vgg19 | None:
    if settings.backbones is None or not (settings.backbones / VGG_FILE).is_file():
        log.warning("There is no %s, so the network is trained without style and coherence losses.", VGG_FILE)
        return None
    return Vgg19.load(settings.backbones).to(settings.device)
