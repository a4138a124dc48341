"""The five checks of the gate, in the order in which a person meets them."""

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from review.guardrails.models import CHECKS, Release
from review.guardrails.verdict import BLOCKED, Sentence, Verdict

logger = logging.getLogger("lacuna.gate")
Check = Callable[[Release], Verdict]

# where the `check(release) -> Verdict` of each is; a module may also have `told(release)`, JSON of what its part tells
# visitors (a notice, a protocol): it belongs to what is approved, so it must not follow from an approval itself
MODULES = {
    "panel": "review.guardrails.panel",
    "provenance": "review.guardrails.provenance",
    "anchor": "review.guardrails.anchoring",
    "rights": "review.guardrails.rights",
    "sacred": "review.guardrails.sacred",
}
NAMES = {
    "panel": gettext_lazy("Expert panel"),
    "provenance": gettext_lazy("Provenance"),
    "anchor": gettext_lazy("Style anchor"),
    "rights": gettext_lazy("Rights"),
    "sacred": gettext_lazy("Sacred imagery"),
}


def run(release: Release) -> list[Verdict]:
    """What every check says of a release now. One that is missing or fails itself blocks: nothing passes by default."""
    return [_asked(name, release) for name in CHECKS]


def told(release: Release) -> dict[str, Any]:
    """What the checks' own tables have visitors told, by check."""
    found = {name: getattr(_module(name), "told", None) for name in CHECKS}
    return {name: tell(release) for name, tell in found.items() if tell is not None}


def find(name: str) -> Check | None:
    """The function of a check; None where there is none yet."""
    return getattr(_module(name), "check", None)


def _module(name: str) -> Any:
    try:
        return import_module(MODULES[name])
    except ModuleNotFoundError as error:
        if error.name != MODULES[name]:
            raise
        return None


def _asked(name: str, release: Release) -> Verdict:
    check = find(name)
    if check is None:
        return Verdict(name, BLOCKED, Sentence(_("This is not checked yet.")))
    try:
        with transaction.atomic():  # one that breaks off must not break the transaction of who asks
            found = check(release)
    except Exception:
        logger.exception("the check %s failed on release %s", name, release.pk)
        return Verdict(
            name, BLOCKED, Sentence(_("This could not be checked; the operator finds the cause in the log."))
        )
    if found.check != name:
        raise ValueError(f"The check {name} answered as {found.check}.")
    return found
