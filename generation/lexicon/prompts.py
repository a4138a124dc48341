"""The one check that every prompt passes before anything is made from it."""

from __future__ import annotations

import unicodedata

from .errors import PromptError
from .tokens import tokens

LONGEST_PROMPT = 500
_SPACES = "\t\n\r"
_ODD = ("Cc", "Cs", "Co", "Cn")
_TURNING = "\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"  # change what a reader sees


def check_prompt(text: str) -> str:
    """The prompt with its white space evened out; raises `PromptError` with one sentence where it cannot be used."""
    if len(text) > LONGEST_PROMPT:
        raise PromptError(f"The prompt has {len(text):,} characters; at most {LONGEST_PROMPT} are taken.")
    if any(char in _TURNING or (unicodedata.category(char) in _ODD and char not in _SPACES) for char in text):
        raise PromptError("The prompt holds control characters; type it as plain text.")
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    if not clean:
        raise PromptError("The prompt is empty; describe the painting in a few words.")
    row = tokens(clean, {})
    foreign = [token.text for token in row if token.kind == "letters"]
    if foreign:
        raise PromptError(f"“{foreign[0]}” is neither English nor Chinese; describe the painting in one of the two.")
    if not any(token.kind in ("word", "han") for token in row):
        raise PromptError("The prompt has no words, only signs; describe the painting in English or Chinese.")
    return clean
