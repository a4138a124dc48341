"""What the viewsets of the review share."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet


class Parser(JSONParser):
    """JSON; what is nested deeper than Python follows is no request of ours."""

    def parse(self, *about: Any, **more: Any) -> Any:
        try:
            return super().parse(*about, **more)
        except RecursionError:
            raise ParseError(_("The request is not valid.")) from None


class ReviewViewSet(GenericViewSet):
    """JSON in, one UUID in the address; lists in bounded pages, narrowed only where a viewset says how."""

    parser_classes = [Parser]
    lookup_value_converter = "uuid"
    filter_backends: list[Any] = []

    def _valid(self, kind: Any, **options: Any) -> dict[str, Any]:
        serializer = kind(data=self.request.data, context=self.get_serializer_context(), **options)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _page(self, kind: Any, rows: Any) -> Response:
        shown = self.paginate_queryset(rows)
        return self.get_paginated_response(kind(shown, many=True, context=self.get_serializer_context()).data)


class PanelViewSet(ReviewViewSet):
    """What an expert is told: kept by nobody on the way, and the same few headers whatever it is about."""

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer
