"""Pictures: the only code that opens or writes an image file of a user. libvips and tifffile, no Django."""

from .colour import INTENT, WORKING, Profile, profile_of
from .derivatives import make_pyramid, make_thumbnail, read_small
from .files import appearing, sha256_file
from .model import Limits, Picture, PictureError, PictureInfo
from .orientation import as_stored, upright
from .pyramid import PyramidReader, tile
from .reading import probe, read, strips, verify
from .writing import output_suffix, write

__all__ = [
    "INTENT",
    "WORKING",
    "Limits",
    "Picture",
    "PictureError",
    "PictureInfo",
    "Profile",
    "PyramidReader",
    "appearing",
    "as_stored",
    "make_pyramid",
    "make_thumbnail",
    "output_suffix",
    "probe",
    "profile_of",
    "read",
    "read_small",
    "sha256_file",
    "strips",
    "tile",
    "upright",
    "verify",
    "write",
]
