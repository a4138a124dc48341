"""Whose job is next. One rule gives the order of the queue: to a worker that claims, and to a page that shows places.

The higher priority goes first. Among jobs of one priority it is the turn of the person with the fewest running jobs,
then of the one whose last start lies farthest back; of that person's jobs the one that has waited longest. A person or
a collection that has as many running jobs as the site allows waits, and does not hold up who comes after.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple


class Group(NamedTuple):
    """Waiting jobs that the rule treats alike but for how long they have waited; keys of a person and a collection."""

    priority: int
    owner: Any
    collection: Any


class Limits(NamedTuple):
    """How many jobs of one person and of one collection may run at once; 0: as many as there are workers."""

    person: int = 0
    collection: int = 0


NO_LIMITS = Limits()


class Held(NamedTuple):
    """Why a job waits although a worker may be free: `by` "person" or "collection", of which `running` jobs run."""

    by: str
    running: int


class Line:
    """Who runs how much, and who was served when.

    running: (owner, collection) of every running job, in the order they started. last: person → moment of the last
    start; who is not in it was never served.
    """

    def __init__(
        self, running: Sequence[tuple[Any, Any]], last: Mapping[Any, datetime | None], limits: Limits = NO_LIMITS
    ) -> None:
        self.limits, self._running = limits, deque(running)
        self._people = Counter(owner for owner, _collection in running)
        self._collections = Counter(collection for _owner, collection in running)
        seen = sorted((moment, str(person), person) for person, moment in last.items() if moment)
        self._turns = {person: turn for turn, (_moment, _name, person) in enumerate(seen)}

    @property
    def busy(self) -> int:
        """How many jobs run."""
        return len(self._running)

    def held(self, owner: Any, collection: Any) -> Held | None:
        """What keeps the jobs of this person in this collection waiting, if the limits do."""
        if 0 < self.limits.person <= self._people[owner]:
            return Held("person", self._people[owner])
        if 0 < self.limits.collection <= self._collections[collection]:
            return Held("collection", self._collections[collection])
        return None

    def next(self, heads: Mapping[Group, datetime]) -> Group | None:
        """The group whose first job is next. heads: group → since when its first job has waited."""

        def rank(group: Group) -> tuple:
            owner, collection = group.owner, group.collection
            served = (self._people[owner], self._turns.get(owner, -1))
            return (-group.priority, *served, heads[group], str(owner), str(collection))

        free = (group for group in heads if not self.held(group.owner, group.collection))
        return min(free, key=rank, default=None)

    def order(self, waiting: Mapping[Group, Sequence[tuple[datetime, Any]]], slots: int) -> Iterator[Any]:
        """The keys of the waiting jobs in the order in which they will be claimed.

        waiting: group → (since when, key) of its jobs, the first first. slots: how many jobs can run at once. What runs
        is taken to end in the order it began, which nobody knows; the order of claims is exact if it does.
        """
        left = {group: deque(jobs) for group, jobs in waiting.items() if jobs}
        heads = {group: jobs[0][0] for group, jobs in left.items()}
        while heads:
            while len(self._running) >= max(slots, 1):
                self._end_oldest()
            group = self.next(heads)
            if group is None:
                self._end_oldest()  # the limits hold everybody up until something ends
                continue
            yield left[group].popleft()[1]
            self._start(group)
            if left[group]:
                heads[group] = left[group][0][0]
            else:
                del heads[group]

    def _start(self, group: Group) -> None:
        self._running.append((group.owner, group.collection))
        self._people[group.owner] += 1
        self._collections[group.collection] += 1
        self._turns[group.owner] = max(self._turns.values(), default=-1) + 1

    def _end_oldest(self) -> None:
        owner, collection = self._running.popleft()
        self._people[owner] -= 1
        self._collections[collection] -= 1
