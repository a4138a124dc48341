"""How an upload can go wrong, each with its HTTP status; `detail` is one sentence for a person."""

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException


class UploadError(APIException):
    """A request about an upload that cannot be carried out."""

    status_code = 400
    default_code = "upload"


class WrongVersion(UploadError):
    status_code = 412
    default_detail = _("This site speaks version 1.0.0 of the tus protocol.")


class WrongType(UploadError):
    status_code = 415
    default_detail = _("The bytes of an upload are sent as application/offset+octet-stream.")


class WrongOffset(UploadError):
    status_code = 409
    default_detail = _("The upload stands at another place; ask for its offset and go on from there.")


class Locked(UploadError):
    status_code = 423
    default_detail = _("Another connection is sending this file at the moment.")


class Gone(UploadError):
    status_code = 410
    default_detail = _("This upload has expired; send the file again.")


class TooLarge(UploadError):
    status_code = 413


class WrongChecksum(UploadError):
    status_code = 460
    default_detail = _("What arrived is not what was sent: the checksums differ. Send it again.")


class DiskFull(UploadError):
    status_code = 507
    default_detail = _("The disk of the site is full. What has arrived is kept; try again later.")
