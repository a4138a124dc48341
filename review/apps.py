from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Review")

    def ready(self) -> None:
        from portal import post
        from portal.audit.services import listen
        from review.services import following, letters, notifying, people
        from review.services.nominations import withdraw_with_the_pick

        listen(withdraw_with_the_pick)
        listen(following.follow)
        listen(notifying.tell_experts)
        post.register(letters.send_due)
        post.register(people.send_reminders)
        post.register(notifying.look_after)
        post_migrate.connect(_know_deductions, sender=self)


def _know_deductions(sender: AppConfig, **kwargs: Any) -> None:
    """The lexicon of deductions is there after every migration; what operators changed of it stays."""
    from review.models import DeductionTerm
    from review.rubric import deduction_terms

    known = set(DeductionTerm.objects.values_list("key", flat=True))
    DeductionTerm.objects.bulk_create(DeductionTerm(**row) for row in deduction_terms() if row["key"] not in known)
