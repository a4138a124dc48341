"""The headers of the tus protocol, version 1.0.0: read strictly, written completely."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.http import http_date
from django.utils.translation import gettext as _
from rest_framework.request import Request

from portal.uploads.errors import UploadError, WrongType, WrongVersion
from portal.uploads.models import Upload
from portal.uploads.services import Checksum

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
ALGORITHMS = ("sha256", "sha1", "sha512")
BYTES = "application/offset+octet-stream"
MOST_METADATA = 4096
KEY = re.compile(r"[!-+\--~]+")  # ASCII without space and comma
SHA256 = re.compile(r"[0-9a-f]{64}")


def check_version(request: Request) -> None:
    """`WrongVersion` unless the client speaks ours."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongVersion


def check_type(request: Request) -> None:
    """`WrongType` unless the body is bytes of an upload."""
    if request.headers.get("Content-Type") != BYTES:
        raise WrongType


def number(request: Request, name: str) -> int:
    """A header that holds a whole number of at least 0."""
    text = request.headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise UploadError(_("The header %(name)s has to be a whole number.") % {"name": name})
    return int(text)


def metadata(request: Request) -> dict[str, str]:
    """Upload-Metadata as text by key; what is no text, or stands there twice, is refused."""
    header = request.headers.get("Upload-Metadata", "")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        if len(header) > MOST_METADATA or not KEY.fullmatch(key) or key in found:
            raise UploadError(_("The header Upload-Metadata cannot be read."))
        found[key] = _decoded(value, "Upload-Metadata").decode("utf-8", "replace").replace("\0", "")
    return found


def checksum(request: Request) -> Checksum | None:
    """Upload-Checksum, where there is one."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise UploadError(_("Checksums are one of: %(names)s.") % {"names": ", ".join(ALGORITHMS)})
    return Checksum(algorithm, _decoded(value, "Upload-Checksum"))


def declared_sha256(about: Mapping[str, str]) -> str:
    """The SHA-256 that the metadata declare for the whole, in hexadecimal; "" where they declare none."""
    text = about.get("sha256", "").lower()
    if text and not SHA256.fullmatch(text):
        raise UploadError(_("A SHA-256 has 64 hexadecimal digits."))
    return text


def state_of(upload: Upload) -> dict[str, str]:
    """The headers that say where an upload stands."""
    return {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.size),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
        "Cache-Control": "no-store",
    }


def described(upload: Upload) -> str:
    """Upload-Metadata as the client gave it, as far as it was kept."""
    about: dict[str, Any] = {"filename": upload.name, "collection": upload.collection_id}
    if upload.declared_sha256:
        about["sha256"] = upload.declared_sha256
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in about.items())


def capabilities() -> dict[str, str]:
    """What this site can do, as OPTIONS says it."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.MAX_MASTER_BYTES),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def _decoded(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UploadError(_("The header %(name)s cannot be read.") % {"name": header}) from error
