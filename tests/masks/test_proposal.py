"""The proposed mask: what it finds, what it leaves alone, and what bounds it."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.painter import age, damage, paint
from restoration.masks import DAMAGE_CLASSES, MaskError, classifier, propose, propose_mask
from restoration.masks.features import describe, overview
from restoration.masks.lab import to_lab
from restoration.masks.proposal import MARGIN, TILE, tiled


@pytest.fixture(scope="module")
def worn():
    return damage(age(paint(12, (480, 360), "light-crimson"), 2, 0.4), 5, ["loss", "stain"], 0.12)


@pytest.fixture(scope="module")
def proposal(worn):
    return propose(worn.picture)


def test_most_of_the_proposal_is_damage_and_much_of_the_damage_is_proposed(worn, proposal):
    found, true = proposal.labels > 0, worn.labels > 0
    assert true[found].mean() > 0.5
    assert found[true].mean() > 0.4


def test_a_picture_without_damage_gets_little_marked():
    labels = propose(age(paint(12, (480, 360), "light-crimson"), 2, 0.4)).labels
    assert (labels > 0).mean() < 0.10


def test_confidence_is_higher_where_damage_is(worn, proposal):
    assert proposal.confidence[worn.labels > 0].mean() > 3 * proposal.confidence[worn.labels == 0].mean()


def test_labels_are_codes_of_the_classes_that_can_be_told_from_a_picture(proposal):
    known = {0, *(DAMAGE_CLASSES[name] for name in ("loss", "crack", "stain"))}
    assert set(np.unique(proposal.labels)) <= known


def test_a_stricter_limit_marks_less(worn):
    loose, strict = (np.count_nonzero(propose(worn.picture, least=least).labels) for least in (0.3, 0.9))
    assert strict < loose


def test_the_same_picture_gets_the_same_proposal(worn, proposal):
    assert np.array_equal(propose(worn.picture).labels, proposal.labels)


def test_16_bits_gray_and_opacity_are_accepted(worn):
    part = worn.picture[:120, :160]
    deep = propose(part.astype(np.uint16) * 257)
    assert np.mean(deep.labels != propose(part).labels) < 0.01
    assert propose(part[..., :1]).labels.shape == (120, 160)
    assert propose(np.dstack([part, part[..., :1]])).labels.shape == (120, 160)


def test_progress_rises_to_the_end(worn):
    heard = []
    propose(worn.picture, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_where_nothing_looks_damaged_a_sentence_says_so():
    with pytest.raises(MaskError, match="draw the mask by hand"):
        propose_mask(np.full((90, 90, 3), 230, np.uint8))


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (40, 7)])
def test_tiny_pictures_get_a_proposal_of_their_size(size):
    pixels = np.random.default_rng(0).integers(0, 255, (*size, 3), dtype=np.uint8)
    assert propose(pixels).labels.shape == size


@settings(max_examples=40, deadline=None)
@given(height=st.integers(1, 5000), width=st.integers(1, 5000))
def test_tiles_cover_every_pixel_once_and_none_is_larger_than_its_bound(height, width):
    covered = 0
    for inner, outer in tiled((height, width)):
        for i, o, length in zip(inner, outer, (height, width), strict=True):
            assert 0 <= o.start <= i.start < i.stop <= o.stop <= length
            assert o.stop - o.start <= TILE + 2 * MARGIN
        covered += (inner[0].stop - inner[0].start) * (inner[1].stop - inner[1].start)
    assert covered == height * width


def test_a_perceptron_learns_what_can_be_learned_and_is_the_same_for_a_seed():
    rng = np.random.default_rng(0)
    features = rng.normal(0, 1, (8000, 6)).astype(np.float32)
    truth = (features[:, 0] > 0).astype(int) + 2 * (features[:, 1] > 0)
    model = classifier.fit(features, truth, hidden=(8,), rounds=20, batch=256)
    assert (model(features).argmax(axis=1) == truth).mean() > 0.95
    assert np.array_equal(model(features), classifier.fit(features, truth, hidden=(8,), rounds=20, batch=256)(features))


def test_a_stored_perceptron_judges_as_before(tmp_path):
    rng = np.random.default_rng(0)
    features = rng.normal(0, 1, (4100, 5)).astype(np.float32)
    model = classifier.fit(features, (features[:, 0] > 0).astype(int), hidden=(4,), rounds=1)
    classifier.store(model, tmp_path / "model.npz")
    assert np.allclose(model(features), classifier.load(tmp_path / "model.npz")(features), atol=0.02)


def test_the_shipped_perceptron_takes_the_features_as_they_are():
    lab = to_lab(np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8))
    likely = classifier.shipped()(describe(lab, overview(lab)))
    assert likely.shape == (40, 50, 4)
    assert np.allclose(likely.sum(axis=2), 1, atol=1e-4)


def test_the_shipped_weights_are_those_the_model_card_describes():
    digest = hashlib.sha256(classifier.WEIGHTS.read_bytes()).hexdigest()
    assert digest in classifier.WEIGHTS.with_suffix(".md").read_text(encoding="utf-8")
