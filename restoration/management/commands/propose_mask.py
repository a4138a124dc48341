"""Propose a damage mask for a picture file: no server, no database, no queue."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gpu_workers.pictures import PictureError, probe, read
from restoration.masks import MaskError, check_mask, coverage, difference_mask, overlay_png, propose_mask, save_mask

_TICKS = 1000


class Command(BaseCommand):
    """`propose_mask INPUT [--intact PHOTO] --out MASK.png`."""

    help = "Propose which pixels of a picture are damaged, from the picture alone or from an earlier photograph."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the stable names of the command line."""
        add = parser.add_argument
        add("input", metavar="INPUT", type=Path, help="a TIFF, JPEG, PNG or WebP")
        add("--intact", type=Path, metavar="PHOTO", help="a photograph of the same size from before the damage")
        add("--least", type=float, default=0.5, help="without PHOTO: how likely damage must be, 0 to 1 (default: 0.5)")
        add("--out", required=True, type=Path, metavar="MASK.png", help="the mask: 1 loss, 2 crack, 3 stain, 4 fading")
        add("--preview", type=Path, metavar="PREVIEW.png", help="also write the picture with the mask in colour on it")

    def handle(self, *args: object, **options: Any) -> None:
        """Write the mask and say what it covers; on any error nothing is written."""
        try:
            self._check(options)
            picture = read(options["input"]).pixels
            labels = check_mask(_find(picture, options))
            save_mask(labels, options["out"])
            if options["preview"]:
                overlay_png(_shown(picture), labels, options["preview"])
        except (PictureError, MaskError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"A file cannot be used: {error.strerror or error}.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; no mask was written.", returncode=130) from None
        shares = ", ".join(f"{name} {share:.2%}" for name, share in coverage(labels).items() if share)
        self.stdout.write(f"{options['out']}: {shares}")

    def _check(self, options: dict[str, Any]) -> None:
        """Refuse what is known to be wrong before any pixel is decoded."""
        info = probe(options["input"])
        if not 0 < options["least"] < 1:
            raise MaskError("--least must lie between 0 and 1.")
        for name in ("out", "preview"):
            path = options[name]
            if path and path.suffix.lower() != ".png":
                raise MaskError(f"A mask is written as PNG; give --{name} a name that ends in .png.")
            if path and path.resolve() in (
                options["input"].resolve(),
                options["intact"] and options["intact"].resolve(),
            ):
                raise MaskError(f"--{name} would overwrite a picture that is read; give it another name.")
        if options["intact"]:
            other = probe(options["intact"])
            if (other.width, other.height) != (info.width, info.height):
                raise MaskError(
                    f"The earlier photograph is {other.width} x {other.height} pixels, "
                    f"but the picture is {info.width} x {info.height}."
                )


def _find(picture: np.ndarray, options: dict[str, Any]) -> np.ndarray:
    form = "{desc} {percentage:3.0f}% |{bar}| {elapsed}<{remaining}"
    name = options["input"].name
    with tqdm(total=_TICKS, desc=name, delay=1, disable=None, file=sys.stderr, leave=False, bar_format=form) as bar:

        def show(share: float) -> None:
            bar.update(round(share * _TICKS) - bar.n)

        if options["intact"]:
            return difference_mask(picture, read(options["intact"]).pixels, progress=show)
        return propose_mask(picture, least=options["least"], progress=show)


def _shown(picture: np.ndarray) -> np.ndarray:
    """(H, W, C) uint8 | uint16 as (H, W, 3) uint8, for looking at."""
    bands = picture[..., :3] if picture.shape[2] >= 3 else np.repeat(picture[..., :1], 3, axis=2)
    return np.ascontiguousarray(bands if bands.dtype == np.uint8 else (bands >> 8).astype(np.uint8))
