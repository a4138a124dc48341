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
SOMEBODY, SOMETHING = _("Somebody"), _("a work")


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(key, sentence)]) for every kind of event, in the reader's language."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key in ACTIONS:
        found.setdefault(key.partition(".")[0], []).append((key, said(key)))
    return [(gettext(GROUPS.get(group, group)), rows) for group, rows in found.items()]


def said(key: str) -> str:
    """What an event of this kind says, without the names: “Somebody marked damage on a work (version …)”."""
    if key == "webhook.ping":
        return gettext("A test")
    return (gettext(ACTIONS.get(key, key)) % _Nameless()).strip()


class _Nameless(dict):
    def __missing__(self, name: str) -> str:
        return gettext({"who": SOMEBODY, "work": SOMETHING}.get(name, "…"))
