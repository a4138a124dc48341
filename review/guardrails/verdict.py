"""What a check says of a work that may be published, and of a prompt or reference before a job is made."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

PASSED, BLOCKED, NOT_NEEDED = "passed", "blocked", "not_needed"


class Sentence(str):
    """A sentence in the language of the thread that remembers how the code has it, so that it can be kept and be said
    to somebody else in another language: ``Sentence(_("“%(work)s” is not clear."), work=work.title)``, where ``_`` is
    `gettext_noop`. Its words are JSON.
    """

    source: str
    words: dict[str, Any]

    def __new__(cls, source: str, **words: Any) -> "Sentence":
        said = super().__new__(cls, gettext(source) % words if words else gettext(source))
        said.source, said.words = source, words
        return said


@dataclass(frozen=True)
class Verdict:
    """check: panel, provenance, anchor, rights or sacred. outcome: passed, blocked or not_needed. reason: one sentence
    that a person can read, best a `Sentence`. who: whose step lifts it, in words (`gettext_noop`: it is translated
    where it is shown); "" where nobody's. link: where that step is taken. evidence: what it rests on, as JSON."""

    check: str
    outcome: str
    reason: str
    who: str = ""
    link: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.outcome == BLOCKED

    @property
    def whose(self) -> str:
        """`who` in the language of the page."""
        return gettext(self.who) if self.who else ""
