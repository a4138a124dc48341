"""How the desk says what it expects, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gpu_workers.outlook import Usual
from portal.templatetags.lacuna import duration
from restoration.ordering.estimates import Estimate


def usually(usual: Usual | None) -> str:
    """How long an engine takes for such an order here; honest where nobody knows."""
    if usual is None:
        return _("How long it takes here is not known yet.")
    past = ngettext("by %(count)d order like it", "by %(count)d orders like it", usual.count) % {"count": usual.count}
    return _("About %(time)s here, %(past)s.") % {"time": duration(usual.seconds), "past": past}


def outlook(found: Estimate) -> str:
    """Where an order would stand, and when it would be done."""
    place = _("Next in the queue") if found.place == 1 else _("Number %(place)d in the queue") % {"place": found.place}
    if found.seconds is None:
        return _("%(place)s; how long it takes is not known yet.") % {"place": place}
    return _("%(place)s; done in about %(time)s.") % {"place": place, "time": duration(found.seconds)}
