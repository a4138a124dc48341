"""From a release to `Facts`: what was approved, word for word; nothing is looked up that approval did not see."""

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from gpu_workers.engines.registry import ENGINES
from portal.accounts.models import Grant
from portal.catalogue.models import Period
from portal.exhibitions.facts import (
    GENERATED,
    ORIGINAL,
    RESTORATION,
    ApprovalFact,
    CheckFact,
    Facts,
    FileFact,
    MakingFact,
    PeriodFact,
    StudyFact,
    WorkFact,
)
from review.guardrails.models import Release
from review.guardrails.selectors import newest

KINDS = {"restoration": RESTORATION, "painting": GENERATED, "original": ORIGINAL}
MEDIA_TYPES = {"psd": "image/vnd.adobe.photoshop"}
PAINTER = "ink"  # how the content of a release calls what paints from words, whichever engine it was
ROLES = ("curator", "coordinator", "rights_officer", "consultant")


def facts_of(release: Release) -> Facts:
    """Everything a visitor is told of a release, as it was judged last; of a published one, as it was approved."""
    shown = release.shown
    picture = _file(shown["picture"], "")
    return Facts(
        kind=KINDS[release.kind],
        uri=address_of(release),
        identifier=str(release.pk),
        version=release.number,
        content=release.content_hash,
        published=_iso(release.published_at),
        publisher=settings.PUBLISHER,
        publisher_id=settings.PUBLISHER_ID,
        publisher_uri=settings.SITE_URL,
        work=_work(shown["artwork"]),
        picture=picture,
        master=_file(shown["master"], "Master photograph") if shown["master"] else _master(release, picture),
        mask=_mask(shown["mask"]),
        references=_references(shown["made"]),
        making=_making(shown["made"], picture),
        study=_study(shown["study"]),
        checks=_checks(release),
        approvals=_approvals(release),
    )


def address_of(release: Release) -> str:
    """The stable address of a release's page, absolute."""
    try:
        path = reverse("exhibitions:work", args=[release.pk])
    except NoReverseMatch:
        path = reverse("published:provenance", args=[release.pk])
    return settings.SITE_URL.rstrip("/") + path


def _work(shown: dict[str, Any]) -> WorkFact:
    period = shown["period"]
    same = ("maker", "date_text", "school", "category", "technique", "medium", "height_mm", "width_mm", "holder")
    return WorkFact(
        title_en=shown["title"],
        title_zh=shown["title_zh"],
        period=_period(period) if period else None,
        subjects=tuple(filter(None, (part.strip() for part in shown["subjects"].replace("，", ",").split(",")))),
        accession=shown["accession_number"],
        credit=shown["credit_line"],
        rights=shown["rights"],
        collection=shown["collection"]["name"],
        sacred=shown["sacred"],
        **{name: shown[name] for name in same},
    )


def _period(shown: dict[str, Any]) -> PeriodFact:
    end = None if shown["end_year"] == Period.OPEN_END else shown["end_year"]
    return PeriodFact(shown["name_en"], shown["name_zh"], shown["start_year"], end)


def _file(shown: dict[str, Any], title: str) -> FileFact:
    return FileFact(
        shown["sha256"],
        MEDIA_TYPES.get(shown["format"], f"image/{shown['format']}"),
        title,
        shown["width"],
        shown["height"],
        shown["size_bytes"],
    )


def _master(release: Release, picture: FileFact) -> FileFact | None:
    return picture if release.kind == Release.Kind.ORIGINAL else None


def _mask(shown: dict[str, Any] | None) -> FileFact | None:
    return FileFact(shown["sha256"], "image/png", f"Mask of the damage, version {shown['version']}") if shown else None


def _references(made: dict[str, Any] | None) -> tuple[FileFact, ...]:
    rows = made.get("references", []) if made else []
    return tuple(FileFact(row["sha256"], "", "Style reference") for row in rows if len(row["sha256"]) == 64)


def _making(made: dict[str, Any] | None, picture: FileFact) -> MakingFact | None:
    if made is None:
        return None
    spec = ENGINES.get(made["engine"])
    title = spec.title if spec else "Text-to-ink" if made["engine"] == PAINTER else made["engine"]
    weights = made["weights_sha256"]
    invented = made.get("changed_pixels")
    return MakingFact(
        engine=made["engine"],
        engine_title=title,
        weights=(FileFact(weights, "", f"Weights of {title}"),) if len(weights) == 64 else (),
        prompt=made["prompt"],
        seed=made["seed"],
        started=made["started_at"],
        ended=made["finished_at"],
        invented=None if invented is None else invented / (picture.width * picture.height),
    )


def _study(shown: dict[str, Any] | None) -> StudyFact | None:
    if shown is None:
        return None
    low, high = shown["alpha_interval"] or (None, None)
    return StudyFact(
        title=shown["title"] or shown["title_zh"],
        sha256=shown["result_sha256"],
        experts=shown["experts"],
        alpha=shown["alpha"],
        alpha_low=low,
        alpha_high=high,
        total=shown["total"],
        closed=shown["closed_at"],
    )


def _checks(release: Release) -> tuple[CheckFact, ...]:
    """What the checks said of exactly this content, in English."""
    rows = [row for row in newest(release).values() if row.content_hash == release.content_hash]
    return tuple(
        CheckFact(row.name, row.outcome, row.reason % row.words if row.words else row.reason, _iso(row.judged_at))
        for row in rows
    )


def _approvals(release: Release) -> tuple[ApprovalFact, ...]:
    """Who signed, by role alone: the names of who works here are nobody's business."""
    rows = list(release.signatures.filter(content_hash=release.content_hash))
    granted: dict[Any, set[str]] = {}
    grants = Grant.objects.filter(collection=release.artwork.collection_id, user__in=[row.signer_id for row in rows])
    for person, role in grants.values_list("user", "role"):
        granted.setdefault(person, set()).add(role)
    return tuple(
        ApprovalFact(
            next((role for role in ROLES if role in granted.get(row.signer_id, ())), "member"), _iso(row.signed_at)
        )
        for row in rows
    )


def _iso(moment: Any) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else ""
