"""IIIF manifests of other museums, Presentation 2 and 3: what they say of a work, and where its pictures are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

LONGEST = 2000  # of any text that is taken
MOST_CANVASES = 500  # that are looked at in one manifest
MOST_SIDE = 10_000_000  # of a canvas, in pixels; what claims more says nothing
THUMBNAIL = 200  # pixels a side, asked of an image service
TAG = re.compile(r"[A-Za-z0-9-]{1,35}")
NO_PICTURE = "The manifest shows no picture."
NAMES = {  # what museums call a field → our own name of it
    "maker": ("artist", "creator", "maker", "author", "painter", "artist/maker", "作者", "创作者", "画家"),
    "date_text": ("date", "date created", "dated", "created", "年代", "日期", "创作时间"),
    "medium": ("medium", "materials", "material", "medium and support", "physical description", "材质", "质地"),
    "technique": ("technique", "技法"),
    "accession_number": (
        "accession number",
        "object number",
        "identifier",
        "inventory number",
        "shelfmark",
        "编号",
        "馆藏号",
    ),
    "holder": ("repository", "holding institution", "museum", "collection", "owner", "收藏单位", "馆藏地"),
    "school": ("school", "画派"),
}
FIELD_OF = {name: field for field, names in NAMES.items() for name in names}


class ManifestError(Exception):
    """This is no manifest that can be read; `str()` is one English sentence."""


@dataclass(frozen=True)
class Canvas:
    """One picture of a manifest. number: its place, from 1. id: its URI, else the picture's address. labels: by
    language, "" for none. picture: address of its image, as large as it is given. width, height: in pixels, 0 where
    they are not said. thumbnail: address of a small image, or "".
    """

    number: int
    id: str
    labels: dict[str, str]
    picture: str
    width: int = 0
    height: int = 0
    thumbnail: str = ""

    def label(self, chinese: bool = False) -> str:
        """Its label in a language, else in any."""
        return in_language(self.labels, chinese) or in_language(self.labels, not chinese)


@dataclass(frozen=True)
class Described:
    """A work in a manifest. titles: by language, "" for none. fields: of the catalogue. canvases: at least one.
    rights: a URI. more: how many further canvases it has that are not looked at.
    """

    titles: dict[str, str]
    canvases: tuple[Canvas, ...]
    rights: str = ""
    credit: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    more: int = 0

    def title(self, chinese: bool = False) -> str:
        """The title in a language, else "" for Chinese and any for English."""
        found = in_language(self.titles, chinese)
        return found if found or chinese else next(iter(self.titles.values()), "")


def described(manifest: Any) -> Described:
    """What a manifest says of its work. Raises `ManifestError`."""
    if not isinstance(manifest, dict):
        raise ManifestError("What stands there is no IIIF manifest.")
    if manifest.get("type", manifest.get("@type")) in ("Collection", "sc:Collection"):
        raise ManifestError("This is a IIIF collection; give the address of one of its manifests.")
    context = " ".join(text for text in _each(manifest.get("@context")) if isinstance(text, str))
    third = "presentation/3" in context or manifest.get("type") == "Manifest"
    if not third and "presentation/2" not in context and manifest.get("@type") != "sc:Manifest":
        raise ManifestError("What stands there is no IIIF manifest of Presentation 2 or 3.")
    rights = _each(manifest.get("rights" if third else "license"))
    canvases = list(_each(manifest.get("items") if third else _member(manifest, "sequences").get("canvases")))
    found = [found for number, row in enumerate(canvases[:MOST_CANVASES], 1) if (found := _canvas(number, row, third))]
    if not found:
        raise ManifestError(NO_PICTURE)
    statement = manifest.get("requiredStatement") or {} if third else {"value": manifest.get("attribution")}
    return Described(
        titles=_texts(manifest.get("label")),
        canvases=tuple(found),
        rights=plain(next((text for text in rights if isinstance(text, str)), "")),
        credit=_first(statement.get("value") if isinstance(statement, dict) else None),
        fields=_fields(manifest.get("metadata")),
        more=max(0, len(canvases) - MOST_CANVASES),
    )


def in_language(texts: dict[str, str], chinese: bool) -> str:
    """The first text that is in Chinese, or that is not; "" where there is none."""
    return next((text for tag, text in texts.items() if tag.startswith("zh") is chinese and text), "")


def _canvas(number: int, row: Any, third: bool) -> Canvas | None:
    """One canvas with its picture; None for one that shows none, such as a sound."""
    try:
        body = _body(row) if third else _resource(row)
        picture = _picture(body)
    except ManifestError:
        return None
    return Canvas(
        number=number,
        id=_address(row) or picture,
        labels=_texts(row.get("label")),
        picture=picture,
        width=_pixels(body, row, "width"),
        height=_pixels(body, row, "height"),
        thumbnail=_thumbnail(row, body),
    )


def _body(canvas: Any) -> Any:
    """Of Presentation 3: the first page of annotations, its first body, of a choice the first."""
    found: Any = canvas
    for key in ("items", "items", "body"):
        found = _member(found, key)
    return _member(found, "items") if isinstance(found, dict) and found.get("type") == "Choice" else found


def _resource(canvas: Any) -> Any:
    found = _member(_member(canvas, "images"), "resource")
    return found.get("default", found) if isinstance(found, dict) else found


def _member(found: Any, key: str) -> Any:
    rows = list(_each(found.get(key))) if isinstance(found, dict) else []
    if not rows or not isinstance(rows[0], dict):
        raise ManifestError(NO_PICTURE)
    return rows[0]


def _picture(body: Any) -> str:
    """By its image service, as large as the service gives it; else the address of the picture itself."""
    if not isinstance(body, dict):
        raise ManifestError(NO_PICTURE)
    if service := _service(body):
        base, third = service
        return f"{base}/full/{'max' if third else 'full'}/0/default.jpg"
    if not (address := _address(body)):
        raise ManifestError(NO_PICTURE)
    return address


def _service(resource: dict[str, Any]) -> tuple[str, bool] | None:
    """The first image service of a resource: its address, and whether it speaks version 3."""
    for service in _each(resource.get("service")):
        if isinstance(service, dict) and (base := _address(service)):
            about = f"{service.get('type')} {service.get('@type')} {service.get('@context')} {service.get('profile')}"
            if "mage" in about:
                return base.rstrip("/"), "ImageService3" in about or "image/3" in about
    return None


def _thumbnail(canvas: dict[str, Any], body: dict[str, Any]) -> str:
    """What the museum offers as one, else a small answer of the image service, which every level but 0 can give."""
    for offered in _each(canvas.get("thumbnail")):
        if isinstance(offered, str):
            return plain(offered)
        if isinstance(offered, dict) and (address := _address(offered)):
            return address
    service = _service(body)
    return f"{service[0]}/full/{THUMBNAIL},/0/default.jpg" if service else ""


def _address(row: Any) -> str:
    found = row.get("id") or row.get("@id") if isinstance(row, dict) else None
    return found if isinstance(found, str) and len(found) <= LONGEST and found.isprintable() else ""


def _pixels(body: dict[str, Any], canvas: dict[str, Any], side: str) -> int:
    """What the picture says of itself, else its canvas."""
    said = (row.get(side) for row in (body, canvas))
    return next((int(n) for n in said if type(n) in (int, float) and 0 < n <= MOST_SIDE), 0)


def _each(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> dict[str, str]:
    """A text in its languages, as either version of the standard writes it."""
    found: dict[str, str] = {}
    for row in _each(value):
        if isinstance(row, str):
            found.setdefault("", plain(row))
        elif isinstance(row, dict) and "@value" in row:
            found.setdefault(_tag(row.get("@language")), plain(str(row["@value"])))
        elif isinstance(row, dict):
            for tag, texts in row.items():
                text = " ".join(plain(part) for part in _each(texts) if isinstance(part, str))
                found.setdefault(_tag(tag), text[:LONGEST])
    return found


def _tag(language: Any) -> str:
    """A language tag as such; "" for none, and for what is no tag."""
    return language if isinstance(language, str) and TAG.fullmatch(language) and language != "none" else ""


def _first(value: Any) -> str:
    texts = _texts(value)
    return texts.get("en") or next(iter(texts.values()), "")


def _fields(rows: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in list(_each(rows))[:200]:
        if isinstance(row, dict):
            names = {text.strip(" :：").casefold() for text in _texts(row.get("label")).values()}
            if name := next((FIELD_OF[name] for name in names if name in FIELD_OF), None):
                found.setdefault(name, _first(row.get("value")))
    return found


def plain(text: str) -> str:
    """A text without the markup that manifests may bring, and without what no database takes."""
    words = unescape(re.sub(r"<[^<>]*>", " ", text[: 4 * LONGEST]))
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:LONGEST]
