from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class GuardrailsConfig(AppConfig):
    name = "review.guardrails"
    label = "guardrails"
    verbose_name = _("Guardrails")

    def ready(self) -> None:
        post_migrate.connect(_know_words, sender=self)


def _know_words(sender: AppConfig, **kwargs: Any) -> None:
    """The vocabularies of the checks are there after every migration; what people changed of them stays."""
    from review.guardrails.vocabulary import load_shipped

    load_shipped()
