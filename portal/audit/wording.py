"""The sentence of every action. Places in it are filled from the event's `data`, with `work` and `who` added."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

from gpu_workers.engines.registry import ENGINES
from gpu_workers.wording import KIND_NAMES
from portal.phrases import said

ACTIONS: dict[str, str] = {
    "collection.created": _("%(who)s made the collection “%(name)s”"),
    "artwork.created": _("%(who)s catalogued %(work)s"),
    "artwork.changed": _("%(who)s corrected the catalogue entry of %(work)s: %(fields)s"),
    "artwork.master_attached": _("%(who)s added a photograph of %(work)s"),
    "artwork.deleted": _("%(who)s deleted “%(title)s”"),
    "mask.saved": _("%(who)s marked damage on %(work)s (version %(version)s)"),
    "mask.confirmed": _("%(who)s confirmed mask version %(version)s of %(work)s"),
    "restoration.ordered": _("%(who)s ordered a restoration of %(work)s with %(engine)s"),
    "restoration.done": _("A restoration of %(work)s with %(engine)s is done"),
    "restoration.failed": _("A restoration of %(work)s with %(engine)s failed"),
    "restoration.cancelled": _("A restoration of %(work)s with %(engine)s was cancelled"),
    "restoration.quarantined": _("A restoration of %(work)s with %(engine)s was set aside"),
    "reconstruction.ordered": _("%(who)s ordered a colour reconstruction of %(work)s with %(engine)s"),
    "reconstruction.done": _("A colour reconstruction of %(work)s with %(engine)s is done"),
    "reconstruction.failed": _("A colour reconstruction of %(work)s with %(engine)s failed"),
    "reconstruction.cancelled": _("A colour reconstruction of %(work)s with %(engine)s was cancelled"),
    "reconstruction.quarantined": _("A colour reconstruction of %(work)s with %(engine)s was set aside"),
    "job.ordered": _("%(who)s ordered: %(kind)s %(work)s"),
    "job.done": _("%(kind)s %(work)s is done"),
    "job.failed": _("%(kind)s %(work)s failed"),
    "job.cancelled": _("%(kind)s %(work)s was cancelled"),
    "job.quarantined": _("%(kind)s %(work)s was set aside"),
    "batch.ordered": _("%(who)s ordered %(count)s restorations at once"),
    "candidate.picked": _("%(who)s picked candidate %(number)s of %(work)s"),
    "candidate.rejected": _("%(who)s rejected candidate %(number)s of %(work)s"),
    "candidate.judgement_withdrawn": _("%(who)s took back what was said of candidate %(number)s of %(work)s"),
    "candidate.nominated": _("%(who)s sent candidate %(number)s of %(work)s to the panel"),
    "candidate.nomination_withdrawn": _("%(who)s withdrew candidate %(number)s of %(work)s from the panel"),
    "anchor.excepted": _("%(who)s let “%(what)s” pass for %(work)s, with a written reason"),
    "anchor.exception_withdrawn": _("%(who)s took back that “%(what)s” may pass for %(work)s"),
    "rights.cleared": _("%(who)s cleared the rights of %(work)s"),
    "rights.refused": _("%(who)s did not clear the rights of %(work)s"),
    "sacred.validated": _("%(who)s validated the sacred image %(work)s"),
    "sacred.refused": _("%(who)s refused that %(work)s be shown"),
    "protocol.placed": _("%(who)s placed the notice “%(name)s” on %(work)s"),
    "protocol.lifted": _("%(who)s took the notice “%(name)s” off %(work)s"),
    "webhook.added": _("%(who)s set up a webhook to %(host)s"),
    "webhook.changed": _("%(who)s changed the webhook to %(host)s"),
    "webhook.removed": _("%(who)s deleted the webhook to %(host)s"),
    "webhook.disabled": _("The webhook to %(host)s was switched off, because nothing arrives there"),
    "upload.imported": _("%(who)s brought %(count)s works in"),
    "study.created": _("%(who)s set up the study “%(title)s”"),
    "study.started": _("%(who)s started the study “%(title)s”"),
    "study.abandoned": _("%(who)s ended the study “%(title)s” without a result"),
    "study.expert_invited": _("%(who)s invited an expert to “%(title)s”"),
    "study.expert_accepted": _("An expert accepted the invitation to “%(title)s”"),
    "study.expert_declined": _("An expert declined the invitation to “%(title)s”"),
    "study.expert_left": _("An expert left the study “%(title)s”"),
    "study.calibrated": _("The panel of “%(title)s” is calibrated (W %(w)s)"),
    "study.calibration_repeated": _("“%(title)s” calibrates once more (round %(round)s)"),
    "study.calibration_failed": _("The panel of “%(title)s” did not reach the bar in its last round of calibration"),
    "study.discussion_opened": _("“%(title)s” discusses outlying scores (round %(round)s)"),
    "study.round_complete": _("Nothing is missing any more in the open round of “%(title)s”"),
    "study.closed": _("The study “%(title)s” is closed; its result stands"),
    "study.unblinding_asked": _("%(who)s asked for “%(title)s” to be unblinded"),
    "study.unblinded": _("%(who)s agreed with %(first)s to unblind “%(title)s”"),
    "release.prepared": _("%(who)s prepared %(work)s for the public (release %(number)s)"),
    "release.signed": _("%(who)s signed release %(number)s of %(work)s"),
    "release.published": _("%(who)s published release %(number)s of %(work)s"),
    "release.withdrawn": _("%(who)s withdrew release %(number)s of %(work)s: %(reason)s"),
    "release.discarded": _("%(who)s discarded the draft of release %(number)s of %(work)s"),
    "exhibition.created": _("%(who)s began the exhibition “%(title)s”"),
    "exhibition.changed": _("%(who)s changed the words of the exhibition “%(title)s”"),
    "exhibition.arranged": _("%(who)s rearranged the exhibition “%(title)s”"),
    "exhibition.hung": _("%(who)s hung %(work)s in the exhibition “%(title)s”"),
    "exhibition.taken_down": _("%(who)s took %(work)s out of the exhibition “%(title)s”"),
    "exhibition.opened": _("%(who)s set the opening of the exhibition “%(title)s”"),
    "exhibition.closed": _("%(who)s closed the exhibition “%(title)s”"),
    "exhibition.deleted": _("%(who)s deleted the draft of the exhibition “%(title)s”"),
    "concern.reported": _("A visitor reported a concern about %(work)s"),
    "concern.answered": _("%(who)s answered a concern about %(work)s"),
}
PERSONAL: dict[str, str] = {  # told to the one person whom they concern, and in nobody's list of what happened
    "panel.invited": _("You are invited to the panel “%(title)s”"),
    "panel.round_opened": _("A round of the panel “%(title)s” is open for your scores"),
    "panel.discussion_opened": _("A discussion of the panel “%(title)s” waits for you"),
    "panel.deadline_near": _("The panel “%(title)s” waits for you until %(deadline)s"),
}
PLACE = "\0"  # stands for the work while a sentence is taken apart; no title has it


def sentence(event: Any) -> str:
    """What happened, in the reader's language."""
    return _said(event, f"“{event.artwork}”" if event.artwork else "")


def parts(event: Any) -> tuple[str, str, str]:
    """The same in three parts: before the work, the work in its quotes ("" where none is named), and after it."""
    before, place, after = _said(event, PLACE if event.artwork else "").partition(PLACE)
    return before, f"“{event.artwork}”" if place else "", after


def _said(event: Any, work: str) -> str:
    data = {**event.data, "who": str(event.actor) if event.actor else translated("The portal"), "work": work}
    words = _Words(data | {name: say(data[name]) for name, say in SAYING.items() if name in data})
    return (translated((ACTIONS | PERSONAL).get(event.action, event.action)) % words).replace("  ", " ").strip()


class _Words(dict):
    """A word that an older event lacks is left out of its sentence."""

    def __missing__(self, name: str) -> str:
        return ""


def _engine(name: str) -> str:
    spec = ENGINES.get(name)
    return said(spec.title) if spec else name


def _fields(names: list[str]) -> str:
    """The names of fields as the forms say them."""
    from portal.catalogue.models import Artwork

    known = {field.name: str(getattr(field, "verbose_name", field.name)) for field in Artwork._meta.get_fields()}
    return ", ".join(known.get(name, name) for name in names)


def _title(title: Any) -> str:
    """A title, in the language of the page where it is known in two."""
    if not isinstance(title, dict):
        return str(title)
    here = title["zh"] if (get_language() or "").startswith("zh") else ""
    return here or title["en"]


def _day(moment: str | None) -> str:
    """The day of a moment that was written down as text."""
    return date_format(datetime.fromisoformat(moment), pgettext("date format", "j M Y")) if moment else ""


SAYING: dict[str, Callable[[Any], str]] = {  # how what stands in `data` is said
    "deadline": _day,
    "engine": _engine,
    "fields": _fields,
    "title": _title,
    "kind": lambda kind: str(KIND_NAMES.get(kind, kind)),
}
