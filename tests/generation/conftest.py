"""A small corpus that was prepared, the people who validate it, and weights that paint in a moment."""

import json
from functools import cache, partial
from pathlib import Path

import pytest

from generation.models import CaptionSample, Round
from generation.services import rounds
from generation.services.captions import import_captions, score_caption
from gpu_workers import heartbeat, runner
from gpu_workers.engines import registry
from gpu_workers.models import Job
from gpu_workers.weights import installed, resolve
from tests.factories import painted, person, picture_bytes

TERMS = (["xieyi", "landscape", "thick-ink"], ["gongbi", "flowers-and-birds"], ["ink-painting"], ["landscape"])
ADJECTIVES = (["majestic", "distant"], ["lively"], [], ["misty"])
PROMPT = "majestic autumn landscape with pines, thick ink"
CHANGES = {
    "replace": lambda user, painting: rounds.replace_element(user, painting, by="bamboo", element="pines"),
    "retune": lambda user, painting: rounds.retune(user, painting, values=["winter"]),
    "extend": lambda user, painting: rounds.extend_scene(user, painting, direction="right"),
}


@pytest.fixture
def prepared(tmp_path):
    """A folder as `prepare_corpus` leaves it, with four captions."""
    folder = tmp_path / "prepared"
    (folder / "pictures").mkdir(parents=True)
    lines = []
    for number, (terms, adjectives) in enumerate(zip(TERMS, ADJECTIVES, strict=True)):
        name = f"pictures/{number}.webp"
        (folder / name).write_bytes(picture_bytes(painted(64, 64, seed=number), "WEBP"))
        line = {"picture": name, "sha256": f"{number:064x}", "title": f"Leaf {number}"}
        lines.append(json.dumps(line | {"terms": dict.fromkeys(terms, "table"), "adjectives": adjectives}))
    (folder / "captions.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture
def samples(curator, collection, prepared) -> list[CaptionSample]:
    """Four captions of `collection`, in the order of their hashes."""
    import_captions(curator, collection, prepared)
    return list(CaptionSample.objects.order_by("sha256"))


@pytest.fixture
def expert(collection):
    return person("expert", collection)


@pytest.fixture
def arbiter(collection):
    return person("coordinator", collection)


@pytest.fixture
def differ(curator, expert):
    """Let curator and expert score a caption 2 and 5."""

    def differ(sample):
        score_caption(curator, sample, 2)
        score_caption(expert, sample, 5)

    return differ


@pytest.fixture(scope="session")
def _sealed_ink(tmp_path_factory) -> Path:
    """A folder of weights in which “ink” is a tiny random model with cells and windows of the shipped one's size."""
    from generation.ink.model import InkModel  # noqa: F401  # makes transformers importable
    from tests.ink import tiny

    return tiny.sealed(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="session")
def drawn_once():
    """The painter's drafts, which take nine tenths of the time of a painting: each is drawn once, and less finely."""
    from generation.ink import drafts

    return cache(drafts._sheet)


@pytest.fixture
def ink_weights(_sealed_ink, drawn_once, monkeypatch, settings, tmp_path) -> Path:
    """Orders of paintings are accepted, and a worker paints noise for them; gives the folder of the weights."""
    from generation.ink import drafts
    from gpu_workers.engines import ink
    from restoration import checks

    settings.HOME = tmp_path
    monkeypatch.setattr(drafts, "FINER", 1)
    monkeypatch.setattr(drafts, "_sheet", lambda *about: drawn_once(*about).copy())
    monkeypatch.setattr(checks, "installed", partial(installed, root=_sealed_ink))
    monkeypatch.setattr(ink, "resolve", partial(resolve, root=_sealed_ink))
    monkeypatch.setattr(registry, "_warm", {})
    return _sealed_ink


@pytest.fixture
def calls(monkeypatch) -> list[str]:
    """The wake-up calls that were sent; none leaves the test."""
    from portal.celery import app

    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append(name))
    return sent


@pytest.fixture
def work(db, ink_weights, monkeypatch, settings):
    """Let a worker do the next job; returns it as it is afterwards."""
    # the heartbeat has a connection of its own, which does not see a job of this test's transaction
    monkeypatch.setattr(heartbeat, "LISTEN_SECONDS", 3600)
    settings.JOB_LEASE_SECONDS = 3 * 3600

    def work() -> Job:
        job = runner.run_next("worker")
        assert job is not None, "there was no job"
        job.refresh_from_db()
        return job

    return work


@pytest.fixture
def order(curator, collection, ink_weights, calls):
    """Order paintings in `collection`."""

    def order(prompt=PROMPT, **fields) -> Round:
        return rounds.order_paintings(curator, collection, prompt=prompt, **({"count": 1} | fields))

    return order
