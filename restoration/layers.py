"""Transparent layers to lay over a picture: the outline of a mask, the haze of uncertainty, maps of measures.

All are made small (at most 2000 pixels a side) from the full files, row by row, so that a huge mask costs a web
process little memory; the answers are cached by the browser, since neither file ever changes.
"""

from functools import reduce
from pathlib import Path

import pyvips
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from portal.catalogue.files import local_path
from restoration.scales import Scale

SIDE = 2000
STENCIL_SIDE = 3000
OUTLINE = (255, 64, 32)
HAZE = (255, 64, 32)
HAZE_GAIN = 2.0  # candidates rarely differ by half the range; without a gain the haze is too thin to see


def outline(request: HttpRequest, file: FieldFile, etag: str) -> HttpResponse:
    """The rim of everything damaged in a label image, as a transparent PNG."""
    return _layer(request, file, f"{etag}-outline", draw_outline)


def haze(request: HttpRequest, file: FieldFile, etag: str) -> HttpResponse:
    """A gray map as a tinted veil: the whiter, the more opaque."""
    return _layer(request, file, f"{etag}-haze", draw_haze)


def scaled(request: HttpRequest, file: FieldFile, etag: str, scale: Scale) -> HttpResponse:
    """A gray map of measures in the colours of its scale."""
    return _layer(request, file, f"{etag}-scaled", lambda path: draw_scaled(path, scale))


def stencil(request: HttpRequest, files: list[FieldFile], etag: str) -> HttpResponse:
    """Black where none of some label images of one size marks anything, a hole where one does."""
    return _layer(request, files[0], f"{etag}-stencil", lambda path: draw_stencil([path, *_others(files)]))


def draw_outline(path: Path) -> pyvips.Image:
    """RGBA uchar of at most 2000 pixels a side; a damaged spot smaller than one of its pixels is still marked."""
    marked = pyvips.Image.new_from_file(str(path), access="sequential")[0] > 0
    seen = shrunk(marked) > 0
    enlarge = max(1, SIDE // max(seen.width, seen.height))  # a small picture gets a thin line, too
    seen = seen.zoom(enlarge, enlarge)
    square = pyvips.Image.black(3, 3) + 255
    return _tinted(OUTLINE, seen.dilate(square).dilate(square) ^ seen)  # outside the damage, which stays in sight


def draw_stencil(paths: list[Path]) -> pyvips.Image:
    """RGBA uchar of at most 3000 pixels a side; a spot smaller than one of its pixels is a hole, too."""
    marked = [pyvips.Image.new_from_file(str(path), access="sequential")[0] > 0 for path in paths]
    holes = shrunk(reduce(lambda one, other: one | other, marked), STENCIL_SIDE) > 0
    return _tinted((0, 0, 0), holes ^ 255)


def draw_haze(path: Path) -> pyvips.Image:
    """RGBA uchar of at most 2000 pixels a side."""
    gray = shrunk(pyvips.Image.new_from_file(str(path), access="sequential")[0])
    return _tinted(HAZE, (gray * HAZE_GAIN).cast("uchar"))


def draw_scaled(path: Path, scale: Scale) -> pyvips.Image:
    """RGBA uchar of at most 2000 pixels a side."""
    gray = shrunk(pyvips.Image.new_from_file(str(path), access="sequential")[0])
    table = pyvips.Image.new_from_memory(scale.table().tobytes(), 256, 1, 4, "uchar")
    return gray.maplut(table).copy(interpretation="srgb")


def shrunk(image: pyvips.Image, side: int = SIDE) -> pyvips.Image:
    """At most `side` pixels a side, in memory, uchar; what is set anywhere in a pixel's place is above 0."""
    factor = max(image.width, image.height) / side
    small = image.reduce(factor, factor, kernel="linear") if factor > 1 else image
    return small.cast("uchar").copy_memory()


def _others(files: list[FieldFile]) -> list[Path]:
    paths = []
    for file in files[1:]:
        with local_path(file) as path:
            paths.append(path)
    return paths


def _tinted(colour: tuple[int, int, int], alpha: pyvips.Image) -> pyvips.Image:
    ground = (pyvips.Image.black(alpha.width, alpha.height) + list(colour)).cast("uchar")
    return ground.bandjoin(alpha).copy(interpretation="srgb")


def _layer(request: HttpRequest, file: FieldFile, etag: str, draw) -> HttpResponse:
    quoted = f'"{etag}"'
    if unchanged := get_conditional_response(request, etag=quoted):
        return unchanged
    try:
        with local_path(file) as path:
            data = draw(path).write_to_buffer(".png", compression=6)
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(data, content_type="image/png")
    response["ETag"] = quoted
    response["Cache-Control"] = "private, max-age=3600"
    patch_vary_headers(response, ["Cookie"])
    return response
