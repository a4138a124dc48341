"""The kinds of events as a person picks them: grouped by what they are about, each said with nobody's name in it."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from portal.audit.wording import ACTIONS

GROUPS: dict[str, str] = {
    "collection": _("The collection"),
    "artwork": _("Works"),
    "upload": _("Bringing in"),
    "mask": _("Damage"),
    "restoration": _("Restorations"),
    "reconstruction": _("Colour reconstructions"),
    "batch": _("Several restorations at once"),
    "candidate": _("Candidates"),
    "job": _("Other jobs"),
    "webhook": _("Webhooks"),
}
PLAIN: dict[str, str] = {  # where the sentence without its words would say nothing
    "job.ordered": _("Somebody ordered a proposed mask, a mask from a difference, or a painting"),
    "job.done": _("Such a job is done"),
    "job.failed": _("Such a job failed"),
    "job.cancelled": _("Such a job was cancelled"),
    "job.quarantined": _("Such a job was set aside"),
    "webhook.ping": _("A test"),
}
SOMEBODY, SOMETHING = _("Somebody"), _("a work")


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(key, sentence)]) for every kind of event, in the reader's language."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key in ACTIONS:
        found.setdefault(key.partition(".")[0], []).append((key, said(key)))
    return [(gettext(GROUPS.get(group, group)), rows) for group, rows in found.items()]


def said(key: str) -> str:
    """What an event of this kind says, without the names: “Somebody marked damage on a work (version …)”."""
    if key in PLAIN:
        return gettext(PLAIN[key])
    return (gettext(ACTIONS.get(key, key)) % _Nameless()).strip()


class _Nameless(dict):
    def __missing__(self, name: str) -> str:
        return gettext({"who": SOMEBODY, "work": SOMETHING}.get(name, "…"))
