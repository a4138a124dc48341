"""Pages of the catalogue. Everything is read by selectors and written by services."""

from copy import copy

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit import selectors as audit
from portal.catalogue import selectors, services
from portal.catalogue.filters import ArtworkFilter
from portal.catalogue.forms import ArtworkForm, CollectionForm, MasterForm
from portal.desk.readiness import readiness
from portal.forms import go, mistakes_in, sent, sent_by_script, sentences
from portal.paging import page_of
from portal.phrases import said
from restoration import selectors as restoration

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
SHOWN_ON_ARTWORK = 8
EVENTS = 6


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    page = page_of(request, selectors.collections_for(request.user))
    covers = selectors.covers_for(request.user, page.object_list)
    context = {"page": page, "covers": covers, "may_add": request.user.has_perm("catalogue.add_collection")}
    return render(request, "catalogue/collections.html", context)


@read_or_write
def collection_new(request: HttpRequest) -> HttpResponse:
    services.policy.require(request.user, "catalogue.add_collection")
    form = CollectionForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            made = services.create_collection(request.user, **form.cleaned_data)
            return redirect("catalogue:collection", made.pk)
    return render(request, "catalogue/collection_form.html", {"form": form}, status=_status(form))


@read_or_write
def collection_edit(request: HttpRequest, pk) -> HttpResponse:
    collection = selectors.get_collection(request.user, pk, "catalogue.change_collection")
    form = CollectionForm(*sent(request), instance=copy(collection))
    if form.is_valid():
        with mistakes_in(form):
            services.update_collection(request.user, collection, **form.cleaned_data)
            return redirect("catalogue:collection", pk)
    context = {"form": form, "collection": collection}
    return render(request, "catalogue/collection_form.html", context, status=_status(form))


@require_safe
def collection(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_collection(request.user, pk)
    found = ArtworkFilter(request.GET, queryset=selectors.artworks_for(request.user, shown))
    context = {
        "collection": shown,
        "filter": found,
        "searching": any(request.GET.get(name) for name in found.get_filters()),
        "page": page_of(request, found.qs),
        "may_add": request.user.has_perm("catalogue.add_artwork", shown),
        "may_paint": request.user.has_perm("generation.add_painting", shown),
        "may_change": request.user.has_perm("catalogue.change_collection", shown),
        "events": audit.told(audit.events_for(request.user, shown)[:EVENTS]),
    }
    return render(request, "catalogue/collection.html", context)


@read_or_write
def artwork_new(request: HttpRequest, pk) -> HttpResponse:
    inside = selectors.get_collection(request.user, pk, "catalogue.add_artwork")
    form = ArtworkForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            made = services.create_artwork(request.user, inside, **form.cleaned_data)
            return redirect("catalogue:artwork-master", made.pk)
    context = {"form": form, "collection": inside}
    return render(request, "catalogue/artwork_form.html", context, status=_status(form))


@read_or_write
def artwork_edit(request: HttpRequest, pk) -> HttpResponse:
    artwork = selectors.get_artwork(request.user, pk, "catalogue.change_artwork")
    form = ArtworkForm(*sent(request), instance=copy(artwork))
    if form.is_valid():
        with mistakes_in(form):
            services.update_artwork(request.user, artwork, **form.cleaned_data)
            messages.success(request, _("The catalogue entry is saved."))
            return redirect("catalogue:artwork", pk)
    context = {"form": form, "artwork": artwork, "collection": artwork.collection}
    return render(request, "catalogue/artwork_form.html", context, status=_status(form))


@read_or_write
def artwork_master(request: HttpRequest, pk) -> HttpResponse:
    """Upload the best photograph of a work; the script that shows the progress gets JSON, a plain form a page."""
    artwork = selectors.get_artwork(request.user, pk, "catalogue.change_artwork")
    form = MasterForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            picture = services.attach_master(request.user, artwork, form.cleaned_data["file"])
            messages.success(request, _("The photograph is sealed as the master of this work."))
            for notice in picture.notices:
                messages.warning(request, said(notice))
            return go(request, "catalogue:artwork", artwork.pk)
    if request.method == "POST" and sent_by_script(request):
        return JsonResponse({"errors": sentences(form)}, status=400)
    context = {
        "form": form,
        "artwork": artwork,
        "max_bytes": settings.MAX_MASTER_BYTES,
        "max_megapixels": settings.MAX_MASTER_PIXELS // 1_000_000,
    }
    return render(request, "catalogue/artwork_master.html", context, status=_status(form))


@require_safe
def artwork(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_artwork(request.user, pk)
    context = {
        "artwork": shown,
        "masks": restoration.masks_for(request.user, shown)[:SHOWN_ON_ARTWORK],
        "restorations": restoration.restorations_for(request.user, shown)[:SHOWN_ON_ARTWORK],
        "may_change": request.user.has_perm("catalogue.change_artwork", shown),
        "may_restore": request.user.has_perm("restoration.add_restoration", shown),
        "readiness": readiness([shown])[shown.pk],
        "events": audit.told(audit.events_for(request.user, shown)[:EVENTS]),
    }
    return render(request, "catalogue/artwork.html", context)


@read_or_write
def artwork_delete(request: HttpRequest, pk) -> HttpResponse:
    """Ask, then delete; a work that was restored stays, and the page says why."""
    doomed = selectors.get_artwork(request.user, pk, "catalogue.delete_artwork")
    if request.method == "POST":
        services.delete_artwork(request.user, doomed)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": doomed})
        return redirect("catalogue:collection", doomed.collection_id)
    return render(request, "catalogue/artwork_delete.html", {"artwork": doomed})


def _status(form) -> int:
    return 400 if form.is_bound and form.errors else 200
