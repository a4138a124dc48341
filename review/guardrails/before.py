"""What is asked before any job is made of a prompt or a reference, with the same judges as at the gate."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.catalogue.models import Artwork
from portal.errors import UserError
from review.guardrails import anchoring, sacred
from review.guardrails.verdict import Verdict


class Refused(UserError):
    """What was asked for may not be made. `verdict` says why and whose step lifts it, `link` where; `field` what is to
    blame."""

    def __init__(self, verdict: Verdict, field: str) -> None:
        said = str(verdict.reason)
        if verdict.who:
            said = _("%(reason)s This can be lifted by %(who)s.") % {"reason": said, "who": verdict.whose}
        super().__init__(said)
        self.verdict, self.field, self.link = verdict, field, verdict.link


def admit(
    artwork: Artwork | None, *, text: str = "", language: str = "", style: Artwork | None = None,
    references: Sequence[Artwork] = (),
) -> dict[str, Any]:  # fmt: skip
    """What the job of an order must keep to (see `sacred.directional`; mostly nothing). Raises `Refused`.

    artwork: the work that is restored, None where a picture is painted from words alone.
    """
    for verdict in prompt_verdicts(artwork, text, language):
        _pass(verdict, "prompt")
    if style is not None or references:
        anchor = anchoring.anchor_of(artwork) if artwork else None
        _pass_all([style] if style else [], anchor, "style_reference")
        _pass_all(references, anchor, "references")
    return sacred.directional(artwork, text)


def prompt_verdicts(artwork: Artwork | None, text: str, language: str = "") -> list[Verdict]:
    """What sacred imagery and style anchoring say of a text for a work."""
    if not text.strip():
        return []
    anchor = anchoring.anchor_of(artwork) if artwork else None
    return [sacred.judge_prompt(text), anchoring.judge_prompt(anchor, text, language)]


def _pass_all(works: Sequence[Artwork], anchor: anchoring.Anchor | None, field: str) -> None:
    for work in works:
        _pass(anchoring.judge_reference(anchor, work), field)


def _pass(verdict: Verdict, field: str) -> None:
    if verdict.blocks:
        raise Refused(verdict, field)
