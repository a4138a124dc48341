"""Letters to experts: invitations and reminders, in the expert's language. (Builder S2 fills this in.)"""

from review.models import Seat


def send_after_commit(seat: Seat, token: str, reminder: bool = False) -> None:
    raise NotImplementedError


def has_to_do(seat: Seat) -> bool:
    raise NotImplementedError
