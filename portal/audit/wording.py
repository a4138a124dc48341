"""The sentence of every action. Places in it are filled from the event's `data`, with `work` and `who` added."""

from typing import Any

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

ACTIONS: dict[str, str] = {
    "artwork.created": _("%(who)s catalogued %(work)s"),
    "artwork.changed": _("%(who)s corrected the catalogue entry of %(work)s"),
    "artwork.master_attached": _("%(who)s added a photograph of %(work)s"),
    "mask.saved": _("%(who)s marked damage on %(work)s (version %(version)s)"),
    "mask.confirmed": _("%(who)s confirmed mask version %(version)s of %(work)s"),
    "restoration.ordered": _("%(who)s ordered a restoration of %(work)s with %(engine)s"),
    "restoration.done": _("A restoration of %(work)s with %(engine)s is done"),
    "restoration.failed": _("A restoration of %(work)s with %(engine)s failed"),
    "candidate.picked": _("%(who)s picked candidate %(number)s of %(work)s"),
    "candidate.rejected": _("%(who)s rejected candidate %(number)s of %(work)s"),
    "candidate.nominated": _("%(who)s sent candidate %(number)s of %(work)s to the panel"),
    "upload.imported": _("%(who)s brought %(count)s works in"),
}


def sentence(event: Any) -> str:
    """What happened, in the reader's language."""
    words = {"who": str(event.actor) if event.actor else translated("The portal"), "work": "", **event.data}
    if event.artwork:
        words["work"] = f"“{event.artwork}”"
    return translated(ACTIONS[event.action]) % words
