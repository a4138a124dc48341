"""Linked Art 1.0 (JSON-LD): the painting as an object, and pictures of it as digital objects that show it."""

from typing import Any

from portal.exhibitions.credentials.manifest import by_hash
from portal.exhibitions.facts import GENERATED, ORIGINAL, Facts, FileFact
from portal.exhibitions.wordings import conjecture, finding, what, year

CONTEXT = "https://linked.art/ns/v1/linked-art.json"
AAT = "http://vocab.getty.edu/aat/"
PAINTING, PRIMARY, ENGLISH, CHINESE = "300033618", "300404670", "300388277", "300388113"
ACCESSION, DESCRIPTION, MATERIALS, CREDIT = "300312355", "300435416", "300435429", "300435418"
HEIGHT, WIDTH, MILLIMETRES = "300055644", "300055647", "300379097"


def linked_art(facts: Facts) -> dict[str, Any]:
    """The painting with the pictures that show it; of a generated picture, which shows no painting, itself."""
    if facts.kind == GENERATED:
        return {"@context": CONTEXT, "id": facts.uri} | _picture(facts)
    shown = [_picture(facts)]
    if facts.kind != ORIGINAL and facts.master:
        shown.append(_digital(facts.master, "Master photograph"))
    painting: dict[str, Any] = {
        "@context": CONTEXT,
        "id": f"{facts.uri}#painting",
        "type": "HumanMadeObject",
        "_label": facts.title,
        "classified_as": [_type(PAINTING, "Painting")],
        "identified_by": _names(facts),
        "produced_by": _production(facts),
        "referred_to_by": _statements(facts),
        "dimension": _dimensions(facts),
        "current_owner": [{"type": "Group", "_label": facts.work.holder}] if facts.work.holder else [],
        "representation": [{"type": "VisualItem", "digitally_shown_by": shown}],
    }
    return {key: value for key, value in painting.items() if value not in ([], {})}


def _picture(facts: Facts) -> dict[str, Any]:
    made = _digital(facts.picture, facts.title)
    made["referred_to_by"] = [_text(sentence, DESCRIPTION, "Description") for sentence in _told(facts)]
    made["access_point"] = [{"id": facts.uri, "type": "DigitalObject"}]
    if facts.kind == GENERATED:
        made["identified_by"] = [*_names(facts), *made["identified_by"]]
    if facts.work.rights:
        made["subject_to"] = [{"type": "Right", "classified_as": [{"id": facts.work.rights, "type": "Type"}]}]
    if facts.making:
        made["created_by"] = _creation(facts)
    return made


def _told(facts: Facts) -> list[str]:
    return [sentence for sentence in (what(facts), conjecture(facts), finding(facts)) if sentence]


def _creation(facts: Facts) -> dict[str, Any]:
    making = facts.making
    assert making is not None  # noqa: S101  # the caller asked
    used = [file for file in (facts.master, facts.mask, *facts.references) if file]
    creation: dict[str, Any] = {
        "type": "Creation",
        "_label": f"Made by {making.engine_title}",
        "influenced_by": [_digital(file, file.title) for file in used],
        "used_specific_object": [_digital(file, file.title) for file in making.weights],
        "carried_out_by": [{"type": "Group", "_label": facts.publisher}],
    }
    if making.ended:
        creation["timespan"] = {"type": "TimeSpan", "end_of_the_end": making.ended}
    return {key: value for key, value in creation.items() if value != []}


def _digital(file: FileFact, label: str) -> dict[str, Any]:
    return {
        "type": "DigitalObject",
        "_label": label or file.sha256[:12],
        **({"format": file.media_type} if file.media_type else {}),
        "identified_by": [{"type": "Identifier", "content": by_hash(file.sha256)}],
    }


def _names(facts: Facts) -> list[dict[str, Any]]:
    work = facts.work
    titles = ((work.title_en, ENGLISH, "English"), (work.title_zh, CHINESE, "Chinese"))
    names = [
        {
            "type": "Name",
            "content": title,
            "classified_as": [_type(PRIMARY, "Primary Name")],
            "language": [{"id": AAT + aat, "type": "Language", "_label": label}],
        }
        for title, aat, label in titles
        if title
    ]
    if work.accession:
        number = _type(ACCESSION, "Accession Number")
        names.append({"type": "Identifier", "content": work.accession, "classified_as": [number]})
    return names


def _production(facts: Facts) -> dict[str, Any]:
    work, made = facts.work, {"type": "Production"}
    production: dict[str, Any] = dict(made)
    if work.maker:
        production["carried_out_by"] = [{"type": "Person", "_label": work.maker}]
    if work.technique:
        production["technique"] = [{"type": "Type", "_label": work.technique}]
    if span := _span(facts):
        production["timespan"] = span
    return production if len(production) > 1 else {}


def _span(facts: Facts) -> dict[str, Any]:
    work = facts.work
    label = work.date_text or (work.period.name_en if work.period else "")
    if not label:
        return {}
    span: dict[str, Any] = {"type": "TimeSpan", "_label": label, "identified_by": [{"type": "Name", "content": label}]}
    if work.period:
        span["begin_of_the_begin"] = f"{year(work.period.start)}-01-01T00:00:00Z"
        if work.period.end is not None:
            span["end_of_the_end"] = f"{year(work.period.end)}-12-31T23:59:59Z"
    return span


def _statements(facts: Facts) -> list[dict[str, Any]]:
    work = facts.work
    rows = ((work.medium, MATERIALS, "Material Statement"), (work.credit, CREDIT, "Credit Line"))
    return [_text(text, aat, label) for text, aat, label in rows if text]


def _dimensions(facts: Facts) -> list[dict[str, Any]]:
    rows = ((facts.work.height_mm, HEIGHT, "Height"), (facts.work.width_mm, WIDTH, "Width"))
    unit = {"id": AAT + MILLIMETRES, "type": "MeasurementUnit", "_label": "mm"}
    return [
        {"type": "Dimension", "classified_as": [_type(aat, label)], "value": value, "unit": unit}
        for value, aat, label in rows
        if value
    ]


def _text(content: str, aat: str, label: str) -> dict[str, Any]:
    brief = _type("300418049", "Brief Text")
    return {
        "type": "LinguisticObject",
        "content": content,
        "classified_as": [_type(aat, label) | {"classified_as": [brief]}],
    }


def _type(aat: str, label: str) -> dict[str, Any]:
    return {"id": AAT + aat, "type": "Type", "_label": label}
