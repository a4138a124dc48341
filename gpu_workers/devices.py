"""On what the networks run. PyTorch is imported when a worker asks, never before."""

from __future__ import annotations

import os
import platform
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

DEVICES = ("cuda", "mps", "cpu")


class DeviceError(RuntimeError):
    """A device that was asked for and is not there; `str()` is one sentence."""


def choose(name: str | None = None) -> str:
    """Return "cuda", "mps" or "cpu": what is asked for, else LACUNA_DEVICE, else the best there is.

    Raises `DeviceError` for an unknown name or a device that this machine lacks.
    """
    wanted = (name or os.environ.get("LACUNA_DEVICE", "")).strip().lower()
    if wanted and wanted not in DEVICES:
        raise DeviceError(f"There is no device called “{wanted}”; choose one of {', '.join(DEVICES)}.")
    if wanted and not _available(wanted):
        raise DeviceError(f"This machine has no {wanted.upper()} device that PyTorch can use.")
    return wanted or next(device for device in DEVICES if _available(device))


def _available(device: str) -> bool:
    import torch

    if device == "cuda":
        return torch.cuda.is_available()
    return torch.backends.mps.is_available() if device == "mps" else True


def dtype_for(device: str) -> torch.dtype:
    """The number format to run a network in: bfloat16 or float16 on a GPU, float32 on a CPU, where less is slower."""
    import torch

    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float16 if device == "mps" else torch.float32


@cache
def limit_threads() -> int:
    """Set PyTorch's threads once a process, to LACUNA_THREADS or the CPUs this process may use; return the number."""
    import torch

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("LACUNA_THREADS", "")
    threads = max(1, int(wanted)) if wanted.isdigit() else allowed
    torch.set_num_threads(threads)
    return threads


def describe(device: str) -> str:
    """The device in words for a recipe, such as "cpu (x86_64)" or "cuda (NVIDIA L4)"."""
    if device == "cuda":
        import torch

        return f"cuda ({torch.cuda.get_device_name()})"
    return f"{device} ({platform.machine()})"
