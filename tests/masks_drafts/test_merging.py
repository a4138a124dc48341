"""Whatever several windows draw, in whatever order it arrives: the draft is what plain arrays would be."""

import uuid

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restoration.drafts import tiles
from restoration.drafts.selectors import tiles_of
from restoration.drafts.services import SentTile, apply_patch, open_draft
from restoration.models import MaskDraft
from tests.factories import ArtworkFactory, sealed_picture

from .conftest import U, png

pytestmark = pytest.mark.django_db
WIDTH, HEIGHT = 1040, 530  # three by two tiles, those at the edges 16 and 18 pixels thin
WIPE = -1.0  # everything intact
PLACES = [(x, y) for x in range(3) for y in range(2)]


@st.composite
def patches(draw):
    """A list of (name, {place: values}); a name may come again, as when an answer was lost."""
    made = []
    for _ in range(draw(st.integers(1, 6))):
        if made and draw(st.integers(0, 4)) == 0:
            made.append(draw(st.sampled_from(made)))
            continue
        places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4, unique=True))
        seed, share = draw(st.integers(0, 10**6)), draw(st.sampled_from([WIPE, 0.0, 0.02, 0.5, 1.0]))
        made.append((uuid.UUID(int=seed), {place: _strokes(place, seed, share) for place in places}))
    return made


def _strokes(place, seed, share):
    """A tile of a patch: rectangles over `share` of it, and single pixels."""
    width, height = tiles.size_of(*place, WIDTH, HEIGHT)
    if share == WIPE:
        return np.zeros((height, width), np.uint8)
    rng = np.random.default_rng([seed, *place])
    values = np.full((height, width), U, np.uint8)
    for _ in range(round(share * 8)):
        y, x = rng.integers(0, height), rng.integers(0, width)
        values[y : y + height // 2, x : x + width // 2] = rng.integers(0, 5)
    if share:
        values[rng.integers(0, height, 20), rng.integers(0, width, 20)] = rng.integers(0, 5, 20)
    if share == 1:
        values[values == U] = rng.integers(0, 5)
    return values


def _lay(labels, places):
    for (x, y), values in places.items():
        part = labels[y * 512 :, x * 512 :][: values.shape[0], : values.shape[1]]
        part[values != U] = values[values != U]


@pytest.fixture
def draft(curator, collection):
    work = ArtworkFactory(collection=collection, master=sealed_picture(collection, 14, width=WIDTH, height=HEIGHT))
    return open_draft(curator, work)[0]


def seen_by(draft):
    rows = [tiles.Tile(row.x, row.y, tiles.decode(bytes(row.png))) for row in tiles_of(draft)]
    return tiles.compose(rows, WIDTH, HEIGHT)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patches(), st.data())
def test_any_sequence_of_patches_is_what_plain_arrays_would_be(curator, draft, sequence, data):
    draft.tiles.all().delete()
    draft.patches.all().delete()
    MaskDraft.objects.filter(pk=draft.pk).update(revision=0)
    truth, names = np.zeros((HEIGHT, WIDTH), np.uint8), set()
    follower, known = np.zeros_like(truth), 0  # another window, which asks what is new now and then
    for name, places in sequence:
        sent = [SentTile(x, y, png(values)) for (x, y), values in places.items()]
        revision = apply_patch(curator, draft, name, sent)
        if name not in names:
            names.add(name)
            _lay(truth, places)
        assert revision == len(names)
        if data.draw(st.booleans()):
            known = _follow(draft, follower, known)
            np.testing.assert_array_equal(follower, truth)
    np.testing.assert_array_equal(seen_by(draft), truth)
    assert {row.marked > 0 for row in tiles_of(draft)} <= {True}
    _follow(draft, follower, known)
    np.testing.assert_array_equal(follower, truth)


def _follow(draft, labels, known):
    draft.refresh_from_db()
    for row in tiles_of(draft, known):
        part = tiles.decode(bytes(row.png))
        labels[row.y * 512 :, row.x * 512 :][: part.shape[0], : part.shape[1]] = part
    return draft.revision
