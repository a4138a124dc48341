"""What saving a draft takes: the picture of labels, about as much again, and nothing that grows faster."""

import tracemalloc
import uuid

import numpy as np
import pytest

from restoration.drafts.saving import save_draft
from restoration.drafts.services import SentTile, apply_patch, open_draft
from tests.factories import ArtworkFactory, sealed_picture

from .conftest import png

pytestmark = pytest.mark.django_db
WIDTH, HEIGHT = 2048, 1536


@pytest.fixture
def draft(curator, collection):
    """A draft with something in every tile, and a version before it to be compared with."""
    work = ArtworkFactory(collection=collection, master=sealed_picture(collection, 17, width=WIDTH, height=HEIGHT))
    rng = np.random.default_rng(0)
    for _ in range(2):
        draft, _new = open_draft(curator, work)
        spots = [np.kron(rng.integers(0, 5, (32, 32), np.uint8), np.ones((16, 16), np.uint8)) for _ in range(12)]
        sent = [SentTile(number % 4, number // 4, png(labels)) for number, labels in enumerate(spots)]
        apply_patch(curator, draft, uuid.uuid4(), sent)
        if not work.masks.exists():
            save_draft(curator, draft)
    return draft


def test_saving_takes_little_more_than_the_labels_twice(curator, draft, monkeypatch):
    monkeypatch.setattr("restoration.storing.OVERLAY_SIDE", 200)  # the preview's own share does not grow with a master
    tracemalloc.start()
    try:
        mask, new = save_draft(curator, draft)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (new, mask.version, mask.changes["since"]) == (True, 2, 1)
    assert WIDTH * HEIGHT < peak < 3 * WIDTH * HEIGHT
