"""The parts of the VQGAN, of the text encoder and of the transformer against what the paper says of them."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.ink.autoencoder import _cells, _grids
from generation.ink.blocks import ResidualBlock, ResidualDenseBlock, StyleNorm
from generation.ink.clip import contrast, guidance_loss
from generation.ink.codebook import Codebook, Whitening
from generation.ink.config import ConfigError, InkConfig
from generation.ink.model import InkModel
from generation.ink.text import BYTES, END, FIRST_PIECE, PAD, START, PieceTokenizer
from generation.ink.transformer import align
from tests.ink import tiny


def test_alignment_is_that_of_equation_11() -> None:
    text, image = torch.randn(2, 3, 8), torch.randn(2, 5, 8)
    wanted = torch.softmax(text @ image.mT / math.sqrt(8), -1) @ image + text
    torch.testing.assert_close(align(text, image), wanted)


def test_a_feature_goes_to_the_nearest_entry() -> None:
    book = Codebook(7, 4, 3).eval()
    features = torch.randn(1, 4, 2, 3)
    quantised = book(features)
    found = torch.nn.functional.normalize(book.whiten(book.inward(features)), dim=1).permute(0, 2, 3, 1)
    distances = (found[..., None, :] - book.entries).norm(dim=-1)
    assert torch.equal(quantised.codes, distances.argmin(-1))
    torch.testing.assert_close(quantised.features, book.look_up(quantised.codes))


def test_gradients_pass_straight_through_a_codebook() -> None:
    features = torch.randn(1, 4, 2, 3, requires_grad=True)
    Codebook(7, 4, 3).eval()(features).features.sum().backward()
    assert features.grad.abs().sum() > 0


def test_entries_that_nothing_comes_near_are_revived() -> None:
    torch.manual_seed(0)
    book = Codebook(16, 8, 8)
    far = book.entries.clone()
    features = torch.randn(4, 8, 4, 4) * 0.1 + torch.linspace(-3, 3, 8)[:, None, None]
    with torch.no_grad():
        for _ in range(10):
            book(features)
    assert torch.linalg.norm(book.entries - far, dim=1).min() > 1e-3
    assert len(book(features).codes.unique()) > 8


def test_a_codebook_learns_in_training_only() -> None:
    book = Codebook(7, 4, 3).eval()
    before = book.entries.clone()
    book(torch.randn(1, 4, 2, 3))
    assert torch.equal(book.entries, before)


@given(st.integers(1, 3), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_cells_hold_both_grids_unchanged(height: int, width: int, seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    structure = torch.randint(9, (2, height, width), generator=draw)
    detail = torch.randint(9, (2, 2 * height, 2 * width), generator=draw)
    tokens = _cells(structure, detail)
    assert tokens[0, 0, 0].tolist() == [structure[0, 0, 0], *detail[0, :2, :2].flatten().tolist()]
    assert all(torch.equal(a, b) for a, b in zip(_grids(tokens), (structure, detail), strict=True))


def test_a_pixel_depends_on_cells_within_the_radius_only(model: InkModel) -> None:
    reach, text = model.autoencoder.radius, torch.randn(1, 16)
    tokens = torch.from_numpy(tiny.tokens(1, reach + 4).astype(np.int64))[None]
    changed = tokens.clone()
    changed[:, :, 0] = (changed[:, :, 0] + 1) % 12
    with torch.inference_mode():
        difference = (model.autoencoder.decode(tokens, text) - model.autoencoder.decode(changed, text)).abs()
    per_cell = difference.unflatten(-1, (-1, tiny.CELL)).amax((0, 1, 2, 4))
    assert per_cell[0] > 0
    assert per_cell[reach + 1 :].max() == 0


def test_the_text_changes_how_tokens_are_painted(model: InkModel) -> None:
    tokens = tiny.tokens()
    assert np.abs(model.decode(tokens, "thick ink") - model.decode(tokens, "spacious")).max() > 1e-3


def test_style_normalisation_looks_at_one_place_alone() -> None:
    norm, text = StyleNorm(4, 2), torch.zeros(1, 2)
    features = torch.randn(1, 4, 3, 3)
    torch.testing.assert_close(norm(features, text)[..., :1, :1], norm(features[..., :1, :1], text))


def test_both_codebooks_are_used(model: InkModel) -> None:
    tokens = np.concatenate([model.encode(tiny.picture(32, 32, seed)) for seed in range(12)])
    assert len(np.unique(tokens[..., 0])) > 1
    assert len(np.unique(tokens[..., 1:])) > 1


@pytest.mark.parametrize(
    ("module", "kind"), [("dense", ResidualDenseBlock), ("alignment", None)], ids=["dense", "alignment"]
)
def test_a_module_can_be_left_out(module: str, kind: type | None) -> None:
    config = tiny.CONFIG.without(module)
    less = InkModel.from_config(config)
    if kind:
        assert not [part for part in less.autoencoder.modules() if isinstance(part, kind)]
        assert isinstance(less.autoencoder.generator.after_upsampling[0], ResidualBlock)
    else:
        assert not any(layer.alignment for layer in less.transformer.layers)
    assert less.generate([""], [1]).shape == (1, 64, 64, 3)


def test_english_and_chinese_are_cut_into_learned_pieces() -> None:
    tokenizer = PieceTokenizer(12, FIRST_PIECE + 10)
    tokenizer.learn(["thick ink, ink", "浓墨，墨"])
    numbers, counted = tokenizer(["Thick 墨"])
    word, character = (FIRST_PIECE + tokenizer.pieces.index(piece) for piece in ("thick", "墨"))
    assert numbers[0].tolist() == [START, word, character, END] + [PAD] * 8
    assert counted[0].sum() == 4


def test_what_was_not_learned_is_spelled_in_bytes() -> None:
    numbers, _ = PieceTokenizer(8, FIRST_PIECE)(["é"])
    assert numbers[0, 1:3].tolist() == [BYTES + byte for byte in "é".encode()]


def test_a_long_text_is_cut_and_still_closed() -> None:
    numbers, counted = PieceTokenizer(8, FIRST_PIECE)(["x" * 10_000])
    assert numbers[0, -1] == END
    assert counted.all()


def test_frequent_pieces_are_learned_first() -> None:
    tokenizer = PieceTokenizer(8, FIRST_PIECE + 1)
    tokenizer.learn(["ink pine ink"])
    assert tokenizer.pieces == ["ink"]


def test_texts_of_one_wording_are_no_rivals() -> None:
    vectors = torch.eye(2)[[0, 0, 1]]
    told_apart = contrast(vectors, vectors, ["a", "b", "c"], torch.tensor(50.0))
    alike = contrast(vectors, vectors, ["a", "a", "c"], torch.tensor(50.0))
    assert alike == pytest.approx(told_apart.item(), abs=1e-4)  # both rows split their belief between the two
    assert alike > contrast(vectors, vectors.flip(0), ["a", "a", "c"], torch.tensor(0.0)) * 0.1


def test_guidance_is_one_less_the_cosine() -> None:
    one = torch.nn.functional.normalize(torch.randn(4, 8), dim=-1)
    assert guidance_loss(one, one).item() == pytest.approx(0, abs=1e-6)
    assert guidance_loss(one, -one).item() == pytest.approx(2, abs=1e-6)


def test_a_configuration_comes_back_as_it_was_saved(tmp_path) -> None:
    tiny.CONFIG.save(tmp_path / "ink.json")
    assert InkConfig.load(tmp_path / "ink.json") == tiny.CONFIG


@pytest.mark.parametrize("text", ["", "[]", '{"name": "x"}', '{"name": "x", "autoencoder": {"fold": 2}}'])
def test_what_is_no_configuration_is_refused(tmp_path, text: str) -> None:
    (tmp_path / "ink.json").write_text(text)
    with pytest.raises(ConfigError, match="not the configuration"):
        InkConfig.load(tmp_path / "ink.json")


def test_there_are_two_sizes() -> None:
    assert {InkConfig.named(size).name for size in ("compact", "paper")} == {"compact", "paper"}
    with pytest.raises(ConfigError, match="no size"):
        InkConfig.named("huge")


def test_whitened_features_lie_in_no_direction_more_than_in_another() -> None:
    whiten = Whitening(4).train()
    draw = torch.Generator().manual_seed(0)
    mixing = torch.tensor([[3.0, 0, 0, 0], [2.9, 0.3, 0, 0], [0, 0, 1.0, 0], [0, 0, 0.9, 0.2]])
    for _ in range(60):
        features = torch.einsum("dc,nchw->ndhw", mixing, torch.randn(8, 4, 6, 6, generator=draw)) + 5
        found = whiten(features)
    rows = found.permute(0, 2, 3, 1).flatten(0, 2)
    assert torch.allclose(rows.mean(0), torch.zeros(4), atol=0.2)
    assert torch.allclose(torch.cov(rows.T), torch.eye(4), atol=0.3)
    assert torch.equal(whiten.eval()(features), whiten(features))


def test_a_loose_codebook_lets_pictures_pass_and_only_in_training() -> None:
    book = Codebook(8, 6, 4).train()
    book.loose = 1.0
    features = torch.randn(2, 6, 3, 3)
    passed = book(features).features
    assert not torch.allclose(passed, book.look_up(book(features).codes))
    book.eval()
    found = book(features)
    assert torch.allclose(found.features, book.look_up(found.codes), atol=1e-5)
