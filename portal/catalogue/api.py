"""The catalogue over HTTP: collections, artworks with their masters, pictures, periods."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.catalogue import selectors, services
from portal.catalogue.api_filters import ArtworkApiFilter, CollectionApiFilter, PictureApiFilter
from portal.catalogue.downloads import send_picture
from portal.catalogue.models import Artwork, Collection, Period, Picture
from portal.catalogue.serializers import (
    ArtworkSerializer,
    CollectionSerializer,
    FinishedUploadSerializer,
    NewArtworkSerializer,
    PeriodSerializer,
    PictureSerializer,
    UploadSerializer,
)
from portal.uploads import services as uploads
from portal.uploads.selectors import get_upload


class CollectionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """Bodies of works under one set of grants."""

    queryset = Collection.objects.none()
    serializer_class = CollectionSerializer
    filterset_class = CollectionApiFilter
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [
        by_policy(
            list="catalogue.view_collection",
            retrieve="catalogue.view_collection",
            create="catalogue.add_collection",
            partial_update="catalogue.change_collection",
        )
    ]

    def get_queryset(self) -> QuerySet[Collection]:
        return selectors.collections_for(self.request.user)

    def create(self, request: Request) -> Response:
        """Make a collection; you become its curator."""
        data = _valid(self.get_serializer(data=request.data))
        return _created(self, services.create_collection(request.user, **data))

    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Change name or description."""
        collection = selectors.get_collection(request.user, pk, "catalogue.change_collection")
        data = _valid(self.get_serializer(collection, data=request.data, partial=True))
        return Response(self.get_serializer(services.update_collection(request.user, collection, **data)).data)


class ArtworkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """Works of the collections that you may see."""

    queryset = Artwork.objects.none()
    serializer_class = ArtworkSerializer
    filterset_class = ArtworkApiFilter
    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"
    permission_classes = [
        by_policy(
            list="catalogue.view_artwork",
            retrieve="catalogue.view_artwork",
            create="catalogue.add_artwork",
            partial_update="catalogue.change_artwork",
            destroy="catalogue.delete_artwork",
            master="catalogue.change_artwork",
        )
    ]

    def get_queryset(self) -> QuerySet[Artwork]:
        return selectors.artworks_for(self.request.user)

    @extend_schema(request=NewArtworkSerializer, responses={201: ArtworkSerializer})
    def create(self, request: Request) -> Response:
        """Catalogue a work in a collection; upload its master afterwards."""
        serializer = NewArtworkSerializer(data=request.data, context=self.get_serializer_context())
        serializer.fields["collection"].queryset = selectors.collections_for(request.user)
        data = _valid(serializer)
        return _created(self, services.create_artwork(request.user, data.pop("collection"), **data))

    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Correct what the catalogue says of a work."""
        artwork = selectors.get_artwork(request.user, pk, "catalogue.change_artwork")
        data = _valid(self.get_serializer(artwork, data=request.data, partial=True))
        return Response(self.get_serializer(services.update_artwork(request.user, artwork, **data)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any = None) -> Response:
        """Delete a work that was never restored."""
        services.delete_artwork(request.user, selectors.get_artwork(request.user, pk, "catalogue.delete_artwork"))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer, "application/json": FinishedUploadSerializer},
        responses={201: PictureSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def master(self, request: Request, pk: Any = None) -> Response:
        """Upload the best photograph of a work, or name a finished upload; it is verified and sealed as its master."""
        artwork = selectors.get_artwork(request.user, pk, "catalogue.change_artwork")
        if request.content_type == "application/json":
            key = _valid(FinishedUploadSerializer(data=request.data))["upload"]
            picture = uploads.attach_upload(request.user, artwork, get_upload(request.user, key))
        else:
            picture = services.attach_master(request.user, artwork, _valid(UploadSerializer(data=request.data))["file"])
        return Response(PictureSerializer(picture, context=self.get_serializer_context()).data, status=201)


class PictureViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """Sealed image files: masters and candidates. They never change."""

    queryset = Picture.objects.none()
    serializer_class = PictureSerializer
    filterset_class = PictureApiFilter
    lookup_value_converter = "uuid"
    permission_classes = [
        by_policy(list="catalogue.view_picture", retrieve="catalogue.view_picture", file="catalogue.view_picture")
    ]

    def get_queryset(self) -> QuerySet[Picture]:
        return selectors.pictures_for(self.request.user)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: Any = None) -> HttpResponseBase:
        """The file itself, byte for byte; the ETag is its SHA-256."""
        return send_picture(request, selectors.get_picture(request.user, pk))


class PeriodViewSet(mixins.ListModelMixin, GenericViewSet):
    """Dynasties and periods that artworks may name."""

    queryset = Period.objects.all()
    serializer_class = PeriodSerializer
    permission_classes = [IsAuthenticated]
    filterset_class = None
    pagination_class = None


def register(router: BaseRouter) -> None:
    """Add the catalogue's viewsets to the router of /api/v1/."""
    router.register("collections", CollectionViewSet, basename="collection")
    router.register("artworks", ArtworkViewSet, basename="artwork")
    router.register("pictures", PictureViewSet, basename="picture")
    router.register("periods", PeriodViewSet, basename="period")


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _created(view: Any, row: Any) -> Response:
    return Response(view.get_serializer(row).data, status=status.HTTP_201_CREATED)
