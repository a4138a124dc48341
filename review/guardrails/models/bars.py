"""What a study must reach before a work of it may be published."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ALPHA, TOTAL = Decimal("0.667"), Decimal("3.50")  # Krippendorff's own lower bound; above the middle of 1 to 5


class Bars(models.Model):
    """The bars of one study: set before it starts, and then fixed by the database. No row: those of the house."""

    study = models.OneToOneField("review.Study", on_delete=models.CASCADE, related_name="bars")
    alpha = models.DecimalField(
        _("agreement (Krippendorff's α) that publication needs"), max_digits=4, decimal_places=3, default=ALPHA,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )  # fmt: skip
    total = models.DecimalField(
        _("weighted total that publication needs"), max_digits=3, decimal_places=2, default=TOTAL,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))],
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(alpha__range=(0, 1), total__range=(1, 5)), name="bars_can_be_reached")
        ]

    def __str__(self) -> str:
        return f"{self.study}: α {self.alpha}, {self.total}"

    @property
    def collection(self):
        return self.study.collection
