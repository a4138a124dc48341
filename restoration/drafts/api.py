"""Drawing masks over HTTP; each person meets only drafts of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from restoration.drafts import saving, selectors, services
from restoration.drafts import serializers as shapes
from restoration.drafts.models import MaskDraft
from restoration.drafts.selectors import ADD_MASK

MAX_BYTES = 16 * 1024**2  # of a patch
OPENED = {200: shapes.MaskDraftSerializer, 201: shapes.MaskDraftSerializer}
SAVED = {200: shapes.SavedMaskSerializer, 201: shapes.SavedMaskSerializer}


class DraftApiFilter(django_filters.FilterSet):
    artwork = django_filters.UUIDFilter(field_name="artwork")

    class Meta:
        model = MaskDraft
        fields = ["artwork"]


class PatchParser(BaseParser):
    """JSON of up to 16 MiB. The usual parser would have Django hold 2.5 for the most that a request may bring."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise _TooLarge
        return JSONParser().parse(BytesIO(data), media_type, parser_context)


class MaskDraftViewSet(mixins.ListModelMixin, GenericViewSet):
    """Masks that you are drawing. A draft is kept until you save or discard it."""

    queryset = MaskDraft.objects.none()
    serializer_class = shapes.MaskDraftSerializer
    filterset_class = DraftApiFilter
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [
        by_policy(list=ADD_MASK, retrieve=ADD_MASK, create=ADD_MASK, partial_update=ADD_MASK, destroy=ADD_MASK,
                  tiles=ADD_MASK, patches=ADD_MASK, save=ADD_MASK)
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[MaskDraft]:
        return selectors.drafts_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One draft."""
        return Response(self.get_serializer(self._draft(pk)).data)

    @extend_schema(request=shapes.NewMaskDraftSerializer, responses=OPENED)
    def create(self, request: Request) -> Response:
        """Begin to draw a mask of an artwork's master; 200 with the draft that is there, unless you `restart`.

        409 when that draft was drawn on an earlier master.
        """
        data = self._valid(shapes.NewMaskDraftSerializer)
        with _conflicts():
            draft, new = services.open_draft(request.user, data.pop("artwork"), **data)
        return Response(self.get_serializer(draft).data, status=201 if new else 200)

    @extend_schema(request=shapes.MaskDraftNotesSerializer, responses={200: shapes.MaskDraftSerializer})
    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Note what the draft is going to be saved with."""
        draft, data = self._draft(pk), self._valid(shapes.MaskDraftNotesSerializer)
        with _conflicts():
            return Response(self.get_serializer(services.describe_draft(request.user, draft, **data)).data)

    def destroy(self, request: Request, pk: Any = None) -> Response:
        """Discard the draft and everything drawn in it."""
        services.discard_draft(request.user, self._draft(pk))
        return Response(status=204)

    @extend_schema(parameters=[shapes.SinceSerializer], responses={200: shapes.MaskTilesSerializer}, filters=False)
    @action(detail=True, methods=["get"], filter_backends=[], pagination_class=None)
    def tiles(self, request: Request, pk: Any = None) -> Response:
        """Every tile that marks something; with `since`, every tile changed after that revision, emptied ones too.

        A tile may already be of a later revision than the one answered; asking again since that one is safe.
        """
        asked = shapes.SinceSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        draft = self._draft(pk)  # its revision is read before its tiles
        rows = selectors.tiles_of(draft, asked.validated_data.get("since"))
        return Response(shapes.MaskTilesSerializer({"revision": draft.revision, "tiles": rows}).data)

    @extend_schema(request=shapes.MaskPatchSerializer, responses={200: shapes.MaskRevisionSerializer})
    @action(detail=True, methods=["post"], parser_classes=[PatchParser])
    def patches(self, request: Request, pk: Any = None) -> Response:
        """Lay tiles over the draft, all or none, and learn its revision; a patch sent twice is taken in once.

        Up to 600 tiles and 16 MiB. Windows that draw on the same draft at the same moment lose nothing: only pixels
        that a patch touches change. 409 once the draft was saved.
        """
        draft, data = self._draft(pk), self._valid(shapes.MaskPatchSerializer)
        with _conflicts():
            revision = services.apply_patch(request.user, draft, data["patch"], data["tiles"])
        return Response({"revision": revision})

    @extend_schema(request=shapes.MaskDraftNotesSerializer, responses=SAVED)
    @action(detail=True, methods=["post"])
    def save(self, request: Request, pk: Any = None) -> Response:
        """Make the draft the next version of the mask, confirmed by you; 200 when it was saved before.

        409 when the master has changed since.
        """
        draft, data = self._draft(pk), self._valid(shapes.MaskDraftNotesSerializer)
        with _conflicts():
            mask, new = saving.save_draft(request.user, draft, **data)
        return Response(shapes.SavedMaskSerializer(mask).data, status=201 if new else 200)

    def _draft(self, pk: Any) -> MaskDraft:
        return selectors.get_draft(self.request.user, pk)

    def _valid(self, kind: Any) -> dict[str, Any]:
        serializer = kind(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class _Conflict(exceptions.APIException):
    status_code = 409


class _TooLarge(exceptions.APIException):
    status_code = 413
    default_detail = _("A patch has up to 16 MB.")


@contextmanager
def _conflicts() -> Iterator[None]:
    try:
        yield
    except services.DraftConflict as conflict:
        raise _Conflict(str(conflict)) from conflict
