"""Imagest's sampler beside diffusers' stock inpainting pipeline around the same U-Net, in one run, as a ratio.

    python benchmarks/imagest_vs_stock.py                     a 256x256 window with one hole
    python benchmarks/imagest_vs_stock.py --large             and a 3000x4000 picture with 2 % damage

The stock pipeline gets our U-Net's class, size and number of steps, and an `AutoencoderKL` of the same factor and about
the same number of weights. It has to process the whole picture, so the large picture is tried at growing sizes and
compared at the largest that it manages within `--patience` seconds; nothing is extrapolated.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gpu_workers.engines import pipeline, registry
from gpu_workers.engines.imagest import ImagestEngine
from restoration.imagest.model import Imagest
from restoration.imagest.sampler import Options, Sampler

from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionInpaintPipeline, UNet2DConditionModel  # isort: skip

LARGE = (3000, 4000)
SIZES = ((384, 512), (768, 1024), (1152, 1536), (1536, 2048), (2304, 3072), LARGE)


def stock(model: Imagest) -> StableDiffusionInpaintPipeline:
    """The stock pipeline with random weights; what they are does not change how long it takes."""
    autoencoder = AutoencoderKL(
        block_out_channels=(24, 48, 96), down_block_types=["DownEncoderBlock2D"] * 3,
        up_block_types=["UpDecoderBlock2D"] * 3, norm_num_groups=8, layers_per_block=1,
    )  # fmt: skip
    made = StableDiffusionInpaintPipeline(
        vae=autoencoder.eval(),
        text_encoder=None,
        tokenizer=None,
        unet=UNet2DConditionModel(**model.config.denoiser.options).eval(),
        scheduler=DDIMScheduler(**model.config.sampling.scheduler, clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    made.set_progress_bar_config(disable=True)
    return made


def run_stock(
    made: StableDiffusionInpaintPipeline,
    model: Imagest,
    window: np.ndarray,
    mask: np.ndarray,
    steps: int,
    guidance: float,
) -> np.ndarray:
    height, width = (side // 16 * 16 for side in mask.shape)
    text = model.text([""])
    image = made(
        prompt_embeds=text, negative_prompt_embeds=text,
        image=_image(window[:height, :width]), strength=1.0,
        mask_image=Image.fromarray(mask[:height, :width].astype(np.uint8) * 255), height=height, width=width,
        num_inference_steps=steps, guidance_scale=guidance, output_type="np",
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    return image.images[0]


def _image(window: np.ndarray) -> Image.Image:
    return Image.fromarray(np.rint(window * 255).astype(np.uint8))


def seconds(work: Callable[[], np.ndarray], repeats: int) -> tuple[float, bool]:
    """The best time of ``repeats`` runs, and whether all of them gave the same bytes."""
    times, results = [], []
    for _ in range(repeats):
        started = time.perf_counter()
        results.append(work().tobytes())
        times.append(time.perf_counter() - started)
    return min(times), len(set(results)) == 1


def painting(height: int, width: int) -> np.ndarray:
    """Soft mountains of noise on several scales, (height, width, 3) float32 in 0..1."""
    rng, result = np.random.default_rng(0), np.full((height, width, 3), 0.6, np.float32)
    for cells in (4, 16, 64, 200):
        coarse = Image.fromarray(rng.integers(0, 255, (cells, cells, 3), dtype=np.uint8))
        fine = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32) / 255 - 0.5
        result += fine * 0.5 / np.log2(cells)
    return result.clip(0, 1)


def damage(height: int, width: int, share: float) -> np.ndarray:
    """Square losses of 60 pixels that cover ``share`` of the picture."""
    rng, mask = np.random.default_rng(1), np.zeros((height, width), bool)
    while mask.mean() < share:
        top, left = rng.integers(0, height - 60), rng.integers(0, width - 60)
        mask[top : top + 60, left : left + 60] = True
    return mask


def compare_window(model: Imagest, steps: int, repeats: int) -> None:
    """One hole of 64x64 in a window of 256x256."""
    window, mask = painting(256, 256), np.zeros((256, 256), bool)
    mask[96:160, 96:160] = True
    sampler, made = Sampler(model), stock(model)
    options = Options(steps=steps, strength=1.0)
    ours, same = seconds(lambda: sampler.fill(window[None], mask[None], [0], options), repeats)
    print(f"256x256, {steps} steps, Imagest: {ours:.2f} s; the same bytes for the same seed: {'yes' if same else 'NO'}")
    for guidance, name in ((7.5, "as it comes, with guidance"), (1.0, "without guidance")):
        theirs, _ = seconds(lambda g=guidance: run_stock(made, model, window, mask, steps, g), repeats)
        print(f"256x256, {steps} steps, stock pipeline {name}: {theirs:.2f} s, {theirs / ours:.1f} times as long")


def compare_large(model: Imagest, steps: int, patience: float) -> None:
    """A large picture with 2 % damage, at the largest size the stock pipeline manages; ours at full size as well."""
    registry._warm[("imagest", None)] = ImagestEngine(model, None)
    made = stock(model)
    best = None
    for height, width in SIZES:
        window, mask = painting(height, width), damage(height, width, 0.02)
        try:
            theirs, _ = seconds(lambda pair=(window, mask): run_stock(made, model, *pair, steps, 7.5), 1)
        except RuntimeError as problem:
            print(f"{height}x{width}: the stock pipeline fails: {str(problem).splitlines()[0]}")
            break
        best = (height, width, theirs)
        print(f"{height}x{width}: stock pipeline {theirs:.1f} s", flush=True)
        if theirs * 4 > patience:
            break
    height, width, theirs = best
    ours = restore_seconds(height, width, steps)
    print(
        f"{height}x{width}, 2 % damage: Imagest {ours:.1f} s, stock pipeline {theirs:.1f} s, {theirs / ours:.1f} times"
    )
    if (height, width) != LARGE:
        print(f"The stock pipeline was not tried at {LARGE[0]}x{LARGE[1]}: it would need more than {patience:.0f} s.")
        print(f"{LARGE[0]}x{LARGE[1]}, 2 % damage: Imagest {restore_seconds(*LARGE, steps):.1f} s")


def restore_seconds(height: int, width: int, steps: int) -> float:
    """How long `pipeline.restore` takes from file to file."""
    with tempfile.TemporaryDirectory() as folder:
        _image(painting(height, width)).save(f"{folder}/master.png")
        labels = damage(height, width, 0.02).astype(np.uint8)
        started = time.perf_counter()
        pipeline.restore(f"{folder}/master.png", labels, "imagest", steps=steps, out_dir=folder)
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="folder of weights; default: random ones, which take as long")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--patience", type=float, default=600)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = Imagest.from_pretrained(options.weights) if options.weights else Imagest.from_config("compact").eval()
    compare_window(model, options.steps, options.repeats)
    if options.large:
        compare_large(model, options.steps, options.patience)


if __name__ == "__main__":
    main()
