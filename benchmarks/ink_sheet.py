"""Twenty-four prompts as a contact sheet, and a hand scroll of one to eight by repeated extension: to be looked at.

python benchmarks/ink_sheet.py --out DIR [--seed 7] [--weights FOLDER]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generation.ink import drafts
from generation.ink.model import InkModel
from generation.lexicon import Description, Lexicon, draft_of
from gpu_workers.training import sheet
from gpu_workers.weights import resolve

PROMPTS = (
    "majestic distant landscape in freehand brushwork, thick ink", "雄浑悠远的写意山水，浓墨",
    "spacious landscape, ink painting, light ink", "空灵的山水、水墨，淡墨",
    "dense landscape, ink painting, thick ink", "繁密的山水、水墨，浓墨",
    "landscape, blue-and-green colour", "山水，青绿",
    "landscape, light crimson colour", "山水，浅绛",
    "landscape with pine trees, ink painting, fine brush", "有松树的山水、水墨，细笔",
    "distant, spacious landscape, ink painting, fine brush", "悠远空灵的山水、水墨，细笔",
    "majestic landscape with waterfall, thick ink", "有瀑布的雄浑山水，浓墨",
    "autumn landscape, light crimson colour", "秋日山水，浅绛",
    "time-darkened landscape, fine brush", "古旧的山水，细笔",
    "landscape in freehand brushwork, coarse brush, thick ink", "写意山水，粗笔，浓墨",
    "landscape, impressionist oil painting", "山水，印象派油画",
)  # fmt: skip
ACROSS, TRIES = 6, 3
SCROLL = "distant landscape, ink painting, thick ink"


def contact_sheet(model: InkModel, seed: int, out: Path) -> None:
    """All prompts, six to a row, in the order of `PROMPTS`."""
    started = time.perf_counter()
    made = [_painted(model, prompt, seed + number) for number, prompt in enumerate(PROMPTS)]
    print(f"{len(made)} pictures of {TRIES} tries each: {(time.perf_counter() - started) / len(made):.2f} s a picture")
    sheet.save([np.hstack(made[start : start + ACROSS]) for start in range(0, len(made), ACROSS)], out)


def hand_scroll(model: InkModel, seed: int, out: Path) -> None:
    """Eight squares wide, one at a time."""
    caption, draft = _read(SCROLL)
    height = model.config.transformer.window
    tokens = drafts.paint_over(model, draft, caption, seed, (height, height), tries=TRIES)
    while tokens.shape[1] < 8 * height:
        about = (tokens, model.decode(tokens, caption), "left", height, caption, seed + tokens.shape[1])
        tokens = drafts.go_on(model, draft, *about)
    sheet.save([model.decode(tokens, caption)], out)


def _painted(model: InkModel, prompt: str, seed: int) -> np.ndarray:
    caption, draft = _read(prompt)
    if draft is None:
        return model.generate([caption], [seed], candidates=TRIES)[0]
    cells = (model.config.transformer.window,) * 2
    return model.decode(drafts.paint_over(model, draft, caption, seed, cells, tries=TRIES), caption)


def _read(prompt: str) -> tuple[str, drafts.Draft | None]:
    """The caption, and what is painted over, as orders have them."""
    lexicon = Lexicon.load()
    description = Description.of(prompt, lexicon)
    language = "zh" if lexicon.parse(prompt).language == "zh" else "en"
    suits = draft_of(description, lexicon)
    return description.caption(lexicon, language), drafts.Draft(**suits) if suits else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--weights", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model = InkModel.from_pretrained(options.weights or resolve("ink").folder)
    contact_sheet(model, options.seed, options.out / "sheet.png")
    hand_scroll(model, options.seed, options.out / "scroll.png")


if __name__ == "__main__":
    main()
