"""Sections of an exhibition and the works in them, each in its place."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Section(models.Model):
    """A room: a heading and a text, in two languages. A section without either is the exhibition's only one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exhibition = models.ForeignKey("Exhibition", on_delete=models.CASCADE, related_name="sections")
    place = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=200, blank=True)
    title_zh = models.CharField(_("Chinese title"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=5000, blank=True)
    text_zh = models.TextField(_("Chinese text"), max_length=5000, blank=True)

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        from portal.exhibitions.languages import spoken

        return spoken(self, "title")[0] or str(self.exhibition)

    @property
    def collection(self):
        return self.exhibition.collection


class Hanging(models.Model):
    """A release in a section. It is seen only while the release is published; `alt` says what the picture shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exhibition = models.ForeignKey("Exhibition", on_delete=models.CASCADE, related_name="hangings")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="hangings")
    release = models.ForeignKey("guardrails.Release", on_delete=models.CASCADE, related_name="hangings")
    place = models.PositiveIntegerField()
    text = models.TextField(_("wall text"), max_length=3000, blank=True)
    text_zh = models.TextField(_("Chinese wall text"), max_length=3000, blank=True)
    alt = models.CharField(_("alternative text"), max_length=500, blank=True)
    alt_zh = models.CharField(_("Chinese alternative text"), max_length=500, blank=True)

    class Meta:
        ordering = ["section__place", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["exhibition", "release"], name="hangs_once_in_an_exhibition"),
            models.CheckConstraint(condition=Q(place__gte=0), name="hanging_has_a_place"),
        ]

    def __str__(self) -> str:
        return str(self.release.artwork)

    @property
    def collection(self):
        return self.exhibition.collection

    @property
    def lacks_alt(self) -> bool:
        """Whether a screen reader has nothing to say of the picture in one of the languages."""
        return not (self.alt.strip() and self.alt_zh.strip())
