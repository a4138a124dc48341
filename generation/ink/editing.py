"""Editing rounds on tokens: which codes an instruction concerns, and how well it was followed."""

from collections.abc import Sequence

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from generation.ink.model import InkError, InkModel, seeded
from generation.ink.text import Text

LOOKS = 4  # times that half of the codes are hidden, to hear how likely each is under a text
WIDEST = 0.35  # share of the picture that a named element may take


def relevance(model: InkModel, tokens: np.ndarray, text: str, other: str, seed: int = 0) -> np.ndarray:
    """How much likelier each code is under `text` than under `other`: (h, w, 5) float32, in nats.

    Half of the codes are hidden at a time and judged by the rest, so that each is judged without being seen.
    """
    model.codes(tokens)
    found = np.zeros(tokens.shape, np.float32)
    window = model.config.transformer.window
    for top in range(0, tokens.shape[0], window):
        for left in range(0, tokens.shape[1], window):
            place = (slice(top, top + window), slice(left, left + window))
            found[place] = _relevance(model, tokens[place], (text, other), seed)
    return found


def locate(model: InkModel, tokens: np.ndarray, element: str, prompt: str, without: str, seed: int = 0) -> np.ndarray:
    """Cells (h, w) bool where the picture shows `element`: where the words for it explain most.

    prompt, without: the captions with the element and without it. The largest connected region above the mean, at most
    `WIDEST` of the picture but at least a cell; it is a guess of the model's, to be shown before it is trusted.
    """
    if not element.strip():
        raise InkError("Name the element that is to be replaced, or mark its place.")
    cells = relevance(model, tokens, prompt, without, seed).mean(-1)
    if not cells.any():
        raise InkError("The place of the element cannot be found; mark it.")
    smooth = ndimage.uniform_filter(cells, 2, mode="nearest")
    most = max(1, int(WIDEST * smooth.size))
    bar = max(float(smooth.mean()), float(np.sort(smooth, axis=None)[-most]))
    parts, count = ndimage.label(smooth >= bar)
    sizes = ndimage.sum_labels(smooth - bar + 1e-6, parts, range(1, count + 1))
    return parts == 1 + int(np.argmax(sizes))


def disagreeing(
    model: InkModel, tokens: np.ndarray, before: str, after: str, strength: float, seed: int = 0
) -> np.ndarray:
    """The share `strength` (0 to 1) of the codes that speak most for the caption `before` and least for `after`:
    (h, w, 5) bool, to be painted anew. The others keep the composition.
    """
    if not 0 < strength <= 1:
        raise InkError("The strength lies above 0 and is at most 1.")
    spoken = relevance(model, tokens, before, after, seed)
    spoken = spoken + 1e-6 * np.random.default_rng(seed).random(spoken.shape, np.float32)
    return spoken >= np.quantile(spoken, 1 - strength)


@torch.inference_mode()
def likeness(model: InkModel, one: np.ndarray, other: np.ndarray) -> float:
    """Style similarity of two pictures: the cosine of what the model's own CLIP makes of them, -1..1 (eq. 12)."""
    return float((model.seen(one) * model.seen(other)).sum())


@torch.inference_mode()
def accuracy(model: InkModel, picture: np.ndarray, caption: str, rivals: Sequence[str]) -> float | None:
    """Instruction accuracy: the share of the rival captions that the picture agrees with less than with its own.

    By the model's own CLIP; None where there is no rival.
    """
    others = [rival for rival in dict.fromkeys(rivals) if rival != caption]
    if not others:
        return None
    cosines = (model.seen(picture) @ model.clip.texts([caption, *others]).T)[0]
    return float((cosines[0] > cosines[1:]).float().mean())


@torch.inference_mode()
def _relevance(model: InkModel, part: np.ndarray, texts: tuple[str, str], seed: int) -> np.ndarray:
    device = next(model.parameters()).device
    tokens = torch.from_numpy(part.astype(np.int64))[None].to(device)
    said = [model.text([text]) for text in texts]
    total, draw = torch.zeros(part.shape, device=device), seeded(seed)
    for _ in range(LOOKS):
        hidden = (torch.rand(part.shape, generator=draw) < 0.5).to(device)[None]
        for gaps in (hidden, ~hidden):
            one, other = (_likelihood(model, tokens, gaps, text) for text in said)
            total += torch.where(gaps, one - other, 0)[0]
    return (total / LOOKS).cpu().numpy()


def _likelihood(model: InkModel, tokens: Tensor, gaps: Tensor, text: Text) -> Tensor:
    """The logarithm of the probability of every code (N, h, w, 5), given those that are no gaps."""
    logits = model.transformer(tokens, gaps, text)
    pairs = ((logits.structure, tokens[..., :1]), (logits.detail, tokens[..., 1:]))
    return torch.cat([part.log_softmax(-1).gather(-1, codes[..., None])[..., 0] for part, codes in pairs], -1)
