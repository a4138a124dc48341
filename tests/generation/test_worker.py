"""Two orders, a real Celery worker and the weights that come with Lacuna: from words to a painting, and to a scroll."""

import time

import pytest

from generation.services.rounds import extend_scene, order_paintings

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def done(made, seconds=180):
    deadline = time.monotonic() + seconds
    while made.job.status in made.job.ACTIVE:
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
        made.job.refresh_from_db()
    assert (made.job.status, made.job.message) == ("succeeded", "")
    return made.paintings.get()


def test_a_worker_paints_words_and_extends_what_it_painted(worker, collection, curator):
    leaf = done(order_paintings(curator, collection, prompt="misty landscape with a boat, light ink", count=1, seed=7))
    assert (leaf.picture.width, leaf.picture.height) == (256, 256)
    scroll = done(extend_scene(curator, leaf, direction="left", cells=4, count=1))
    assert (scroll.picture.width, scroll.picture.height) == (384, 256)
    assert scroll.likeness > 0
