"""The bilingual vocabulary of ink painting: text to terms, terms to captions, the prompt check."""

from .description import ATTRIBUTES, Description, attribute_of
from .errors import LexiconError, PromptError
from .lexicon import Lexicon
from .parsing import Parsed
from .prompts import LONGEST_PROMPT, check_prompt
from .rivals import rivals
from .sketching import draft_of, drawn
from .terms import DIMENSIONS, Adjective, PaintingClass, Term

__all__ = [
    "ATTRIBUTES",
    "DIMENSIONS",
    "LONGEST_PROMPT",
    "Adjective",
    "Description",
    "Lexicon",
    "LexiconError",
    "PaintingClass",
    "Parsed",
    "PromptError",
    "Term",
    "attribute_of",
    "check_prompt",
    "draft_of",
    "drawn",
    "rivals",
]
