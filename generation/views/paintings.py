"""One painting: looked at from near, and changed in three ways."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from generation.forms.rounds import ExtendForm, ReplaceForm, RetuneForm
from generation.selectors import rounds as selectors
from generation.services import rounds as services
from generation.views import telling
from generation.views.prompts import missing
from generation.views.rounds import is_scroll, measures
from portal.catalogue.downloads import send
from portal.forms import mistakes_in, sent

WAYS = {
    "replace": (ReplaceForm, services.replace_element),
    "retune": (RetuneForm, services.retune),
    "extend": (ExtendForm, services.extend_scene),
}


@require_http_methods(["GET", "HEAD", "POST"])
def painting(request: HttpRequest, pk) -> HttpResponse:
    """A painting and the forms that change it; a POST says by ``way`` which of them it is."""
    shown = selectors.get_painting(request.user, pk, selectors.ADD if request.method == "POST" else selectors.VIEW)
    way = request.POST.get("way", "")
    forms = {key: kind(*(sent(request) if key == way else ()), painting=shown) for key, (kind, _) in WAYS.items()}
    if way in forms and forms[way].is_valid():
        with mistakes_in(forms[way]):
            made = WAYS[way][1](request.user, shown, **forms[way].order())
            return redirect("generation:round", made.pk)
    picture = shown.picture
    context = {
        "painting": shown,
        "round": shown.round,
        "picture": picture,
        "caption": telling.caption(shown.round),
        "asked": telling.asked(shown.round),
        "measures": measures(shown),
        "rounds": [(it, telling.asked(it)) for it in selectors.rounds_for(request.user).filter(parent=shown)],
        "scroll": is_scroll(picture),
        "forms": forms,
        "way": way,
        "may_paint": request.user.has_perm(selectors.ADD, shown),
        "absent": missing(),
    }
    return render(request, "ink/painting.html", context, status=400 if request.method == "POST" else 200)


@require_safe
def tokens(request: HttpRequest, pk) -> HttpResponseBase:
    """The tokens that the painting is edited by, as a file."""
    shown = selectors.get_painting(request.user, pk)
    name = f"painting-{str(pk)[:8]}.safetensors"
    return send(request, shown.tokens, "application/octet-stream", etag=shown.tokens_sha256, download_as=name)
