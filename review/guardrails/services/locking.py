"""A release under lock, together with all rows that say what its visitors are told."""

from gpu_workers.models import Job
from portal.catalogue.models import Artwork, Collection, Period
from restoration.models import Candidate, Mask, Restoration
from review.guardrails.content import canonical, content_hash, content_of
from review.guardrails.models import Release


def locked(release: Release) -> Release:
    """The release read anew, its row and those that it tells of locked until the transaction ends.

    The same order everywhere, the artwork first, so that no two wait for each other.
    """
    artwork = Artwork.objects.select_for_update(of=("self",)).get(pk=release.artwork_id)
    row = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    told = [(Collection, artwork.collection_id), (Period, artwork.period_id), (Mask, row.mask_id)]
    if row.candidate_id:
        order = Candidate.objects.select_related("restoration").get(pk=row.candidate_id).restoration
        told += [(Candidate, row.candidate_id), (Restoration, order.pk), (Job, order.job_id)]
    for model, pk in told:
        if pk is not None:
            list(model.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).values_list("pk"))
    return row


def renewed(release: Release) -> Release:
    """A locked draft with the content that it has now, its files hashed again, saved where it differs."""
    content = content_of(release)
    digest = content_hash(content)
    if digest != release.content_hash:
        release.content, release.content_hash = canonical(content), digest
        release.save(update_fields=["content", "content_hash"])
    return release
