"""Pages of masks: their versions, three ways to make one, and the confirmation by a person."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from gpu_workers.selectors import workers_alive
from portal.catalogue import selectors as catalogue
from portal.catalogue.downloads import send
from portal.forms import go, mistakes_in, sent, sent_by_script, sentences
from portal.paging import page_of
from restoration import selectors, services
from restoration.changes import changed_by
from restoration.drafts.selectors import drafts_for
from restoration.forms import SHORT_CLASS_NAMES, IntactForm, MaskUploadForm
from restoration.layers import outline

HISTORY = 12  # versions named beside one of them, the latest first


@require_http_methods(["GET", "HEAD", "POST"])
def masks(request: HttpRequest, pk) -> HttpResponse:
    """All versions of an artwork's mask; a POST says by ``way`` how the next one is made."""
    action = "restoration.add_mask" if request.method == "POST" else "catalogue.view_artwork"
    artwork = catalogue.get_artwork(request.user, pk, action)
    way = request.POST.get("way", "")
    forms = {
        "upload": MaskUploadForm(*(sent(request) if way == "upload" else ())),
        "difference": IntactForm(*(sent(request) if way == "difference" else ())),
    }
    if request.method == "POST":
        if answer := _make(request, artwork, way, forms.get(way)):
            return answer
        if sent_by_script(request):
            return JsonResponse({"errors": sentences(forms[way])}, status=400)
    may_add = request.user.has_perm("restoration.add_mask", artwork)
    context = {
        "artwork": artwork,
        "page": page_of(request, selectors.masks_for(request.user, artwork)),
        "draft": drafts_for(request.user).filter(artwork=artwork).first() if may_add else None,
        "upload": forms["upload"],
        "difference": forms["difference"],
        "may_add": may_add,
        "workers": workers_alive(),
        "max_bytes": settings.MAX_MASTER_BYTES,
        "classes": SHORT_CLASS_NAMES,
    }
    return render(request, "restoration/masks.html", context, status=400 if request.method == "POST" else 200)


def _make(request: HttpRequest, artwork, way: str, form) -> HttpResponse | None:
    if way == "proposal":
        return redirect("jobs:detail", services.request_proposal(request.user, artwork).pk)
    if form is None:
        return redirect("restoration:masks", artwork.pk)
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    with mistakes_in(form):
        if way == "difference":
            return go(request, "jobs:detail", services.request_difference(request.user, artwork, file).pk)
        about = {name: form.cleaned_data[name] for name in ("damage_class", "note")}
        made = services.upload_mask(request.user, artwork, file, **about)
        messages.success(request, _("Version %(number)d of the mask is kept.") % {"number": made.version})
        return go(request, "restoration:mask", made.pk)
    return None


@require_safe
def mask(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_mask(request.user, pk)
    context = {
        "mask": shown,
        "artwork": shown.artwork,
        "classes": SHORT_CLASS_NAMES,
        "current": shown.master_id == shown.artwork.master_id,
        "changed": changed_by(shown),
        "history": selectors.masks_for(request.user, shown.artwork)[:HISTORY],
        "may_add": request.user.has_perm("restoration.add_mask", shown),
        "may_confirm": request.user.has_perm("restoration.confirm_mask", shown),
        "may_restore": request.user.has_perm("restoration.add_restoration", shown),
    }
    return render(request, "restoration/mask.html", context)


@require_POST
def confirm(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_mask(request.user, pk, "restoration.confirm_mask")
    services.confirm_mask(request.user, shown)
    messages.success(request, _("The mask is confirmed. It can now be used for a restoration."))
    return redirect("restoration:mask", pk)


@require_GET
def mask_file(request: HttpRequest, pk) -> HttpResponseBase:
    """The label image itself: 0 intact, 1 loss, 2 crack, 3 stain, 4 fading."""
    shown = selectors.get_mask(request.user, pk)
    return send(request, shown.file, "image/png", etag=shown.sha256, download_as=f"mask-{shown.version}.png")


@require_GET
def mask_overlay(request: HttpRequest, pk) -> HttpResponseBase:
    shown = selectors.get_mask(request.user, pk)
    return send(request, shown.overlay, "image/webp", etag=f"{shown.sha256}-overlay")


@require_GET
def mask_outline(request: HttpRequest, pk) -> HttpResponse:
    """The outline of the damage on a transparent ground, to lay over a picture."""
    shown = selectors.get_mask(request.user, pk)
    return outline(request, shown.file, shown.sha256)
