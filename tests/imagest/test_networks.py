"""The parts of Imagest."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from restoration.imagest.autoencoder import CompactAutoencoder, make_context
from restoration.imagest.config import ConfigError, ImagestConfig, StyleConfig
from restoration.imagest.layers import latent_mask, touched
from restoration.imagest.model import Imagest
from restoration.imagest.prefill import prefill
from restoration.imagest.style_encoder import StyleSwinEncoder
from restoration.imagest.text import ByteTokenizer
from restoration.imagest.unet import Denoiser
from tests.imagest import tiny


def test_an_untrained_decoder_gives_the_patch_filling_back() -> None:
    autoencoder = CompactAutoencoder(tiny.config().autoencoder).eval()
    patch, tone = torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32)
    decoded = autoencoder.decode(torch.randn(2, 4, 8, 8), make_context(patch, tone, torch.ones(2, 1, 32, 32)))
    torch.testing.assert_close(decoded, torch.lerp(tone, patch, torch.sigmoid(torch.tensor(4.0))))


def test_an_untrained_denoiser_believes_the_prefilling() -> None:
    config = tiny.config()
    made = Imagest.from_config(config).eval()
    noisy, known, hole = torch.randn(2, 4, 16, 16), torch.randn(2, 4, 16, 16), torch.ones(2, 1, 16, 16)
    steps = torch.tensor([999, 300])
    velocity = made.denoiser(noisy, steps, known, hole, made.text(["", ""]), None)
    torch.testing.assert_close(velocity, made.denoiser.expectation(noisy, steps, known)[0])
    torch.testing.assert_close(velocity[0], -known[0])


def test_the_expected_velocity_is_right_on_average() -> None:
    denoiser, generator = tiny.model().denoiser, torch.Generator().manual_seed(1)
    known, steps = torch.full((40000, 1, 1, 1), 0.8), torch.full((40000,), 400)
    clean = known + denoiser.prior * torch.randn(known.shape, generator=generator)
    noise = torch.randn(known.shape, generator=generator)
    signal, level = denoiser.levels(steps)
    mean, spread = denoiser.expectation(signal * clean + level * noise, steps, known)
    error = (signal * noise - level * clean - mean) / spread
    assert abs(float(error.mean())) < 0.02
    assert abs(float(error.std()) - 1) < 0.02


def test_latents_have_the_size_that_the_factor_says() -> None:
    autoencoder = tiny.model().autoencoder
    assert autoencoder.encode(torch.rand(1, 3, 48, 64)).shape == (
        1,
        4,
        48 // autoencoder.factor,
        64 // autoencoder.factor,
    )


def test_style_attention_stands_in_the_first_level_only_for_restoration() -> None:
    unet = tiny.model().denoiser.unet
    styled = {name for name, p in unet.attn_processors.items() if type(p).__name__ == "StyleAttention"}
    assert styled
    assert all(name.startswith("down_blocks.0.") and "attn2" in name for name in styled)


def test_style_attention_stands_in_the_up_blocks_for_generation() -> None:
    from dataclasses import replace

    config = tiny.config()
    denoiser = Denoiser(replace(config.denoiser, style_blocks="up"), 64, torch.linspace(0.99, 0, 1000))
    styled = {name for name, p in denoiser.unet.attn_processors.items() if type(p).__name__ == "StyleAttention"}
    assert styled
    assert all(name.startswith("up_blocks.") for name in styled)


def test_style_can_enter_nowhere_else() -> None:
    from dataclasses import replace

    with pytest.raises(ConfigError, match="middle"):
        Denoiser(replace(tiny.config().denoiser, style_blocks="middle"), 64, torch.linspace(0.99, 0, 1000))


def test_no_style_window_is_shifted() -> None:
    encoder = tiny.model().style
    shifts = [block.shift_size for stage in encoder.layers for block in stage.blocks]
    assert len(shifts) == 8
    assert set(shifts) == {(0, 0)}


def test_windows_of_the_first_stage_do_not_see_each_other() -> None:
    encoder = StyleSwinEncoder(StyleConfig(width=8, depths=(2,), heads=(1,), window=7, size=56)).eval()
    picture = torch.rand(1, 3, 56, 56)
    changed = picture.clone()
    changed[..., :28, :28] = 0
    one, other = (encoder(p).unflatten(1, (14, 14)) for p in (picture, changed))
    assert not torch.equal(one[:, :7, :7], other[:, :7, :7])
    assert torch.equal(one[:, 7:], other[:, 7:])
    assert torch.equal(one[:, :7, 7:], other[:, :7, 7:])


def test_paper_and_text_configurations_of_the_style_encoder_are_one_class() -> None:
    paper = ImagestConfig.load("paper").style
    assert paper.depths == (2, 2, 18, 2)
    assert [paper.width * 2**i for i in range(4)] == [96, 192, 384, 768]
    assert paper.window == 7
    encoder = StyleSwinEncoder(StyleConfig(width=8, depths=(1, 1, 3, 1), heads=(1, 1, 2, 2), window=7, size=256)).eval()
    assert encoder(torch.rand(1, 3, 100, 80)).shape == (1, 64, 64)


def test_timm_weights_load_from_a_file_and_wrong_ones_are_refused(tmp_path) -> None:
    import timm

    swin = timm.models.swin_transformer.SwinTransformer(
        img_size=56, embed_dim=8, depths=(2, 2, 2, 2), num_heads=(1, 2, 2, 2)
    )
    save_file({k: v.contiguous() for k, v in swin.state_dict().items()}, tmp_path / "swin.safetensors")
    encoder = StyleSwinEncoder(tiny.config().style)
    encoder.load_timm(tmp_path / "swin.safetensors")
    assert torch.equal(encoder.layers[1].blocks[0].attn.qkv.weight, swin.layers[1].blocks[0].attn.qkv.weight)
    save_file({"a": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(ConfigError, match="other"):
        encoder.load_timm(tmp_path / "other.safetensors")


@given(st.text(max_size=100))
def test_byte_tokens_open_close_and_pad_any_text(prompt: str) -> None:
    row = ByteTokenizer(32)([prompt])[0].tolist()
    assert len(row) == 32
    assert row[0] == 256
    assert row.count(257) == 1
    inside = row[1 : row.index(257)]
    assert prompt.startswith(bytes(inside).decode("utf-8"))
    assert set(row[row.index(257) + 1 :]) <= {258}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**20))
def test_every_damaged_pixel_lies_in_a_touched_latent(seed: int) -> None:
    mask = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(seed)) < 0.02
    assert torch.equal(touched(mask, 4) > 0, latent_mask(mask, 4) > 0)


def test_prefilling_keeps_the_undamaged_pixels_and_ignores_the_damaged() -> None:
    windows, masks = tiny.damaged(1)
    first = prefill(windows[0], masks[0], 3)
    blackened = np.where(masks[0][..., None], 0, windows[0]).astype(np.float32)
    second = prefill(blackened, masks[0], 3)
    for one, other in ((first.patch, second.patch), (first.tone, second.tone)):
        assert np.array_equal(one[~masks[0]], windows[0][~masks[0]])
        assert np.array_equal(one[masks[0]], other[masks[0]])


def test_prefilling_works_without_patchmatch(monkeypatch: pytest.MonkeyPatch) -> None:
    import restoration.imagest.prefill as module

    monkeypatch.setattr(module, "patchmatch_available", lambda: False)
    windows, masks = tiny.damaged(1)
    assert np.isfinite(prefill(windows[0], masks[0]).patch).all()
