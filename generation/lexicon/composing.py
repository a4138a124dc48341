"""From terms and adjectives to a caption, in the paper's form: majestic, distant landscape in freehand brushwork."""

from __future__ import annotations

from collections.abc import Sequence

from .terms import Adjective, Term


def english(terms: Sequence[Term], adjectives: Sequence[Adjective]) -> str:
    """A caption in English; every adjective goes to the first term that it suits, else to the head."""
    owned = _shared_out(terms, adjectives, "en")

    def phrase(term: Term) -> str:
        return f"{', '.join(owned[term.id])} {term.en}".strip()

    subject = ", ".join(map(phrase, _of(terms, "theme")))
    for word, dimension in (("with", "motif"), ("in", "category")):
        if part := ", ".join(map(phrase, _of(terms, dimension))):
            subject = f"{subject} {word} {part}" if subject else part
    clauses = [subject, *map(phrase, _others(terms))]
    return ", ".join(filter(None, clauses)) or f"{', '.join(owned[''])} painting".strip()


def chinese(terms: Sequence[Term], adjectives: Sequence[Adjective]) -> str:
    """The same in Chinese: “雄浑悠远的写意山水，浓墨”. A category without adjectives stands before the first theme."""
    owned = _shared_out(terms, adjectives, "zh")

    def qualities(key: str) -> str:
        return "".join(owned[key]) + "的" if owned[key] else ""

    def phrase(term: Term) -> str:
        return qualities(term.id) + term.zh

    themes, categories = _of(terms, "theme"), _of(terms, "category")
    heads = [phrase(term) for term in themes]
    if themes and len(categories) == 1 and not owned[categories[0].id]:
        heads[0] = qualities(themes[0].id) + categories.pop().zh + themes[0].zh
    motifs = "、".join(map(phrase, _of(terms, "motif")))
    clauses = [
        "、".join(heads),
        f"有{motifs}" if motifs and heads else motifs,
        *map(phrase, categories),
        *map(phrase, _others(terms)),
    ]
    return "，".join(filter(None, clauses)) or qualities("") + "画"


def _shared_out(terms: Sequence[Term], adjectives: Sequence[Adjective], language: str) -> dict[str, list[str]]:
    """The names of the adjectives by the id of the term each is said of; by "" where there is no term at all."""
    subjects = [*_of(terms, "theme"), *_of(terms, "motif"), *terms]
    head = subjects[0].id if subjects else ""
    owned: dict[str, list[str]] = {key: [] for key in ("", *(term.id for term in terms))}
    for adjective in adjectives:
        owner = next((term.id for term in terms if adjective.id in term.adjectives), head)
        owned[owner].append(adjective.name(language))
    return owned


def _of(terms: Sequence[Term], dimension: str) -> list[Term]:
    return [term for term in terms if term.dimension == dimension]


def _others(terms: Sequence[Term]) -> list[Term]:
    """Techniques, then whatever dimensions the data files add."""
    return [term for term in terms if term.dimension not in ("theme", "motif", "category")]
