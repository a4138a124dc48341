"""Lets torchvision be imported beside a CPU-only build of torch.

The torchvision wheel registers its Python side of ``nms`` and ``qnms`` at import and fails with "operator
torchvision::nms does not exist" where its compiled part did not load, and timm and transformers fail with it. Imagest
needs neither operator: it is enough that their schemas exist. Where the compiled part is there, nothing is defined
here.
"""

import torch

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_library: torch.library.Library | None = None


def install() -> None:
    """Define the missing operator schemas once; does nothing where torchvision imports by itself."""
    global _library
    try:
        import torchvision  # noqa: F401
    except (RuntimeError, ImportError):
        if _library is None:
            _library = torch.library.Library("torchvision", "DEF")
            for name in ("nms", "qnms"):
                _library.define(name + _SCHEMA)


install()
