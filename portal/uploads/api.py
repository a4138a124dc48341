"""Resumable uploads over HTTP: the tus 1.0.0 (https://tus.io/protocols/resumable-upload), and lists in JSON."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.accounts import policy
from portal.api import BoundedPagination
from portal.catalogue.selectors import get_collection
from portal.throttling import AnonThrottle
from portal.uploads import selectors, services, tus
from portal.uploads.errors import UploadError
from portal.uploads.models import Upload
from portal.uploads.serializers import ResumableUploadSerializer


def _header(name: str, description: str, type_: Any = str, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, type_, OpenApiParameter.HEADER, required=required, description=description)


RESUMABLE = _header("Tus-Resumable", "1.0.0", required=True)
OFFSET = _header("Upload-Offset", "Where the upload stands, in bytes.", int, required=True)
LENGTH = _header("Upload-Length", "Bytes of the whole file.", int, required=True)
METADATA = _header(
    "Upload-Metadata",
    "Keys with values in base64: `filename` and `collection` (its id), and if you like `sha256` of the whole file in "
    "hexadecimal, which is compared at its end.",
    required=True,
)
CHECKSUM = _header("Upload-Checksum", "`sha256`, `sha1` or `sha512` of this request's bytes, in base64.")


class MayBringIn(BasePermission):
    """Who is signed in, by a session or by a token whose scopes let works be added."""

    def has_permission(self, request: Request, view: Any) -> bool:
        signed_in = bool(request.user and request.user.is_authenticated)
        return signed_in and policy.in_token_scope(request.user, selectors.ACTION)


class AsTheyCome(BaseParser):
    """Names the media type of an upload's bytes; the view reads them itself, piece by piece."""

    media_type = tus.BYTES

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return {}


class TusView(APIView):
    """What both addresses of the protocol share: the version in every answer, and who may ask."""

    permission_classes = [MayBringIn]
    parser_classes = [AsTheyCome]
    throttle_classes = [AnonThrottle]  # the bytes of a person are bounded by the quota, not by how many requests

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204, headers=tus.capabilities())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = tus.VERSION
        if response.status_code == 412:
            response["Tus-Version"] = tus.VERSION
        return response


class UploadsView(TusView):
    """The person's uploads, and where a new one is announced."""

    @extend_schema(
        operation_id="uploads_list",
        responses=ResumableUploadSerializer(many=True),
        parameters=[OpenApiParameter("page", int), OpenApiParameter("page_size", int)],
    )
    def get(self, request: Request) -> Response:
        """Your uploads that are under way or wait to be used, by name; nobody else sees them."""
        pages = BoundedPagination()
        page = pages.paginate_queryset(selectors.uploads_for(request.user), request, self)
        return pages.get_paginated_response(ResumableUploadSerializer(page, many=True).data)

    @extend_schema(
        operation_id="uploads_create",
        request={tus.BYTES: OpenApiTypes.BINARY},
        responses={201: None},
        parameters=[RESUMABLE, LENGTH, METADATA],
    )
    def post(self, request: Request) -> Response:
        """Announce a file (tus *creation*); `Location` is where its bytes go, and the first may come along."""
        tus.check_version(request)
        about = tus.metadata(request)
        upload = services.create_upload(
            request.user,
            _collection(request, about),
            name=about.get("filename", ""),
            size=tus.number(request, "Upload-Length"),
            sha256=tus.declared_sha256(about),
        )
        if request.headers.get("Content-Type") == tus.BYTES:
            upload = _receive(request, upload, 0)
        location = reverse("api:upload", args=[upload.pk])
        return Response(status=201, headers={"Location": location, **tus.state_of(upload)})


class UploadView(TusView):
    """One upload of the person's own."""

    @extend_schema(operation_id="uploads_retrieve", responses=ResumableUploadSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        """Where an upload stands, and, once it is complete, its SHA-256 and what the site thinks of it."""
        upload = services.settle(selectors.get_upload(request.user, pk))
        return Response(ResumableUploadSerializer(upload).data, headers={"Cache-Control": "no-store"})

    @extend_schema(exclude=True)
    def head(self, request: Request, pk: Any) -> Response:
        """Where to go on."""
        upload = selectors.get_upload(request.user, pk)
        tus.check_version(request)
        upload = services.settle(upload)
        return Response(headers={**tus.state_of(upload), "Upload-Metadata": tus.described(upload)})

    @extend_schema(
        operation_id="uploads_send",
        request={tus.BYTES: OpenApiTypes.BINARY},
        responses={204: None},
        parameters=[RESUMABLE, OFFSET, CHECKSUM],
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Send the bytes from `Upload-Offset` on, all of them or some; a broken connection keeps what arrived.

        409: the upload stands elsewhere. 410: it has expired. 413: more bytes than announced. 423: another connection
        is sending. 460: the checksum does not fit, and these bytes are not kept.
        """
        upload = selectors.get_upload(request.user, pk)
        tus.check_version(request)
        tus.check_type(request)
        upload = _receive(request, upload, tus.number(request, "Upload-Offset"))
        return Response(status=204, headers=tus.state_of(upload))

    @extend_schema(operation_id="uploads_destroy", responses={204: None}, parameters=[RESUMABLE])
    def delete(self, request: Request, pk: Any) -> Response:
        """Throw an upload away (tus *termination*)."""
        upload = selectors.get_upload(request.user, pk)
        tus.check_version(request)
        services.discard_upload(upload)
        return Response(status=204)

    @extend_schema(exclude=True)
    def post(self, request: Request, pk: Any) -> Response:
        """For clients behind proxies that let no other verb through: the verb stands in a header."""
        verbs = {"PATCH": self.patch, "DELETE": self.delete, "HEAD": self.head}
        verb = verbs.get(request.headers.get("X-HTTP-Method-Override", ""))
        if verb is None:
            raise MethodNotAllowed("POST")
        return verb(request, pk)


def _collection(request: Request, about: dict[str, str]) -> Any:
    try:
        return get_collection(request.user, about.get("collection", ""), selectors.ACTION)
    except (Http404, ValidationError, ValueError) as error:
        raise UploadError(_("Upload-Metadata has to name a collection that you may open.")) from error


def _receive(request: Request, upload: Upload, offset: int) -> Upload:
    try:
        return services.receive(upload, offset, request._request.read, tus.checksum(request))
    except UnreadablePostError as error:
        raise UploadError(_("The connection broke. What has arrived is kept.")) from error
