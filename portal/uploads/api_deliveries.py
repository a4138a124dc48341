"""Bringing many works in over HTTP: a dry run that shows everything that is wrong, then a job that brings them in."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.catalogue.selectors import get_collection
from portal.errors import UserError
from portal.uploads import deliveries, selectors, tables
from portal.uploads.models import Delivery
from portal.uploads.serializers import NewWorksDeliverySerializer, StartedSerializer, WorksDeliverySerializer


class DeliveryViewSet(mixins.RetrieveModelMixin, GenericViewSet):
    """What a person brings in at once; nobody else sees it."""

    queryset = Delivery.objects.none()
    serializer_class = WorksDeliverySerializer
    parser_classes = [MultiPartParser, FormParser, JSONParser]
    filterset_class = None
    lookup_value_converter = "uuid"
    permission_classes = [by_policy(retrieve=selectors.ACTION, create=selectors.ACTION, start=selectors.ACTION)]

    def get_queryset(self) -> Any:
        return selectors.deliveries_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """The dry run of a delivery as things stand now: every row and file, with every problem."""
        return Response(self.get_serializer(selectors.get_delivery(request.user, pk)).data)

    @extend_schema(request=NewWorksDeliverySerializer, responses={201: WorksDeliverySerializer})
    def create(self, request: Request) -> Response:
        """Match a table with the files that wait in a collection. Nothing is catalogued yet."""
        serializer = NewWorksDeliverySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        collection = get_collection(request.user, given["collection"], selectors.ACTION)
        table = read_upload(given["table"]) if given.get("table") else None
        name = given["table"].name if table else ""
        delivery = deliveries.create_delivery(request.user, collection, table=table, name=name)
        return Response(self.get_serializer(delivery).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={202: StartedSerializer})
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: Any = None) -> Response:
        """Bring in every work that is ready, as a job; asking again while it is under way gives the same job."""
        job = deliveries.start(request.user, selectors.get_delivery(request.user, pk))
        return Response(StartedSerializer(job).data, status=status.HTTP_202_ACCEPTED)


def read_upload(file: Any) -> bytes:
    """The bytes of an uploaded table, if it is no larger than tables may be."""
    if file.size > tables.MOST_BYTES:
        raise UserError(tables.too_large())
    return file.read()


def register(router: BaseRouter) -> None:
    """Add the viewset of deliveries to the router of /api/v1/."""
    router.register("deliveries", DeliveryViewSet, basename="delivery")
