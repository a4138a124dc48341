"""Forms of masks, orders and judgements."""

import secrets
import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from gpu_workers.engines.registry import COLOUR, FILL, engines
from gpu_workers.models import Job
from restoration.checks import MAX_CANDIDATES, MAX_SEED, MAX_STEPS
from restoration.masks import DAMAGE_CLASSES
from restoration.models import Candidate, Restoration
from restoration.ordering.batches import Recipe

FILE_ERRORS = {"required": _("Choose a file first."), "empty": _("This file is empty.")}
CLASS_NAMES = {
    "loss": _("Loss: paint and ground are gone"),
    "crack": _("Crack"),
    "stain": _("Stain"),
    "fading": _("Fading"),
}
SHORT_CLASS_NAMES = {"loss": _("Loss"), "crack": _("Crack"), "stain": _("Stain"), "fading": _("Fading")}


class MaskUploadForm(forms.Form):
    """A mask drawn elsewhere."""

    prefix = "upload"
    file = forms.FileField(
        label=_("Mask file"),
        error_messages=FILE_ERRORS,
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/tiff,image/webp,.png,.tif,.tiff"}),
        help_text=_("Same size as the photograph. White (or anything above 0) is damaged, black is intact."),
    )
    damage_class = forms.ChoiceField(
        label=_("What the marks mean"),
        choices=[(name, CLASS_NAMES[name]) for name in DAMAGE_CLASSES],
        help_text=_("A mask whose values are the codes 1 to 4 says so itself."),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class IntactForm(forms.Form):
    """A photograph taken before the damage."""

    prefix = "intact"
    file = forms.FileField(
        label=_("Photograph of the intact work"),
        error_messages=FILE_ERRORS,
        widget=forms.ClearableFileInput(attrs={"accept": "image/tiff,image/jpeg,image/png,image/webp,.tif,.tiff"}),
        help_text=_("The same picture, taken before the damage. It is sealed beside the master."),
    )


class EnginesField(forms.MultipleChoiceField):
    """One engine or several; an empty value, as a program may send it, is none."""

    def to_python(self, value: list[str] | None) -> list[str]:
        return list(dict.fromkeys(filter(None, super().to_python(value))))


class PriorityField(forms.TypedChoiceField):
    """Now or after the others. What only an operator may choose is not offered."""

    def __init__(self) -> None:
        offered = [(it.value, it.label) for it in (Job.Priority.NORMAL, Job.Priority.LOW)]
        super().__init__(
            label=_("Priority"),
            choices=offered,
            coerce=int,
            empty_value=Job.Priority.NORMAL.value,
            required=False,
            initial=Job.Priority.NORMAL.value,
            help_text=_("Low lets everybody else go first: good for what may run overnight."),
        )


class OrderForm(forms.Form):
    """One order of a restoration. The choices are what this person may use for this artwork."""

    task = FILL
    mask = forms.ChoiceField(label=_("Mask"), error_messages={"required": _("Choose a mask.")})
    engine = EnginesField(
        label=_("Engine"),
        error_messages={"required": _("Choose an engine.")},
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose several to try them side by side: each makes a restoration of its own."),
    )
    style_reference = forms.ChoiceField(label=_("Style reference"), required=False)
    prompt = forms.CharField(
        label=_("Text hint"),
        max_length=300,
        required=False,
        help_text=_(
            "What may have stood there, in a few English words: “pine branch over mist”. Leave it empty if unsure."
        ),
    )
    candidates = forms.IntegerField(
        label=_("Candidates"),
        min_value=1,
        max_value=MAX_CANDIDATES,
        initial=2,
        help_text=_("With two or more, a map shows where they disagree."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=MAX_SEED,
        help_text=_("The same seed repeats the same result; another one gives another conjecture."),
    )
    steps = forms.IntegerField(
        label=_("Steps"),
        min_value=1,
        max_value=MAX_STEPS,
        required=False,
        help_text=_("Leave it empty for the engine's own choice. More steps take longer."),
    )
    priority = PriorityField()
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, masks, references, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4
        self.masks = {str(mask.pk): mask for mask in masks}
        self.references = {str(artwork.pk): artwork for artwork, _verdict in references}
        self.fields["mask"].choices = [(pk, str(mask.version)) for pk, mask in self.masks.items()]
        self.fields["engine"].choices = [(name, spec.title) for name, spec in engines().items()]
        self.fields["style_reference"].choices = [
            ("", _("None")),
            *((pk, str(it)) for pk, it in self.references.items()),
        ]
        self.fields["seed"].initial = secrets.randbelow(1_000_000)

    def order(self) -> dict:
        """The arguments of `order_restoration` for the one engine chosen; what it cannot use is left out."""
        data = dict(self.cleaned_data)
        (name,), _token = data.pop("engine"), data.pop("token")
        spec = engines()[name]
        return data | {
            "engine": name,
            "mask": self.chosen_mask,
            "style_reference": self.chosen_style if spec.accepts_style else None,
            "prompt": data["prompt"] if spec.accepts_prompt else "",
            "steps": data["steps"] if spec.stochastic else None,
        }

    @property
    def chosen_mask(self):
        return self.masks[self.cleaned_data["mask"]]

    @property
    def chosen_style(self):
        return self.references.get(self.cleaned_data["style_reference"])

    def recipe(self) -> Recipe:
        """The same for several engines at once."""
        data = self.cleaned_data
        style = data["style_reference"] or None
        shared = {name: data[name] for name in ("candidates", "seed", "prompt", "steps", "priority")}
        return Recipe(engines=tuple(data["engine"]), style=style, **shared)

    @classmethod
    def initial_from(cls, restoration: Restoration) -> dict:
        """The order that a restoration was, to repeat it with one change."""
        return {
            "mask": str(restoration.mask_id),
            "engine": [restoration.engine],
            "style_reference": str(restoration.style_reference_id or ""),
            "prompt": restoration.prompt,
            "candidates": restoration.candidates_wanted,
            "seed": restoration.seed,
            "steps": restoration.steps,
        }


class ReconstructionForm(forms.Form):
    """One order of a colour reconstruction. A confirmed mask is one more choice of the area; strength in per cent."""

    task = COLOUR
    references = forms.MultipleChoiceField(
        label=_("References"), error_messages={"required": _("Choose at least one reference.")}
    )
    area = forms.ChoiceField(label=_("Area"), error_messages={"required": _("Choose an area.")})
    priority = PriorityField()
    strength = forms.IntegerField(
        label=_("Strength"),
        min_value=0,
        max_value=100,
        initial=100,
        widget=forms.NumberInput(attrs={"type": "range", "data-range": True}),
        help_text=_("How far the colours go towards the references. Less keeps more of what time has made of them."),
    )
    engine = forms.ChoiceField(label=_("Engine"), error_messages={"required": _("Choose an engine.")})
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, masks, references, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.masks = {str(mask.pk): mask for mask in masks}
        self.works = {str(artwork.pk): artwork for artwork, _verdict in references}
        self.fields["references"].choices = [(pk, str(work)) for pk, work in self.works.items()]
        self.fields["engine"].choices = [(name, spec.title) for name, spec in engines(COLOUR).items()]
        self.fields["area"].choices = [
            *((area.value, area.label) for area in Restoration.Area if area != Restoration.Area.MASK),
            *((pk, str(mask.version)) for pk, mask in self.masks.items()),
        ]

    def order(self) -> dict:
        """The arguments of `order_reconstruction`."""
        data = dict(self.cleaned_data)
        mask = self.masks.get(data["area"])
        return data | {
            "references": [self.works[pk] for pk in data["references"]],
            "strength": data["strength"] / 100,
            "area": Restoration.Area.MASK if mask else data["area"],
            "mask": mask,
        }

    @classmethod
    def initial_from(cls, restoration: Restoration) -> dict:
        """The order that a reconstruction was, to repeat it with one change."""
        return {
            "references": [str(row.artwork_id) for row in restoration.references.all()],
            "area": str(restoration.mask_id or restoration.area),
            "strength": round(100 * restoration.strength),
            "engine": restoration.engine,
        }


class JudgementForm(forms.Form):
    """`seen`: the last judgement that was on the page; see `judging.judge_candidate`."""

    judgement = forms.ChoiceField(choices=Candidate.Judgement.choices, required=False)
    reason = forms.ChoiceField(choices=[("", ""), *Candidate.Reason.choices], required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    seen = forms.IntegerField(min_value=0, required=False)
