"""What the codes stand for: known to nobody before two people have lifted the blindness together."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.errors import UserError
from review.models import Item, Study, Unblinding
from review.services import disclosure

UNBLIND = "review.unblind"


@transaction.atomic
def ask(user: User, study: Study, reason: str) -> Unblinding:
    """Ask that a closed study be unblinded; asked before: left as it is."""
    study = _closed(user, study)
    if not reason.strip():
        raise UserError(_("Say why the study is to be unblinded."))
    made, fresh = Unblinding.objects.get_or_create(
        study=study, defaults={"asked_by": user, "reason": reason.strip()[:500]}
    )
    if fresh:
        record("study.unblinding_asked", study, actor=user, title=study.title)
    return made


@transaction.atomic
def agree(user: User, study: Study) -> Unblinding:
    """Agree as the second person; the second part of the result is kept at once.

    Raises `UserError` for the person who asked.
    """
    study = _closed(user, study)
    asked = Unblinding.objects.select_for_update().filter(study=study).first()
    if asked is None:
        raise UserError(_("Nobody has asked for this study to be unblinded yet."))
    if asked.agreed_at:
        return asked
    if asked.asked_by_id == user.pk:
        raise UserError(_("A second person has to agree."))
    asked.agreed_by, asked.agreed_at = user, timezone.now()
    asked.save(update_fields=["agreed_by", "agreed_at"])
    disclosure.disclose(study)
    record("study.unblinded", study, actor=user, title=study.title, first=str(asked.asked_by))
    return asked


def is_unblinded(study: Study) -> bool:
    return Unblinding.objects.filter(study=study, agreed_at__isnull=False).exists()


def require_unblinded(user: User, study: Study) -> None:
    """For who may read results: raise `UserError` before two people agreed."""
    require(user, "review.view_result", study)
    if not is_unblinded(study):
        raise UserError(_("This study is blind until two people have agreed to lift it."))


def origins(user: User, study: Study) -> list[Item]:
    """The items with what they stand for. Raises `UserError` before two people agreed."""
    require_unblinded(user, study)
    related = ("candidate__restoration__artwork", "painting__round", "artwork")
    return list(study.items.select_related(*related).order_by("origin", "code"))


def _closed(user: User, study: Study) -> Study:
    require(user, UNBLIND, study)
    study = Study.objects.select_for_update(of=("self",)).select_related("collection").get(pk=study.pk)
    if study.state != Study.State.CLOSED:
        raise UserError(_("A study is unblinded after it has closed."))
    return study
