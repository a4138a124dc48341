"""Forms of text-to-ink: a prompt, and the three ways to change a painting. Limits are the services' own."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from generation.checks import CELL, MAX_CELLS, MAX_SEED
from generation.lexicon import ATTRIBUTES, Description
from generation.models import Painting, Round
from generation.services.rounds import next_seed
from generation.wording import name
from generation.words import lexicon
from gpu_workers.engines.contract import MAX_PAINTINGS
from portal.catalogue.models import Collection

FORMATS = {"square": _("Album leaf"), "hanging": _("Hanging scroll"), "hand": _("Hand scroll")}
DIRECTIONS = {"left": _("Left"), "right": _("Right"), "up": _("Up"), "down": _("Down")}
ATTRIBUTE_NAMES = {
    "season": _("Season"), "ink": _("Ink"), "palette": _("Palette"), "space": _("Space"),
    "category": _("Category"), "technique": _("Technique"),
}  # fmt: skip
SIDES = {"left": _("Left"), "top": _("Top"), "width": _("Width"), "height": _("Height")}


def any_seed() -> int:
    """A seed that a person can remember."""
    return secrets.randbelow(10_000)


class VariantsForm(forms.Form):
    """How many variants, and from which seed."""

    count = forms.IntegerField(label=_("Variants"), min_value=1, max_value=MAX_PAINTINGS, initial=2)
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=MAX_SEED, initial=any_seed,
        help_text=_("The same seed repeats the same painting; another one gives another."),
    )  # fmt: skip
    count.widget.attrs["inputmode"] = seed.widget.attrs["inputmode"] = "numeric"
    field_order = ("by", "element", "strength", "words", "cells", "count", "seed")

    def numbers(self) -> dict[str, int]:
        """Count and seed, as the services take them."""
        return {key: self.cleaned_data[key] for key in ("count", "seed")}


class PromptForm(VariantsForm):
    """A description with what it is painted on. `terms` are the picker's, for pages without scripts."""

    prompt = forms.CharField(
        label=_("Description"), required=False,
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "reading", "autocomplete": "off"}),
    )  # fmt: skip
    terms = forms.MultipleChoiceField(required=False)
    format = forms.ChoiceField(label=pgettext_lazy("of a painting", "Format"), choices=FORMATS, initial="square")
    collection = forms.ChoiceField(label=_("Collection"))

    def __init__(self, *args: Any, collections: list[Collection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = lexicon()
        self.fields["terms"].choices = [(key, key) for key in (*words.terms, *words.adjectives)]
        self.fields["collection"].choices = [(str(row.pk), row.name) for row in collections]
        self.fields["count"].initial = 4


class ReplaceForm(VariantsForm):
    """Which element or place gives way, and to what. The place is told in per cent of the picture."""

    prefix = "replace"
    element = forms.ChoiceField(label=_("An element of the description"), required=False)
    by = forms.CharField(
        label=_("What shall stand there"), error_messages={"required": _("Say what shall stand there.")},
        help_text=_("In English or Chinese: “a waterfall”, “古松”."),
    )  # fmt: skip

    def __init__(self, *args: Any, painting: Painting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words, language = lexicon(), painting.round.language
        terms = [words.terms[key] for key in painting.round.description.get("terms", ()) if key in words.terms]
        things = [term for term in terms if term.dimension in ("motif", "theme")]
        choices = [(term.name(language), name(term.id)) for term in things]
        self.fields["element"].choices = [("", _("None: the place that I mark")), *choices]
        for side, label in SIDES.items():
            field = forms.FloatField(label=label, required=False, min_value=0, max_value=100)
            field.widget.attrs |= {"step": "any", "inputmode": "decimal", "data-side": side}
            self.fields[side] = field

    def clean(self) -> dict[str, Any]:
        """The four numbers belong together."""
        given = [side for side in SIDES if self.cleaned_data.get(side) is not None]
        if given and len(given) < len(SIDES) and not self.errors:
            raise forms.ValidationError(_("A place needs all four numbers: left, top, width and height."))
        return self.cleaned_data

    @property
    def region(self) -> tuple[float, ...] | None:
        """The marked place as shares of the picture, if one is marked."""
        sides = [self.cleaned_data[side] for side in SIDES]
        return None if None in sides else tuple(side / 100 for side in sides)

    def order(self) -> dict[str, Any]:
        """What `services.replace_element` takes."""
        said = {key: self.cleaned_data[key] for key in ("by", "element")}
        return {**said, "region": self.region, **self.numbers()}


class RetuneForm(VariantsForm):
    """Another value for some attributes; an attribute that is not chosen stays."""

    prefix = "retune"
    strength = forms.IntegerField(
        label=_("Strength"), min_value=5, max_value=100, initial=50,
        help_text=_("How much of the painting is painted anew, in per cent."),
        widget=forms.NumberInput(attrs={"type": "range", "step": 5, "data-range": ""}),
    )  # fmt: skip

    def __init__(self, *args: Any, painting: Painting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = Description.read(painting.round.description)
        self.present: dict[str, str] = {}
        for attribute, values in ATTRIBUTES.items():
            now = next((key for key in values if key in (*said.terms, *said.adjectives)), "")
            self.present[attribute] = name(now) if now else ""
            choices = [("", _("as it is")), *((key, name(key)) for key in values if key != now)]
            self.fields[attribute] = forms.ChoiceField(
                label=ATTRIBUTE_NAMES[attribute], required=False, choices=choices
            )

    @property
    def attributes(self) -> list[tuple[forms.BoundField, str]]:
        """Each attribute's field with the name of its present value, for the page."""
        return [(self[attribute], now) for attribute, now in self.present.items()]

    def order(self) -> dict[str, Any]:
        """What `services.retune` takes."""
        values = [self.cleaned_data[attribute] for attribute in ATTRIBUTES if self.cleaned_data[attribute]]
        return {"values": values, "strength": self.cleaned_data["strength"] / 100, **self.numbers()}

    def clean(self) -> dict[str, Any]:
        """Something has to change."""
        if not self.errors and not any(self.cleaned_data.get(attribute) for attribute in ATTRIBUTES):
            raise forms.ValidationError(_("Choose another value for at least one attribute."))
        return self.cleaned_data


class ExtendForm(VariantsForm):
    """Where the scene goes on, how far, and what comes to it."""

    prefix = "extend"
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS, initial="left")
    cells = forms.IntegerField(label=_("Cells"), min_value=1, max_value=MAX_CELLS, initial=4)
    words = forms.CharField(label=_("What comes there"), required=False)

    def __init__(self, *args: Any, painting: Painting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cells"].help_text = gettext("A cell is %(pixels)d pixels.") % {"pixels": CELL}

    def order(self) -> dict[str, Any]:
        """What `services.extend_scene` takes."""
        return {key: self.cleaned_data[key] for key in ("direction", "cells", "words")} | self.numbers()


class AgainForm(VariantsForm):
    """The same order once more, with another seed."""

    @classmethod
    def of(cls, shown: Round, *sent: Any) -> "AgainForm":
        """The form of a round, with the next seed that the round has not used."""
        return cls(*sent, initial={"count": shown.count, "seed": next_seed(shown)})
