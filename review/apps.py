from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Review")

    def ready(self) -> None:
        from portal.audit.services import listen
        from review.services.nominations import withdraw_with_the_pick

        listen(withdraw_with_the_pick)
