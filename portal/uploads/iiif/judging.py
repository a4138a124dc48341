"""The dry run of a manifest: every picture that it shows, what would be catalogued, and what is there already."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from portal.catalogue.models import Artwork, Collection, Rights
from portal.uploads.iiif.manifests import Canvas, Described
from portal.uploads.iiif.reading import remembered
from portal.uploads.models import Manifest, Origin

LONGEST = {row.name: getattr(row, "max_length", None) for row in Artwork._meta.concrete_fields}


@dataclass
class Row:
    """One canvas. fields: of the catalogue. artwork: the work that it became already, or that has its number.
    same: whether it is certain that this work shows this canvas. problem: why it was left out, one English sentence.
    """

    canvas: Canvas
    fields: dict[str, str]
    artwork: Artwork | None = None
    same: bool = False
    problem: str = ""

    @property
    def ready(self) -> bool:
        return self.artwork is None


@dataclass
class Outlook:
    """A manifest and its rows."""

    work: Described
    rows: list[Row] = field(default_factory=list)

    @property
    def new(self) -> list[Row]:
        return [row for row in self.rows if row.ready]

    @property
    def rights(self) -> Rights | None:
        """The statement as the catalogue knows it."""
        return Rights(uri) if (uri := rights_uri(self.work.rights)) in Rights.values else None


def outlook(manifest: Manifest) -> Outlook | None:
    """How things stand now; None until it is read. Two queries, however many canvases there are."""
    if manifest.state != Manifest.State.READ:
        return None
    work = remembered(manifest.work)
    rows = [Row(canvas, fields_of(work, canvas)) for canvas in work.canvases]
    _find_there(manifest.collection, rows)
    for row in rows:
        row.problem = "" if row.artwork else manifest.left_out.get(str(row.canvas.number), "")
    return Outlook(work, rows)


def key_of(canvas: Canvas) -> str:
    return sha256(canvas.id.encode()).hexdigest()


def fields_of(work: Described, canvas: Canvas) -> dict[str, str]:
    """What is taken into the catalogue, no longer than it holds; rights that are not known are left to be evaluated.

    Of a manifest of several pictures each becomes a work: its label follows the title, its place the number.
    """
    several = len(work.canvases) + work.more > 1
    uri = rights_uri(work.rights)
    found = work.fields | {
        "title": _titled(work, canvas, several, chinese=False),
        "title_zh": _titled(work, canvas, several, chinese=True) if work.title(chinese=True) else "",
        "credit_line": work.credit,
        "rights": uri if uri in Rights.values else Rights.NOT_EVALUATED,
    }
    found = {name: value[: LONGEST[name]] for name, value in found.items()}
    if several and found.get("accession_number") and canvas.number > 1:
        place = f" ({canvas.number})"
        found["accession_number"] = found["accession_number"][: LONGEST["accession_number"] - len(place)] + place
    return found


def rights_uri(text: str) -> str:
    """A statement's URI as its vocabulary writes it: with http, and a slash at its end."""
    return text.replace("https://", "http://", 1).rstrip("/") + "/" if text else ""


def _titled(work: Described, canvas: Canvas, several: bool, *, chinese: bool) -> str:
    title, label = work.title(chinese), canvas.label(chinese)
    if not several or not title:
        return title or label
    place = label or str(canvas.number)
    most = LONGEST["title"] - min(len(place), 100) - 3
    return f"{title[:most]} · {place[:100]}"


def _find_there(collection: Collection, rows: Iterable[Row]) -> None:
    keys = {key_of(row.canvas): row for row in rows}
    origins = Origin.objects.filter(collection=collection, key__in=keys).select_related("artwork__master")
    for origin in origins:
        keys[origin.key].artwork, keys[origin.key].same = origin.artwork, True
    numbers = {row.fields["accession_number"]: row for row in rows if row.fields.get("accession_number")}
    for artwork in Artwork.objects.filter(collection=collection, accession_number__in=numbers).select_related("master"):
        row = numbers[artwork.accession_number]
        row.artwork = row.artwork or artwork
