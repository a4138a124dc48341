"""In which order each expert sees the items: drawn once, balanced over the panel, and stored.

Rows of a Williams design put every item at every place, and after every other item, as evenly as the size of the panel
allows; the seed of the study decides which item is which and which expert has which row. Nothing is ever derived again:
pages read the stored rows.
"""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from portal.errors import UserError
from review.models import Item, Presentation, Seat, Study

MAX_RUN = 3  # items of one kind in a row, where their shares allow it
TRIES = 200


def draw_labels(study: Study) -> None:
    """Give every accepted seat a number by lot: “Expert 3” says nothing of who was invited when."""
    seats = list(study.seats.filter(state=Seat.State.ACCEPTED, label=0))
    taken = set(study.seats.exclude(label=0).values_list("label", flat=True))
    free = [number for number in range(1, len(seats) + len(taken) + 1) if number not in taken]
    _lot(study, 0, len(taken)).shuffle(free)
    for seat, label in zip(seats, free, strict=False):
        seat.label = label
        seat.save(update_fields=["label"])


def draw_orders(study: Study, round: int) -> None:
    """Orders of all accepted seats for a round: 0 is scoring, 1, 2 … are rounds of calibration. Drawn before: kept."""
    seats = study.seats.filter(state=Seat.State.ACCEPTED).order_by("label")
    for place, seat in enumerate(seats):
        _store(study, seat, round, place)


def draw_order_for(seat: Seat, round: int) -> None:
    """The order of one who came later: the row of whom the seat replaces, else the next free one."""
    place = seat.study.seats.filter(state=Seat.State.ACCEPTED, label__lt=seat.label).count()
    _store(seat.study, seat, round, place)


def williams(count: int) -> list[list[int]]:
    """Rows of a Williams design over `count` things: `count` rows, or twice as many where it is odd."""
    first = [0]
    for step in range(1, count):
        first.append((step + 1) // 2 if step % 2 else count - step // 2)
    rows = [[(thing + shift) % count for thing in first] for shift in range(count)]
    return rows if count % 2 == 0 else rows + [row[::-1] for row in rows]


def drawn(study: Study, items: Sequence[Item], round: int, place: int) -> list[Item]:
    """The order of a round for the seat at a place of the panel; the lot decides which item is which and whose row."""
    items, lot, rows = list(items), _lot(study, 1, round), williams(len(items))
    lot.shuffle(items)  # type: ignore[arg-type]
    lot.shuffle(rows)
    return _spaced([items[number] for number in rows[place % len(rows)]], _lot(study, 2, round, place))


def _lot(study: Study, *keys: int) -> np.random.Generator:
    return np.random.default_rng([study.seed, *keys])


def _store(study: Study, seat: Seat, round: int, place: int) -> None:
    if seat.presentations.filter(round=round).exists():
        return
    items = list(study.items.filter(calibration=round > 0).order_by("code"))
    if not items:
        raise UserError(_("There are no pictures to show in this round."))
    order = drawn(study, items, round, place)
    conflicting = set(seat.conflicts.filter(present=True).values_list("item", flat=True))
    shown = [item for item in order if item.pk not in conflicting]
    Presentation.objects.bulk_create(
        Presentation(seat=seat, item=item, round=round, position=position)
        for position, item in enumerate(shown, start=1)
    )


def _spaced(order: Sequence[Item], lot: np.random.Generator) -> list[Item]:
    """The same order, with two neighbours swapped here and there until authentic and other items alternate enough.

    At most `MAX_RUN` of one kind in a row where their shares allow it, so that nobody can read a pattern off a block;
    as few swaps as possible, so that the design stays balanced.
    """
    best = list(order)
    for _try in range(TRIES):
        if (start := _long_run(best)) is None:
            break
        other = int(lot.integers(len(best)))
        best[start], best[other] = best[other], best[start]
    return best


def _long_run(order: Sequence[Item]) -> int | None:
    """Where a run of one kind becomes too long, else None."""
    run = 0
    for place, item in enumerate(order):
        same = place > 0 and _authentic(item) == _authentic(order[place - 1])
        run = run + 1 if same else 1
        if run > MAX_RUN:
            return place
    return None


def _authentic(item: Item) -> bool:
    return item.origin == Item.Origin.ARTWORK
