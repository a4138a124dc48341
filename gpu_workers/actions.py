"""Which action of the policy a person needs to order a job of a kind, or to cancel it."""

ORDER, CANCEL = "restoration.add_restoration", "restoration.cancel_restoration"
PAINT = "generation.add_painting"
PAINTED = frozenset({"generate_ink", "edit_ink"})  # whoever may have something painted may also have it stopped
ALL_ORDER, ALL_CANCEL = (ORDER, PAINT), (CANCEL, PAINT)


def to_order(kind: str) -> str:
    """The action for ordering a job of this kind, or starting it again."""
    return PAINT if kind in PAINTED else ORDER


def to_cancel(kind: str) -> str:
    """The action for cancelling a job of this kind."""
    return PAINT if kind in PAINTED else CANCEL
