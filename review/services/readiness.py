"""What still blocks the start of a study, and who can lift it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from review.models import Item, Seat, Study
from review.statistics import LEAST_RATERS

LEAST_ITEMS = 2
LEAST_BENCHMARK = 3


@dataclass(frozen=True)
class Blocker:
    """key: names it for programs; sentence: for a person; who: whose move it is; part: of the set-up that lifts it."""

    key: str
    sentence: str
    who: str
    part: str


def readiness(study: Study) -> list[Blocker]:
    """Everything that is missing, in the order in which one sets a study up; five queries."""
    coordinator, experts = _("the coordinator"), _("the experts")
    items = list(study.items.values_list("calibration", "origin", "rendition"))
    scored = [origin for benchmark, origin, _file in items if not benchmark]
    benchmark = len(items) - len(scored)
    accepted = list(study.seats.filter(state=Seat.State.ACCEPTED))
    found: list[Blocker] = []

    def block(key: str, sentence: str, who: str, part: str) -> None:
        found.append(Blocker(key, sentence, who, part))

    if study.template:
        block("template", _("This is a template: copy it to make a study."), coordinator, "rules")
    if sum(study.dimensions.values_list("weight", flat=True)) != 1:
        block("weights", _("The weights of the rubric do not add up to 1."), coordinator, "rubric")
    if len(scored) < LEAST_ITEMS:
        block("items", _("At least two pictures are needed to score."), coordinator, "items")
    if study.ask_origin and (Item.Origin.ARTWORK not in scored or {*scored} <= {Item.Origin.ARTWORK}):
        sentence = _("Authentic works have to stand among the others, so that they can be told apart or not.")
        block("controls", sentence, coordinator, "items")
    if benchmark < LEAST_BENCHMARK:
        block("benchmark", _("The benchmark set for calibration needs three pictures or more."), coordinator, "items")
    if len(accepted) < LEAST_RATERS:
        missing = LEAST_RATERS - len(accepted)
        sentence = ngettext(
            "One more expert has to accept: among fewer than five no score can lie 1.5 standard deviations away.",
            "%(n)d more experts have to accept: among fewer than five no score can lie 1.5 standard deviations away.",
            missing,
        ) % {"n": missing}
        block("panel", sentence, experts, "people")
    if unasked := [seat for seat in accepted if seat.conflicts.count() < len(items)]:
        sentence = ngettext(
            "One expert has not yet said whether there are conflicts of interest.",
            "%(n)d experts have not yet said whether there are conflicts of interest.",
            len(unasked),
        ) % {"n": len(unasked)}
        block("conflicts", sentence, experts, "people")
    if unchecked := [seat for seat in accepted if seat.display_checked_at is None]:
        sentence = ngettext(
            "One expert has not yet checked the display.", "%(n)d experts have not yet checked their displays.",
            len(unchecked),
        ) % {"n": len(unchecked)}  # fmt: skip
        block("display", sentence, experts, "people")
    if items and not all(file for _benchmark, _origin, file in items):
        block("renditions", _("The blind pictures have not been made yet."), coordinator, "items")
    return found
