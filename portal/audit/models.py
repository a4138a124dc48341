"""What happened: one row an event, written in the transaction that made it happen."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from portal.audit import chain


class Event(models.Model):
    """`actor` did `action` to the object `subject`/`subject_id`; a row is only ever added.

    `action` is a key of `wording.ACTIONS`; `data` holds the words and numbers that its sentence needs. `artwork` is the
    work that it is about, where there is one. No actor: the portal itself. `sealed` is all of that as it was written,
    and with `sequence`, `previous` and `hash` a link of the chain: see `chain`. A collection or work may vanish; what
    was sealed of it stays.
    """

    action = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    collection = models.ForeignKey(
        "catalogue.Collection", on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    artwork = models.ForeignKey(
        "catalogue.Artwork", on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=now)
    sealed = models.TextField(editable=False)
    sequence = models.PositiveBigIntegerField(null=True, unique=True, editable=False)  # None: not linked yet
    previous = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["collection", "-id"], name="event_of_collection"),
            models.Index(fields=["artwork", "-id"], name="event_of_artwork"),
            models.Index(fields=["subject_id", "action"], name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject} {self.subject_id}"

    def save(self, *args, **kwargs) -> None:
        if self._state.adding:
            self.sealed = chain.sealed(self)
        super().save(*args, **kwargs)
