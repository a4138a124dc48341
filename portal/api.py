"""What all API views share: bounded pages and one shape of error, `application/problem+json` (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from portal.errors import UserError
from portal.phrases import said

MEDIA_TYPE = "application/problem+json"


class BoundedPagination(PageNumberPagination):
    """Pages of 50 rows, or `page_size` up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to whatever an API view raised; None for what is our own fault (Django logs that and answers 500)."""
    field = ""
    if isinstance(exc, UserError):
        field, exc = exc.field, exceptions.ParseError(said(str(exc)))
    elif isinstance(exc, Http404 | exceptions.NotFound):
        exc = exceptions.NotFound()  # the same words whether the thing is missing or merely hidden
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(*(str(argument) for argument in exc.args[:1]))
    response = exception_handler(exc, context)
    if response is None:
        return None
    body = {"type": "about:blank", "title": _title(response.status_code), "status": response.status_code}
    if isinstance(exc, exceptions.ValidationError):
        errors = _field_lists(exc.detail)
        body |= {"detail": _first_sentence(errors), "errors": errors}
    else:
        body["detail"] = str(getattr(exc, "detail", body["title"]))
        if field:
            body["errors"] = {field: [body["detail"]]}
    return Response(body, response.status_code, headers=_kept(response), content_type=MEDIA_TYPE)


class NoSuchAddress(APIView):
    """Every API address that does not exist answers with a problem, too."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


def _title(code: int) -> str:
    return {
        400: _("The request cannot be carried out"),
        401: _("Sign in or send a token"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("This address does not do that"),
        406: _("No such representation"),
        409: _("In conflict with what is there"),
        410: _("Gone"),
        412: _("Another version is needed"),
        413: _("Too large"),
        415: _("This media type is not understood"),
        423: _("In use"),
        429: _("Too many requests"),
        460: _("The checksum does not fit"),
        507: _("No room"),
    }.get(code, _("Error"))


def _field_lists(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested validation errors as one level: "maker", "items.3.title"; what names no field is under `request`."""
    if isinstance(detail, dict):
        parts = [_field_lists(value, f"{path}.{key}" if path else str(key)) for key, value in detail.items()]
        return {key: value for part in parts for key, value in part.items()}
    name = "request" if path in ("", "non_field_errors") else path.removesuffix(".non_field_errors")
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        parts = [_field_lists(item, f"{path}.{number}" if path else str(number)) for number, item in enumerate(detail)]
        return {key: value for part in parts for key, value in part.items()}
    return {name: [str(item) for item in detail] if isinstance(detail, list) else [str(detail)]}


def _first_sentence(errors: dict[str, list[str]]) -> str:
    field, sentences = next(iter(errors.items()), ("request", [_("The request is not valid.")]))
    return sentences[0] if field == "request" else f"{field}: {sentences[0]}"


def _kept(response: Response) -> dict[str, str]:
    return {name: response[name] for name in ("WWW-Authenticate", "Retry-After") if response.has_header(name)}
