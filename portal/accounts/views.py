"""The page of a person's API tokens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import selectors, services
from portal.accounts.forms import SCOPE_NAMES, TokenForm
from portal.forms import mistakes_in, sent


@never_cache
@sensitive_variables("key")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens; a new key is shown in the answer that made it, and never again."""
    form, made, key = TokenForm(*sent(request)), None, ""
    if form.is_valid():
        with mistakes_in(form):
            made, key = services.create_token(request.user, **form.cleaned_data)
    context = {
        "form": TokenForm() if made else form,
        "tokens": selectors.tokens_for(request.user),
        "made": made,
        "key": key,
        "now": timezone.now(),
        "scope_names": SCOPE_NAMES,
    }
    return render(request, "accounts/tokens.html", context, status=400 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = selectors.get_token(request.user, pk)
    services.revoke_token(request.user, token)
    messages.success(request, _("“%(name)s” is revoked; it opens nothing any more.") % {"name": token.name})
    return redirect("accounts:tokens")
