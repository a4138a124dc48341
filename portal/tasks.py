"""Light tasks: errands of the site itself, for the small worker of the queue `light`, which never loads PyTorch."""

from typing import Any

from portal.worker_tasks import worker_task


@worker_task("portal.post", time_limit=120)
def post(self: Any) -> None:
    """Do everything that is due: a call too many finds nothing."""
    from portal import post

    post.run()
