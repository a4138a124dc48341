"""The end of a study: its result is frozen in the same transaction."""

from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record
from review.models import Study
from review.services import results


def close(user: User, study: Study) -> Study:
    """Close a study, whose row the caller holds, and freeze its result; closed before: left alone."""
    if study.state == Study.State.CLOSED:
        return study
    study.state, study.ended_at = Study.State.CLOSED, timezone.now()
    study.save(update_fields=["state", "ended_at"])
    results.freeze(study)
    record("study.closed", study, actor=user, title=study.title)
    return study
