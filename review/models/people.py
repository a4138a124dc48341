"""Who sits on a panel, what they declared, and in which order they see what."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .studies import Item, Study, random_code


class Seat(models.Model):
    """One expert of one study, from the invitation on. State moves only through `services.people`.

    `token_hash` is the SHA-256 of the link that was sent last, empty once it was used. `label` is what others see of
    the expert, such as “Expert 3”; it is drawn at random and has nothing to do with the order of invitations. `letter`
    says which letter has still to leave, `letter_at` when it is tried next.
    """

    class Letter(models.TextChoices):
        NONE = "", _("None")
        INVITATION = "invitation", _("Invitation")
        LINK = "link", _("A new link")
        REMINDER = "reminder", _("Reminder")
        FURTHER = "further", _("A further round of calibration")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="seats")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(max_length=10, default="en")
    expertise = models.CharField(_("expertise"), max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    state = models.CharField(max_length=9, choices=State, default=State.INVITED)
    label = models.PositiveSmallIntegerField(default=0)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # of declining or withdrawing; read by coordinators alone
    replaces = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )
    letter = models.CharField(max_length=10, choices=Letter, default=Letter.NONE, blank=True)
    letter_at = models.DateTimeField(null=True, blank=True)
    letter_tries = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    display = models.JSONField(default=dict, blank=True)  # what the display check found; empty: not done
    display_checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["label", "invited_at"]
        constraints = [
            models.UniqueConstraint(fields=["study", "email"], name="seat_once_an_address"),
            models.UniqueConstraint(
                fields=["study", "user"], condition=Q(user__isnull=False), name="seat_once_a_person"
            ),
            models.CheckConstraint(condition=~Q(state="accepted") | Q(user__isnull=False), name="accepted_by_somebody"),
            models.UniqueConstraint(fields=["study", "label"], condition=Q(label__gt=0), name="label_once"),
        ]

    def __str__(self) -> str:
        return str(_("Expert %(number)d") % {"number": self.label}) if self.label else str(_("Expert"))

    @property
    def collection(self):
        return self.study.collection

    @property
    def holder_id(self):
        """Whose it is: see `portal.accounts.policy.OWN`. Nobody's while it is not accepted."""
        return self.user_id if self.state == self.State.ACCEPTED else None


class Conflict(models.Model):
    """What an expert said when asked about one item. No row: not asked yet, which is not the same as none."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="conflicts")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="conflicts")
    present = models.BooleanField()
    by_rule = models.BooleanField(default=False)  # the portal knows: made, requested or curates the work
    note = models.CharField(max_length=300, blank=True)  # never shown to other experts
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seat", "item"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.seat} · {self.item}"

    @property
    def collection(self):
        return self.seat.study.collection


class Presentation(models.Model):
    """That an expert is shown an item, at which place, under which name. Drawn once, balanced over the panel, stored.

    `code` is the name of the picture for this expert: no two experts can compare names. round: 0 for scoring, 1, 2 …
    for rounds of calibration.
    """

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="presentations")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="presentations")
    round = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32, default=random_code, unique=True, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "item", "round"], name="item_shown_once"),
            models.UniqueConstraint(fields=["seat", "round", "position"], name="position_once"),
        ]

    def __str__(self) -> str:
        return self.code[:8]

    @property
    def collection(self):
        return self.seat.study.collection

    @property
    def holder_id(self):
        return self.seat.holder_id
