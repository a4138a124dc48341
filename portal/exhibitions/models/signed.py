"""Files that visitors download: a release's picture with its marks and credentials, made once and kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SignedFile(models.Model):
    """One signed file of a published release, for the content that was approved and the certificates it was signed by.

    Rows come and go with publication: a withdrawn release has none, and new certificates sign anew.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("The picture")  # the coded picture byte for byte, without what the file tells besides
        LABELLED = "labelled", _("The picture with a visible label beneath")

    release = models.ForeignKey("guardrails.Release", on_delete=models.CASCADE, related_name="signed_files")
    kind = models.CharField(max_length=8, choices=Kind)
    content_hash = models.CharField(max_length=64)
    certificates = models.CharField(max_length=64)  # `Keys.fingerprint` of who signed
    file = models.FileField(upload_to="", max_length=300)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kind", "content_hash", "certificates"], name="signed_once_as_it_is"
            ),
            models.CheckConstraint(condition=Q(kind__in=("picture", "labelled")), name="signed_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.release} ({self.get_kind_display()})"

    @property
    def collection(self):
        return self.release.collection
