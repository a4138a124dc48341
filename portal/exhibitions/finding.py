"""Search and facets over the works on show. They look at what each release tells its visitors, and at nothing else: a
word that a curator writes into the catalogue today is not found here before it has been approved."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.exhibitions.languages import chinese
from portal.exhibitions.placards import KINDS, Placard, terms
from portal.exhibitions.selectors import public
from portal.templatetags.lacuna import engine_title
from review.guardrails.models import Release

FACETS = {
    "kind": _("Kind"), "period": _("Period"), "school": _("School"), "technique": _("Technique"),
    "engine": _("Engine"), "subject": _("Subject"),
}  # fmt: skip
SEARCHED = (
    "title", "title_zh", "maker", "date_text", "school", "category", "technique", "subjects", "medium", "holder",
    "accession_number", "credit_line",
)  # fmt: skip
MOST_WORDS, MOST_VALUES = 8, 40


@dataclass(frozen=True)
class Entry:
    """What can be found of a release. values: facet → its values; names: (facet, value) → how it is said, in both."""

    text: str
    values: Mapping[str, tuple[str, ...]]
    names: Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Value:
    """One value of a facet that may be chosen."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    key: str
    title: str
    values: list[Value]


@dataclass(frozen=True)
class Found:
    """keys: the releases that fit, the latest first. facets: what else may be chosen, with how many works would fit."""

    keys: list[Any]
    facets: list[Facet]


def find(words: str, chosen: Mapping[str, Iterable[str]]) -> Found:
    """The works on show that have every word and, of each facet, one of the values chosen."""
    entries = _entries()
    wanted = [word.casefold() for word in words.split()[:MOST_WORDS]]
    picked = {facet: set(chosen.get(facet, ())) for facet in FACETS}
    fitting = [(key, entry) for key, entry in entries if all(word in entry.text for word in wanted)]
    keys = [key for key, entry in fitting if _fits(entry, picked)]
    facets = []
    for name in FACETS:
        others = [entry for _key, entry in fitting if _fits(entry, picked, name)]
        facets.append(_facet(name, others, picked[name]))
    return Found(keys, [facet for facet in facets if facet.values])


def _fits(entry: Entry, picked: Mapping[str, set[str]], but: str = "") -> bool:
    return all(not values or name == but or values & set(entry.values[name]) for name, values in picked.items())


def _facet(name: str, entries: list[Entry], picked: set[str]) -> Facet:
    counts = Counter(value for entry in entries for value in entry.values[name])
    names = {value: entry.names.get((name, value)) for entry in entries for value in entry.values[name]}
    rows = [Value(value, _said(name, value, names[value]), count, value in picked) for value, count in counts.items()]
    rows.sort(key=lambda row: (not row.chosen, -row.count, row.name))
    return Facet(name, str(FACETS[name]), rows[:MOST_VALUES])


def _said(facet: str, value: str, names: tuple[str, str] | None) -> str:
    if facet == "engine":
        return engine_title(value)
    if facet == "kind":
        return str(KINDS[value])
    return (names[1] if chinese() else names[0]) if names else value


def _entries() -> list[tuple[Any, Entry]]:
    """Every work on show. The content of a release never changes under its hash, so each is taken apart once."""
    rows = list(public.releases().select_related(None).values_list("pk", "content_hash")[: public.MOST_WORKS])
    fresh = [pk for pk, digest in rows if digest not in _KNOWN]
    for start in range(0, len(fresh), 500):
        some = Release.objects.filter(pk__in=fresh[start : start + 500])
        for release in some.only("kind", "content", "content_hash"):
            _remember(release)
    return [(pk, _KNOWN[digest]) for pk, digest in rows if digest in _KNOWN]


_KNOWN: dict[str, Entry] = {}


def _remember(release: Release) -> None:
    if len(_KNOWN) > 2 * public.MOST_WORKS:
        _KNOWN.clear()
    _KNOWN[release.content_hash] = _entry(Placard(release, release.shown))


def _entry(label: Placard) -> Entry:
    work, period = label.work, label.work["period"]
    values = {
        "kind": (label.kind,),
        "period": (period["key"],) if period else (),
        "school": (work["school"],) if work["school"] else (),
        "technique": (work["technique"],) if work["technique"] else (),
        "engine": (label.made["engine"],) if label.made else (),
        "subject": tuple(dict.fromkeys(terms(work["subjects"]))),
    }
    names = {("period", period["key"]): (period["name_en"], period["name_zh"])} if period else {}
    text = [*(str(work[name]) for name in SEARCHED), *(name for pair in names.values() for name in pair)]
    return Entry("\n".join(text).casefold(), values, names)
