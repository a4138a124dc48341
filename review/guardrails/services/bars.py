"""What a study must reach, set before it starts."""

from decimal import Decimal

from django.db import transaction

from portal.accounts.models import User
from review.guardrails.models import Bars
from review.models import Study
from review.services.studies import drafted


@transaction.atomic
def set_bars(user: User, study: Study, alpha: Decimal, total: Decimal) -> Bars:
    """Set both bars of a study that has not started. Raises `UserError`."""
    study = drafted(user, study)
    return Bars.objects.update_or_create(study=study, defaults={"alpha": alpha, "total": total})[0]
