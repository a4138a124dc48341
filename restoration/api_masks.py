"""Masks over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.catalogue.downloads import send
from portal.catalogue.showing import PRIVATE
from restoration import selectors, services
from restoration import serializers as shapes
from restoration.api_filters import MaskApiFilter
from restoration.drafts.selectors import tiles_of_mask
from restoration.drafts.serializers import MaskTilesSerializer
from restoration.drafts.tiles import encode
from restoration.models import Mask

VIEW_MASK, ADD_MASK = "restoration.view_mask", "restoration.add_mask"


class MaskViewSet(mixins.ListModelMixin, GenericViewSet):
    """Damage maps, in versions. Only a confirmed one can be restored from."""

    queryset = Mask.objects.none()
    serializer_class = shapes.MaskSerializer
    filterset_class = MaskApiFilter
    parser_classes = [MultiPartParser]
    lookup_value_converter = "uuid"
    permission_classes = [
        by_policy(list=VIEW_MASK, retrieve=VIEW_MASK, file=VIEW_MASK, tiles=VIEW_MASK, create=ADD_MASK,
                  proposal=ADD_MASK, difference=ADD_MASK, confirm="restoration.confirm_mask")
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Mask]:
        return selectors.masks_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One version of a mask."""
        return self._mask(selectors.get_mask(request.user, pk))

    @extend_schema(request={"multipart/form-data": shapes.NewMaskSerializer}, responses={201: shapes.MaskSerializer})
    def create(self, request: Request) -> Response:
        """Upload a mask that you drew; it counts as confirmed by you."""
        data = self._valid(shapes.NewMaskSerializer)
        artwork, upload = data.pop("artwork"), data.pop("file")
        return self._mask(services.upload_mask(request.user, artwork, upload, **data), status=201)

    @extend_schema(request=shapes.ProposalSerializer, responses={202: shapes.JobSerializer})
    @action(detail=False, methods=["post"], parser_classes=[JSONParser])
    def proposal(self, request: Request) -> Response:
        """Have a mask proposed by image analysis; a person must confirm it."""
        job = services.request_proposal(request.user, self._valid(shapes.ProposalSerializer)["artwork"])
        return Response(shapes.JobSerializer(job).data, status=202)

    @extend_schema(request={"multipart/form-data": shapes.DifferenceSerializer}, responses={202: shapes.JobSerializer})
    @action(detail=False, methods=["post"])
    def difference(self, request: Request) -> Response:
        """Have a mask made from a photograph of the intact work; a person must confirm it."""
        data = self._valid(shapes.DifferenceSerializer)
        job = services.request_difference(request.user, data["artwork"], data["file"])
        return Response(shapes.JobSerializer(job).data, status=202)

    @extend_schema(request=None, responses={200: shapes.MaskSerializer})
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def confirm(self, request: Request, pk: Any = None) -> Response:
        """Say that you looked at this mask and found it right."""
        mask = selectors.get_mask(request.user, pk, "restoration.confirm_mask")
        return self._mask(services.confirm_mask(request.user, mask))

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: Any = None) -> HttpResponseBase:
        """The mask itself: 8-bit gray PNG; 0 intact, 1 loss, 2 crack, 3 stain, 4 fading."""
        mask = selectors.get_mask(request.user, pk)
        return send(request, mask.file, "image/png", etag=mask.sha256, download_as=f"mask-{mask.version}.png")

    @extend_schema(responses={200: MaskTilesSerializer})
    @action(detail=True, methods=["get"])
    def tiles(self, request: Request, pk: Any = None) -> HttpResponseBase:
        """What the mask marks, in tiles like those of a draft; their revision is 0. They never change."""
        mask = selectors.get_mask(request.user, pk)
        etag = f'"{mask.sha256}-tiles"'
        if unchanged := get_conditional_response(request, etag=etag):
            return unchanged
        try:
            rows = [{"x": x, "y": y, "revision": 0, "png": encode(labels)} for x, y, labels in tiles_of_mask(mask)]
        except FileNotFoundError:
            raise exceptions.NotFound from None
        response = Response(MaskTilesSerializer({"revision": 0, "tiles": rows}).data)
        response["ETag"], response["Cache-Control"] = etag, PRIVATE
        patch_vary_headers(response, ["Cookie", "Authorization"])
        return response

    def _valid(self, kind: Any) -> dict[str, Any]:
        serializer = kind(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _mask(self, mask: Mask, status: int = 200) -> Response:
        return Response(self.get_serializer(mask).data, status=status)
