"""Whether what is public is what was approved, and by whom the log says so: for `manage.py verify_integrity`."""

from collections.abc import Iterator

from django.db import connection

from portal.audit.models import Event
from portal.triggers import missing
from review.guardrails.content import hash_text
from review.guardrails.models import CHECKS, Release
from review.guardrails.selectors import newest

DONE = ("release.signed", "release.published")


def faults() -> Iterator[str]:
    """What is wrong with releases: a rule that is not in force, a hash that is not of its content, an approval that is
    lacking, or a step that the log does not know, which somebody made past the portal.
    """
    for name in missing(connection):
        yield f"the database does not keep the rule {name}"
    for release in Release.objects.exclude(state__in=("draft", "discarded")).iterator():
        if fault := _fault(release):
            yield f"release {release.pk}: {fault}"


def _fault(release: Release) -> str:
    digest = release.content_hash
    if hash_text(release.content) != digest:
        return "its hash is not of its content"
    said = {row.name for row in newest(release).values() if row.content_hash == digest and row.outcome != "blocked"}
    if lacking := [name for name in CHECKS if name not in said]:
        return f"it was not judged for what it shows: {', '.join(lacking)}"
    signers = set(release.signatures.filter(content_hash=digest).values_list("signer", flat=True))
    if len(signers) < 2:
        return "fewer than two people signed what it shows"
    events = Event.objects.filter(subject="release", subject_id=str(release.pk), action__in=DONE)
    known = {(row.action, row.actor_id) for row in events if row.data.get("content_hash") == digest}
    steps = {("release.signed", pk) for pk in signers} | {("release.published", release.published_by_id)}
    return "" if steps <= known else "the log knows nothing of a signature or of its publication"
