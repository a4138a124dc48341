"""What a person is told of, and the letters in which it is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a notice is about; which events make one, and for whom, stands in `rules.py`."""

    DONE = "done", _("A job of mine is done")
    FAILED = "failed", _("A job of mine failed")
    JUDGED = "judged", _("Somebody judged a candidate that I had ordered")
    NOMINATED = "nominated", _("A candidate was sent to the panel")
    IMPORTED = "imported", _("My import is done")
    WEBHOOK = "webhook", _("A webhook of my collections was switched off")
    SEATS = "seats", _("An expert accepted, declined or left a study that I coordinate")
    STUDY = "study", _("A round of a study that I coordinate is complete, or the study moved on")
    UNBLINDING = "unblinding", _("Somebody asked to lift the blindness of a study")
    PANEL = "panel", _("I am invited to a panel, or a round of it opened for me")
    DISCUSSION = "discussion", _("A discussion of a panel waits for me")
    DEADLINE = "deadline", _("The deadline of a panel that waits for me is near")
    RELEASE = "release", _("A release of a work of my collections waits for a signature, was published or withdrawn")
    CONCERN = "concern", _("A visitor reported a concern about a work of my collections")


class Mail(models.TextChoices):
    """When a notice comes by letter; on the page it is always."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    NEVER = "", _("Never")


DEFAULTS: dict[str, str] = {
    Kind.DONE: Mail.DAILY,
    Kind.FAILED: Mail.AT_ONCE,
    Kind.JUDGED: Mail.DAILY,
    Kind.NOMINATED: Mail.DAILY,
    Kind.IMPORTED: Mail.AT_ONCE,
    Kind.WEBHOOK: Mail.AT_ONCE,
    Kind.SEATS: Mail.DAILY,
    Kind.STUDY: Mail.AT_ONCE,
    Kind.UNBLINDING: Mail.AT_ONCE,
    Kind.PANEL: Mail.NEVER,  # the panel sends its own letters, with a link
    Kind.DISCUSSION: Mail.NEVER,
    Kind.DEADLINE: Mail.AT_ONCE,
    Kind.RELEASE: Mail.DAILY,
    Kind.CONCERN: Mail.AT_ONCE,
}


class Preference(models.Model):
    """When a person wants letters about one kind of notice, where that is not the default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=10, choices=Kind)
    mail = models.CharField(max_length=7, choices=Mail, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="notice_preference_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind} {self.mail or 'never'}"


class Letter(models.Model):
    """One letter to a person. It is tried again until it is sent or `tries` are used up; `next_try_at` None: over."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mail = models.CharField(max_length=7, choices=Mail)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="letter_waiting"),
            models.Index(fields=["person", "mail", "-made_at"], name="letter_last"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.made_at:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """One event that a person is told of. `mail` is when it comes by letter, "" (also once it was read): never."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey("audit.Event", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=7, choices=Mail, blank=True)
    letter = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, blank=True, related_name="notices")

    class Meta:
        ordering = ["-event_id"]
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="notice_once")]
        indexes = [
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["person", "mail"], condition=Q(letter=None) & ~Q(mail=""), name="notice_to_be_mailed"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.event}"

    @property
    def collection(self):
        return self.event.collection
