"""How near works look: numbers that behave, words that say them, and the order in which references stand."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.catalogue.services import attach_master
from restoration import selectors
from restoration.nearness import VERSION, describe, nearness
from restoration.ordering import looks
from restoration.ordering.models import Look
from tests.factories import ArtworkFactory, picture_bytes, picture_upload


def strokes(seed: int, colour=(200, 180, 140), angle: float = 0.3, size=(300, 400)) -> np.ndarray:
    """A picture of many parallel strokes on a ground, (h, w, 3) uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) / 3 + rng.normal(0, 0.4, size))
    shade = 0.75 + 0.25 * wave * (rng.random(size) < 0.9)
    return np.clip(np.array(colour) * shade[..., None], 0, 255).astype(np.uint8)


PICTURES = [
    strokes(1),
    strokes(2, colour=(60, 90, 160)),
    strokes(3, angle=1.8),
    strokes(4, colour=(60, 90, 160), angle=1.8),
    (np.random.default_rng(5).random((300, 400, 3)) * 60 + 20).astype(np.uint8),
]
KNOWN = np.stack([np.frombuffer(describe(it), np.uint8) for it in PICTURES])


def distances(pixels: np.ndarray):
    return nearness(describe(pixels), KNOWN)


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_a_picture_is_nearest_to_itself_and_to_its_own_crop(number):
    itself, crop = distances(PICTURES[number]), distances(PICTURES[number][30:-30, 40:-40])
    assert itself.both.argmin() == crop.both.argmin() == number
    assert itself.both[number] < 0.01
    assert crop.both[number] < 0.2


def test_a_recoloured_picture_is_far_in_colour_and_near_in_brushwork():
    recoloured = np.clip(PICTURES[0] * [1.0, 0.6, 0.3], 0, 255).astype(np.uint8)
    found, itself = distances(recoloured), distances(PICTURES[0])
    assert found.colour[0] > looks.FAR_COLOUR > looks.NEAR_BRUSH > found.brush[0]
    assert found.both[0] > itself.both[0]
    assert looks.words(looks.Distance(found.colour[0], found.brush[0], 0)) == "Far in colour, near in brushwork"


def test_strokes_that_lead_elsewhere_are_farther_than_those_that_lead_the_same_way():
    found = distances(strokes(6))
    assert found.brush[0] < found.brush[2]
    assert found.colour[0] < found.colour[1]


def test_distances_lie_between_0_and_1_and_do_not_depend_on_who_is_asked():
    table = np.array([[*nearness(KNOWN[i].tobytes(), KNOWN)] for i in range(len(KNOWN))])
    assert table.min() >= 0
    assert table.max() <= 1
    np.testing.assert_allclose(table, table.transpose(2, 1, 0), atol=1e-6)


@pytest.mark.parametrize("pixels", [np.zeros((1, 1, 3), np.uint8), np.full((5, 900, 3), 255, np.uint8)])
def test_any_picture_can_be_described(pixels):
    assert len(describe(pixels)) == KNOWN.shape[1]
    assert np.isfinite(distances(pixels).both).all()


def test_it_is_said_in_plain_words():
    assert looks.words(looks.Distance(0.1, 0.5, 0)) == "Near in colour, far in brushwork"
    assert looks.words(looks.Distance(0.5, 0.15, 0)) == "Fairly near in colour and brushwork"
    assert looks.words(None) == ""


def hung(collection, pixels, **fields):
    """A work whose master is this picture."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    work = ArtworkFactory(collection=collection, master=None, **fields)
    attach_master(collection.created_by, work, SimpleUploadedFile("it.png", picture_bytes(pixels)))
    return work


@pytest.mark.django_db
def test_a_new_master_is_looked_at_when_it_is_attached(curator, artwork):
    assert not Look.objects.filter(picture=artwork.master).exists()
    picture = attach_master(curator, artwork, picture_upload(seed=5))
    look = Look.objects.get(picture=picture)
    assert (look.version, len(look.data)) == (VERSION, KNOWN.shape[1])


@pytest.mark.django_db
def test_among_works_that_share_as_much_those_that_look_nearest_stand_first(curator, collection):
    mine = hung(collection, PICTURES[0], school="Zhe")
    far, near, same_school = (
        hung(collection, PICTURES[3], title="A far one"),
        hung(collection, strokes(9), title="The near one"),
        hung(collection, PICTURES[3], title="Zhe, and far", school="zhe"),
    )
    found = selectors.references_for(curator, mine)
    assert [work for work, _verdict in found] == [same_school, near, far]
    assert [work.look for work, _verdict in found][1:] == [
        "Near in colour and brushwork",
        "Far in colour and brushwork",
    ]


@pytest.mark.django_db
def test_works_that_nobody_looked_at_are_looked_at_a_few_at_a_time(curator, collection, artwork, monkeypatch):
    monkeypatch.setattr(looks, "AT_ONCE", 2)
    for _ in range(5):
        ArtworkFactory(collection=collection)
    known = []
    for _ in range(4):
        found = selectors.references_for(curator, artwork)
        assert len(found) == 5
        known.append(sum(bool(work.look) for work, _verdict in found))
    assert known == [2, 4, 5, 5]


@pytest.mark.django_db
def test_a_picture_whose_thumbnail_is_gone_is_left_out(curator, collection, artwork):
    other = ArtworkFactory(collection=collection)
    other.master.thumbnail.storage.delete(other.master.thumbnail.name)
    ((work, _verdict),) = selectors.references_for(curator, artwork)
    assert work.look == ""
    artwork.master.thumbnail.storage.delete(artwork.master.thumbnail.name)
    Look.objects.all().delete()
    assert len(selectors.references_for(curator, artwork)) == 1


@pytest.mark.django_db
def test_many_works_take_as_many_questions_as_few(curator, collection, artwork):
    def asked() -> int:
        selectors.references_for(curator, artwork)
        with CaptureQueriesContext(connection) as captured:
            selectors.references_for(curator, artwork)
        return len(captured)

    ArtworkFactory(collection=collection)
    before = asked()
    for _ in range(6):
        ArtworkFactory(collection=collection)
    assert asked() == before
