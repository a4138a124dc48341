"""Programs that fill holes, beside which Imagest is measured. Each takes a picture (h, w, 3) and a mask (h, w) and
returns the picture.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from skimage.restoration import inpaint_biharmonic

from restoration.imagest.prefill import patch_fill, patchmatch_available

Fill = Callable[[np.ndarray, np.ndarray, int], np.ndarray]
MIGAN_FILE = "migan_pipeline_v2.onnx"
CLASSICAL = ("Telea", "Navier-Stokes", "biharmonic")


def peers(backbones: Path | None) -> tuple[dict[str, Fill], dict[str, str]]:
    """The peers that can run here, and for each of the others the reason why not. Pictures are float in 0..1, the last
    number a seed.
    """
    found: dict[str, Fill] = {
        "Telea": lambda picture, mask, seed: _opencv(picture, mask, cv2.INPAINT_TELEA),
        "Navier-Stokes": lambda picture, mask, seed: _opencv(picture, mask, cv2.INPAINT_NS),
        "biharmonic": lambda picture, mask, seed: inpaint_biharmonic(_blank(picture, mask), mask, channel_axis=-1).clip(
            0, 1
        ),
    }
    missing: dict[str, str] = {}
    if patchmatch_available():
        found["PatchMatch"] = lambda picture, mask, seed: _patchmatch(picture, mask, seed)
    else:
        missing["PatchMatch"] = "pypatchmatch is not installed"
    if backbones is None or not (backbones / MIGAN_FILE).is_file():
        missing["MI-GAN"] = f"there is no {MIGAN_FILE}"
    else:
        try:
            found["MI-GAN"] = _migan(backbones / MIGAN_FILE)
        except ImportError:
            missing["MI-GAN"] = "onnxruntime is not installed"
    return found, missing


def _blank(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.where(mask[..., None], 0, picture)


def _bytes(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.rint(_blank(picture, mask) * 255).astype(np.uint8)


def _opencv(picture: np.ndarray, mask: np.ndarray, method: int) -> np.ndarray:
    return cv2.inpaint(_bytes(picture, mask), mask.astype(np.uint8), 5, method) / 255


def _patchmatch(picture: np.ndarray, mask: np.ndarray, seed: int) -> np.ndarray:
    return patch_fill(_bytes(picture, mask), mask.astype(np.uint8), seed) / 255


def _migan(path: Path) -> Fill:
    """MI-GAN's published pipeline. It blends what it is given into the edge of the hole: so the hole is given filled,
    and never true.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [entry.name for entry in session.get_inputs()]

    def fill(picture: np.ndarray, mask: np.ndarray, seed: int) -> np.ndarray:
        given = np.rint(_opencv(picture, mask, cv2.INPAINT_NS) * 255).astype(np.uint8)
        inputs = (given.transpose(2, 0, 1)[None], np.where(mask, 0, 255).astype(np.uint8)[None, None])
        return session.run(None, dict(zip(names, inputs, strict=True)))[0][0].transpose(1, 2, 0) / 255

    return fill
