"""What every page for visitors is: open to all, in the language of its address or of the browser, without any cookie,
kept by every cache and asked for again each time, so that what is withdrawn is gone at once."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from portal.catalogue.showing import PUBLIC
from portal.context import language_tag

ASKED = "lang"  # of an address: en or zh
BY_ADDRESS = {"en": "en", "zh": "zh-hans", "zh-Hans": "zh-hans", "zh-hans": "zh-hans"}
View = Callable[..., HttpResponse]


def for_visitors(view: View) -> View:
    """A page or document that anybody may read."""
    return login_not_required(require_safe(gzip_page(_public(view))))


def in_their_language(view: View) -> View:
    """The language of the address, else of the browser; never of a cookie, which visitors do not have."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.language_asked = BY_ADDRESS.get(request.GET.get(ASKED, ""), "")
        with translation.override(request.language_asked or _accepted(request)):
            response = view(request, *args, **kwargs)
            response["Content-Language"] = language_tag(translation.get_language() or "en")
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return spoken


def _public(view: View) -> View:
    @wraps(view)
    @in_their_language
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = PUBLIC
        if response.status_code != 200 or response.streaming or response.has_header("ETag"):
            return response
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response

    return kept


def _accepted(request: HttpRequest) -> str:
    for language, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if language.startswith("zh"):
            return "zh-hans"
        if language.startswith("en"):
            return "en"
    return "en"
