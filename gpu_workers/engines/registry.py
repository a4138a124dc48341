"""The table of engines: facts for forms and APIs, and a dotted path that only a worker follows.

Adding an engine is one entry in `ENGINES` whose loader passes `tests/engines/test_contract.py`, or for colours
`test_colour_contract.py` beside it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib import import_module

from .contract import ColourEngine, Engine, EngineError

FILL, COLOUR, PAINT = "fill", "colour", "paint"


@dataclass(frozen=True)
class EngineSpec:
    """What is known of an engine without loading it.

    task: "fill" (an `Engine`: losses are filled), "colour" (a `ColourEngine`: colours go towards references) or
        "paint" (an `InkEngine`: pictures are made from words).
    title, description, suits, limits: plain English; templates translate them. suits: what to choose it for. limits:
        what it cannot do, in a sentence.
    loader: "module:function"; the function takes (spec, device: str | None) and returns a loaded engine.
    stochastic: another seed gives another fill, so several candidates make sense.
    window: side of the square windows it is given, in pixels of the picture, a multiple of 64.
    max_window: losses that do not fit in `window` get larger ones, up to this side.
    weights: name of the weights it needs, or None.
    """

    name: str
    title: str
    description: str
    loader: str
    suits: str = ""
    limits: str = ""
    stochastic: bool = False
    accepts_style: bool = False
    accepts_prompt: bool = False
    window: int = 512
    max_window: int = 512
    weights: str | None = None
    task: str = FILL


_ALL = (
    EngineSpec(
        name="imagest",
        title="Imagest",
        description="Latent diffusion steered by a style reference and, if wanted, a text hint. It invents plausible "
        "paint in the manner of the reference.",
        loader="gpu_workers.engines.imagest:load",
        suits="Large losses where something must be invented: a ridge, foliage, a stretch of water.",
        limits="What it invents is plausible, not true. It is the slowest of them, and it repeats itself "
        "without a good reference.",
        stochastic=True,
        accepts_style=True,
        accepts_prompt=True,
        window=256,
        max_window=256,
        weights="imagest",
    ),
    EngineSpec(
        name="patchmatch",
        title="PatchMatch",
        description="Copies small patches from the undamaged surroundings of a loss. It can only repeat what is there.",
        loader="gpu_workers.engines.patchmatch:load",
        suits="Losses in a texture that goes on around them: silk, paper, washes, foliage.",
        limits="It invents nothing: a motif that is wholly gone stays gone, and a repeated patch can show.",
        stochastic=True,
        window=256,
        max_window=512,
    ),
    EngineSpec(
        name="telea",
        title="Telea",
        description="Carries colours inwards from the rim of a loss (fast marching), for cracks and small losses.",
        loader="gpu_workers.engines.opencv:load",
        suits="Hair cracks, scratches and small flakes.",
        limits="Anything wider than a few brush strokes comes out as a blur.",
        window=256,
        max_window=1024,
    ),
    EngineSpec(
        name="navier-stokes",
        title="Navier-Stokes",
        description="Continues lines of equal brightness into a loss, like a fluid, for cracks and small losses.",
        loader="gpu_workers.engines.opencv:load",
        suits="Cracks that cross fine lines, which it carries on.",
        limits="Anything wider than a few brush strokes comes out as a blur, and texture is lost.",
        window=256,
        max_window=1024,
    ),
    EngineSpec(
        name="flow",
        title="Reversible flow",
        description="A reversible network judges from the references, and from what is left of the work, which colours "
        "it had. It can undo every step, so that each line of the painting stays.",
        loader="gpu_workers.engines.flow:load",
        suits="A work that has faded or darkened as a whole, with a spared part or a sister leaf as reference.",
        limits="It leans on its references: what none of them shows it cannot know.",
        weights="colour",
        task=COLOUR,
    ),
    EngineSpec(
        name="histogram",
        title="Histogram matching",
        description="Gives red, green and blue the same distribution of values as in the references, each by one curve "
        "for the whole picture.",
        loader="gpu_workers.engines.matching:load",
        suits="A quick look at how far the tones lie apart.",
        limits="Red, green and blue each go their own way, so hues may shift.",
        task=COLOUR,
    ),
    EngineSpec(
        name="reinhard",
        title="Mean and contrast (Reinhard)",
        description="Shifts and stretches lightness and the two axes of colour to the mean and the contrast of the "
        "references.",
        loader="gpu_workers.engines.matching:load",
        suits="An even veil or a yellowed ground.",
        limits="It moves all colours alike; where only some have faded it goes wrong.",
        task=COLOUR,
    ),
    EngineSpec(
        name="transport",
        title="Optimal transport",
        description="Moves all colours together to those of the references by the shortest way that one linear map "
        "allows.",
        loader="gpu_workers.engines.matching:load",
        suits="A cast that differs from hue to hue, without weights.",
        limits="One linear map for the whole picture: a local fading is only averaged.",
        task=COLOUR,
    ),
    EngineSpec(
        name="ink",
        title="Text-to-ink",
        description="Paints from a description, in a few parallel steps, and edits what it painted round by round.",
        loader="gpu_workers.engines.ink:load",
        stochastic=True,
        accepts_prompt=True,
        window=256,
        max_window=256,
        weights="ink",
        task=PAINT,
    ),
)
ENGINES: dict[str, EngineSpec] = {spec.name: spec for spec in _ALL}

_lock = threading.Lock()
_warm: dict[tuple[str, str | None], Engine | ColourEngine] = {}


def engines(task: str = FILL) -> dict[str, EngineSpec]:
    """The engines for one task, by name, the one to offer first first."""
    return {name: spec for name, spec in ENGINES.items() if spec.task == task}


def get_spec(name: str, task: str = FILL) -> EngineSpec:
    """Return the facts of an engine for a task; any other name raises `EngineError` naming the valid ones."""
    known = engines(task)
    try:
        return known[name]
    except KeyError:
        raise EngineError(f"There is no engine called “{name}”; choose one of {', '.join(known)}.") from None


def load(name: str, device: str | None = None) -> Engine | ColourEngine:
    """Load an engine, or hand back the last one loaded in this process if it is the same.

    device: "cpu", "cuda", "mps", or None for the best there is. One engine stays warm a process: loading another lets
    go of it, so that two sets of weights never share the device's memory.
    """
    spec = ENGINES[name]
    with _lock:
        key = (name, device)
        if key not in _warm:
            _warm.clear()
            module, _, function = spec.loader.partition(":")
            _warm[key] = getattr(import_module(module), function)(spec, device)
        return _warm[key]
