"""What an uploaded file is, said once when it is complete: by its content and its header, never by its name."""

from pathlib import Path
from typing import Any

from gpu_workers.pictures import PictureError, PictureInfo, probe
from portal.catalogue.models import Picture
from portal.catalogue.sealing import limits


def judge(path: Path) -> dict[str, Any]:
    """`kind`, `problem` and `notice` of a file, in English; whoever reads them has them translated."""
    try:
        info = probe(path, limits())
    except PictureError as error:
        return {"kind": "", "problem": str(error), "notice": ""}
    return {"kind": _kind(info), "problem": "", "notice": " ".join(info.notices)}


def _kind(info: PictureInfo) -> str:
    return f"{Picture.Format(info.format).label}, {info.width} × {info.height}, {info.bit_depth} bit"
