"""`manage.py propose_mask`: files in, one mask out, or one sentence and nothing."""

from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from generation.painter import damage, paint
from gpu_workers.pictures import probe
from restoration.masks import load_mask


@pytest.fixture(scope="module")
def worn():
    return damage(paint(3, (320, 240), "light-crimson"), 5, ["loss", "stain"], 0.12)


@pytest.fixture
def files(tmp_path, worn):
    Image.fromarray(worn.picture).save(tmp_path / "picture.png")
    Image.fromarray(worn.intact).save(tmp_path / "intact.png")
    return tmp_path


def propose(files, *more):
    out = StringIO()
    call_command("propose_mask", files / "picture.png", "--out", files / "mask.png", *more, stdout=out)
    return out.getvalue()


def test_an_earlier_photograph_gives_the_mask(files, worn):
    said = propose(files, "--intact", files / "intact.png")
    mask = load_mask(files / "mask.png", (320, 240))
    assert (mask > 0)[worn.labels > 0].mean() > 0.75
    assert said.startswith(f"{files / 'mask.png'}: loss ")


def test_without_one_a_mask_is_proposed_that_finds_much_of_the_damage(files, worn):
    propose(files)
    mask = load_mask(files / "mask.png", (320, 240))
    assert (mask > 0)[worn.labels > 0].mean() > 2 * (mask > 0)[worn.labels == 0].mean()


def test_the_preview_shows_the_picture_with_the_mask(files):
    propose(files, "--intact", files / "intact.png", "--preview", files / "preview.png")
    assert probe(files / "preview.png").width == 320


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--intact", "small.png"], "31 x 17 pixels, but the picture is 320 x 240"),
        (["--intact", "picture.png"], "no difference"),
        (["--intact", "note.txt"], "not"),
        (["--intact", "missing.png"], "no file called missing"),
        (["--least", "1.5"], "between 0 and 1"),
        (["--preview", "preview.jpg"], "ends in .png"),
        (["--preview", "picture.png"], "overwrite"),
    ],
)
def test_a_mistake_gets_one_sentence_and_leaves_nothing(files, more, sentence):
    Image.fromarray(np.zeros((17, 31, 3), np.uint8)).save(files / "small.png")
    (files / "note.txt").write_text("a note")
    before = sorted(files.iterdir())
    arguments = [files / word if "." in word and not word[0].isdigit() else word for word in more]
    with pytest.raises(CommandError, match=sentence):
        propose(files, *arguments)
    assert sorted(files.iterdir()) == before


def test_a_mask_that_cannot_be_written_is_one_sentence(files):
    with pytest.raises(CommandError, match="could not be written"):
        call_command(
            "propose_mask", files / "picture.png", "--intact", files / "intact.png", "--out", files / "no/m.png"
        )
