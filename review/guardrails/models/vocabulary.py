"""Words that the checks know, dated ones and sacred ones: data with sources that people extend on the site."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Word(models.Model):
    """An entry with its names and the words by which it is found in a text, in any language. `added_by` is empty for
    what comes with Lacuna; whatever people change here stays when Lacuna is brought up to date.
    """

    key = models.SlugField(max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    words = models.JSONField(_("words"), default=list)
    source = models.CharField(_("source"), max_length=300)
    retired = models.BooleanField(_("not used any more"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def names(self) -> str:
        """Both names, for sentences that are kept."""
        return f"{self.name_en} {self.name_zh}"

    @property
    def all_words(self) -> list[str]:
        """Every word by which it is found."""
        return [self.name_en, self.name_zh, *self.words]


class AnchorTerm(Word):
    """A school, technique, costume, object or motif with its years. No `from_year`: it has always been there; no
    `to_year`: it goes on. Years before the common era are negative.
    """

    class Kind(models.TextChoices):
        SCHOOL = "school", _("School")
        TECHNIQUE = "technique", _("Technique")
        COSTUME = "costume", _("Costume")
        OBJECT = "object", _("Object")
        MOTIF = "motif", pgettext_lazy("in a painting", "Motif")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    from_year = models.IntegerField(_("from year"), null=True, blank=True)
    to_year = models.IntegerField(_("to year"), null=True, blank=True)

    class Meta:
        ordering = ["kind", "from_year", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(to_year=None) | Q(to_year__gte=F("from_year")),
                name="anchor_term_years_ordered",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="anchor_term_has_a_source"),
        ]


class SacredTerm(Word):
    """Something sacred. Mantras and scripture are refused in prompts; everything calls for a consultant."""

    class Category(models.TextChoices):
        DEITY = "deity", _("Deity")
        BODHISATTVA = "bodhisattva", _("Bodhisattva")
        MANDALA = "mandala", _("Mandala")
        THANGKA = "thangka", _("Thangka and icon")
        RELIC = "relic", _("Relic and memorial")
        LITURGICAL = "liturgical", _("Object or act of worship")
        MANTRA = "mantra", _("Mantra")
        SCRIPTURE = "scripture", _("Scripture")

    REFUSED = (Category.MANTRA, Category.SCRIPTURE)

    category = models.CharField(_("category"), max_length=11, choices=Category)

    class Meta:
        ordering = ["category", "key"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="sacred_term_has_a_source")]

    @property
    def refused(self) -> bool:
        """Whether it may not stand in a prompt."""
        return self.category in self.REFUSED
