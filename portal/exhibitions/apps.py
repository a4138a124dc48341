from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExhibitionsConfig(AppConfig):
    name = "portal.exhibitions"
    label = "exhibitions"
    verbose_name = _("Exhibitions")

    def ready(self) -> None:
        from portal import post
        from portal.catalogue.showing import show
        from portal.exhibitions import keys  # noqa: F401  its check is run before a site is opened
        from portal.exhibitions.letters import send_answers
        from portal.exhibitions.selectors.public import pictures
        from portal.exhibitions.services.signing import call_for_signing, forget_release, sign_due
        from review.guardrails.services import on_published, on_withdrawn

        post.register(send_answers)
        post.register(sign_due)
        on_published(call_for_signing)
        on_withdrawn(forget_release)
        show(pictures)
