"""Text-to-ink as one object: generates from text, turns pictures into tokens and back, edits and extends them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from generation.ink import storage
from generation.ink.autoencoder import Autoencoder
from generation.ink.clip import Clip
from generation.ink.config import SLOTS, ConfigError, InkConfig
from generation.ink.sampling import Step, predict
from generation.ink.text import Text, TextEncoder, Tokenizer
from generation.ink.transformer import TokenTransformer
from generation.ink.windows import DIRECTIONS, complete, enlarged, longer, strips

TOGETHER = 16  # pictures that are predicted in one go
STRIP = 16  # cells along the longer side that are decoded at once
MOST_SQUARES = 16  # of a long picture that CLIP looks at


class InkError(ValueError):
    """A request that cannot be met; `str()` is one sentence for a person."""


class InkModel(nn.Module):
    """VQGAN, BERT, CLIP and the token transformer.

    Pictures are (H, W, 3) float32 in 0..1. Tokens are (h, w, 5) int16: a cell of `config.autoencoder.cell` pixels has
    a code of structure and four of detail. What is made depends on the seed alone, not on what is made beside it.
    """

    parts = ("autoencoder", "text", "clip", "transformer")

    def __init__(
        self, config: InkConfig, tokenizer: Tokenizer | None = None, clip_tokenizer: Tokenizer | None = None
    ) -> None:
        super().__init__()
        self.config = config
        self.text = TextEncoder(config.text, tokenizer)
        if config.clip.tokenizer == "clip" and clip_tokenizer is None:
            raise ConfigError("This CLIP needs its tokenizer files, which come with its weights.")
        self.clip = Clip(config.clip, clip_tokenizer or self.text.tokenizer)
        self.autoencoder = Autoencoder(config.autoencoder, self.text.width)
        self.transformer = TokenTransformer(config.transformer, config.autoencoder, self.text.width)

    @classmethod
    def from_config(cls, source: str | Path | InkConfig) -> Self:
        """Random weights for a configuration, given by name, JSON file or object."""
        config = InkConfig.load(source) if isinstance(source, Path) else source
        config = InkConfig.named(config) if isinstance(config, str) else config
        return cls(config).to(memory_format=torch.channels_last)

    @classmethod
    def from_pretrained(cls, folder: Path) -> Self:
        """Load what `save` wrote, in float32, ready to use; `LoadError` or `ConfigError` say what is wrong."""
        config = InkConfig.load(Path(folder) / storage.CONFIG)
        model = cls(config, *storage.tokenizers(Path(folder), config)).to(memory_format=torch.channels_last)
        storage.load(model, Path(folder))
        return model.eval()

    def save(self, folder: Path) -> list[Path]:
        """Write the configuration, the vocabulary, and one fp16 `safetensors` file a part."""
        return storage.save(self, Path(folder))

    @property
    def cell(self) -> int:
        """Pixels on a side of a cell."""
        return self.config.autoencoder.cell

    def generate(
        self, prompts: Sequence[str], seeds: Sequence[int], steps: int | None = None, guidance: float | None = None,
        size: tuple[int, int] | None = None, candidates: int = 1, step: Step = lambda share: None,
    ) -> np.ndarray:  # fmt: skip
        """Pictures (N, h, w, 3); see `imagine`. size: (h, w) in pixels."""
        rows, columns = self._cells(size)
        tokens = self.imagine(prompts, seeds, steps, guidance, (rows, columns), candidates, step)
        return np.stack([self.decode(one, prompt) for one, prompt in zip(tokens, prompts, strict=True)])

    def imagine(
        self, prompts: Sequence[str], seeds: Sequence[int], steps: int | None = None, guidance: float | None = None,
        cells: tuple[int, int] | None = None, candidates: int = 1, step: Step = lambda share: None,
    ) -> np.ndarray:  # fmt: skip
        """Tokens (N, h, w, 5) int16 of new pictures, one for each prompt and seed.

        guidance: how much the text counts, 1 = as learned. cells: (h, w). candidates: how many are made for each, of
        which the one is kept that CLIP finds nearest to the prompt. step hears the share that is done.
        """
        if len(prompts) != len(seeds) or not prompts:
            raise InkError("Every picture needs a prompt and a seed.")
        if candidates < 1 or (steps is not None and steps < 1):
            raise InkError("Text-to-ink needs at least one step and one candidate.")
        height, width = cells or (self.config.transformer.window,) * 2
        asked = [(prompt, seed, number) for prompt, seed in zip(prompts, seeds, strict=True)
                 for number in range(candidates)]  # fmt: skip
        made, gaps = [], torch.ones(height, width, SLOTS, dtype=torch.bool)
        for start in range(0, len(asked), TOGETHER):
            some = asked[start : start + TOGETHER]
            empty = torch.zeros(len(some), height, width, SLOTS, dtype=torch.long)

            def heard(share: float, start: int = start, count: int = len(some)) -> None:
                step((start + share * count) / len(asked))

            words, keys = [one[0] for one in some], [one[1:] for one in some]
            made.append(self._complete(empty, gaps, words, keys, steps, guidance, step=heard))
        tokens = np.concatenate(made).reshape(len(prompts), candidates, height, width, SLOTS)
        return np.stack([self._best(some, prompt) for some, prompt in zip(tokens, prompts, strict=True)])

    @torch.inference_mode()
    def encode(self, picture: np.ndarray) -> np.ndarray:
        """Tokens (h, w, 5) int16 of a picture whose sides are multiples of `cell`."""
        if (
            picture.ndim != 3
            or picture.shape[2] != 3
            or any(side % self.cell or not side for side in picture.shape[:2])
        ):
            raise InkError(f"A picture for text-to-ink has three colours and sides that are multiples of {self.cell}.")
        return self.autoencoder.encode(self.as_tensor(picture))[0].cpu().numpy().astype(np.int16)

    def decode(self, tokens: np.ndarray, text: str = "") -> np.ndarray:
        """The picture (H, W, 3) of tokens (h, w, 5), painted as the text says."""
        return np.concatenate(list(self.decode_strips(tokens, text)), axis=longer(tokens.shape))

    def decode_strips(self, tokens: np.ndarray, text: str = "", cells: int = STRIP) -> Iterator[np.ndarray]:
        """The same as strips of so many cells from left to right, or from top to bottom where it is taller than wide:
        memory does not grow with the picture.
        """
        with torch.inference_mode():
            pooled = self.text([text]).pooled

        def decode(part: Tensor) -> np.ndarray:
            with torch.inference_mode():
                picture = self.autoencoder.decode(part[None], pooled)[0]
            return (picture.permute(1, 2, 0) / 2 + 0.5).clamp(0, 1).cpu().numpy()

        yield from strips(self.codes(tokens), self.autoencoder.radius, cells, decode)

    def inpaint_tokens(
        self, tokens: np.ndarray, mask: np.ndarray, prompt: str, seed: int, steps: int | None = None,
        guidance: float | None = None, against: str = "", step: Step = lambda share: None,
    ) -> np.ndarray:  # fmt: skip
        """Tokens (h, w, 5) with the codes of the mask, bool, painted anew; the others stay as they are.

        mask: of codes (h, w, 5), or of cells (h, w). against: what the prompt leads away from.
        """
        known = self.codes(tokens)
        if mask.shape not in (tokens.shape, tokens.shape[:2]):
            raise InkError("The mask must have one value for each cell of the picture, or for each code.")
        codes = mask if mask.ndim == 3 else np.broadcast_to(mask[..., None], tokens.shape)
        gaps = torch.from_numpy(np.array(codes, dtype=bool))
        return self._complete(known[None], gaps, [prompt], [(seed, 0)], steps, guidance, step=step, against=against)[0]

    def extend(
        self, tokens: np.ndarray, direction: str, columns: int, prompt: str, seed: int, steps: int | None = None,
        guidance: float | None = None, step: Step = lambda share: None,
    ) -> np.ndarray:  # fmt: skip
        """Tokens with so many columns of cells more at the left or right, or rows at the top (up) or bottom (down).

        A window of tokens slides outwards from what is there, so a scroll of any length takes the memory of a window.
        """
        if direction not in DIRECTIONS or columns < 1:
            raise InkError(f"A scene is extended by at least one cell, {', '.join(DIRECTIONS[:-1])} or down.")
        larger, gaps = enlarged(self.codes(tokens), direction, columns)
        backwards = (direction == "up", direction == "left")
        return self._complete(larger[None], gaps, [prompt], [(seed, 0)], steps, guidance, backwards, step)[0]

    @torch.inference_mode()
    def similarity(self, picture: np.ndarray, text: str) -> float:
        """Cosine of a picture and a text by the model's own CLIP, -1..1 (eq. 12)."""
        return float((self.seen(picture) * self.clip.texts([text])).sum())

    @torch.inference_mode()
    def seen(self, picture: np.ndarray) -> Tensor:
        """The unit vector (1, width) of a picture by CLIP; of a long one, that of squares along it together."""
        side, length = min(picture.shape[:2]), max(picture.shape[:2])
        count = min(MOST_SQUARES, max(1, round(length / side)))
        starts = np.linspace(0, length - side, count).round().astype(int)
        tall = picture.shape[0] > picture.shape[1]
        cuts = [picture[a : a + side] if tall else picture[:, a : a + side] for a in starts]
        vectors = torch.cat([self.clip.pictures(self.as_tensor(cut)) for cut in cuts])
        return F.normalize(vectors.mean(0, keepdim=True), dim=-1)

    def touched(self, mask: np.ndarray) -> np.ndarray:
        """Which cells (h, w) a mask of pixels (H, W) bool touches."""
        height, width = (side // self.cell for side in mask.shape)
        return mask[: height * self.cell, : width * self.cell].reshape(height, self.cell, width, self.cell).any((1, 3))

    def as_tensor(self, picture: np.ndarray) -> Tensor:
        """A picture as (1, 3, H, W) in -1..1 on the model's device."""
        pixels = torch.from_numpy(np.ascontiguousarray(picture, dtype=np.float32)).permute(2, 0, 1)[None] * 2 - 1
        return pixels.to(next(self.parameters()).device)

    def _complete(
        self, tokens: Tensor, gaps: Tensor, prompts: list[str], keys: list[tuple[int, int]], steps: int | None,
        guidance: float | None, backwards: tuple[bool, bool] = (False, False), step: Step = lambda share: None,
        against: str = "",
    ) -> np.ndarray:  # fmt: skip
        """Fill gaps (h, w, 5) window by window; keys: seed and number of the candidate of each picture."""
        device = next(self.parameters()).device
        changes = {"steps": steps, "guidance": guidance}
        sampling = replace(self.config.sampling, **{k: v for k, v in changes.items() if v is not None})
        text, nothing = self._texts(prompts), self._texts([against] * len(prompts))

        def fill(part: Tensor, gap: Tensor, number: int, heard: Step) -> Tensor:
            open_codes = gap[None].expand(part.shape).to(device)
            generators = [seeded(*key, number) for key in keys]
            asked = (part.to(device), open_codes, text, nothing, generators, sampling, heard)
            return predict(self.transformer, *asked).cpu()

        done = complete(tokens, gaps, self.config.transformer.window, fill, backwards, step)
        return done.numpy().astype(np.int16)

    @torch.inference_mode()
    def _texts(self, prompts: list[str]) -> Text:
        return self.text(prompts)

    def _best(self, candidates: np.ndarray, prompt: str) -> np.ndarray:
        if len(candidates) == 1:
            return candidates[0]
        return max(candidates, key=lambda tokens: self.similarity(self.decode(tokens, prompt), prompt))

    def _cells(self, size: tuple[int, int] | None) -> tuple[int, int] | None:
        if size is None:
            return (self.config.transformer.window,) * 2
        if any(side < self.cell or side % self.cell for side in size):
            raise InkError(f"Text-to-ink paints sides that are multiples of {self.cell} pixels.")
        return size[0] // self.cell, size[1] // self.cell

    def codes(self, tokens: np.ndarray) -> Tensor:
        """Tokens (h, w, 5) as int64 on the model's device; `InkError` where they are none of this model."""
        codes = self.config.autoencoder
        most = np.array([codes.structure_codes] + [codes.detail_codes] * (SLOTS - 1))
        if (
            tokens.ndim != 3
            or tokens.shape[2] != SLOTS
            or tokens.size == 0
            or (tokens < 0).any()
            or (tokens >= most).any()
        ):
            raise InkError("These are not the tokens of a painting by this model.")
        return torch.from_numpy(tokens.astype(np.int64)).to(next(self.parameters()).device)


def seeded(*numbers: int) -> torch.Generator:
    """A generator that depends on all of these numbers."""
    state = np.random.SeedSequence([abs(number) for number in numbers]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> 1))
