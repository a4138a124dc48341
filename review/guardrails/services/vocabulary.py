"""Additions to the vocabularies: dated terms, and sacred ones. Site-wide, each with a source."""

import re
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.errors import UserError
from review.guardrails.finding import Words
from review.guardrails.models import AnchorTerm, SacredTerm

EDIT = "guardrails.edit_vocabulary"
MOST_WORDS = 40


@transaction.atomic
def add_anchor_term(user: User, *, words: list[str] | str = "", from_year: int | None = None,
                    to_year: int | None = None, **fields: Any) -> AnchorTerm:  # fmt: skip
    """Add a school, technique, costume, object or motif with its years. Raises `UserError`."""
    require(user, EDIT)
    if from_year is None and to_year is None:
        raise UserError(_("Say from which year, or up to which, it is dated."))
    if from_year is not None and to_year is not None and to_year < from_year:
        raise UserError(_("The years are the wrong way round."))
    return _added(AnchorTerm(added_by=user, from_year=from_year, to_year=to_year, **fields), words)


@transaction.atomic
def add_sacred_term(user: User, *, words: list[str] | str = "", **fields: Any) -> SacredTerm:
    """Add something sacred. Raises `UserError`."""
    require(user, EDIT)
    return _added(SacredTerm(added_by=user, **fields), words)


@transaction.atomic
def retire(user: User, term: AnchorTerm | SacredTerm, retired: bool = True) -> None:
    """Have the checks overlook a term, or heed it again; it stays as a record."""
    require(user, EDIT)
    type(term).objects.filter(pk=term.pk).update(retired=retired)
    term.retired = retired


def _added(term: Any, words: list[str] | str) -> Any:
    """Save a new term; without further words it is found by its names."""
    rows = re.split(r"[,，、;；\n]", words) if isinstance(words, str) else list(words)
    term.words = list(dict.fromkeys(filter(None, (word.strip() for word in (term.name_en, term.name_zh, *rows)))))
    if not term.source.strip():
        raise UserError(_("Every entry needs a source."))
    if not term.name_en.strip() or not term.name_zh.strip():
        raise UserError(_("Every entry has a name in English and in Chinese."))
    if len(term.words) > MOST_WORDS:
        raise UserError(_("An entry may have up to %(most)d words.") % {"most": MOST_WORDS})
    if any(len(word) == 1 for word in term.words):
        raise UserError(_("A word of one letter would be found everywhere; write it with what goes with it."))
    if not Words({"": term.words}).find(term.words[0]):
        raise UserError(_("These words have no letters that could be found."))
    base = slugify(term.name_en)[:50] or "term"
    number, term.key = 1, base
    while type(term).objects.filter(key=term.key).exists():
        number += 1
        term.key = f"{base}-{number}"
    term.save(force_insert=True)
    return term
