"""`manage.py restore`, on files alone."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from gpu_workers import pictures
from restoration.masks import save_mask

from .material import losses, painting, save


@pytest.fixture
def studio(tmp_path):
    """A folder with a master and its mask."""
    (tmp_path / "work").mkdir()
    pixels = painting(90, 120)
    master = save(tmp_path / "work", pixels, kind="tiff", dpi=(300.0, 300.0))
    save_mask(losses(90, 120, (40, 30, 70, 50)), tmp_path / "work" / "mask.png")
    return tmp_path, master, tmp_path / "work" / "mask.png", tmp_path / "out"


def run(picture, mask, out, engine="telea", **options):
    call_command("restore", str(picture), mask=mask, out=out, engine=engine, **options)


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_it_writes_candidate_and_recipe(studio):
    _, master, mask, out = studio
    run(master, mask, out)
    assert names(out) == ["candidate-01.tif", "recipe.json"]
    recipe = json.loads((out / "recipe.json").read_text())
    assert recipe["engine"]["name"] == "telea"
    assert recipe["outputs"][0]["sha256"] == pictures.sha256_file(out / "candidate-01.tif")
    before, after = pictures.read(master), pictures.read(out / "candidate-01.tif")
    assert after.info == before.info
    assert ((before.pixels != after.pixels).any(axis=2) <= (losses(90, 120, (40, 30, 70, 50)) > 0)).all()


def test_new_paint_fades_in_where_asked(studio):
    _, master, mask, out = studio
    run(master, mask, out, feather=6)
    run(master, mask, out.with_name("hard"))
    recipe = json.loads((out / "recipe.json").read_text())
    assert recipe["parameters"]["feather"] == 6
    soft, hard = (pictures.read(folder / "candidate-01.tif").pixels for folder in (out, out.with_name("hard")))
    differs = (soft != hard).any(axis=2)
    assert differs[31:49, 40].any()
    assert not differs[36:44, 46:64].any()


def test_a_feather_beyond_its_bounds_is_one_sentence_and_leaves_nothing(studio):
    _, master, mask, out = studio
    with pytest.raises(CommandError, match="from 0 to 64 pixels"):
        run(master, mask, out, feather=65)
    assert not out.exists() or names(out) == []


def test_several_candidates_come_with_a_map_of_uncertainty(studio):
    _, master, mask, out = studio
    run(master, mask, out, engine="patchmatch", candidates=2, seed=4)
    assert names(out) == ["candidate-01.tif", "candidate-02.tif", "recipe.json", "uncertainty.png"]


def test_a_folder_gives_a_folder_for_every_work(studio):
    folder, master, mask, out = studio
    for place in ("in", "masks"):
        (folder / place).mkdir()
    for name in ("one", "two"):
        (folder / "in" / f"{name}.tif").write_bytes(master.read_bytes())
        (folder / "masks" / f"{name}.png").write_bytes(mask.read_bytes())
    (folder / "in" / "notes.txt").write_text("no picture")
    run(folder / "in", folder / "masks", out)
    assert names(out) == ["one/candidate-01.tif", "one/recipe.json", "two/candidate-01.tif", "two/recipe.json"]


def test_one_bad_work_in_a_folder_does_not_stop_the_others(studio, capsys):
    folder, master, mask, out = studio
    for place in ("in", "masks"):
        (folder / place).mkdir()
    for name, data in (("bad", b"no tiff"), ("good", master.read_bytes())):
        (folder / "in" / f"{name}.tif").write_bytes(data)
        (folder / "masks" / f"{name}.png").write_bytes(mask.read_bytes())
    with pytest.raises(CommandError, match=r"1 of 2 works could not be restored: bad\.tif\."):
        run(folder / "in", folder / "masks", out)
    assert names(out) == ["good/candidate-01.tif", "good/recipe.json"]
    assert capsys.readouterr().err.startswith("bad.tif: This is not a picture")


def test_a_second_run_replaces_the_first_and_nothing_else(studio):
    _, master, mask, out = studio
    run(master, mask, out, engine="patchmatch", candidates=2)
    (out / "notes.txt").write_text("mine")
    run(master, mask, out)
    assert names(out) == ["candidate-01.tif", "notes.txt", "recipe.json"]


def lone_mask(folder):
    (folder / "in").mkdir()
    (folder / "in" / "a.png").write_bytes(b"")
    (folder / "masks").mkdir()
    return {"picture": folder / "in", "mask": folder / "masks"}


def twins(folder):
    lone_mask(folder)
    (folder / "in" / "a.tif").write_bytes(b"")
    return {"picture": folder / "in", "mask": folder / "masks"}


def wrong_size(folder):
    save_mask(losses(10, 10, (1, 1, 2, 2)), folder / "small.png")
    return {"mask": folder / "small.png"}


def empty_mask(folder):
    save_mask(losses(90, 120), folder / "empty.png")
    return {"mask": folder / "empty.png"}


def own_result(folder):
    path = folder / "candidate-01.tif"
    path.write_bytes((folder / "work" / "master.tif").read_bytes())
    return {"picture": path, "out": folder}


def blocked(folder):
    (folder / "file").write_text("in the way")
    return {"out": folder / "file"}


BAD = {
    "no picture": (lambda folder: {"picture": folder / "nothing.tif"}, "no file or folder called nothing.tif"),
    "no mask": (lambda folder: {"mask": folder / "nothing.png"}, "no file or folder called nothing.png"),
    "a folder and a file": (lambda folder: {"picture": folder}, "both be files, or both be folders"),
    "an empty folder": (lambda folder: {"picture": folder / "e", "mask": folder / "e"}, "holds no TIFF"),
    "a picture without mask": (lone_mask, "no mask with the same base name for a.png"),
    "two pictures of one name": (twins, "a.png and a.tif have the same base name"),
    "a picture that is none": (lambda folder: {"picture": __file__}, "not a picture"),
    "a mask that is none": (lambda folder: {"mask": __file__}, "mask"),
    "a style that is none": (lambda folder: {"style": folder / "no.png"}, "no file called no.png"),
    "a mask of another size": (wrong_size, "10 x 10"),
    "an empty mask": (empty_mask, "empty"),
    "an unknown engine": (lambda folder: {"engine": "magic"}, "choose one of imagest, patchmatch"),
    "no candidates": (lambda folder: {"candidates": 0}, "from 1 to 32"),
    "a negative seed": (lambda folder: {"seed": -1}, "seed"),
    "a folder that is a file": (blocked, "needs? a folder"),
    "a result over its own master": (own_result, "overwrite"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_leaves_nothing(studio, name):
    folder, master, mask, out = studio
    (folder / "e").mkdir()
    changes, words = BAD[name]
    request = {"picture": master, "mask": mask, "out": out, **changes(folder)}
    before = names(folder)
    with pytest.raises(CommandError, match=words) as refusal:
        run(**request)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert names(folder) == before
    assert not out.exists()


def test_it_ends_cleanly_when_terminated(tmp_path):
    master = save(tmp_path, np.full((2500, 2500, 3), 99, np.uint8))
    save_mask((np.random.default_rng(0).random((2500, 2500)) < 0.02).astype(np.uint8), tmp_path / "mask.png")
    command = [sys.executable, "manage.py", "restore", str(master), "--mask", str(tmp_path / "mask.png")]
    command += ["--engine", "telea", "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".out-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, spoken = process.communicate(timeout=200)
    assert process.returncode == 130
    assert spoken.strip() == "CommandError: Stopped; nothing unfinished was kept."
    assert names(tmp_path) == ["mask.png", "master.png"]
