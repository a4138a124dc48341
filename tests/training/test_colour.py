"""Training and measuring the colour network, on small painted squares."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gpu_workers.engines.contract import ColourTransfer
from gpu_workers.evaluation import colour, report
from gpu_workers.training import colour_run, data
from gpu_workers.training.colour_stage import ColourStage, Weights
from gpu_workers.training.pairs import PairMaker
from gpu_workers.training.settings import Settings
from gpu_workers.training.trainer import Trainer
from restoration.colour.network import ColourNetwork
from restoration.colour.vgg import FILE as VGG_FILE
from restoration.colour.vgg import Vgg19
from tests.colour import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty-eight small pictures with a table; every fourth is marked as faded."""
    root = tmp_path_factory.mktemp("paintings")
    rows = []
    for number in range(48):
        Image.fromarray(np.rint(tiny.picture(72, 80, number) * 255).astype(np.uint8)).save(root / f"met_{number}.png")
        split, faded = "test" if number >= 40 else "train", int(number % 4 == 2)
        rows.append([f"met_{number}.png", split, "landscape-2192", "met", "", "public domain", faded])
    with (root / "metadata.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["file", "split", "set", "museum", "title", "rights", "faded"], *rows])
    return root


@pytest.fixture
def plan(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(colour, "SIZE", 32)
    monkeypatch.setattr(colour_run.ColourConfig, "named", classmethod(lambda cls, size: tiny.CONFIG))
    places = {"data": folder, "out": tmp_path / "out", "work": tmp_path / "work"}
    return Settings.preset("cpu", "colour", **places, minutes=0.005, batch=2, crop=32, threads=1)


@pytest.fixture
def backbones(tmp_path: Path) -> Path:
    torch.save(Vgg19().layers.state_dict(), tmp_path / VGG_FILE)
    return tmp_path


def drawn(folder: Path, share: float):
    return PairMaker(data.paintings(folder, "train"), 4, 32).draw(torch.Generator().manual_seed(0), share)


def test_known_pairs_have_a_truth_and_a_reference_from_elsewhere(folder: Path) -> None:
    pairs = drawn(folder, 1.0)
    assert pairs.known.all()
    assert pairs.faded.shape == pairs.reference.shape == pairs.truth.shape == (4, 3, 32, 32)
    assert (pairs.truth - pairs.faded).abs().mean() > 0.02
    assert (pairs.truth - pairs.reference).abs().mean() > 0.001


def test_really_faded_pairs_have_no_truth(folder: Path) -> None:
    assert not drawn(folder, 0.0).known.any()


def test_the_generator_alone_decides_what_is_drawn(folder: Path) -> None:
    assert torch.equal(drawn(folder, 0.5).faded, drawn(folder, 0.5).faded)


def test_without_well_kept_paintings_there_is_one_sentence(folder: Path) -> None:
    faded = [painting for painting in data.paintings(folder, "train") if painting.is_faded]
    with pytest.raises(data.DataError, match="no well-kept paintings"):
        PairMaker(faded, 2, 32)


def test_references_of_a_faded_painting_are_near_it_in_its_museum(folder: Path) -> None:
    paintings = data.paintings(folder, "train")
    kept = [painting for painting in paintings if not painting.is_faded]
    faded = next(painting for painting in paintings if painting.number == 10)
    assert {painting.number for painting in data.neighbours(faded, kept, 2)} == {9, 11}


def test_all_losses_of_the_paper_take_part_once_style_counts(folder: Path, plan: Settings, backbones: Path) -> None:
    pairs = PairMaker(data.paintings(folder, "train"), 2, 32)
    stage = ColourStage(tiny.network(), pairs, Vgg19.load(backbones), Weights(), style_from=0.5)
    generator = torch.Generator().manual_seed(0)
    assert set(stage.losses(0.1, generator)[1]) == {"matting", "cycle", "truth"}
    stage.steps = 0
    assert {"matting", "cycle", "style", "coherence", "evenness"} <= set(stage.losses(0.9, generator)[1])


def test_training_lowers_the_difference_to_the_truth(folder: Path, plan: Settings) -> None:
    torch.manual_seed(0)
    network = tiny.network(spread=0.0, calibrated=True)
    stage = ColourStage(network, PairMaker(data.paintings(folder, "train")[:3], 2, 32), None, Weights())
    trainer = Trainer(stage, replace(plan, minutes=60, rate=1e-2))
    truths = [trainer._train_step()["truth"] for _ in range(70)]
    assert np.mean(truths[-15:]) < 0.95 * np.mean(truths[:15])


def test_a_run_writes_weights_card_register_and_sheet(plan: Settings) -> None:
    assert colour_run.train(plan)
    ColourNetwork.from_pretrained(plan.out)
    assert json.loads((plan.out / "training.json").read_text())["colour"]["steps"] > 0
    assert (plan.out / "register.csv").read_text().count("\n") > 30
    with Image.open(plan.out / "samples.png") as sheet:
        assert sheet.width == 4 * 32


def test_a_stopped_run_goes_on_where_it_stopped(plan: Settings) -> None:
    assert not colour_run.train(replace(plan, minutes=30, at_most=0.002))
    assert not (plan.out / "colour.safetensors").exists()
    first = json.loads((plan.out / "training.json").read_text())["colour"]["steps"]
    colour_run.train(replace(plan, minutes=30, at_most=0.002, resume=True))
    assert json.loads((plan.out / "training.json").read_text())["colour"]["steps"] > first


@pytest.mark.parametrize("module", colour_run.MODULES)
def test_every_module_of_the_ablation_can_be_left_out(module: str, plan: Settings, monkeypatch) -> None:
    monkeypatch.setattr(
        colour_run.ColourConfig, "named", classmethod(lambda cls, size: replace(tiny.CONFIG, calibrated=True))
    )
    config = colour_run.starting_network(plan, [module]).config
    off = [name for name in ("dpca", "cafe", "calibrated") if not getattr(config, name)]
    assert off == {"ccpl": [], "calibration": ["calibrated"]}.get(module, [module])
    assert (colour_run._weights([module]).coherence == 0) == (module == "ccpl")


def test_all_engines_and_ablations_are_measured_on_the_same_pairs(
    folder: Path, plan: Settings, backbones: Path, tmp_path: Path
) -> None:
    tiny.network(calibrated=True).save(tmp_path / "own")
    tiny.network(dpca=False).save(tmp_path / "ablation" / "without DPCA")
    rows, facts = colour.evaluate(folder, tmp_path / "own", backbones, limit=2, ablation=tmp_path / "ablation")
    assert not facts["not computed"]
    methods = [row.method for row in rows if row.kind == "faded"]
    assert methods[0] == "as it is"
    assert methods[-2:] == [colour.OURS, f"{colour.OURS}, without DPCA"]
    assert len(methods) == 6
    assert all(row.ssim == pytest.approx(1) for row in rows if row.method == "as it is")
    assert all((row.delta_e is None) == (row.kind == "faded") for row in rows)
    assert colour.OURS in report.table(rows, colour.COLUMNS)


def test_the_true_colours_measure_as_no_difference(folder: Path, plan: Settings) -> None:
    pair = colour.pairs(folder, "aged", 1)[0]

    class Oracle(ColourTransfer):
        def study(self, picture, references):
            return self

        def apply(self, window):
            return pair.truth

    row = colour.measure("aged", "truth", Oracle(), [pair], None)
    assert row.delta_e == pytest.approx(0, abs=1e-6)
    assert row.gram is None
