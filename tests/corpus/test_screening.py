"""ResNet-50 screening, with a tiny network of the same class and random weights."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from generation.corpus.errors import CorpusError
from generation.corpus.screening import CLASSES, Screener
from generation.lexicon import Lexicon

TINY = {"layers": [1, 1, 1, 1], "channels": [4, 4, 8, 8], "stem_width": 4}


def weights(folder, classes=4, **options):
    import timm

    torch.manual_seed(0)
    network = timm.create_model("resnet50", num_classes=classes, **TINY)
    save_file(network.state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"model_args": TINY | options}))
    return network


def test_the_classes_are_the_primary_ones_of_the_lexicon():
    assert set(CLASSES) == Lexicon.load().classes.keys()


def test_probabilities_sum_to_one_and_alone_is_as_in_a_batch(tmp_path):
    weights(tmp_path)
    screener = Screener.load(tmp_path)
    pictures = [np.random.default_rng(seed).integers(0, 255, (40, 60, 3), np.uint8) for seed in range(3)]
    both = screener.probabilities(pictures)
    assert both.shape == (3, 4)
    np.testing.assert_allclose(both.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(both[1], screener.probabilities(pictures[1:2])[0], atol=1e-5)
    assert screener.classify(pictures[1]) == (CLASSES[both[1].argmax()], pytest.approx(both[1].max(), abs=1e-5))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: None, "There is no model.safetensors"),
        (lambda folder: weights(folder, classes=7), "tell 7 classes apart, not the four"),
        (lambda folder: weights(folder, layers=[2, 1, 1, 1]), "are no ResNet-50"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"rubbish"), "are no ResNet-50"),
        (lambda folder: (weights(folder), (folder / "config.json").write_text("[")), "are no ResNet-50"),
    ],
)
def test_weights_that_do_not_fit_are_named_in_one_sentence(tmp_path, make, sentence):
    make(tmp_path)
    with pytest.raises(CorpusError, match=sentence):
        Screener.load(tmp_path)
