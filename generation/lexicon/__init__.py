"""The bilingual vocabulary of ink painting: text to terms, terms to captions, the prompt check."""

from .errors import LexiconError, PromptError
from .lexicon import Lexicon
from .parsing import Parsed
from .prompts import LONGEST_PROMPT, check_prompt
from .terms import DIMENSIONS, Adjective, PaintingClass, Term

__all__ = [
    "DIMENSIONS",
    "LONGEST_PROMPT",
    "Adjective",
    "Lexicon",
    "LexiconError",
    "PaintingClass",
    "Parsed",
    "PromptError",
    "Term",
    "check_prompt",
]
