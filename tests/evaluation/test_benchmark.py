"""The measurement as a whole."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gpu_workers.evaluation import benchmark, holes, imagest, peers, report
from restoration.imagest import prefill
from restoration.imagest.config import ConfigError
from tests.imagest import tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for number in range(3):
        soft = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
        Image.fromarray(soft).resize((260, 270), Image.Resampling.BICUBIC).save(tmp_path / f"{number}.png")
    with (tmp_path / "metadata.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [["file", "split", "set", "museum"], *([f"{n}.png", "test", "masters", ""] for n in range(3))]
        )
    return tmp_path


def test_every_method_gets_the_same_holes(folder: Path) -> None:
    first, second = (benchmark.cases(folder, "losses", None) for _ in range(2))
    assert len(first) == 3
    assert all(
        np.array_equal(a.mask, b.mask) and np.array_equal(a.truth, b.truth) for a, b in zip(first, second, strict=True)
    )


def test_a_perfect_filling_scores_perfectly_and_a_black_one_badly(folder: Path) -> None:
    truths = {case.mask.tobytes(): case.truth for kind in holes.KINDS for case in benchmark.cases(folder, kind, None)}
    methods = {"oracle": lambda p, m, s: truths[m.tobytes()], "black": lambda p, m, s: np.zeros_like(p)}
    rows = {(row.kind, row.method): row for row in benchmark.measure(folder, methods, benchmark.Meter(None))}
    for kind in holes.KINDS:
        assert rows[kind, "oracle"].ssim == pytest.approx(1)
        assert rows[kind, "black"].ssim < 0.7
        assert rows[kind, "oracle"].lpips is None


def test_a_filling_outside_the_hole_does_not_count(folder: Path) -> None:
    methods = {
        name: lambda p, m, s, outside=outside: np.where(m[..., None], 0.5, outside)
        for name, outside in (("a", 0), ("b", 1))
    }
    first, second = benchmark.measure(folder, methods, benchmark.Meter(None), kinds=("block",))
    assert (first.psnr, first.ssim) == (second.psnr, second.ssim)


def test_what_cannot_be_computed_is_said_with_a_reason(tmp_path: Path) -> None:
    missing = benchmark.Meter(tmp_path).missing | peers.peers(tmp_path)[1]
    assert set(missing) >= {"LPIPS", "FID", "MI-GAN"}
    assert "lpips_alexnet.pth" in missing["LPIPS"]


@pytest.mark.parametrize("name", peers.peers(None)[0])
def test_a_peer_keeps_the_known_pixels_and_sees_nothing_of_the_hole(name: str) -> None:
    windows, masks = tiny.damaged(1)
    fill = peers.peers(None)[0][name]
    changed = np.where(masks[0][..., None], 1, windows[0])
    filled = fill(windows[0], masks[0], 0)
    assert np.abs(filled - windows[0])[~masks[0]].max() < 0.01
    assert np.array_equal(filled[masks[0]], fill(changed, masks[0], 0)[masks[0]])


def test_a_kept_filling_is_not_computed_again(folder: Path, tmp_path: Path) -> None:
    calls = []
    cache = benchmark.Cache(tmp_path / "kept")
    for _ in range(2):
        methods = {"gray": lambda p, m, s: calls.append(s) or np.full_like(p, 0.5)}
        benchmark.measure(folder, methods, benchmark.Meter(None), cache=cache, kinds=("block",))
    assert len(calls) == 3


def test_imagest_is_measured_beside_its_peers(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.model().save(tmp_path / "weights")
    quick = {name: fill for name, fill in peers.peers(None)[0].items() if name in ("Telea", "Navier-Stokes")}
    monkeypatch.setattr(imagest, "peers", lambda backbones: (quick, {}))
    monkeypatch.setattr(prefill, "patchmatch_available", lambda: False)
    rows, facts = imagest.evaluate(folder, tmp_path / "weights", limit=2)
    assert [row.method for row in rows] == ["Telea", "Navier-Stokes", "Imagest"] * 3
    assert "FID" in facts["not computed"]


def test_a_larger_limit_measures_the_same_crops_and_more(folder: Path) -> None:
    few, many = ({case.mask.tobytes() for case in benchmark.cases(folder, "losses", limit)} for limit in (2, 3))
    assert few < many


def test_the_table_shows_a_dash_for_what_was_not_computed() -> None:
    text = report.table([benchmark.Row("block", "x", 20.0, 0.5, None, None, 0.1)], benchmark.COLUMNS)
    assert text.splitlines()[-1] == "| block | x | 20.00 | 0.500 | - | - | 0.10 |"


def test_the_json_file_holds_the_rows_and_the_facts(tmp_path: Path) -> None:
    report.write_json(tmp_path / "f.json", [benchmark.Row("block", "x", 20.0, 0.5, None, 3.0, 0.1)], {"split": "test"})
    values = json.loads((tmp_path / "f.json").read_text())
    assert values["split"] == "test"
    assert values["rows"][0]["fid"] == 3.0
    assert not list(tmp_path.glob("*.part"))


def test_weights_that_are_not_there_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        imagest.evaluate(folder, tmp_path / "nothing")
