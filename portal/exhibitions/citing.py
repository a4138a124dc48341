"""How a work on show is cited: in words, as BibTeX and as CSL-JSON. Each names the release, which never changes."""

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from portal.exhibitions.placards import Placard

FORMS = {"bib": "application/x-bibtex; charset=utf-8", "json": "application/vnd.citationstyles.csl+json"}
_SPECIAL = re.compile(r"([&%$#_{}])")


def in_words(label: Placard, uri: str) -> str:
    """One line for a footnote."""
    release, work = label.release, label.work
    when = release.published_at
    facts = [
        f"{work['maker']}, {label.plain_title}" if work["maker"] else label.plain_title,
        work["date_text"] or label.period,
        work["holder"],
        work["accession_number"],
        _("%(kind)s, version %(number)d") % {"kind": label.kind_name, "number": release.number},
        f"{work['collection']['name']}, Lacuna",
        f"{when:%Y-%m-%d}" if when else "",
        uri,
    ]
    return ". ".join(filter(None, facts))


def bibtex(label: Placard, uri: str) -> str:
    """An entry of type misc; in UTF-8, with what BibTeX takes for commands escaped."""
    work, when = label.work, label.release.published_at
    rows = {
        "author": f"{{{_plain(work['maker'])}}}" if work["maker"] else "",
        "title": f"{{{_plain(label.plain_title)}}}",
        "year": f"{when:%Y}" if when else "",
        "month": f"{when:%m}" if when else "",
        "howpublished": _plain(f"{work['collection']['name']}, Lacuna"),
        "version": str(label.release.number),
        "note": _plain(f"{label.kind_name}. SHA-256 {label.release.content_hash}"),
        "url": uri,
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in rows.items() if value)
    return f"@misc{{lacuna-{str(label.release.pk)[:8]}-{label.release.number},\n{body}\n}}\n"


def csl(label: Placard, uri: str) -> str:
    """CSL-JSON, a list of one item."""
    work, when = label.work, label.release.published_at
    item: dict[str, Any] = {
        "id": f"lacuna-{label.release.pk}",
        "type": "graphic",
        "title": label.plain_title,
        "author": [{"literal": work["maker"]}] if work["maker"] else [],
        "issued": {"date-parts": [[when.year, when.month, when.day]]} if when else {},
        "publisher": "Lacuna",
        "container-title": work["collection"]["name"],
        "archive": work["holder"],
        "archive_location": work["accession_number"],
        "genre": label.kind_name,
        "version": str(label.release.number),
        "note": f"SHA-256 {label.release.content_hash}",
        "URL": uri,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\\", " "))
