"""Pages of bringing works in from a IIIF manifest: its address, what it shows, and what became of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.catalogue.selectors import get_collection
from portal.forms import mistakes_in, sent
from portal.uploads import selectors
from portal.uploads.forms import ManifestForm
from portal.uploads.iiif import importing
from portal.uploads.iiif.judging import outlook
from portal.uploads.models import Manifest
from portal.uploads.views import followed, read_or_write

SHOWN = 5  # manifests looked at before


@read_or_write
def ask(request: HttpRequest, pk) -> HttpResponse:
    """Give the address of a manifest."""
    collection = get_collection(request.user, pk, selectors.ACTION)
    form = ManifestForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            manifest = importing.ask(request.user, collection, form.cleaned_data["url"])
            return redirect("uploads:manifest", manifest.pk)
    before = selectors.manifests_for(request.user).filter(collection=collection)[:SHOWN]
    context = {"collection": collection, "form": form, "before": before}
    return render(request, "uploads/iiif.html", context, status=400 if form.errors else 200)


@require_safe
def manifest(request: HttpRequest, pk) -> HttpResponse:
    """What it shows, how far the job is that brings it in, and what became of each picture."""
    shown = selectors.get_manifest(request.user, pk)
    found = outlook(shown)
    context = {
        "manifest": shown,
        "collection": shown.collection,
        "waiting": shown.state == Manifest.State.WAITING,
        "found": found,
        "there": [row for row in found.rows if not row.ready] if found else [],
    }
    return render(request, "uploads/manifest.html", context | followed(shown.job, request.user))


@require_POST
def start(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_manifest(request.user, pk)
    numbers = [int(text) for text in request.POST.getlist("canvas") if text.isascii() and text.isdigit()]
    importing.start(request.user, shown, numbers)
    return redirect("uploads:manifest", shown.pk)
