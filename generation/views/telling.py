"""Rounds told to a person: what was asked for, and how the rounds of a tree follow each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation.lexicon import Description, LexiconError
from generation.models import Painting, Round
from generation.selectors.rounds import Branch
from generation.wording import name, page_language
from generation.words import lexicon

SIGNS = {"en": (", ", ": "), "zh": ("、", "：")}  # between the names of a list, and before what is said


def caption(shown: Round) -> str:
    """The caption of a round in the language of the page."""
    try:
        return Description.read(shown.description).caption(lexicon(), page_language()) or shown.caption
    except LexiconError:  # a term has left the lexicon since
        return shown.caption


def asked(shown: Round) -> str:
    """What a round was asked for, in one line."""
    change = shown.change
    if shown.kind == Round.Kind.REPLACE:
        gone = lexicon().parse(change.get("element", "")).terms
        what = f"“{name(gone[0])}”" if gone else _("the marked place")
        return _("%(gone)s gives way to “%(by)s”") % {"gone": what, "by": shown.prompt}
    if shown.kind == Round.Kind.RETUNE:
        values = SIGNS[page_language()][0].join(name(key) for key in change["values"])
        return _("%(values)s, strength %(strength)d %%") % {
            "values": values, "strength": round(change["strength"] * 100),
        }  # fmt: skip
    if shown.kind == Round.Kind.EXTEND:
        return _extension(shown)
    return caption(shown)


def _extension(shown: Round) -> str:
    cells = shown.change["cells"]
    how_far = {"side": _side(shown.change["direction"]), "cells": cells}
    told = ngettext("%(cells)d cell %(side)s", "%(cells)d cells %(side)s", cells) % how_far
    return f"{told}{SIGNS[page_language()][1]}{shown.prompt}" if shown.prompt else told


def _side(direction: str) -> str:
    sides = {"left": _("to the left"), "right": _("to the right"), "up": _("upwards"), "down": _("downwards")}
    return sides[direction]


@dataclass(frozen=True)
class Step:
    """One round of a tree, in the order in which nested lists show them.

    number: of the variant that it changes, within its round; None for the first. opens: rounds follow that change its
    paintings; closes: how many lists end after it, as a range for templates.
    """

    round: Round
    paintings: list[Painting]
    asked: str
    number: int | None
    opens: bool
    closes: range


def steps(tree: Branch) -> Iterator[Step]:
    """Every round of a tree, each before those that change its paintings. Without recursion: a tree may be deep."""
    rows, stack = [], [(tree, 0, None)]
    while stack:
        branch, level, number = stack.pop()
        rows.append((branch, level, number))
        grown = [(it, level + 1, made.number) for made in branch.paintings for it in branch.later.get(made.pk, ())]
        stack += reversed(grown)
    levels = [level for _branch, level, _number in rows[1:]] + [0]
    for (branch, level, number), following in zip(rows, levels, strict=True):
        closes = range(max(0, level - following))
        yield Step(branch.round, branch.paintings, asked(branch.round), number, following > level, closes)
