"""How long orders would take before anybody places them, by what this site has done so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gpu_workers.engines.registry import FILL, engines
from gpu_workers.models import Job
from gpu_workers.outlook import Past, Usual, at_the_end
from gpu_workers.presence import count_alive
from portal.accounts.models import User
from restoration.models import Mask


@dataclass(frozen=True)
class Estimate:
    """place: of the first order in the queue. engines: name → what one order takes, None = not known yet.

    seconds: until all of them will have ended, None = not known yet.
    """

    place: int
    engines: dict[str, Usual | None]
    seconds: int | None


def usual_times(mask: Mask | None, candidates: int) -> dict[str, Usual | None]:
    """What filling this mask takes with each engine: by the pixels to fill, of all candidates. None = not known yet."""
    past = Past()
    return {name: _usual(past, name, mask, candidates) for name in engines(FILL)}


def estimate(
    user: User, collection: Any, orders: Sequence[tuple[str, Mask | None]], candidates: int,
    priority: int = Job.Priority.NORMAL,
) -> Estimate:  # fmt: skip
    """What these orders, (engine, mask) each, would take if they were placed now."""
    past = Past()
    each = [_usual(past, engine, mask, candidates) for engine, mask in orders]
    start = at_the_end(user.pk, collection.pk, priority)
    known = {engine: usual for (engine, _mask), usual in zip(orders, each, strict=True)}
    return Estimate(start.place or 1, known, _together(start.seconds, each))


def _together(start: int | None, each: Iterable[Usual | None]) -> int | None:
    times = [usual.seconds for usual in each if usual]
    if start is None or len(times) < len(list(each)):
        return None
    workers = max(count_alive(), 1)
    return round(start + max(sum(times) / workers, max(times, default=0)))


def _usual(past: Past, engine: str, mask: Mask | None, candidates: int) -> Usual | None:
    spec = engines(FILL).get(engine)
    if spec is None:
        return None
    made = candidates if spec.stochastic else 1
    return past.usual("restore", engine, made, made * mask.damaged_pixels if mask else None)
