"""Forms of presets and batches."""

import secrets
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gpu_workers.engines.registry import FILL, engines
from restoration.checks import MAX_CANDIDATES, MAX_SEED, MAX_STEPS
from restoration.forms import EnginesField, PriorityField
from restoration.ordering.batches import Recipe
from restoration.ordering.models import Preset


class PresetForm(forms.Form):
    """Under which name the settings of an order are kept, and for whom."""

    prefix = "preset"
    name = forms.CharField(
        label=_("Name of the preset"), max_length=80, error_messages={"required": _("Give the preset a name.")}
    )
    fixed = forms.BooleanField(label=_("Keep this seed, too"), required=False)
    shared = forms.BooleanField(label=_("Share it with the curators of this collection"), required=False)


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class BatchForm(forms.Form):
    """Which works of a collection, and with what. `everything` means all that have a confirmed mask and are not
    restored yet."""

    works = forms.MultipleChoiceField(required=False)
    everything = forms.BooleanField(required=False)
    engine = EnginesField(
        label=_("Engine"),
        error_messages={"required": _("Choose an engine.")},
        widget=forms.CheckboxSelectMultiple,
    )
    prompt = forms.CharField(
        label=_("Text hint"), max_length=300, required=False, help_text=_("The same for every work; best left empty.")
    )
    candidates = forms.IntegerField(
        label=_("Candidates"), min_value=1, max_value=MAX_CANDIDATES, initial=2, help_text=_("Of each work.")
    )
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=MAX_SEED, help_text=_("The same for every work."))
    steps = forms.IntegerField(
        label=_("Steps"),
        min_value=1,
        max_value=MAX_STEPS,
        required=False,
        help_text=_("Leave it empty for the engine's own choice."),
    )
    priority = PriorityField()
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, works: dict[str, Any], ready: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered, self.ready = works, ready
        self.fields["works"].choices = [(pk, str(work)) for pk, work in works.items()]
        self.fields["engine"].choices = [(name, spec.title) for name, spec in engines(FILL).items()]
        self.fields["seed"].initial = lambda: secrets.randbelow(1_000_000)
        self.fields["token"].initial = uuid.uuid4

    def chosen(self) -> list[Any]:
        """The works, in the order in which they were offered."""
        keys = set(self.cleaned_data["works"]) | set(self.ready if self.cleaned_data["everything"] else ())
        return [work for pk, work in self.offered.items() if pk in keys]

    def recipe(self) -> Recipe:
        data = self.cleaned_data
        shared = {name: data[name] for name in ("candidates", "seed", "prompt", "steps", "priority")}
        return Recipe(engines=tuple(data["engine"]), **shared)


def settings_of(preset: Preset) -> dict[str, Any]:
    """What a preset puts into an order's form; a fresh seed where it keeps none."""
    fixed = preset.seed_policy == Preset.SeedPolicy.FIXED
    return {
        "engine": [preset.engine],
        "candidates": preset.candidates,
        "seed": preset.seed if fixed else secrets.randbelow(1_000_000),
        "steps": preset.steps,
        "prompt": preset.prompt,
    }
