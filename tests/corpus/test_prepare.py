"""``prepare_corpus``: what it writes, what it refuses, how it goes on after a stop."""

import csv
import io
import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from generation.corpus import prepare as module
from generation.corpus.errors import CorpusError
from generation.corpus.prepare import Order, prepare
from generation.lexicon import Lexicon
from tests.factories import painted

LEXICON = Lexicon.load()
FIELDS = ("file", "split", "set", "title")


@pytest.fixture
def data(tmp_path):
    """A folder with six paintings and a table that names more."""
    folder = tmp_path / "data"
    (folder / "x").mkdir(parents=True)
    rows = []
    for number in range(6):
        Image.fromarray(painted(120, 100, seed=number)).save(folder / f"x/p_{number * 30}.png")
        rows.append((f"x/p_{number * 30}.png", "test" if number == 5 else "train", "landscape-2192", ""))
    Image.fromarray(painted(120, 100, seed=0)).save(folder / "x/again_900.png")
    Image.fromarray(painted(40, 40)).save(folder / "x/small_1000.png")
    Image.fromarray(np.full((120, 120, 3), 200, np.uint8)).save(folder / "x/bare_1100.png")
    (folder / "x/broken_1200.png").write_bytes(b"\x89PNG\r\n\x1a\n rubbish")
    rows += [(f"x/{name}", "train", "landscape-2192", "") for name in ("again_900.png", "small_1000.png")]
    rows += [(f"x/{name}", "train", "", "") for name in ("bare_1100.png", "broken_1200.png", "gone_1300.png")]
    rows += [("x/p_0.png", "train", "", ""), ("../secret.png", "train", "", ""), ("x/big_1.png", "highres", "", "")]
    with (folder / "metadata.csv").open("w", newline="") as file:
        csv.writer(file).writerows([FIELDS, *rows])
    return folder


@pytest.fixture
def order(data, tmp_path):
    return Order(data, tmp_path / "out", size=64)


def captions(order):
    return [json.loads(line) for line in (order.out / "captions.jsonl").read_text().splitlines()]


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_writes_pictures_captions_and_split(order):
    report = prepare(order, LEXICON)
    lines = captions(order)
    assert report["prepared"] == len(lines) == 6
    for line in lines:
        with Image.open(order.out / line["picture"]) as picture:
            assert picture.size == (64, 64)
        for language in ("en", "zh"):
            parsed = LEXICON.parse(line[language])
            assert set(parsed.terms) == line["terms"].keys()
            assert set(parsed.adjectives) == line["adjectives"].keys()
    with (order.out / "split.csv").open() as file:
        assert {row["file"]: row["split"] for row in csv.DictReader(file)} == {it["file"]: it["split"] for it in lines}
    assert [it["split"] for it in lines if it["file"] == "x/p_150.png"] == ["test"]


def test_it_says_what_it_refused_and_why(order):
    refused = prepare(order, LEXICON)["refused"]
    assert sum(refused.values()) == 7
    for reason in ("There is no file called gone_1300.png.", "smaller than 96 pixels", "outside the data folder",
                   "the same picture twice", "kept for another use by the table: highres"):  # fmt: skip
        assert refused[reason] == 1, refused
    assert any("single colour" in reason for reason in refused)
    assert any("damaged" in reason for reason in refused)


def test_of_a_picture_that_comes_twice_the_one_kept_for_testing_stays(order):
    path = order.data / "metadata.csv"
    path.write_text(path.read_text().replace("x/again_900.png,train", "x/again_900.png,test"))
    prepare(order, LEXICON)
    parts = {line["file"]: line["split"] for line in captions(order)}
    assert parts["x/again_900.png"] == "test"
    assert "x/p_0.png" not in parts


def test_a_run_that_was_stopped_goes_on_and_ends_as_if_it_had_not_been(order, tmp_path, monkeypatch):
    def stop(done, of):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(order, LEXICON, progress=stop)
    assert not (order.out / "captions.jsonl").exists()
    with (order.out / ".journal.jsonl").open("a") as file:
        file.write('{"file": "x/p_120')  # the line that was being written
    framed = []
    original = module.framing.prepare
    monkeypatch.setattr(module.framing, "prepare", lambda *given: framed.append(1) or original(*given))
    prepare(order, LEXICON)
    assert len(framed) == 3  # two paintings and the copy
    whole = Order(order.data, tmp_path / "whole", 64)
    prepare(whole, LEXICON)
    assert files(order.out) == files(whole.out)


def test_a_picture_that_was_removed_is_made_again(order):
    prepare(order, LEXICON)
    lost = order.out / captions(order)[0]["picture"]
    lost.unlink()
    prepare(order, LEXICON)
    assert lost.is_file()


def test_nothing_half_written_stays(order, monkeypatch):
    def broken(self, path, *args, **options):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", broken)
    with pytest.raises(ValueError, match="disk is full"):
        prepare(order, LEXICON)
    assert list((order.out / "pictures").iterdir()) == []


def test_other_settings_need_another_folder(order):
    prepare(order, LEXICON)
    with pytest.raises(CorpusError, match="choose a new folder"):
        prepare(Order(order.data, order.out, 96), LEXICON)


class Judge:
    """Knows every second picture."""

    asked = 0

    def classify(self, rgb):
        self.asked += 1
        return "landscape", float(self.asked % 2)


def test_what_the_screening_finds_to_be_no_painting_is_refused(order):
    before = prepare(order, LEXICON)["prepared"]
    report = prepare(Order(order.data, order.out.with_name("screened"), 64), LEXICON, Judge())
    refused = report["refused"]["of none of the four classes, by the screening"]
    assert refused > 0
    assert report["prepared"] < before
    assert report["screened"] == {"landscape": report["prepared"]}


def run(*arguments):
    out = io.StringIO()
    call_command("prepare_corpus", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_command_says_what_came_of_it(order):
    said = run("--data", order.data, "--out", order.out, "--size", 64, "--limit", 3)
    assert "no picture is screened" in said
    assert "3 of 3 pictures of 3 works" in said
    assert len(captions(order)) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data", "no-such"], "There is no metadata.csv in the folder no-such."),
        (["--size", 5], "The size must be from 32 to 2048 pixels."),
        (["--limit", -1], "The limit must be a number from 1."),
        (["--resnet", "no-such"], "There is no model.safetensors in the folder no-such."),
        (["--out", "LICENSE"], "The folder LICENSE cannot be used"),
    ],
)
def test_a_mistake_is_one_sentence(order, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("--data", order.data, "--out", order.out, *arguments)
    assert not order.out.exists()


def test_a_table_of_which_nothing_can_be_used_is_said(tmp_path):
    (tmp_path / "metadata.csv").write_text("file\ngone.png\n")
    with pytest.raises(CorpusError, match="Not one picture"):
        prepare(Order(tmp_path, tmp_path / "out"), LEXICON)
