"""IIIF manifests of other museums, Presentation 2 and 3: what they say of a work, and where its picture is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

LONGEST = 2000  # of any text that is taken
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
class Described:
    """A work in a manifest. titles: by language, "" for none. fields: of the catalogue. picture: address of the image
    of its first canvas, as large as it is given. rights: a URI.
    """

    titles: dict[str, str]
    picture: str
    rights: str = ""
    credit: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def title(self, chinese: bool = False) -> str:
        """The title in a language, else "" for Chinese and any for English."""
        found = next((text for tag, text in self.titles.items() if tag.startswith("zh") is chinese and text), "")
        return found if found or chinese else next(iter(self.titles.values()), "")


def described(manifest: Any) -> Described:
    """What a manifest says of its work. Raises `ManifestError`."""
    if not isinstance(manifest, dict):
        raise ManifestError("This is no IIIF manifest.")
    context = " ".join(text for text in _each(manifest.get("@context")) if isinstance(text, str))
    third = "presentation/3" in context or manifest.get("type") == "Manifest"
    if not third and "presentation/2" not in context and manifest.get("@type") != "sc:Manifest":
        raise ManifestError("This is no IIIF manifest of Presentation 2 or 3.")
    rights = _each(manifest.get("rights" if third else "license"))
    picture = _picture(_body(manifest) if third else _resource(manifest))
    statement = manifest.get("requiredStatement") or {} if third else {"value": manifest.get("attribution")}
    return Described(
        titles=_texts(manifest.get("label")),
        picture=picture,
        rights=next((text for text in rights if isinstance(text, str)), ""),
        credit=_first(statement.get("value") if isinstance(statement, dict) else None),
        fields=_fields(manifest.get("metadata")),
    )


def _body(manifest: dict[str, Any]) -> Any:
    """Of Presentation 3: the first canvas, its first page of annotations, the first body, of a choice the first."""
    found: Any = manifest
    for key in ("items", "items", "items", "body"):
        found = _member(found, key)
    return _member(found, "items") if isinstance(found, dict) and found.get("type") == "Choice" else found


def _resource(manifest: dict[str, Any]) -> Any:
    found: Any = manifest
    for key in ("sequences", "canvases", "images", "resource"):
        found = _member(found, key)
    return found.get("default", found) if isinstance(found, dict) else found


def _member(found: Any, key: str) -> Any:
    rows = list(_each(found.get(key))) if isinstance(found, dict) else []
    if not rows:
        raise ManifestError("The manifest shows no picture.")
    return rows[0]


def _picture(body: Any) -> str:
    """By its image service, as large as the service gives it; else the address of the picture itself."""
    if not isinstance(body, dict):
        raise ManifestError("The manifest shows no picture.")
    for service in _each(body.get("service")):
        if isinstance(service, dict) and isinstance(base := service.get("id") or service.get("@id"), str):
            about = f"{service.get('type')} {service.get('@type')} {service.get('@context')} {service.get('profile')}"
            if "mage" in about:
                third = "ImageService3" in about or "image/3" in about
                return f"{base.rstrip('/')}/full/{'max' if third else 'full'}/0/default.jpg"
    address = body.get("id") or body.get("@id")
    if not isinstance(address, str):
        raise ManifestError("The manifest shows no picture.")
    return address


def _each(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> dict[str, str]:
    """A text in its languages, as either version of the standard writes it."""
    found: dict[str, str] = {}
    for row in _each(value):
        if isinstance(row, str):
            found.setdefault("", plain(row))
        elif isinstance(row, dict) and "@value" in row:
            found.setdefault(str(row.get("@language", "")), plain(str(row["@value"])))
        elif isinstance(row, dict):
            for tag, texts in row.items():
                text = " ".join(plain(part) for part in _each(texts) if isinstance(part, str))
                found.setdefault("" if tag == "none" else str(tag), text[:LONGEST])
    return found


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
    """A text without the markup that manifests may bring."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", text[: 4 * LONGEST])).split())[:LONGEST]
