"""Masked latent sampling."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from restoration.imagest.crops import crop_around
from restoration.imagest.drawing import draw_latents, schedule
from restoration.imagest.model import Imagest
from restoration.imagest.sampler import Cancelled, Options, Sampler
from tests.imagest import tiny


def test_nothing_changes_where_the_mask_is_false(sampler: Sampler) -> None:
    windows, masks = tiny.damaged()
    filled = sampler.fill(windows, masks, [1, 2])
    assert filled.shape == windows.shape
    assert filled.dtype == np.float32
    assert np.array_equal(filled[~masks], windows[~masks])
    assert not np.array_equal(filled[masks], windows[masks])


def test_what_lies_under_the_mask_does_not_matter(sampler: Sampler) -> None:
    windows, masks = tiny.damaged()
    other = np.where(masks[..., None], 0.9, windows).astype(np.float32)
    assert np.array_equal(
        sampler.fill(windows, masks, [1, 2]), np.where(masks[..., None], sampler.fill(other, masks, [1, 2]), windows)
    )


def test_the_same_seed_gives_the_same_bytes(sampler: Sampler) -> None:
    windows, masks = tiny.damaged()
    assert sampler.fill(windows, masks, [5, 6]).tobytes() == sampler.fill(windows, masks, [5, 6]).tobytes()


def test_another_seed_gives_another_filling(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(1)
    assert not np.array_equal(sampler.fill(windows, masks, [5]), sampler.fill(windows, masks, [6]))


def test_a_batch_gives_what_single_calls_give(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(3)
    together = sampler.fill(windows, masks, [3, 4, 5])
    alone = [sampler.fill(windows[i : i + 1], masks[i : i + 1], [3 + i])[0] for i in range(3)]
    np.testing.assert_allclose(together, np.stack(alone), atol=2e-5)


@pytest.mark.parametrize("size", [(64, 64), (50, 71), (33, 40)])
def test_any_window_size_is_returned_as_it_came(sampler: Sampler, size: tuple[int, int]) -> None:
    windows, masks = tiny.damaged(1, *size)
    assert sampler.fill(windows, masks, [0]).shape == windows.shape


def test_a_window_that_is_damaged_everywhere_is_filled_as_well(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(1)
    filled = sampler.fill(windows, np.ones_like(masks), [0])
    assert np.isfinite(filled).all()
    assert filled.min() >= 0
    assert filled.max() <= 1


@pytest.mark.parametrize("solver", ["ddim", "dpm"])
def test_known_latents_are_put_back_exactly(model: Imagest, solver: str) -> None:
    known, noise = torch.randn(2, 4, 16, 16), torch.randn(2, 4, 16, 16)
    hole = torch.zeros(2, 1, 16, 16)
    hole[:, :, 4:9, 5:12] = 1
    seen = []
    with torch.inference_mode():
        drawn = draw_latents(
            model,
            known,
            hole,
            hole,
            noise,
            model.text(["", ""]),
            None,
            solver=solver,
            watch=lambda i, n, x: seen.append(i),
        )
    outside = (hole == 0).expand_as(known)
    assert torch.equal(drawn[outside], known[outside])
    assert not torch.equal(drawn[~outside], known[~outside])
    assert seen == [0, 1, 2, 3]


def test_the_network_sees_the_known_latents_noised_to_each_step(
    model: Imagest, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, noise, hole = torch.randn(1, 4, 16, 16), torch.randn(1, 4, 16, 16), torch.zeros(1, 1, 16, 16)
    hole[..., :8] = 1
    inner, outside = model.denoiser.forward, (hole == 0).expand_as(known)

    def checked(noisy: torch.Tensor, steps: torch.Tensor, *rest: object) -> torch.Tensor:
        signal, level = model.denoiser.levels(steps)
        assert torch.equal(noisy[outside], (signal * known + level * noise)[outside])
        return inner(noisy, steps, *rest)

    monkeypatch.setattr(model.denoiser, "forward", checked)
    with torch.inference_mode():
        draw_latents(model, known, hole, hole, noise, model.text([""]), None)


def test_style_is_projected_once_a_job_and_not_once_a_step(sampler: Sampler) -> None:
    attentions = sampler.model.denoiser.style_attentions
    assert attentions
    before = [attention.projections for attention in attentions]
    windows, masks = tiny.damaged(2)
    sampler.fill(windows, masks, [1, 2], Options(steps=7, style=windows[0]))
    assert [attention.projections for attention in attentions] == [count + 1 for count in before]


def test_the_style_reference_changes_the_filling(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(1)
    dark = np.zeros((40, 60, 3), np.float32)
    assert not np.array_equal(sampler.fill(windows, masks, [1]), sampler.fill(windows, masks, [1], Options(style=dark)))


def test_the_prompt_changes_the_filling(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(1)
    assert not np.array_equal(
        sampler.fill(windows, masks, [1]), sampler.fill(windows, masks, [1], Options(prompt="雨中山水"))
    )


def test_progress_counts_the_steps_and_brings_previews_when_asked(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(1, 50, 60)
    seen: list[tuple[int, int, bool]] = []
    sampler.fill(
        windows, masks, [1], Options(steps=4, preview_every=2), lambda i, n, p: seen.append((i, n, p is not None))
    )
    assert seen == [(1, 4, False), (2, 4, True), (3, 4, False), (4, 4, True)]


def test_cancelling_stops_at_the_next_step(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(1)
    steps: list[int] = []
    with pytest.raises(Cancelled, match="cancelled"):
        sampler.fill(windows, masks, [1], Options(steps=9), lambda i, n, p: steps.append(i), lambda: len(steps) == 2)
    assert steps == [1, 2]


def test_without_noise_the_denoiser_is_not_asked(sampler: Sampler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler.model.denoiser, "forward", None)
    windows, masks = tiny.damaged(1)
    assert sampler.fill(windows, masks, [1], Options(strength=0.0)).shape == windows.shape


def test_strength_is_the_noise_level_to_start_from(model: Imagest) -> None:
    for strength in (0.25, 0.5, 1.0):
        _, steps = schedule(model, 10, strength, "dpm")
        assert len(steps) == 10
        assert abs(int(steps[0]) - (1000 * strength - 1)) <= 2


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 20), st.integers(4, 20), st.integers(0, 2**20), st.sampled_from([0, 16, 48]))
def test_a_crop_holds_all_damage_and_lies_in_the_window(rows: int, columns: int, seed: int, margin: int) -> None:
    mask = np.random.default_rng(seed).random((rows * 16, columns * 16)) < 0.0005
    mask[5, 7] = True
    box = crop_around(mask, margin, 64)
    assert mask[box.slices].sum() == mask.sum()
    assert mask[box.slices].shape == (box.height, box.width)
    assert all(side % 64 == 0 or side == whole for side, whole in zip((box.height, box.width), mask.shape, strict=True))


def test_far_away_pixels_do_not_matter_to_a_small_hole(model: Imagest) -> None:
    box = crop_around(np.pad(np.ones((10, 10), bool), ((100, 400), (300, 200))), 48, 64)
    assert (box.height, box.width) == (128, 128)


def test_holes_of_different_sizes_share_a_batch(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(2, 256, 256)
    masks[1, 30:220, 20:230] = True
    together = sampler.fill(windows, masks, [3, 4])
    alone = [sampler.fill(windows[i : i + 1], masks[i : i + 1], [3 + i])[0] for i in range(2)]
    np.testing.assert_allclose(together, np.stack(alone), atol=2e-5)


def test_a_window_without_damage_comes_back_as_it_is(sampler: Sampler) -> None:
    windows, masks = tiny.damaged(2)
    masks[1] = False
    filled = sampler.fill(windows, masks, [3, 4])
    assert np.array_equal(filled[1], windows[1])
    assert not np.array_equal(filled[0], windows[0])
