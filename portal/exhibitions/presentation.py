"""IIIF Presentation API 3: a manifest a work, a collection an exhibition. Plain dicts, in both languages at once."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.catalogue.iiif_request import MAX_AREA
from portal.catalogue.models import Picture
from portal.exhibitions.downloading import REUSABLE
from portal.exhibitions.languages import TAGS, both
from portal.exhibitions.models import Exhibition, Hanging
from portal.exhibitions.placards import BOUNDARY, KINDS, Placard, placard_of
from portal.templatetags.lacuna import fitted

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
LINKED_ART = "https://linked.art/ns/v1/linked-art.json"
SEE_ALSO = (  # address, what else it takes, media type, how it is called
    ("published:linked-art", (), "application/ld+json", "Linked Art"),
    ("published:provenance", (), "application/json", "PROV-JSON"),
    ("exhibitions:cite", ("json",), "application/vnd.citationstyles.csl+json", _("Citation")),
)
LANGUAGES = dict(zip(TAGS, ("en", "zh-hans"), strict=True))
Json = dict[str, Any]


def manifest(request: HttpRequest, label: Placard) -> Json:
    """One canvas; a restoration and what it was made from are a choice on it."""
    release, work = label.release, label.work
    uri = absolute(request, "exhibitions:manifest", release.pk)
    page = absolute(request, "exhibitions:work", release.pk)
    about = {
        "@context": CONTEXT,
        "id": uri,
        "type": "Manifest",
        "label": both(work, "title") or {"none": [str(release.pk)]},
        "metadata": _metadata(label),
        "summary": _in_both(lambda: " ".join(label.conjecture)),
        "requiredStatement": {"label": said(_("Please note")), "value": _notice(label)},
        "rights": work["rights"],
        "provider": [_provider(request, label)],
        "homepage": [_homepage(page, both(work, "title"))],
        "seeAlso": [_see_also(request, release.pk, *row) for row in SEE_ALSO],
        "rendering": [_download(request, label)] if work["rights"].startswith(REUSABLE) else [],
        "thumbnail": [_thumbnail(request, release.picture)],
        "items": [_canvas(request, label, uri)],
    }
    return {name: value for name, value in about.items() if value}


def collection(request: HttpRequest, exhibition: Exhibition, hangings: list[Hanging]) -> Json:
    """The manifests of an exhibition in its order."""
    uri = absolute(request, "exhibitions:collection", exhibition.slug)
    page = absolute(request, "exhibitions:exhibition", exhibition.slug)
    about = {
        "@context": CONTEXT,
        "id": uri,
        "type": "Collection",
        "label": both(exhibition, "title"),
        "summary": both(exhibition, "introduction"),
        "requiredStatement": {"label": said(_("Please note")), "value": said(BOUNDARY)},
        "homepage": [_homepage(page, both(exhibition, "title"))],
        "items": [_member(request, placard_of(hanging.release)) for hanging in hangings],
    }
    return {name: value for name, value in about.items() if value or name == "items"}


def absolute(request: HttpRequest, name: str, *args: Any) -> str:
    return request.build_absolute_uri(reverse(name, args=args))


def said(text: str | Promise) -> dict[str, list[str]]:
    """A sentence of ours as a language map."""
    return _in_both(lambda: str(text))


def _in_both(say) -> dict[str, list[str]]:
    found = {}
    for tag, code in LANGUAGES.items():
        with translation.override(code):
            found[tag] = [say()]
    return found


def _notice(label: Placard) -> dict[str, list[str]]:
    """What kind of picture it is, and the boundary of all of this: every viewer has to show it."""
    return _in_both(lambda: " — ".join([label.kind_name, str(BOUNDARY)] if label.by_machine else [label.kind_name]))


def _metadata(label: Placard) -> list[Json]:
    work = label.work
    kept = ", ".join(filter(None, [work["holder"], work["accession_number"]]))
    rows = [
        (_("Maker"), work["maker"]),
        (_("Period"), (lambda: label.period) if work["period"] else ""),
        (_("Date"), work["date_text"]),
        (_("School"), work["school"]),
        (_("Technique"), work["technique"]),
        (_("Medium"), work["medium"]),
        (_("Dimensions"), lambda: label.size),
        (_("Kept by") if work["holder"] else _("Accession number"), kept),
        (_("Credit"), work["credit_line"]),
        (_("Engine"), (lambda: label.engine) if label.by_machine else ""),
        (_("Version"), f"{label.release.number} · SHA-256 {label.release.content_hash}"),
    ]
    found = _notices(label)
    for name, value in rows:
        values = _in_both(value) if callable(value) else {"none": [value]}
        if any(text for texts in values.values() for text in texts):
            found.append({"label": said(name), "value": values})
    return found


def _canvas(request: HttpRequest, label: Placard, uri: str) -> Json:
    picture = label.release.picture
    canvas, page = f"{uri}#canvas", f"{uri}#pictures"
    return {
        "id": canvas,
        "type": "Canvas",
        "label": both(label.work, "title") or said(KINDS[label.kind]),
        "width": picture.width,
        "height": picture.height,
        "items": [
            {
                "id": page,
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": f"{uri}#picture",
                        "type": "Annotation",
                        "motivation": "painting",
                        "body": _body(request, label),
                        "target": canvas,
                    }
                ],
            }
        ],
    }


def _body(request: HttpRequest, label: Placard) -> Json:
    release = label.release
    shown = _image(request, release.picture)
    if release.master is None:
        return shown
    after = {**shown, "label": _in_both(lambda: label.kind_name)}
    before = {**_image(request, release.master), "label": said(_("Before: the photograph of the original"))}
    return {"type": "Choice", "items": [after, before]}


def _image(request: HttpRequest, picture: Picture) -> Json:
    service = absolute(request, "catalogue:iiif-base", picture.pk)
    return {
        "id": f"{service}/full/max/0/default.jpg" if _fits(picture) else f"{service}/full/!4000,4000/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": picture.width,
        "height": picture.height,
        "service": [{"id": service, "type": "ImageService3", "profile": "level2"}],
    }


def _fits(picture: Picture) -> bool:
    return picture.width * picture.height <= MAX_AREA


def _thumbnail(request: HttpRequest, picture: Picture) -> Json:
    width, height = fitted(picture, 512)
    address = absolute(request, "catalogue:thumbnail", picture.pk)
    return {"id": address, "type": "Image", "format": "image/webp", "width": width, "height": height}


def _member(request: HttpRequest, label: Placard) -> Json:
    return {
        "id": absolute(request, "exhibitions:manifest", label.release.pk),
        "type": "Manifest",
        "label": both(label.work, "title") or {"none": [str(label.release.pk)]},
        "thumbnail": [_thumbnail(request, label.release.picture)],
    }


def _provider(request: HttpRequest, label: Placard) -> Json:
    name = label.work["collection"]["name"]
    home = _homepage(absolute(request, "exhibitions:list"), said(_("Exhibitions")))
    return {"id": home["id"], "type": "Agent", "label": {"none": [name]}, "homepage": [home]}


def _homepage(address: str, label: dict[str, list[str]]) -> Json:
    return {"id": address, "type": "Text", "label": label or said(_("On the web")), "format": "text/html",
            "language": list(TAGS)}  # fmt: skip


def _see_also(request: HttpRequest, pk: Any, name: str, args: tuple[str, ...], media_type: str, label: Any) -> Json:
    about = {"id": absolute(request, name, pk, *args), "type": "Dataset", "label": said(label), "format": media_type}
    return about | ({"profile": LINKED_ART} if name.endswith("linked-art") else {})


def _download(request: HttpRequest, label: Placard) -> Json:
    """The file with its content credentials, which tiles cannot carry."""
    picture = label.told["picture"]
    media_type = "image/tiff" if picture["format"] == "psd" else f"image/{picture['format']}"
    address = absolute(request, "published:picture", label.release.pk)
    return {"id": address, "type": "Image", "label": said(_("The picture with its credentials")), "format": media_type}


def _notices(label: Placard) -> list[Json]:
    """What communities ask visitors to know."""
    rows = label.told.get("notices", {}).get("sacred", ())
    return [
        {"label": {"none": [row["name"]]}, "value": both({"text": row["text_en"], "text_zh": row["text_zh"]}, "text")}
        for row in rows
    ]
