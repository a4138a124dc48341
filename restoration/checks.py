"""What an order must fulfil before it may join the queue. Each check raises `UserError` with one sentence."""

import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from gpu_workers.engines.contract import MAX_FEATHER, MAX_REFERENCES, EngineError
from gpu_workers.engines.registry import FILL, EngineSpec, get_spec
from gpu_workers.weights import WeightsError, installed
from portal.accounts.models import User
from portal.accounts.policy import allowed
from portal.catalogue.models import Artwork, Picture
from portal.errors import UserError
from restoration.models import Mask, Restoration

MAX_CANDIDATES = 8
MAX_SEED = 4_000_000_000  # a little less than 2**32: each further candidate takes the next one
MAX_STEPS = 200
MAX_PROMPT = 300


def master_of(artwork: Artwork) -> Picture:
    """The artwork's master."""
    if artwork.master is None:
        raise UserError(_("This artwork has no master yet; upload one first."))
    return artwork.master


def check_mask_fits(mask: Mask, artwork: Artwork) -> None:
    """The mask belongs to the artwork's present master, a person confirmed it, and it marks some of it but not all."""
    if mask.artwork_id != artwork.pk:
        raise UserError(_("This mask belongs to another artwork."))
    if mask.master_id != artwork.master_id:
        raise UserError(_("This mask was made for an earlier master; make a new version for the present one."))
    if mask.confirmed_at is None:
        raise UserError(_("This mask was proposed by a program; look at it and confirm it first."))
    check_coverage(mask)


def check_coverage(mask: Mask) -> None:
    """The mask marks some of the picture, but not all of it."""
    damaged = mask.damaged_pixels
    if damaged == 0:
        raise UserError(_("The mask is empty: it marks no damage."))
    if damaged >= mask.master.width * mask.master.height:
        raise UserError(_("The mask covers the whole picture: nothing intact is left to restore it from."))


def engine_called(name: str, task: str = FILL) -> EngineSpec:
    """The facts of an engine for a task that this site knows and can run."""
    try:
        spec = get_spec(name, task)
    except EngineError as problem:
        raise UserError(str(problem)) from None
    if spec.weights and not weights_present(spec.weights):
        raise UserError(
            _("The weights of %(engine)s are not on this site; choose another engine or ask the operator for them.")
            % {"engine": spec.title}
        )
    return spec


def weights_present(name: str) -> bool:
    """Whether the weights of this name are there for the workers. Their content is proven by the worker itself."""
    try:
        return installed(name)
    except WeightsError:
        return False


def clean_prompt(prompt: str, spec: EngineSpec) -> str:
    """The text hint without surrounding spaces: at most 300 characters, none of them invisible."""
    prompt = prompt.strip()
    if prompt and not spec.accepts_prompt:
        raise UserError(_("%(engine)s takes no text hint.") % {"engine": spec.title})
    if len(prompt) > MAX_PROMPT:
        raise UserError(_("A text hint may have up to %(most)d characters.") % {"most": MAX_PROMPT})
    if any(unicodedata.category(character).startswith("C") for character in prompt):
        raise UserError(_("A text hint may hold no control characters or line breaks."))
    return prompt


def check_feather(feather: int) -> int:
    """Over how many pixels new paint fades in."""
    if not 0 <= feather <= MAX_FEATHER:
        raise UserError(_("New paint fades in over 0 to %(most)d pixels.") % {"most": MAX_FEATHER})
    return feather


def check_numbers(candidates: int, seed: int, steps: int | None) -> None:
    """How many candidates, from which seed, in how many steps."""
    if not 1 <= candidates <= MAX_CANDIDATES:
        raise UserError(_("Ask for 1 to %(most)d candidates.") % {"most": MAX_CANDIDATES})
    if not 0 <= seed <= MAX_SEED:
        raise UserError(_("A seed lies between 0 and %(most)d.") % {"most": MAX_SEED})
    if steps is not None and not 1 <= steps <= MAX_STEPS:
        raise UserError(_("Ask for 1 to %(most)d steps.") % {"most": MAX_STEPS})


def check_style(user: User, style: Artwork | None, spec: EngineSpec) -> None:
    """The style reference is one that the person may see, with a master, and the engine can use it."""
    if style is None:
        return
    if not allowed(user, "catalogue.view_artwork", style):
        raise UserError(_("There is no such style reference."))
    if not spec.accepts_style:
        raise UserError(_("%(engine)s takes no style reference.") % {"engine": spec.title})
    if style.master is None:
        raise UserError(_("The style reference has no master yet."))


def check_references(user: User, artwork: Artwork, references: Sequence[Artwork]) -> None:
    """One to eight other works that the person may see, each with a master."""
    if not 1 <= len(references) <= MAX_REFERENCES:
        raise UserError(_("Choose 1 to %(most)d references.") % {"most": MAX_REFERENCES})
    for reference in references:
        if not allowed(user, "catalogue.view_artwork", reference):
            raise UserError(_("There is no such reference."))
        if reference.pk == artwork.pk:
            raise UserError(_("A work cannot be its own reference."))
        if reference.master is None:
            raise UserError(_("“%(title)s” has no master yet, so it cannot be a reference.") % {"title": reference})


def check_area(area: str, mask: Mask | None, artwork: Artwork) -> None:
    """The whole picture, its painted areas, its ground, or what a mask of it marks; a mask goes with the last alone."""
    if area not in Restoration.Area.values:
        raise UserError(_("The area is the whole picture, the painted areas, the ground, or what a mask marks."))
    if (area == Restoration.Area.MASK) != (mask is not None):
        raise UserError(_("A mask is needed when it is the area, and only then."))
    if mask is not None:
        check_mask_fits(mask, artwork)


def check_strength(strength: float) -> None:
    """How far the colours go towards the references."""
    if not 0 <= strength <= 1:
        raise UserError(_("The strength lies between 0 and 1."))
