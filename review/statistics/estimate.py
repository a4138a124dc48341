"""A number, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """`value` is None where it cannot be computed, and `reason` then says why, as a sentence; never 0 and never 1."""

    value: float | None
    reason: str = ""

    @classmethod
    def none(cls, reason: str) -> Estimate:
        return cls(None, reason)

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.reason):
            raise ValueError("An estimate has a value or a reason.")

    def at_least(self, bar: float) -> bool:
        """Whether it reaches a bar; what cannot be computed reaches none."""
        return self.value is not None and self.value >= bar


NO_VARIATION = "All scores are the same, so agreement cannot be told from chance."
TOO_FEW_RATERS = "Fewer than two raters scored the same items."
TOO_FEW_ITEMS = "Fewer than two items were scored by every rater."
NO_PAIRS = "No item has two scores."
