"""What the numbers of a candidate say, in plain words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gpu_workers.engines.registry import ENGINES
from restoration.models import Candidate, Restoration

SOFT, UNSEEN, FAINT = 0.6, 1.25, 1.75


def seam_reading(seam: float | None) -> str:
    """How far the border of a fill shows, in words; empty where nothing was measured."""
    if not seam:
        return ""
    if seam < SOFT:
        return _("softer than the paint around it: look for a blur")
    if seam <= UNSEEN:
        return _("does not show")
    return _("shows faintly: look closely") if seam <= FAINT else _("shows")


@dataclass(frozen=True)
class Figures:
    """The numbers of a candidate. `share` 0..1 of the picture; `seconds` is what the whole order took."""

    candidate: Candidate

    @property
    def restoration(self) -> Restoration:
        return self.candidate.restoration

    @property
    def share(self) -> float:
        picture = self.candidate.picture
        return self.candidate.changed_pixels / (picture.width * picture.height)

    @property
    def seam_reading(self) -> str:
        return seam_reading(self.candidate.seam)

    @property
    def proof(self) -> str:
        """Why nothing outside is different; empty where the whole picture was open to change."""
        if self.restoration.mask_id:
            return _("Every pixel outside the mask is the master's own; proven before the candidate was kept.")
        if self.restoration.area in (Restoration.Area.PIGMENT, Restoration.Area.GROUND):
            return _("Every pixel outside the area is the master's own; proven before the candidate was kept.")
        return ""

    @property
    def seed(self) -> int | None:
        """What chance began from; None where the engine knows no chance."""
        spec = ENGINES.get(self.restoration.engine)
        return self.candidate.seed if spec is None or spec.stochastic else None

    @property
    def steps(self) -> int | None:
        return self.restoration.steps or self._recipe("steps")

    @property
    def seconds(self) -> float | None:
        job = self.restoration.job
        return (job.finished_at - job.started_at).total_seconds() if job.started_at and job.finished_at else None

    @property
    def delta_e(self) -> dict[str, float] | None:
        return self.candidate.measures.get("delta_e")

    def _recipe(self, name: str) -> Any:
        return self.restoration.job.recipe.get("parameters", {}).get(name)
