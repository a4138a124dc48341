"""The lexicon of this installation."""

from functools import cache

from django.conf import settings

from generation.lexicon import Lexicon


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon and what the operator's folder adds to it, read once a process."""
    return Lexicon.load(settings.LEXICON_FOLDER or None)
