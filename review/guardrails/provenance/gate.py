"""The gate's check of provenance: every step from the master to the result is recorded, and each was verified now."""

from django.utils.translation import gettext_noop as _

from review.guardrails.models import Release
from review.guardrails.provenance.tracing import Step, trace
from review.guardrails.verdict import BLOCKED, PASSED, Sentence, Verdict

CHECK = "provenance"
WHO = {"register": _("the operator, who imports registers"), "mask": _("a curator")}


def check(release: Release) -> Verdict:
    """Whether the whole way is there and holds; the evidence names each step and what was found of it."""
    steps = trace(release)
    evidence = {"steps": [step.facts for step in steps]}
    broken: Step | None = next((step for step in steps if not step.holds), None)
    if broken is not None:
        who = WHO.get(broken.name, _("a curator, who orders it anew"))
        return Verdict(CHECK, BLOCKED, Sentence(broken.wrong, **broken.words), who, evidence=evidence)
    if len(steps) == 1:
        only = _("The one step from the photograph to this picture is recorded and was verified.")
        return Verdict(CHECK, PASSED, Sentence(only), evidence=evidence)
    reason = _("All %(count)s steps from the photograph to this picture are recorded and were verified.")
    return Verdict(CHECK, PASSED, Sentence(reason, count=len(steps)), evidence=evidence)
