"""Facts of made-up works, a test chain made once, and small pictures of every format."""

from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import tifffile
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from portal.exhibitions.credentials import load_signer, make_test_chain
from portal.exhibitions.facts import (
    ApprovalFact,
    CheckFact,
    Facts,
    FileFact,
    MakingFact,
    PeriodFact,
    StudyFact,
    WorkFact,
)
from tests.factories import painted
from tests.pictures.profiles import matrix_profile

WORK = WorkFact(
    title_en="Hermits & cranes <under> pines",
    title_zh="松下隐士与鹤",
    maker="Circle of Ma Yuan",
    period=PeriodFact("Southern Song", "南宋", 1127, 1279),
    date_text="c. 1210",
    school="Southern academy",
    category="landscape",
    technique="ink and light colour",
    medium="ink on silk",
    subjects=("pines", "cranes"),
    height_mm=250,
    width_mm=260,
    holder="Museum of Hills",
    accession="1923.14",
    credit="Gift of the river",
    rights="http://creativecommons.org/publicdomain/mark/1.0/",
    collection="Album leaves",
)
MASTER = FileFact("a" * 64, "image/tiff", "Master photograph", 96, 64, 18_000)
MAKING = MakingFact(
    engine="imagest",
    engine_title="Imagest",
    weights=(FileFact("d" * 64, "", "imagest-compact"),),
    prompt="pines in mist",
    seed=7,
    started="2026-11-20T08:00:00Z",
    ended="2026-11-20T08:03:00Z",
    invented=0.031,
)


def facts(kind="restoration", **changes):
    """Facts of a restoration, a generated picture or an original, whole as a published release gives them."""
    restored = kind == "restoration"
    whole = {
        "kind": kind,
        "uri": "https://museum.example/works/8f0c",
        "identifier": "8f0c2b6e-3f55-4b0c-9f52-8ad0a7f31a55",
        "version": 2,
        "content": "c" * 64,
        "published": "2026-11-25T10:00:00Z",
        "publisher": "Museum of Hills",
        "publisher_uri": "https://museum.example/",
        "work": WORK,
        "picture": MASTER if kind == "original" else FileFact("b" * 64, "image/tiff", "As shown", 96, 64, 18_500),
        "master": None if kind == "generated" else MASTER,
        "mask": FileFact("e" * 64, "image/png", "Mask 3", 96, 64) if restored else None,
        "references": (FileFact("f" * 64, "image/tiff", "Bare willows"),) if restored else (),
        "making": None if kind == "original" else MAKING,
        "study": None
        if kind == "original"
        else StudyFact("Pines, first study", "9" * 64, 7, 0.84, 0.71, 0.92, 4.2, "2026-11-24T17:00:00Z"),
        "checks": (
            CheckFact("panel", "passed", "Seven experts agree.", "2026-11-24T18:00:00Z"),
            CheckFact("sacred", "not_needed", "No sacred motif was found.", "2026-11-24T18:00:00Z"),
        ),
        "approvals": (
            ApprovalFact("curator", "2026-11-25T09:00:00Z"),
            ApprovalFact("rights_officer", "2026-11-25T09:30:00Z"),
        ),
    }
    return Facts(**(whole | changes))


@cache
def chain_folder():
    """A folder with a test chain that is made once."""
    folder = Path(mkdtemp())
    make_test_chain(folder)
    return folder


@cache
def chain():
    """(signer, PEM of the root) of that chain."""
    key, certificates, root = make_test_chain(chain_folder())
    return load_signer(key, certificates), root.read_text()


def save(path, format="png", seed=0, **options):
    """A painted picture; the formats "big" and "deep" are a BigTIFF and a tiled TIFF of 16 bits, big-endian."""
    pixels = painted(seed=seed)
    if format == "big":
        tifffile.imwrite(path, pixels, bigtiff=True)
    elif format == "deep":
        tifffile.imwrite(path, painted(seed=seed, depth=16), byteorder=">", tile=(16, 16), photometric="rgb")
    else:
        Image.fromarray(pixels).save(path, format.upper(), **options)
    return path


SECRET = b"kept to ourselves"


def telling(format, seed=0):
    """The bytes of a picture that is turned and says where and by whom it was taken, wherever a file can say it."""
    exif = Image.Exif()
    base, gps = ExifTags.Base, ExifTags.GPS
    words = SECRET.decode()
    exif.update({base.Artist: words, base.ImageDescription: words, base.Orientation: 6, base.ResolutionUnit: 2})
    exif.update({base.XResolution: IFDRational(600), base.YResolution: IFDRational(600)})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({gps.GPSLatitude: (48.0, 12.0, 30.0), gps.GPSProcessingMethod: SECRET})
    exif.get_ifd(ExifTags.IFD.Exif).update({base.LensModel: words, base.MakerNote: SECRET})
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>{words}</exif:GPSLatitude></x:xmpmeta>'.encode()
    options = {"exif": exif, "icc_profile": matrix_profile()} if format != "tiff" else {}
    if format == "png":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Author", words)
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
    elif format == "tiff":
        options = {"tiffinfo": exif, "icc_profile": matrix_profile()}
    else:
        options |= {"xmp": xmp} | ({"comment": words, "progressive": True} if format == "jpeg" else {})
    out = BytesIO()
    Image.fromarray(painted(seed=seed)).save(out, format.upper(), **options)
    found = out.getvalue()
    if format == "jpeg":
        more = ((0xE1, b"http://ns.adobe.com/xmp/extension/\0"), (0xED, b"Photoshop 3.0\0"), (0xE2, b"MPF\0"))
        rows = [(marker, head + SECRET) for marker, head in more]
        extra = b"".join(bytes([0xFF, marker]) + (2 + len(it)).to_bytes(2) + it for marker, it in rows)
        found = found[:20] + extra + found[20:] + SECRET  # 20: after the JFIF segment
    return found


def pixels(path):
    """What a file shows, (H, W, C), by libraries that do not know this project."""
    if path.suffix == ".tif":
        return tifffile.imread(path)
    return np.asarray(Image.open(path))
