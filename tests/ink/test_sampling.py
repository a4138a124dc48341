"""Predicting masked tokens in a few steps, and sliding windows over larger grids."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.ink import windows
from generation.ink.config import SamplingConfig
from generation.ink.model import InkModel
from generation.ink.sampling import predict, training_gaps
from tests.ink import tiny


def filled(model: InkModel, gaps: torch.Tensor, steps: int = 3, watch=None) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = torch.from_numpy(tiny.tokens(4, 4).astype(np.int64))[None]
    network = model.transformer if watch is None else watch
    with torch.inference_mode():
        text, nothing = model.text(["thick ink"]), model.text([""])
    draw = [torch.Generator().manual_seed(5)]
    return tokens, predict(network, tokens, gaps, text, nothing, draw, SamplingConfig(steps=steps))


def test_known_codes_stay_and_gaps_are_filled(model: InkModel) -> None:
    gaps = torch.rand(1, 4, 4, 5, generator=torch.Generator().manual_seed(1)) < 0.5
    before, after = filled(model, gaps)
    assert torch.equal(after[~gaps], before[~gaps])
    assert (after[gaps] != before[gaps]).float().mean() > 0.5


def test_steps_follow_the_cosine_and_settle_structure_first(model: InkModel) -> None:
    seen = []

    def watch(tokens, gaps, text):
        seen.append(gaps.clone())
        return model.transformer(tokens, gaps, text)

    filled(model, torch.ones(1, 4, 4, 5, dtype=torch.bool), 8, watch)
    left = [int(gaps.sum()) for gaps in seen[::2]]
    assert left == [80, *[int(80 * np.cos(np.pi / 2 * k / 8)) for k in range(1, 8)]]
    assert all(not gaps[..., 0].any() or gaps[..., 1:].all() for gaps in seen)


def test_one_code_a_step_also_ends(model: InkModel) -> None:
    gaps = torch.zeros(1, 4, 4, 5, dtype=torch.bool)
    gaps[0, 1] = True
    before, after = filled(model, gaps, 20)
    assert torch.equal(after[:, 0], before[:, 0])


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_there_is_always_something_to_learn(seed: int) -> None:
    gaps = training_gaps(3, 4, torch.Generator().manual_seed(seed))
    assert gaps.shape == (3, 4, 4, 5)
    assert gaps.flatten(1).any(1).all()


@given(st.integers(1, 30), st.integers(1, 8), st.booleans())
@settings(max_examples=30, deadline=None)
def test_windows_cover_everything_and_overlap(length: int, window: int, backwards: bool) -> None:
    found = windows.starts(length, window, backwards)
    covered = {cell for start in found for cell in range(start, min(start + window, length))}
    assert covered == set(range(length))
    ordered = sorted(found)
    assert all(later - earlier <= max(1, window // 2) for earlier, later in pairwise(ordered))
    assert found == sorted(found, reverse=backwards)


def counting(known: list) -> Callable:
    """Fills gaps with the number of the window, and notes how many codes of each window were known."""

    def fill(tokens: torch.Tensor, gaps: torch.Tensor, number: int, heard: windows.Step) -> torch.Tensor:
        known.append((number, int((~gaps).sum())))
        heard(0.5)
        return torch.where(gaps[None], number + 1, tokens)

    return fill


def test_a_window_sees_what_its_neighbours_painted() -> None:
    known: list = []
    tokens, gaps = torch.zeros(1, 4, 10, 5, dtype=torch.long), torch.ones(4, 10, 5, dtype=torch.bool)
    done = windows.complete(tokens, gaps, 4, counting(known))
    assert known == [(0, 0), (1, 40), (2, 40), (3, 40)]
    assert done[0, 0, :, 0].tolist() == [1, 1, 1, 1, 2, 2, 3, 3, 4, 4]
    assert gaps.all()


def test_single_codes_of_a_cell_are_filled_and_windows_without_gaps_are_passed_over() -> None:
    known: list = []
    heard: list = []
    tokens, gaps = torch.zeros(1, 4, 10, 5, dtype=torch.long), torch.zeros(4, 10, 5, dtype=torch.bool)
    gaps[1, 9, 3] = gaps[0, 0, 2] = True
    done = windows.complete(tokens, gaps, 4, counting(known), step=heard.append)
    assert (done[0] > 0).nonzero().tolist() == [[0, 0, 2], [1, 9, 3]]
    assert known == [(0, 79), (1, 79)]
    assert heard == [0.25, 0.5, 0.75, 1.0]


def test_windows_of_an_extension_to_the_left_slide_outwards() -> None:
    known: list = []
    larger, gaps = windows.enlarged(torch.full((4, 4, 5), 9), "left", 4)
    done = windows.complete(larger[None], gaps, 4, counting(known), (False, True))
    assert done[0, 0, :, 0].tolist() == [2, 2, 1, 1, 9, 9, 9, 9]
    assert known == [(0, 40), (1, 40)]
