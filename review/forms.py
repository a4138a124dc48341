"""Forms of the review."""

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from review.models import Study


class NominationForm(forms.Form):
    note = forms.CharField(label=_("Note for the coordinator"), max_length=500, required=False)


class NewStudyForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    collection = forms.ModelChoiceField(queryset=None, label=_("Collection"))
    source = forms.ModelChoiceField(
        queryset=None, label=_("Rubric and rules from"), required=False, empty_label=_("The default rubric")
    )

    def __init__(self, *args, collections, studies, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = collections
        self.fields["source"].queryset = studies
        if first := collections.first():
            self.fields["collection"].initial = first.pk


class RulesForm(forms.ModelForm):
    class Meta:
        model = Study
        fields = (
            "title", "title_zh", "brief", "brief_zh", "deadline", "calibration_bar", "calibration_rounds",
            "delphi_rounds", "delphi_change", "least_reason", "ask_origin", "template",
        )  # fmt: skip
        widgets = {"deadline": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=[("en", "English"), ("zh-hans", "简体中文")]
    )
    expertise = forms.CharField(label=_("Expertise"), max_length=200, required=False)


class ExampleInput(forms.ClearableFileInput):
    """A picture to choose, beside the one that is there and a box that takes it away."""

    def render(self, name, value, attrs=None, renderer=None):
        return render_to_string("review/studies/example_input.html", self.get_context(name, value, attrs))


class DimensionForm(forms.Form):
    """One dimension of the rubric, with its five levels."""

    key = forms.SlugField(label=_("Key"), max_length=40)
    weight = forms.DecimalField(label=_("Weight"), max_digits=4, decimal_places=3, min_value=0)
    name_en = forms.CharField(label=_("Name, English"), max_length=120)
    name_zh = forms.CharField(label=_("Name, Chinese"), max_length=120, required=False)
    question_en = forms.CharField(label=_("Question, English"), max_length=400)
    question_zh = forms.CharField(label=_("Question, Chinese"), max_length=400, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for value in range(1, 6):
            for tag, name in (("en", _("English")), ("zh", _("Chinese"))):
                label = _("What %(value)d means, %(language)s") % {"value": value, "language": name}
                self.fields[f"level{value}_{tag}"] = forms.CharField(
                    label=label, max_length=300, required=tag == "en", widget=forms.Textarea(attrs={"rows": 2})
                )
            self.fields[f"level{value}_example"] = forms.FileField(
                label=_("Example picture of a %(value)d") % {"value": value}, required=False, max_length=200,
                widget=ExampleInput(attrs={"accept": "image/*,.psd,.psb"}),
            )  # fmt: skip

    @classmethod
    def initial_of(cls, row: dict) -> dict:
        """A dimension of `services.studies.rubric_of` as initial values."""
        levels = {
            f"level{value}_{tag}": level[f"text_{tag}"]
            for value, level in enumerate(row["levels"], start=1)
            for tag in ("en", "zh")
        }
        examples = {f"level{value}_example": level["example"] for value, level in enumerate(row["levels"], start=1)}
        return {name: value for name, value in row.items() if name != "levels"} | levels | examples

    def row(self) -> dict:
        """The dimension as `services.studies.set_rubric` takes it."""
        clean = self.cleaned_data
        names = ("key", "weight", "name_en", "name_zh", "question_en", "question_zh")
        levels = [
            {f"text_{tag}": clean[f"level{value}_{tag}"] for tag in ("en", "zh")}
            | {"example": clean[f"level{value}_example"]}
            for value in range(1, 6)
        ]
        return {name: clean[name] for name in names} | {"levels": levels}


RubricFormSet = forms.formset_factory(DimensionForm, extra=1, min_num=1, validate_min=True, max_num=12, can_delete=True)
