"""The table of a job's moves. What is not in it cannot happen."""

from gpu_workers.models import Attempt, Job

Status, Outcome = Job.Status, Attempt.Outcome

# event → (the states it starts from, the state it leads to)
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "queue": (frozenset({Status.DRAFT}), Status.QUEUED),
    "claim": (frozenset({Status.QUEUED}), Status.RUNNING),
    "succeed": (frozenset({Status.RUNNING}), Status.SUCCEEDED),
    "fail": (frozenset({Status.RUNNING}), Status.FAILED),
    "stop": (frozenset({Status.RUNNING}), Status.CANCELLED),  # the attempt saw that a person had asked
    "lose": (frozenset({Status.RUNNING}), Status.QUEUED),  # its worker fell silent
    "quarantine": (frozenset({Status.RUNNING}), Status.FAILED),  # silent once too often
    "cancel": (frozenset({Status.QUEUED}), Status.CANCELLED),
    "ask_to_stop": (frozenset({Status.RUNNING}), Status.RUNNING),
    "retry": (frozenset({Status.FAILED, Status.CANCELLED}), Status.QUEUED),
}

# event → how the attempt that was running has ended
ENDS: dict[str, str] = {
    "succeed": Outcome.SUCCEEDED,
    "fail": Outcome.FAILED,
    "stop": Outcome.CANCELLED,
    "lose": Outcome.LOST,
    "quarantine": Outcome.LOST,
}
