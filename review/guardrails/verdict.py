"""What a check says of a work that may be published, and of a prompt or reference before a job is made."""

from dataclasses import dataclass, field
from typing import Any

PASSED, BLOCKED, NOT_NEEDED = "passed", "blocked", "not_needed"


@dataclass(frozen=True)
class Verdict:
    """check: panel, provenance, anchor, rights or sacred. outcome: passed, blocked or not_needed. reason: one sentence
    that a person can read. who: whose step lifts it, in words; "" where nobody's. link: where that step is taken.
    evidence: what it rests on, as JSON."""

    check: str
    outcome: str
    reason: str
    who: str = ""
    link: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.outcome == BLOCKED
