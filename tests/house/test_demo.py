"""``manage.py demo`` as a person starts it: from nothing to a restored painting, through the real queue."""

import re
import subprocess
import sys

import pytest
from PIL import Image

from portal.management.commands.demo import engine_at_hand
from tests.factories import mask_pixels, painted
from tests.house.test_serve import environment
from tests.servers import free_port
from tests.servers.processes import ROOT

pytestmark = pytest.mark.worker


def run(home, *arguments):
    """Run the demo once with the quickest engine; returns exit status and output."""
    command = [
        sys.executable,
        "manage.py",
        "demo",
        "--once",
        "--engine",
        "telea",
        "--port",
        str(free_port()),
        *arguments,
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=240)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One home for this file, so that only the first run paints."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(home):
    """What the first run said."""
    return run(home)


def test_it_restores_the_demo_painting_and_says_where_to_look(first):
    status, said, errors = first
    assert status == 0, said + errors
    for step in range(1, 6):
        assert f"[{step}/5]" in said
    assert re.search(r"\[5/5\] Done, 1 candidate: http://127\.0\.0\.1:\d+/restorations/[0-9a-f-]{36}/", said)


def test_it_prints_an_account_for_each_role(first):
    for name in ("curator", "expert", "coordinator", "consultant", "rights", "operator"):
        assert re.search(rf"^ +{name} +\S{{10,}}", first[1], re.MULTILINE)


def test_a_second_run_paints_and_restores_nothing_again(first, home):
    status, said, errors = run(home)
    assert status == 0, said + errors
    assert "painting" not in errors
    address = re.compile(r"/restorations/([0-9a-f-]{36})/")
    assert address.search(said)[1] == address.search(first[1])[1]


def test_it_takes_the_visitors_own_picture_and_mask(first, home, tmp_path):
    Image.fromarray(painted(seed=5)).save(tmp_path / "mine.png")
    Image.fromarray(mask_pixels()).save(tmp_path / "mask.png")
    status, said, errors = run(home, "--image", str(tmp_path / "mine.png"), "--mask", str(tmp_path / "mask.png"))
    assert status == 0, said + errors
    assert "“mine” is being restored with telea" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--image", "no-such.png"], "There is no file no-such.png."),
        (["--mask", "LICENSE"], "A mask needs the picture that it belongs to: give --image as well."),
        (["--engine", "magic"], "There is no engine called “magic”"),
        (["--image", "pyproject.toml"], "is not accepted as a master"),
    ],
)
def test_a_mistake_is_one_sentence_before_anything_starts(home, arguments, sentence):
    status, said, errors = run(home, *arguments)
    assert status == 1
    assert sentence in errors.splitlines()[-1]
    assert "Traceback" not in errors
    assert "[3/5]" not in said


def test_without_weights_patchmatch_restores_and_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr("portal.management.commands.demo.installed", lambda name: False)
    said = []
    assert engine_at_hand("imagest", said.append) == "patchmatch"
    assert said == ["The weights of imagest are not here, so PatchMatch restores instead."]


def test_an_engine_that_needs_no_weights_is_taken_as_asked(monkeypatch):
    monkeypatch.setattr("portal.management.commands.demo.installed", lambda name: False)
    assert engine_at_hand("telea", print) == "telea"
