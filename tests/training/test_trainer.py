"""The trainer, its data and what it writes."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from gpu_workers.training import data, runs
from gpu_workers.training.settings import Settings
from gpu_workers.training.store import Store
from gpu_workers.training.trainer import Average, Trainer
from restoration.imagest.config import ImagestConfig
from restoration.imagest.model import Imagest, from_stable_diffusion
from restoration.imagest.sampler import Sampler
from tests.imagest import tiny


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty small pictures with a table."""
    root = tmp_path_factory.mktemp("paintings")
    rng = np.random.default_rng(0)
    rows = []
    for number in range(44):
        soft = rng.integers(0, 255, (5, 5, 3), dtype=np.uint8)
        Image.fromarray(soft).resize((80, 72), Image.Resampling.BICUBIC).save(root / f"{number}.png")
        museum, split = ("met", "freer")[number % 2], "test" if number >= 40 else "train"
        rows.append([f"{number}.png", split, "landscape-2192", museum, "", "public domain"])
    with (root / "metadata.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["file", "split", "set", "museum", "title", "rights"], *rows])
    return root


@pytest.fixture
def plan(folder: Path, tmp_path: Path) -> Settings:
    return Settings.preset(
        "cpu",
        data=folder,
        out=tmp_path / "out",
        work=tmp_path / "work",
        minutes=0.01,
        batch=2,
        crop=32,
        crops=6,
        threads=1,
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tiny networks and crops; crops are prepared in this process."""
    monkeypatch.setattr(runs.Imagest, "from_config", classmethod(lambda cls, *rest: cls(tiny.config())))
    monkeypatch.setattr(runs, "Store", lambda folder, count: Store(folder, count, 64))
    monkeypatch.setattr(
        Store,
        "fill_beside",
        lambda self, paintings, overlays, seed, wait, processes: self.fill(paintings, overlays, seed),
    )
    monkeypatch.setattr(runs.sheet, "draw", lambda *rest: None)


class Line:
    """Learns a straight line: a stage that takes no time."""

    name = "line"

    def __init__(self) -> None:
        torch.manual_seed(3)
        self.net = nn.Linear(2, 1)

    def networks(self) -> dict[str, nn.Module]:
        return {"line": self.net}

    def losses(self, progress: float, generator: torch.Generator) -> tuple[dict[str, Tensor], dict[str, float]]:
        x = torch.randn(8, 2, generator=generator)
        return {"line": (self.net(x) - x.sum(1, keepdim=True)).square().mean()}, {}


def test_training_makes_the_loss_smaller(plan: Settings) -> None:
    stage = Line()
    before = stage.losses(0, torch.Generator().manual_seed(9))[0]["line"].item()
    assert Trainer(stage, replace(plan, rate=0.05)).run()
    assert stage.losses(0, torch.Generator().manual_seed(9))[0]["line"].item() < before / 10


def test_a_stopped_run_goes_on_from_its_checkpoint(plan: Settings) -> None:
    first = Trainer(Line(), replace(plan, minutes=0.02, at_most=0.005))
    assert not first.run()
    second = Trainer(Line(), replace(plan, minutes=0.02, resume=True))
    assert second.step == first.step
    assert second.spent == first.spent
    assert torch.equal(second.networks["line"].weight, first.networks["line"].weight)
    assert torch.equal(second.averages["line"].state["weight"], first.averages["line"].state["weight"])
    assert torch.equal(second.generator.get_state(), first.generator.get_state())
    assert second.run()
    assert second.step > first.step


def test_without_resume_a_run_starts_anew(plan: Settings) -> None:
    Trainer(Line(), plan).run()
    assert Trainer(Line(), plan).step == 0


def test_a_step_with_a_loss_that_is_no_number_changes_nothing(plan: Settings) -> None:
    stage = Line()
    trainer = Trainer(stage, plan)
    before = stage.net.weight.clone()
    stage.losses = lambda progress, generator: ({"line": stage.net(torch.full((1, 2), torch.nan)).sum()}, {})
    trainer._train_step()
    assert torch.equal(stage.net.weight, before)


def test_the_average_follows_the_weights_slowly() -> None:
    net = nn.Linear(1, 1)
    average = Average(net, 0.9)
    average.steps = 1000
    start = net.weight.detach().clone()
    with torch.no_grad():
        net.weight += 1
    average.update(net)
    torch.testing.assert_close(average.state["weight"], start + 0.1)


def test_all_stages_write_weights_that_restore(plan: Settings, small: None) -> None:
    assert runs.train(plan)
    windows, masks = tiny.damaged(1)
    filled = Sampler(Imagest.from_pretrained(plan.out)).fill(windows, masks, [1])
    assert np.isfinite(filled).all()
    assert set(json.loads((plan.out / "training.json").read_text())) == {"autoencoder", "denoiser", "decoder"}


def test_the_denoiser_stage_leaves_the_autoencoder_alone(plan: Settings, small: None) -> None:
    tiny.model().save(plan.out, torch.float32)
    before = Imagest.from_pretrained(plan.out)
    assert runs.train(plan, ("denoiser",))
    after = Imagest.from_pretrained(plan.out)
    half = {k: v.half() for k, v in before.autoencoder.state_dict().items() if v.is_floating_point()}
    assert all(torch.equal(half[k], v.half()) for k, v in after.autoencoder.state_dict().items() if k in half)
    changed = [
        k
        for k, v in after.denoiser.state_dict().items()
        if not torch.equal(v.half(), before.denoiser.state_dict()[k].half())
    ]
    assert changed


def test_the_decoder_stage_leaves_the_encoder_alone(plan: Settings, small: None) -> None:
    tiny.model().save(plan.out, torch.float32)
    before = Imagest.from_pretrained(plan.out).autoencoder
    assert runs.train(plan, ("decoder",))
    after = Imagest.from_pretrained(plan.out).autoencoder
    assert torch.equal(before.encoder[1].weight.half(), after.encoder[1].weight.half())
    assert not torch.equal(before.decoder.enter.weight.half(), after.decoder.enter.weight.half())


def test_a_run_stopped_in_its_first_stage_is_taken_up_there(plan: Settings, small: None) -> None:
    assert not runs.train(replace(plan, minutes=5, at_most=0.005))
    assert (plan.work / "compact-autoencoder.checkpoint").is_file()
    assert not (plan.out / "imagest.json").exists()
    assert runs.train(replace(plan, resume=True))


def test_the_denoiser_alone_needs_an_autoencoder(plan: Settings, small: None) -> None:
    with pytest.raises(runs.TrainingError, match="builds on an autoencoder"):
        runs.train(plan, ("denoiser",))


def test_the_register_lists_every_training_painting_with_its_hash(plan: Settings, small: None, folder: Path) -> None:
    runs.train(plan)
    with (plan.out / "register.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["file"] for row in rows] == [painting.file for painting in data.paintings(folder, "train")]
    assert rows[0]["sha256"] == data.sha256(folder / rows[0]["file"])
    assert {row["rights"] for row in rows} == {"public domain"}


def test_the_splits_share_no_painting_and_validation_is_the_end_of_each_museum(folder: Path) -> None:
    files = {split: {p.file for p in data.paintings(folder, split)} for split in ("train", "validation", "test")}
    assert not files["train"] & files["validation"]
    assert not (files["train"] | files["validation"]) & files["test"]
    assert files["validation"] == {"38.png", "39.png"}


def test_a_store_is_filled_where_it_stopped(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paintings = data.paintings(folder, "train")
    whole = Store(tmp_path / "a", 5, 64)
    whole.fill(paintings, [], 1)
    halted = Store(tmp_path / "b", 5, 64)
    with monkeypatch.context() as patched:
        patched.setattr(halted, "_mark", lambda ready: Store._mark(halted, ready) if ready < 3 else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            halted.fill(paintings, [], 1)
    assert halted.ready == 2
    halted.fill(paintings, [], 1)
    assert all(
        np.array_equal(getattr(whole, name), getattr(halted, name)) for name in ("truth", "patch", "tone", "mask")
    )


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(data.DataError, match=r"no metadata\.csv"):
        data.paintings(tmp_path, "train")


def test_the_paper_size_trains_its_denoiser_and_leaves_clip_alone(
    plan: Settings, small: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stable = tiny.stable_folder(tmp_path / "stable")
    paper = replace(ImagestConfig.load("paper"), style=tiny.config().style)
    monkeypatch.setattr(runs.Imagest, "from_config", classmethod(lambda cls, config, tokenizer: cls(config, tokenizer)))
    monkeypatch.setattr(runs, "from_stable_diffusion", lambda folder: from_stable_diffusion(folder, paper))
    before = from_stable_diffusion(stable, paper)
    settings = replace(plan, size="paper", stable_diffusion=str(stable))
    assert runs.train(settings, ("denoiser",))
    after = Imagest.from_pretrained(settings.out)
    name = "denoiser.unet.conv_in.weight"
    assert not torch.equal(after.get_parameter(name).half(), before.get_parameter(name).half())
    assert all(torch.equal(v.half(), after.text.state_dict()[k].half()) for k, v in before.text.state_dict().items())


def test_the_paper_size_needs_stable_diffusion(plan: Settings, small: None) -> None:
    with pytest.raises(runs.TrainingError, match="starts from Stable Diffusion"):
        runs.train(replace(plan, size="paper"), ("denoiser",))


@pytest.mark.parametrize("stage", ["autoencoder", "denoiser", "decoder"])
def test_stages_run_at_half_precision(stage: str, plan: Settings, small: None, folder: Path) -> None:
    store = Store(plan.work / "crops", plan.crops, 64)
    store.fill(data.paintings(folder, "train"), [], 0)
    built = runs.build(stage, tiny.model().train(), store, plan, [""] * plan.crops)
    with torch.autocast("cpu", torch.bfloat16):
        losses, figures = built.losses(0.9, torch.Generator().manual_seed(0))
    for name, loss in losses.items():
        assert loss.isfinite()
        loss.backward(retain_graph=True)
        assert any(p.grad is not None and p.grad.any() for p in built.networks()[name].parameters())
    assert all(value.isfinite() for value in figures.values())
