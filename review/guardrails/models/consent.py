"""What consultants and communities say of a work: validation, refusal, and who may see it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Consultation(models.Model):
    """What a cultural consultant says of a release with this content. Rows are only ever added.

    Whoever signs confirms that the `conditions` are met (`Confirmation`); `told`: visitors read them, too.

    A validation holds for its content alone, until it expires. A refusal holds for the picture, or with `whole_work`
    for everything of the work, whatever its content becomes; only the consultant who refused can say otherwise.
    """

    release = models.ForeignKey("guardrails.Release", on_delete=models.PROTECT, related_name="consultations")
    content_hash = models.CharField(max_length=64)
    validated = models.BooleanField()
    conditions = models.TextField(_("conditions"), max_length=2000, blank=True)
    told = models.BooleanField(_("visitors read the conditions"), default=False)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    whole_work = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(validated=True, whole_work=False) | Q(Q(validated=False, expires_on=None), ~Q(reason="")),
                name="refusal_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.validated}"

    @property
    def expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def collection(self):
        return self.release.artwork.collection


class Protocol(models.Model):
    """A community's word on a work, shown before its picture, after Local Contexts.

    A *label* is the community's own: its text and its number at the Local Contexts Hub are the community's, and nobody
    here may make one up. A *notice* is placed by an institution that knows or supposes that a community has a say.
    `audience` says who may see the work; the narrowest of all that stand counts.
    """

    class Kind(models.TextChoices):
        LABEL = "label", _("Label of a community")
        NOTICE = "notice", _("Notice of an institution")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        MEMBERS = "members", _("Members of this collection")
        NOBODY = "nobody", _("Nobody outside its curators and consultants")

    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.CASCADE, related_name="protocols")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.NOTICE)
    name = models.CharField(_("name"), max_length=120)
    community = models.CharField(_("community"), max_length=200, blank=True)
    hub_id = models.CharField(_("number at the Local Contexts Hub"), max_length=100, blank=True)
    text_en = models.TextField(_("text in English"), max_length=2000)
    text_zh = models.TextField(_("text in Chinese"), max_length=2000, blank=True)
    text_own = models.TextField(_("text in the community's own language"), max_length=2000, blank=True)
    own_language = models.CharField(_("that language (such as bo for Tibetan)"), max_length=35, blank=True)
    audience = models.CharField(_("who may see the work"), max_length=7, choices=Audience, default=Audience.PUBLIC)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="notice") | Q(Q(kind="label"), ~Q(hub_id=""), ~Q(community="")),
                name="label_is_the_communitys_own",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None, lifted_because="")
                | Q(Q(lifted_by__isnull=False, lifted_at__isnull=False), ~Q(lifted_because="")),
                name="protocol_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        """The text in the language of the page."""
        return self.text_zh if self.text_zh and (get_language() or "").startswith("zh") else self.text_en

    @property
    def collection(self):
        return self.artwork.collection
