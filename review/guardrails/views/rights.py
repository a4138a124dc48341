"""What waits for a rights officer, with pictures side by side."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.policy import scope
from portal.catalogue.models import Collection
from portal.catalogue.selectors import pictures_for
from portal.forms import mistakes_in
from portal.paging import page_of
from review.guardrails.forms import ClearanceForm
from review.guardrails.models import RegisterSample
from review.guardrails.rights.gate import register_of
from review.guardrails.rights.near import listed, nearest
from review.guardrails.selectors import checks as selectors
from review.guardrails.selectors import get_release
from review.guardrails.services import rights as services

TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    return render(
        request, "checks/rights.html", {"page": page_of(request, selectors.waiting_for_officer(request.user))}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, pk) -> HttpResponse:
    """A picture beside the training samples and listed works that it is nearest to; a POST decides."""
    posting = request.method == "POST"
    release = get_release(request.user, pk, *([services.CLEAR] if posting else []))
    form = ClearanceForm(request.POST if posting else None, initial={"seen": release.content_hash})
    if form.is_valid():
        with mistakes_in(form):
            data = dict(form.cleaned_data)
            services.decide(request.user, release, content_hash=data.pop("seen"), **data)
            return redirect("checks:rights")
    register = register_of(release)
    near = nearest(release.picture, register) if register else []
    context = {
        "release": release,
        "artwork": release.artwork,
        "register": register,
        "near": [(it, *_seen(request, it.sample)) for it in near],
        "listed": listed(release.picture),
        "decisions": release.clearances.select_related("by"),
        "may": request.user.has_perm(services.CLEAR, release),
        "form": form,
    }
    return render(request, "checks/rights_case.html", context, status=400 if posting else 200)


@require_safe
def sample_picture(request: HttpRequest, pk) -> HttpResponse:
    """A training picture from the operator's folder, for rights officers: shown only if it is the registered one."""
    if not scope(request.user, services.CLEAR, Collection.objects.all(), "self").exists():
        raise Http404
    sample = get_object_or_404(RegisterSample, pk=pk)
    path = _training_picture(sample)
    if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != sample.sha256:
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=TYPES[path.suffix.lower()])
    answer["Cache-Control"] = "private, max-age=86400"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _seen(request: HttpRequest, sample: RegisterSample) -> tuple:
    """The picture of this site that is the sample, or whether the operator's folder has it."""
    here = pictures_for(request.user).filter(sha256=sample.sha256).first()
    return here, here is None and _training_picture(sample) is not None


def _training_picture(sample: RegisterSample) -> Path | None:
    """The file of a sample under `TRAINING_PICTURES`; nothing outside of that folder is ever named."""
    if not settings.TRAINING_PICTURES:
        return None
    root = Path(settings.TRAINING_PICTURES).resolve()
    path = (root / sample.file).resolve() if sample.file else root
    return path if path.is_relative_to(root) and path.is_file() and path.suffix.lower() in TYPES else None
