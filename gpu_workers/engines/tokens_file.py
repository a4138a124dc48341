"""The tokens of a painting as a file: what it is edited by, and of which weights they are. No pickle, NumPy alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from gpu_workers.pictures import appearing

from .contract import EngineError

FORMAT = "lacuna-ink-tokens-1"
SUFFIX = ".safetensors"
MOST_CODES = 5 * 65536


@dataclass(frozen=True)
class Tokens:
    """codes: (h, w, 5) int16. weights: SHA-256 of the weights they belong to. caption: what the picture shows.
    manner: the text in whose manner it is decoded; it stays while parts are painted anew, so that the rest does.
    """

    codes: np.ndarray
    weights: str
    caption: str
    manner: str


def write(tokens: Tokens, path: Path) -> None:
    """Write them; the file appears whole or not at all."""
    about = {"format": FORMAT, "weights": tokens.weights, "caption": tokens.caption, "manner": tokens.manner}
    with appearing(path) as temporary:
        save_file({"codes": np.ascontiguousarray(tokens.codes)}, temporary, {"lacuna": json.dumps(about)})


def read(path: Path) -> Tokens:
    """Read what `write` wrote; anything else is an `EngineError`."""
    try:
        with safe_open(path, "numpy") as file:
            about = json.loads((file.metadata() or {})["lacuna"])
            shape = file.get_slice("codes").get_shape()
            if about["format"] != FORMAT or len(shape) != 3 or shape[2] != 5 or np.prod(shape) > MOST_CODES:
                raise ValueError
            codes = file.get_tensor("codes")
        if codes.dtype != np.int16:
            raise ValueError
        return Tokens(codes, str(about["weights"]), str(about["caption"]), str(about["manner"]))
    except FileNotFoundError:
        raise EngineError(f"There is no file called {path.name}.") from None
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise EngineError(f"{path.name} does not hold the tokens of a painting.") from problem
