from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuardrailsConfig(AppConfig):
    name = "review.guardrails"
    label = "guardrails"
    verbose_name = _("Guardrails")
