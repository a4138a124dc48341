"""The report of an order: what a file beside the candidates says of them, for a dossier or another program."""

from typing import Any

from restoration.models import Candidate, Restoration

FORMAT = 2


def report_of(restoration: Restoration) -> dict[str, Any]:
    """JSON-ready; works by key and title, files by SHA-256; measures as on the page."""
    artwork, mask = restoration.artwork, restoration.mask
    return {
        "format": FORMAT,
        "id": str(restoration.pk),
        "task": restoration.task,
        "artwork": {"id": str(artwork.pk), "title": artwork.title, "accession_number": artwork.accession_number},
        "ordered": restoration.created_at.isoformat(),
        "engine": restoration.engine,
        "area": restoration.area or None,
        "strength": restoration.strength,
        "master": restoration.master.sha256,
        "mask": mask.sha256 if mask else None,
        "references": [row.sha256 for row in restoration.references.all()],
        "candidates": [_candidate(candidate) for candidate in restoration.candidates.all()],
        "recipe": restoration.job.recipe,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "number": candidate.number,
        "sha256": candidate.picture.sha256,
        "seed": candidate.seed,
        "changed_pixels": candidate.changed_pixels,
        "largest_difference_outside": candidate.outside_max,
        "seam": candidate.seam,
        "measures": candidate.measures or None,
        "judgement": candidate.judgement or None,
        "reason": candidate.judgement_reason or None,
        "note": candidate.judgement_note or None,
        "judged": candidate.judged_at.isoformat() if candidate.judged_at else None,
    }
