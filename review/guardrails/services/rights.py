"""What rights officers decide."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.errors import UserError
from review.guardrails.models import Clearance, Release
from review.guardrails.rights.gate import findings
from review.guardrails.services.approvals import locked_draft
from review.guardrails.services.locking import renewed
from review.guardrails.services.preparing import judged

CLEAR = "guardrails.clear_rights"
LEAST, MOST = 20, 2000


def decide(user: User, release: Release, *, content_hash: str, cleared: bool, reason: str) -> Clearance:
    """Clear a draft's likeness to reserved works, or refuse to; bound to the content that the officer looked at.

    What may not be looked away from is decided anew when the content changes. Raises `UserError`.
    """
    require(user, CLEAR, release)
    reason = reason.strip()
    if not LEAST <= len(reason) <= MOST:
        raise UserError(_("Give a reason of %(least)d to %(most)d letters.") % {"least": LEAST, "most": MOST})
    with transaction.atomic():
        release = renewed(locked_draft(release))
        if release.content_hash == content_hash:
            _why, evidence = findings(release)
            near = [*evidence["nearest"], *evidence["listed"]]
            about = {"content_hash": content_hash, "cleared": cleared, "reason": reason, "near": near, "by": user}
            made = Clearance.objects.create(release=release, **about)
            action = "rights.cleared" if cleared else "rights.refused"
            record(action, release, actor=user, artwork=release.artwork, number=release.number)
            judged(user, release)
            return made
    raise UserError(_("The work has changed since you looked at it. Look again before you decide."))
