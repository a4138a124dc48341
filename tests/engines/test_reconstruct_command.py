"""`manage.py reconstruct_colour`, on files alone."""

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from gpu_workers import pictures
from restoration.masks import save_mask

from .material import losses, painting, save

RESULTS = ["candidate-01.tif", "difference.png", "recipe.json", "structure.png"]


@pytest.fixture
def studio(tmp_path):
    """A folder with a faded master, a reference and a mask."""
    for name in ("work", "references"):
        (tmp_path / name).mkdir()
    master = save(tmp_path / "work", painting(90, 120), kind="tiff", dpi=(300.0, 300.0))
    blue = (painting(60, 80, seed=2) * np.array([0.5, 0.9, 1.0])).astype(np.uint8)
    reference = save(tmp_path / "references", blue)
    save_mask(losses(90, 120, (40, 30, 70, 50)), tmp_path / "mask.png")
    return tmp_path, master, reference, tmp_path / "out"


def run(picture, reference, out, *more, engine="transport"):
    references = reference if isinstance(reference, list) else [reference]
    options = [part for path in references for part in ("--reference", str(path))]
    call_command("reconstruct_colour", str(picture), *options, "--out", str(out), "--engine", engine, *map(str, more))


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("engine", ["histogram", "reinhard", "transport"])
def test_it_writes_candidate_maps_and_recipe_and_says_the_numbers(studio, capsys, engine):
    _, master, reference, out = studio
    run(master, reference, out, "--strength", 0.8, engine=engine)
    assert names(out) == RESULTS
    recipe = json.loads((out / "recipe.json").read_text())
    assert recipe["engine"]["name"] == engine
    assert recipe["parameters"]["strength"] == 0.8
    assert recipe["outputs"][0]["sha256"] == pictures.sha256_file(out / "candidate-01.tif")
    assert pictures.probe(out / "candidate-01.tif") == pictures.probe(master)
    spoken = capsys.readouterr().out
    measures = recipe["outputs"][0]["measures"]
    assert f"mean ΔE {measures['delta_e']['mean']:.1f}" in spoken
    assert f"SSIM {measures['ssim']['mean']:.3f}" in spoken
    assert "% of the picture changed" in spoken


def test_a_mask_says_where(studio):
    folder, master, reference, out = studio
    run(master, reference, out, "--mask", folder / "mask.png")
    before, after = (pictures.read(path).pixels for path in (master, out / "candidate-01.tif"))
    assert ((before != after).any(axis=2) <= (losses(90, 120, (40, 30, 70, 50)) > 0)).all()


def works(folder, master, place="in"):
    (folder / place).mkdir()
    for name in ("one", "two"):
        (folder / place / f"{name}.tif").write_bytes(master.read_bytes())
    return folder / place


def test_a_folder_takes_one_reference_for_all_and_folders_of_its_own(studio):
    folder, master, reference, out = studio
    own = works(folder, reference, "own")
    run(works(folder, master), [reference, own], out)
    assert names(out) == [f"{work}/{name}" for work in ("one", "two") for name in RESULTS]
    recipe = json.loads((out / "two" / "recipe.json").read_text())
    assert len(recipe["inputs"]["references"]) == 2


def test_one_bad_work_in_a_folder_does_not_stop_the_others(studio, capsys):
    folder, master, reference, out = studio
    (works(folder, master) / "one.tif").write_bytes(b"no tiff")
    with pytest.raises(CommandError, match=r"1 of 2 works could not be reconstructed: one\.tif\."):
        run(folder / "in", reference, out)
    assert names(out) == [f"two/{name}" for name in RESULTS]
    assert capsys.readouterr().err.startswith("one.tif: This is not a picture in any known format, so it is")


def lonely(folder):
    (folder / "in").mkdir()
    (folder / "in" / "a.tif").write_bytes(b"")
    return folder / "in"


BAD = {
    "no picture": ({"picture": "nothing.tif"}, (), "no file or folder called nothing.tif"),
    "no reference": ({"reference": "nothing.png"}, (), "no file or folder called nothing.png"),
    "a folder as the reference of a file": ({"reference": "work"}, (), "work is a folder"),
    "a picture without its reference": ({"picture": lonely, "reference": "references"}, (), "no reference with the"),
    "mask and area": ({}, ("--area", "whole", "--mask", "mask.png"), "not both"),
    "a mask for a folder": ({"picture": "work"}, ("--mask", "{folder}/mask.png"), "both be files, or both be folders"),
    "an engine that fills": ({}, ("--engine", "telea"), "choose one of flow"),
    "too much strength": ({}, ("--strength", "2"), "between 0 and 1"),
    "an unknown area": ({}, ("--area", "sky"), "no area called"),
    "a reference that is none": ({"reference": "mask.txt"}, (), "not a picture"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_leaves_nothing(studio, name):
    folder, master, reference, out = studio
    (folder / "mask.txt").write_text("no picture")
    changes, options, words = BAD[name]
    paths = {"picture": master, "reference": reference}
    paths |= {key: value(folder) if callable(value) else folder / value for key, value in changes.items()}
    before = names(folder)
    with pytest.raises(CommandError, match=words) as refusal:
        run(paths["picture"], paths["reference"], out, *(part.format(folder=folder) for part in options))
    assert str(refusal.value).endswith(".")
    assert names(folder) == before
    assert not out.exists()
