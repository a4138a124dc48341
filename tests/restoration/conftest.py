"""An artwork with a confirmed mask, orders of it, and an engine that is quick and can be told what to do."""

from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gpu_workers import runner
from gpu_workers.engines import registry
from gpu_workers.models import Job
from portal.catalogue.models import Artwork
from portal.catalogue.services import seal_picture
from restoration.models import Mask, Restoration
from restoration.services import order_restoration
from tests.factories import ArtworkFactory, mask_for, painted, picture_bytes

HISTOGRAM = {"before": [0.0] * 16 + [1.0] + [0.0] * 15, "after": [1 / 32] * 32, "reference": [0.5, 0.5] + [0.0] * 30}
MEASURES = {
    "delta_e": {"mean": 6.25, "median": 6.0, "p95": 11.5, "max": 23.0},
    "ssim": {"mean": 0.951, "p05": 0.87},
    "area": 1.0,
    "histograms": {
        "L": {"from": 0, "to": 100, **HISTOGRAM},
        "a": {"from": -64, "to": 64, **HISTOGRAM},
        "b": {"from": -64, "to": 64, **HISTOGRAM},
    },
}


@pytest.fixture
def calls(monkeypatch):
    """The wake-up calls that were sent; none leaves the test."""
    from portal.celery import app

    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append(name))
    return sent


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def mask(artwork, calls) -> Mask:
    return mask_for(artwork)


@pytest.fixture
def other_artwork(collection) -> Artwork:
    return ArtworkFactory(collection=collection)


@pytest.fixture
def reference(collection) -> Artwork:
    """A work in other colours than `artwork`."""
    upload = SimpleUploadedFile("blue.png", picture_bytes(painted(seed=4)[..., ::-1] // 2 + 60))
    picture = seal_picture(upload, collection=collection, user=collection.created_by)
    return ArtworkFactory(collection=collection, master=picture)


@pytest.fixture
def order(artwork, mask, curator):
    """Order a restoration of `artwork` by the quick engine."""

    def make(**fields) -> Restoration:
        return order_restoration(curator, artwork, **({"mask": mask, "engine": "patchmatch"} | fields))

    return make


class QuickEngine:
    """Fills with a gray that follows from the seed; `before` is called first, and may raise."""

    version, weights_sha256, device, batch, libraries = "0", None, "cpu", 4, {}

    def __init__(self) -> None:
        self.before = lambda: None
        self.fills: list[int] = []  # how many windows each call was given

    def fill(self, windows, masks, *, seeds, conditions, progress=None, cancelled=None):
        self.fills.append(len(windows))
        self.before()
        filled = windows.copy()
        for window, damaged, seed in zip(filled, masks, seeds, strict=True):
            window[damaged] = 0.3 + 0.4 * (seed % 97) / 97
        return filled


@pytest.fixture
def engine(monkeypatch):
    """Every engine is this one."""
    quick = QuickEngine()
    monkeypatch.setattr(registry, "load", lambda name, device=None: quick)
    return quick


@pytest.fixture
def work(db):
    """Let a worker do the next job; returns it as it is afterwards."""

    def run() -> Job:
        job = runner.run_next("worker")
        assert job is not None, "there was no job"
        job.refresh_from_db()
        return job

    return run


def stored(settings) -> set[str]:
    """Every file in storage."""
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def labels_of(mask: Mask) -> np.ndarray:
    """(H, W) uint8: the codes in the file of a mask."""
    from restoration.masks import load_mask

    return load_mask(mask.file.path, (mask.master.width, mask.master.height))
