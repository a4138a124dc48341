"""The recipe of a result: everything needed to make it again, and nothing about the machine's folders."""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

FORMAT = 1


@cache
def code_version() -> str:
    """The project's commit, or its package version outside a checkout, or "unknown". Never fails."""
    command = ["git", "describe", "--always", "--dirty", "--tags", "--abbrev=12"]
    try:
        here = Path(__file__).parent
        result = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=10, check=True)
        return result.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        pass
    try:
        return version("lacuna")
    except PackageNotFoundError:
        return "unknown"


def sha256_labels(labels: np.ndarray) -> str:
    """SHA-256 over "height x width" and the damage codes row by row: the mask's content, whatever file it came from."""
    digest = hashlib.sha256(f"{labels.shape[0]}x{labels.shape[1]}:".encode())
    for top in range(0, len(labels), 256):
        digest.update(labels[top : top + 256].tobytes())
    return digest.hexdigest()


def libraries(*more: str) -> dict[str, str]:
    """The versions of the libraries that every result depends on, and of `more`."""
    names = ("numpy", "pyvips", "pyvips-binary", "opencv-python-headless", *more)
    return {name: _version(name) for name in names}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
