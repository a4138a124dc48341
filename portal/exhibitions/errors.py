"""What keeps an editor from overwriting another."""

from portal.errors import UserError


class ArrangedMeanwhile(UserError):
    """Somebody else changed what hangs where since it was read."""
