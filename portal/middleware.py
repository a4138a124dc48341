"""Who has to sign in, and the last net under the pages: a person's mistake that no form caught becomes a sentence."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.errors import UserError
from portal.phrases import said


class SignedInMiddleware(LoginRequiredMiddleware):
    """Django's own, but an open page is answered before anybody's session is looked at: it depends on no cookie, so
    every cache may keep it."""

    def process_view(self, request: HttpRequest, view_func: Callable, view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class UserErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UserError):
            return render(request, "400.html", {"sentence": said(str(exception))}, status=400)
        return None
