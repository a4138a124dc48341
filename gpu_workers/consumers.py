"""Live progress of one job over a WebSocket."""

from typing import Any

from gpu_workers import progress, selectors
from portal.following import Following, seen


class JobConsumer(Following):
    """The state of a job, each later than the one before."""

    def group(self) -> str:
        return progress.group(self.pk)

    def look(self) -> dict[str, Any] | None:
        return state_for(self.user, self.pk)

    def is_news(self, state: dict[str, Any]) -> bool:
        return self.sent is None or state["sequence"] > self.sent["sequence"]

    job_state = Following.moved


def state_for(user: Any, pk: Any) -> dict[str, Any] | None:
    """What this person may know of a job, or None; polling answers with the same."""
    return seen(user, lambda: progress.snapshot(selectors.get_job(user, pk), user))
