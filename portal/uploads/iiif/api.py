"""Works of other museums over HTTP: a manifest is read, shown, and a job brings in what is chosen of it."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from portal.accounts.api_permissions import by_policy
from portal.catalogue.selectors import get_collection
from portal.uploads import selectors
from portal.uploads.iiif import importing
from portal.uploads.iiif.judging import outlook
from portal.uploads.iiif.manifests import MOST_CANVASES
from portal.uploads.models import Manifest
from portal.uploads.serializers import Said, StartedSerializer


class NewIiifManifestSerializer(serializers.Serializer):
    """The address of a manifest of another museum, and the collection that shall take its works."""

    collection = serializers.UUIDField()
    url = serializers.CharField(max_length=2000)


class ChosenCanvasesSerializer(serializers.Serializer):
    """The numbers of the canvases to bring in."""

    canvases = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=MOST_CANVASES)


class CanvasSerializer(serializers.Serializer):
    """One picture of the manifest: `new`, or there already as `artwork`; `problem` says why it was left out."""

    number = serializers.IntegerField(source="canvas.number")
    canvas = serializers.CharField(source="canvas.id")
    title = serializers.CharField(source="fields.title")
    width = serializers.IntegerField(source="canvas.width", help_text="In pixels; 0 where the manifest does not say.")
    height = serializers.IntegerField(source="canvas.height")
    new = serializers.BooleanField(source="ready")
    artwork = serializers.UUIDField(source="artwork.pk", allow_null=True, default=None)
    problem = Said()


class IiifManifestSerializer(serializers.ModelSerializer):
    """A manifest, what it shows once it is read, and the job that brings the chosen canvases in."""

    problem = Said(read_only=True)
    job = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    rights = serializers.SerializerMethodField(help_text="The statement's URI as the manifest gives it.")
    canvases = serializers.SerializerMethodField()

    class Meta:
        model = Manifest
        fields = ["id", "collection", "url", "state", "problem", "rights", "canvases", "job", "created_at"]
        read_only_fields = fields

    def get_rights(self, manifest: Manifest) -> str:
        return manifest.work.get("rights", "")

    @extend_schema_field(CanvasSerializer(many=True))
    def get_canvases(self, manifest: Manifest) -> list[dict[str, Any]]:
        found = outlook(manifest)
        return CanvasSerializer(found.rows if found else [], many=True).data


class ManifestViewSet(mixins.RetrieveModelMixin, GenericViewSet):
    """Manifests that a person looks at; nobody else sees them."""

    queryset = Manifest.objects.none()
    serializer_class = IiifManifestSerializer
    filterset_class = None
    lookup_value_converter = "uuid"
    permission_classes = [by_policy(retrieve=selectors.ACTION, create=selectors.ACTION, start=selectors.ACTION)]

    def get_queryset(self) -> Any:
        return selectors.manifests_for(self.request.user)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """A manifest as things stand now: `state` is `waiting` until it is read, then `read`, or `refused`."""
        return Response(self.get_serializer(selectors.get_manifest(request.user, pk)).data)

    @extend_schema(request=NewIiifManifestSerializer, responses={201: IiifManifestSerializer})
    def create(self, request: Request) -> Response:
        """Have a manifest read, in the background. Nothing is catalogued yet."""
        serializer = NewIiifManifestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        collection = get_collection(request.user, given["collection"], selectors.ACTION)
        manifest = importing.ask(request.user, collection, given["url"])
        return Response(self.get_serializer(manifest).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChosenCanvasesSerializer, responses={202: StartedSerializer})
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: Any = None) -> Response:
        """Bring in the chosen canvases that are not there yet, as a job; asking again meanwhile gives the same job."""
        manifest = selectors.get_manifest(request.user, pk)
        serializer = ChosenCanvasesSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        job = importing.start(request.user, manifest, serializer.validated_data["canvases"])
        return Response(StartedSerializer(job).data, status=status.HTTP_202_ACCEPTED)


def register(router: BaseRouter) -> None:
    """Add the viewset of manifests to the router of /api/v1/."""
    router.register("iiif-manifests", ManifestViewSet, basename="iiif-manifest")
