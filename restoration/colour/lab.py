"""CIELAB in PyTorch, so that colour differences can be a loss. For figures use CIEDE2000 of scikit-image."""

import torch
from torch import Tensor

_TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))
_WHITE = (0.95047, 1.0, 1.08883)
_KNEE = 0.008856


def lab(pictures: Tensor) -> Tensor:
    """sRGB (N, 3, H, W) in 0..1, clipped to it, → L* 0..100, a*, b* (D65)."""
    coded = pictures.clamp(1e-5, 1)
    linear = torch.where(coded > 0.04045, ((coded + 0.055) / 1.055) ** 2.4, coded / 12.92)
    matrix = torch.tensor(_TO_XYZ, dtype=coded.dtype, device=coded.device)
    white = torch.tensor(_WHITE, dtype=coded.dtype, device=coded.device)
    xyz = torch.einsum("dc,nchw->ndhw", matrix / white[:, None], linear)
    x, y, z = torch.where(xyz > _KNEE, xyz.clamp(min=_KNEE) ** (1 / 3), 7.787 * xyz + 16 / 116).unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def difference(one: Tensor, other: Tensor) -> Tensor:
    """CIE76 colour difference of two sRGB pictures, (N, H, W), softened near 0."""
    return ((lab(one) - lab(other)).square().sum(1) + 1e-2).sqrt()
