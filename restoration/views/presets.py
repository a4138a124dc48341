"""The presets of a person and of the collections: a list in which they are renamed and deleted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.forms import mistakes_in
from restoration.ordering import presets
from restoration.ordering.forms import RenameForm

MOST_SHOWN = 200


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def rename(request: HttpRequest, pk) -> HttpResponse:
    preset, form = presets.get_preset(request.user, pk, presets.CHANGE), RenameForm(request.POST)
    if form.is_valid():
        with mistakes_in(form):
            presets.change_preset(request.user, preset, name=form.cleaned_data["name"])
            messages.success(request, _("The preset is renamed."))
            return redirect("restoration:presets")
    return _page(request, form, pk, 400)


@require_POST
def delete(request: HttpRequest, pk) -> HttpResponse:
    preset = presets.get_preset(request.user, pk, presets.CHANGE)
    presets.delete_preset(request.user, preset)
    messages.success(request, _("“%(name)s” is deleted. What was ordered with it stays.") % {"name": preset})
    return redirect("restoration:presets")


def _page(request: HttpRequest, form: RenameForm | None = None, wrong=None, status: int = 200) -> HttpResponse:
    context = {"presets": presets.presets_for(request.user)[:MOST_SHOWN], "form": form, "wrong": wrong}
    return render(request, "restoration/presets.html", context, status=status)
