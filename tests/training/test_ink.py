"""Training and measuring text-to-ink, on small painted squares."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command
from PIL import Image

from generation.ink.config import ConfigError
from generation.ink.model import InkModel
from gpu_workers.evaluation import ink, report
from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.training import data, ink_captions, ink_run, ink_squares
from gpu_workers.training.ink_captions import Caption, spoken
from gpu_workers.training.ink_squares import Batches
from gpu_workers.training.ink_stages import TokensStage, VqganStage, Weights
from gpu_workers.training.settings import Settings
from gpu_workers.training.trainer import Trainer
from tests.ink import tiny

CAPTIONS = [Caption(f"{n}", ("majestic landscape", "landscape"), ("雄浑的山水", "山水")) for n in range(4)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty-six small pictures with a table, a third of them in oil."""
    root = tmp_path_factory.mktemp("paintings")
    rows = []
    for number in range(36):
        Image.fromarray(np.rint(tiny.picture(72, 96, number) * 255).astype(np.uint8)).save(root / f"a_{number}.png")
        split, kind = "test" if number >= 24 else "train", "monet2photo" if number % 3 == 2 else "landscape-2192"
        rows.append([f"a_{number}.png", split, kind, "met", "", "public domain"])
    with (root / "metadata.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["file", "split", "set", "museum", "title", "rights"], *rows])
    return root


@pytest.fixture
def plan(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(ink_run.InkConfig, "named", classmethod(lambda cls, size: tiny.CONFIG))
    places = {"data": folder, "out": tmp_path / "out", "work": tmp_path / "work"}
    return Settings.preset("cpu", "ink", **places, minutes=0.01, batch=2, crop=32, threads=1)


@pytest.fixture
def pixels() -> np.ndarray:
    return np.stack([np.rint(tiny.picture(64, 64, number) * 255).astype(np.uint8) for number in range(4)])


def test_a_run_writes_weights_card_register_and_sheet(plan: Settings) -> None:
    assert ink_run.train(plan)
    model = InkModel.from_pretrained(plan.out)
    assert "landscape" in model.text.tokenizer.pieces
    assert "山" in model.text.tokenizer.pieces
    notes = json.loads((plan.out / "training.json").read_text())
    assert all(notes[stage]["steps"] > 0 for stage in ink_run.STAGES)
    assert (plan.out / "register.csv").read_text().count("\n") == 24
    with Image.open(plan.out / "samples.png") as sheet:
        assert sheet.width % 64 == 0


def test_a_stopped_run_goes_on_where_it_was(plan: Settings) -> None:
    short = replace(plan, minutes=0.05, at_most=1e-4)
    assert not ink_run.train(short, ("clip",))
    assert not (plan.out / "ink.json").exists()
    before = json.loads((plan.out / "training.json").read_text())["clip"]["steps"]
    assert ink_run.train(replace(short, at_most=None, resume=True, minutes=0.01), ("clip",))
    assert json.loads((plan.out / "training.json").read_text())["clip"]["steps"] > before


def test_a_stage_leaves_the_other_parts_as_they_are(plan: Settings) -> None:
    ink_run.train(plan, ("clip",))
    before = InkModel.from_pretrained(plan.out)
    ink_run.train(plan, ("vqgan",))
    after = InkModel.from_pretrained(plan.out)

    def changed(part: str) -> bool:
        states = before.get_submodule(part).state_dict(), after.get_submodule(part).state_dict()
        return any(not torch.equal(states[0][name], states[1][name]) for name in states[0])

    assert {part for part in InkModel.parts if changed(part)} == {"autoencoder"}


def test_clip_goes_on_alone_without_the_text_encoder(plan: Settings) -> None:
    ink_run.train(plan, ("clip",))
    before = InkModel.from_pretrained(plan.out)
    ink_run.train(replace(plan, resume=True, work=plan.work / "anew"), ("clip",))
    after = InkModel.from_pretrained(plan.out)
    assert not torch.equal(before.clip.model.logit_scale, after.clip.model.logit_scale)
    for one, other in zip(before.text.parameters(), after.text.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_later_stages_need_the_first(plan: Settings) -> None:
    with pytest.raises(ConfigError, match="builds on the stage clip"):
        ink_run.train(plan, ("tokens",))


def test_the_loss_of_equation_14_has_all_its_parts(pixels: np.ndarray) -> None:
    model = tiny.model().train()
    batches = Batches(pixels, 2, 64, "cpu", whole=1.0)
    stage = VqganStage(model, batches, CAPTIONS, Lpips().requires_grad_(False), 0.5, Weights(), bf16=False)
    draw = torch.Generator().manual_seed(0)
    assert set(stage.losses(0.1, draw)[1]) == {"l1", "lpips", "guidance", "codebooks"}
    losses, figures = stage.losses(0.9, draw)
    assert set(figures) == {"l1", "lpips", "guidance", "codebooks", "unreal", "critic"}
    parts = [value for name, value in figures.items() if name != "critic"]
    assert losses["autoencoder"].item() == pytest.approx(sum(parts).item(), abs=1e-4)


def test_without_clip_nothing_guides(pixels: np.ndarray) -> None:
    batches = Batches(pixels, 2, 32, "cpu", whole=1.0)
    stage = VqganStage(tiny.model(), batches, CAPTIONS, None, 0.5, Weights(clip=0.0), bf16=False)
    assert "guidance" not in stage.losses(0.0, torch.Generator())[1]


def test_the_transformer_learns_the_tokens_it_sees(plan: Settings) -> None:
    model = tiny.model().train()
    tokens = torch.from_numpy(tiny.tokens(4, 4)[None])
    stage = TokensStage(model, tokens, CAPTIONS[:1], 4, "cpu", bf16=False)
    trainer = Trainer(stage, replace(plan, minutes=60, rate=1e-2))
    surprise = [trainer._train_step()["detail"] for _ in range(60)]
    assert np.mean(surprise[-10:]) < 0.75 * np.mean(surprise[:5])


def test_mirrored_squares_follow_the_squares(pixels: np.ndarray) -> None:
    model = tiny.model()
    found = ink_run.tokens_of(model, pixels, together=3)
    assert found.shape == (8, 4, 4, 5)
    mirrored = model.encode(np.ascontiguousarray(pixels[1, :, ::-1]).astype(np.float32) / 255)
    assert (found[5].numpy() == mirrored).mean() > 0.95


def test_the_generator_alone_decides_what_is_drawn(pixels: np.ndarray) -> None:
    first, again = (Batches(pixels, 3, 32, "cpu").draw(torch.Generator().manual_seed(2)) for _ in range(2))
    assert torch.equal(first.pictures, again.pictures)
    assert first.pictures.shape == (3, 3, 32, 32)
    assert first.numbers == again.numbers


def test_squares_show_the_middle_and_are_kept(folder: Path, tmp_path: Path) -> None:
    some = data.paintings(folder, "train")[:2]
    made = ink_squares.squares(some, 32, tmp_path)
    assert made.shape == (2, 32, 32, 3)
    middle = data.load(some[0].path)[:, 12:84].mean()
    assert made[0].mean() == pytest.approx(middle, abs=2)
    assert ink_squares.squares(some, 32, tmp_path).tolist() == made.tolist()


def test_further_views_show_parts_of_the_same_paintings(folder: Path, tmp_path: Path) -> None:
    some = data.paintings(folder, "train")[:3]
    middle, first, second = (ink_squares.squares(some, 32, tmp_path, view) for view in range(3))
    assert first.shape == middle.shape
    assert (first != middle).any()
    assert (first != second).any()
    assert ink_squares.squares(some, 32, tmp_path, 1).tolist() == first.tolist()
    wanted = ink_squares.part(data.load(some[2].path), 32, np.random.default_rng((1, 2)))
    assert first[2].tolist() == wanted.tolist()


def test_captions_are_composed_in_both_languages_and_kept(folder: Path, tmp_path: Path) -> None:
    some = [painting for painting in data.paintings(folder, "train") if painting.set == "landscape-2192"][:2]
    made = ink_captions.composed(some, tmp_path)
    assert "landscape" in made[0].en[0]
    assert "山水" in made[0].zh[0]
    assert ink_captions.prepared(tmp_path / ink_captions.FILE, some) == made


def test_prepared_captions_may_be_single_ones(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "captions.jsonl"
    table.write_text('{"file": "a_0.png", "en": "landscape", "zh": "山水", "work": "x"}\n', encoding="utf-8")
    paintings = data.paintings(folder, "train")
    assert ink_captions.prepared(table, paintings[:1]) == [Caption("a_0.png", ("landscape",), ("山水",))]
    with pytest.raises(data.DataError, match="no captions for 1 paintings"):
        ink_captions.prepared(table, paintings[:2])
    table.write_text("no JSON")
    with pytest.raises(data.DataError, match="cannot be read"):
        ink_captions.read(table)


def test_all_ways_of_saying_are_spoken() -> None:
    draw = torch.Generator().manual_seed(0)
    assert {spoken(CAPTIONS[0], draw) for _ in range(60)} == {*CAPTIONS[0].en, *CAPTIONS[0].zh}


def test_a_measurement_has_a_row_for_the_paintings_and_for_each_model(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ink, "_speed", lambda model, prompt: {"single": 2.0, "ratio": 9.0})
    monkeypatch.setattr(ink, "RIVALS", 1)
    tiny.model().save(tmp_path / "own")
    tiny.model(tiny.CONFIG.without("dense")).save(tmp_path / "others" / "without dense")
    rows, facts = ink.evaluate(folder, tmp_path / "own", limit=6, ablation=tmp_path / "others")
    edits = ["element put in", "tones changed", "scene gone on"]
    edits += [f"{kind}, networks alone" for kind in ("element replaced", "attribute tuned", "scene extended")]
    edits += ["paintings of other captions"]
    named = ["", ", without dense", ", over drafts", *(f": {kind}" for kind in edits)]
    assert [row.model for row in rows] == [ink.REAL, *(f"{ink.OURS}{name}" for name in named)]
    assert all(-1 <= row.likeness <= 1 and 0 <= row.accuracy <= 1 for row in rows[4:10])
    assert facts["paintings"] == 6
    assert set(facts["not computed"]) == {"FID", "LPIPS and diversity"}
    assert 0 < rows[1].structure <= 1
    assert -1 <= rows[1].cosine <= 1
    assert "Text-to-ink, without dense" in report.table(rows, ink.COLUMNS)


def test_one_code_after_another_takes_longer() -> None:
    speed = ink._speed(tiny.model(), "ink")
    assert speed["ratio"] > 1
    assert speed["ratio_batched"] > 1


def test_options_reach_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(ink_run, "train", lambda *arguments: seen.append(arguments) or True)
    places = {"data": tmp_path, "out": tmp_path / "out"}
    call_command("train", "ink", **places, stage="vqgan", without=["clip"], captions=tmp_path / "c.jsonl", resume=True)
    settings, stages, without, table = seen[0]
    assert (settings.resume, stages, without, table) == (True, ("vqgan",), ["clip"], tmp_path / "c.jsonl")


@pytest.mark.parametrize(
    ("network", "options"),
    [("ink", {"stage": "denoiser"}), ("colour", {"without": ["dense"]}), ("imagest", {"stage": "clip"})],
)
def test_what_a_network_does_not_have_is_refused(network: str, options: dict, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no stage|no module"):
        call_command("train", network, data=tmp_path, **options)


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_folder_without_paintings_is_refused(command: str, tmp_path: Path) -> None:
    tiny.model().save(tmp_path / "own")
    places = {"out": tmp_path / "out"} if command == "train" else {"weights": tmp_path / "own"}
    with pytest.raises(CommandError, match=r"no metadata\.csv"):
        call_command(command, "ink", data=tmp_path, **places)
