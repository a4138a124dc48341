"""`generate_ink` and `edit_ink` on the command line: what they leave, and one sentence for every mistake."""

import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from safetensors import safe_open

pytestmark = pytest.mark.usefixtures("ink_weights")
ENGLISH, CHINESE = "majestic distant landscape in freehand brushwork, thick ink", "雄浑悠远的写意山水，浓墨"


def paint(out: Path, prompt: str = ENGLISH, **options) -> Path:
    call_command("generate_ink", prompt, out=out, **({"count": 1, "seed": 7, "steps": 2} | options))
    return out


def edit(tokens: Path, out: Path, **options) -> Path:
    call_command("edit_ink", str(tokens), f"--out={out}", "--count=1", "--steps=2", *words(options))
    return out


def words(options) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


@pytest.fixture
def painted(tmp_path) -> Path:
    return paint(tmp_path / "first") / "painting-01.safetensors"


@pytest.mark.parametrize(("prompt", "caption"), [
    (ENGLISH, "majestic, distant landscape in freehand brushwork, thick ink"), (CHINESE, CHINESE),
])  # fmt: skip
def test_paintings_tokens_and_recipe_arrive_together(tmp_path, capsys, prompt, caption):
    out = paint(tmp_path / "out", prompt, count=2)
    names = {"painting-01.png", "painting-01.safetensors", "painting-02.png", "painting-02.safetensors", "recipe.json"}
    assert {path.name for path in out.iterdir()} == names
    recipe = json.loads((out / "recipe.json").read_text())
    assert recipe["parameters"]["caption"] == caption
    assert [row["seed"] for row in recipe["outputs"]] == [7, 8]
    assert size(out / "painting-01.png") == (256, 256)
    said = capsys.readouterr()
    assert f"Painting: {caption}" in said.out
    assert "%|" not in said.err  # no bar where nobody watches


def test_either_language_may_hold_words_of_the_other(tmp_path, capsys):
    paint(tmp_path / "out", "雄浑的山水，thick ink")
    assert "Painting: 雄浑的山水，浓墨" in capsys.readouterr().out


def test_words_that_the_lexicon_lacks_are_named(tmp_path, capsys):
    paint(tmp_path / "out", "purple landscape with a spaceship")
    assert "Not in the lexicon: purple, spaceship" in capsys.readouterr().out


def test_the_same_seed_paints_the_same_bytes(tmp_path, drawn_once):
    first = paint(tmp_path / "a") / "painting-01.png"
    drawn_once.cache_clear()
    again = paint(tmp_path / "b") / "painting-01.png"
    assert first.read_bytes() == again.read_bytes()


def test_the_size_is_width_by_height(tmp_path):
    assert size(paint(tmp_path / "out", size="512x256") / "painting-01.png") == (512, 256)


def test_a_scene_is_extended(painted, tmp_path):
    out = edit(painted, tmp_path / "next", extend="left", cells=8, by="a boat")
    assert size(out / "painting-01.png") == (512, 256)
    recipe = json.loads((out / "recipe.json").read_text())
    assert "boat" in recipe["parameters"]["caption"]


def test_an_attribute_is_tuned(painted, tmp_path):
    out = edit(painted, tmp_path / "next", tune="light ink")
    caption = json.loads((out / "recipe.json").read_text())["parameters"]["caption"]
    assert "light ink" in caption
    assert "thick" not in caption


def test_an_element_is_replaced_where_one_says(painted, tmp_path):
    out = edit(painted, tmp_path / "next", replace="mountains", by="pavilion", region="0,0,0.5,0.5")
    with safe_open(painted, "numpy") as before, safe_open(out / "painting-01.safetensors", "numpy") as after:
        changed = (before.get_tensor("codes") != after.get_tensor("codes")).any(-1)
    rows, columns = np.nonzero(changed)
    assert changed.any()
    assert rows.max() < len(changed) // 2
    assert columns.max() < changed.shape[1] // 2


BAD_PROMPTS = {
    "empty": ("", "The prompt is empty"),
    "ten thousand characters": ("山" * 10_000, "10,000 characters; at most 500"),
    "emoji alone": ("🏔️🌊", "no words, only signs"),
    "another script": ("горный пейзаж", "neither English nor Chinese"),
    "a control character": ("land\x07scape", "control characters"),
    "spring and winter": ("spring winter landscape", "contradict each other"),
}


@pytest.mark.parametrize("name", BAD_PROMPTS)
def test_a_bad_prompt_is_one_sentence_and_leaves_nothing(tmp_path, name):
    prompt, sentence = BAD_PROMPTS[name]
    with pytest.raises(CommandError, match=sentence):
        paint(tmp_path / "out", prompt)
    assert list(tmp_path.iterdir()) == []


BAD_ORDERS = {
    "no paintings": ({"count": 0}, "1 to 8 paintings"),
    "nine paintings": ({"count": 9}, "1 to 8 paintings"),
    "a seed below zero": ({"seed": -1}, "seed lies between"),
    "a size in words": ({"size": "large"}, "WIDTHxHEIGHT"),
    "a size between cells": ({"size": "250x256"}, "multiples of"),
    "far too long": ({"size": "20000x256"}, "16384 pixels long"),
}


@pytest.mark.parametrize("name", BAD_ORDERS)
def test_a_bad_order_is_one_sentence_and_leaves_nothing(tmp_path, name):
    options, sentence = BAD_ORDERS[name]
    with pytest.raises(CommandError, match=sentence):
        paint(tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


BAD_EDITS = {
    "beyond the limit": ({"extend": "right", "cells": 600}, "16384 pixels long"),
    "a value that no lexicon has": ({"tune": "cyberpunk"}, "The lexicon has no “cyberpunk”"),
    "by nothing": ({"replace": "mountains"}, "Say with --by"),
    "an element that is not there": ({"replace": "boat", "by": "bridge"}, "no such element"),
    "a region in words": ({"replace": "mountains", "by": "bridge", "region": "left"}, "LEFT,TOP,WIDTH,HEIGHT"),
    "a region outside": ({"replace": "mountains", "by": "bridge", "region": "0.9,0,0.5,1"}, "outside the picture"),
    "no strength": ({"tune": "light ink", "strength": 0}, "strength lies above 0"),
}


@pytest.mark.parametrize("name", BAD_EDITS)
def test_a_bad_edit_is_one_sentence_and_leaves_nothing(painted, tmp_path, name):
    options, sentence = BAD_EDITS[name]
    with pytest.raises(CommandError, match=sentence):
        edit(painted, tmp_path / "next", **options)
    assert not (tmp_path / "next").exists()


def test_results_never_replace_what_they_are_made_from(painted):
    before = {path.name: path.read_bytes() for path in painted.parent.iterdir()}
    with pytest.raises(CommandError, match=r"would overwrite painting-01\.safetensors"):
        edit(painted, painted.parent, extend="left")
    assert {path.name: path.read_bytes() for path in painted.parent.iterdir()} == before


def test_results_need_a_folder(tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(CommandError, match="out is a file; the results need a folder"):
        paint(tmp_path / "out")


def test_an_extension_keeps_the_unknown_words_that_come_to_it(painted, tmp_path, capsys):
    edit(painted, tmp_path / "next", extend="left", by="boat and lantern")
    said = capsys.readouterr().out
    assert "boat" in said
    assert "lantern" in said


def test_tokens_that_are_missing_or_damaged_are_said_so(tmp_path):
    with pytest.raises(CommandError, match="no file called"):
        edit(tmp_path / "gone.safetensors", tmp_path / "next", extend="left")
    (tmp_path / "bad.safetensors").write_bytes(b"PK\x03\x04 no tokens")
    with pytest.raises(CommandError, match="does not hold the tokens"):
        edit(tmp_path / "bad.safetensors", tmp_path / "next", extend="left")
