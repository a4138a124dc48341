"""What the forms of all apps share."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext

from portal.errors import UserError
from portal.phrases import said


@contextmanager
def mistakes_in(form: forms.BaseForm) -> Iterator[None]:
    """A person's mistake that a service found becomes the form's own sentence, beside its field where it has one, with
    a link where a step can be taken that helps."""
    try:
        yield
    except UserError as error:
        names = ("prompt", "by", "words") if error.field == "prompt" else (error.field,)
        sentence = said(str(error))
        if error.link:
            sentence = format_html('{} <a href="{}">{}</a>', sentence, error.link, gettext("Go there"))
        form.add_error(next((name for name in names if name in form.fields), None), sentence)


def sent(request: HttpRequest) -> tuple:
    """What a form is bound to: the fields and files of a POST, else nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def sent_by_script(request: HttpRequest) -> bool:
    """Whether static/js/upload.js sent the form, which wants to know where to go rather than to go there."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def go(request: HttpRequest, to, *args) -> HttpResponse:
    """Redirect, or tell the uploading script the address."""
    response = redirect(to, *args)
    return JsonResponse({"location": response.url}) if sent_by_script(request) else response


def sentences(form: forms.BaseForm) -> list[str]:
    """Every mistake of a form, each as one sentence."""
    return [str(error) for errors in form.errors.values() for error in errors]
