"""Colour profiles: from a master's own numbers to the working profile, and back without loss where nothing moved."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import pyvips
from PIL import ImageCms

from .vips import with_interpretation

WORKING = "sRGB (IEC 61966-2-1), gamma-coded, 32-bit float, not clipped"
INTENT = "relative colorimetric"

_PLAIN = 0.01  # a profile whose every colour lies this near to sRGB is sRGB: about two levels of 8 bits
_ASTRAY = 0.02  # a profile that does not lead back to where it came from by this much means nothing
_D50 = np.array([0.9642, 1.0, 0.8249], np.float32)
_TO_XYZ = np.array(  # linear sRGB to the D50 connection space, as in the profile of the standard
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]],
    np.float32,
)
_FROM_XYZ = np.linalg.inv(_TO_XYZ)


@lru_cache(maxsize=16)
def profile_of(icc: bytes | None) -> Profile:
    """The conversions of an embedded profile; None stands for a picture without one, which is taken for sRGB."""
    return Profile(icc)


class Profile:
    """Between the numbers of a picture, (h, w, C) uint8 | uint16, and the working profile, (h, w, 3) float32.

    Working values of sRGB lie in 0..1; colours that sRGB cannot hold leave it and come back unharmed. Gray counts as
    RGB of equal parts, and opacity is left out.

    plain: the picture's numbers are sRGB (no profile, sRGB's own, or one as good as it); the way there is a division.
    refused: the profile is broken or leads nowhere, so the numbers are taken for sRGB.
    """

    def __init__(self, icc: bytes | None) -> None:
        self.icc, self.plain, self.refused = icc, True, False
        if icc is not None and icc[16:20] == b"RGB ":
            self._judge(icc)

    def decode(self, pixels: np.ndarray) -> np.ndarray:
        """A picture's numbers as working values."""
        full = np.iinfo(pixels.dtype).max
        if pixels.shape[2] < 3:
            return np.repeat(pixels[..., :1], 3, axis=2).astype(np.float32) / full
        return pixels[..., :3].astype(np.float32) / full if self.plain else self._decoded(pixels[..., :3])

    def moved(self, pixels: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """The numbers (h, w, 3) of a picture whose working values went from `before` to `after`, at its depth.

        The difference of the two is brought back and added, so that what a profile loses there and back is not added
        to colours that hardly moved. Colours outside the picture's own profile are clipped to it.
        """
        full = np.iinfo(pixels.dtype).max
        if self.plain:
            step = (after - before) * np.float32(full)
        else:
            step = (self._encoded(after).astype(np.float32) - self._encoded(before)) * np.float32(full / 65535)
        return np.clip(np.rint(pixels[..., :3] + step), 0, full).astype(pixels.dtype)

    def _judge(self, icc: bytes) -> None:
        """Send a lattice of colours there and back and see where they end."""
        levels = np.linspace(0, 65535, 9).round().astype(np.uint16)
        lattice = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(27, 27, 3)
        try:
            ImageCms.ImageCmsProfile(io.BytesIO(icc))  # libvips quietly takes another where it cannot read one
            there = self._decoded(lattice)
            back = self._encoded(there)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError, pyvips.Error):
            self.refused = True
            return
        given = lattice / np.float32(65535)
        self.refused = bool(not np.isfinite(there).all() or np.abs(back / np.float32(65535) - given).mean() > _ASTRAY)
        self.plain = self.refused or bool(np.abs(there - given).max() < _PLAIN)

    def _decoded(self, pixels: np.ndarray) -> np.ndarray:
        image = self._tagged(with_interpretation(pyvips.Image.new_from_array(np.ascontiguousarray(pixels))))
        lab = image.icc_import(embedded=True, intent="relative", pcs="lab").numpy().reshape(pixels.shape)
        return _coded(_xyz(lab) @ _FROM_XYZ.T)

    def _encoded(self, working: np.ndarray) -> np.ndarray:
        """Working values as the profile's numbers, (h, w, 3) uint16."""
        lab = np.ascontiguousarray(_lab(_linear(working) @ _TO_XYZ.T))
        image = self._tagged(pyvips.Image.new_from_array(lab).copy(interpretation="lab"))
        return image.icc_export(intent="relative", pcs="lab", depth=16).numpy().reshape(working.shape)

    def _tagged(self, image: pyvips.Image) -> pyvips.Image:
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", self.icc)
        return image


def _linear(coded: np.ndarray) -> np.ndarray:
    """Undo the curve of sRGB, continued beyond 0 and 1."""
    size = np.abs(coded)
    return np.where(size <= 0.04045, coded / 12.92, np.copysign(((size + 0.055) / 1.055) ** 2.4, coded))


def _coded(linear: np.ndarray) -> np.ndarray:
    """The curve of sRGB, continued beyond 0 and 1."""
    size = np.abs(linear)
    return np.where(size <= 0.0031308, linear * 12.92, np.copysign(1.055 * size ** (1 / 2.4) - 0.055, linear))


def _xyz(lab: np.ndarray) -> np.ndarray:
    """CIELAB of the connection space as XYZ, both relative to D50."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    return np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _D50


def _lab(xyz: np.ndarray) -> np.ndarray:
    """XYZ as CIELAB, both relative to D50."""
    t = xyz / _D50
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)
