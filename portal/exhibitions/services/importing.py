"""A work of another museum, brought in by its IIIF manifest: fetched whole, then written whole or not at all."""

import json
import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue import services as catalogue
from portal.catalogue.models import Artwork, Collection, Rights
from portal.errors import UserError
from portal.exhibitions.fetching import Bounds, fetch
from portal.exhibitions.manifests import Described, ManifestError, described

MANIFEST = Bounds(5 * 2**20, 30, ("application/json", "application/ld+json", "text/json", "text/plain"))
PICTURE_SECONDS = 900
KINDS = ("image/",)


def import_iiif(user: User, collection: Collection, url: str) -> Artwork:
    """Fetch a manifest and the picture of its first canvas, and catalogue the work. Raises `UserError`.

    The picture is as the museum gives it out: often a JPEG, and smaller than its own file.
    """
    policy.require(user, "catalogue.add_artwork", collection)
    work = _described(url)
    if not work.title():
        raise UserError(_("The manifest gives the work no title."))
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="iiif-") as folder:
        path = Path(folder) / "picture"
        with open(path, "wb") as out:
            fetch(work.picture, out, Bounds(settings.MAX_MASTER_BYTES, PICTURE_SECONDS, KINDS))
        stored = catalogue.store_picture(path)
    try:
        with transaction.atomic():
            artwork = catalogue.create_artwork(user, collection, **_fields(work))
            name = f"{work.title()[:200]}.{stored.info.format}"
            picture = catalogue.seal_stored(stored, collection=collection, user=user, name=name)
            catalogue.make_master(user, artwork, picture)
    except BaseException:
        catalogue.discard(stored)
        raise
    return artwork


def _described(url: str) -> Described:
    out = BytesIO()
    fetch(url, out, MANIFEST)
    try:
        return described(json.loads(out.getvalue()))
    except (ValueError, RecursionError) as error:
        raise UserError(_("What stands there is no JSON.")) from error
    except ManifestError as error:
        raise UserError(_("What stands there is no IIIF manifest with a picture.")) from error


def _fields(work: Described) -> dict[str, str]:
    """What is taken into the catalogue, no longer than it holds; rights that are not known are left to be evaluated."""
    uri = work.rights.replace("https://", "http://", 1).rstrip("/") + "/"
    found = work.fields | {
        "title": work.title(),
        "title_zh": work.title(chinese=True),
        "credit_line": work.credit,
        "rights": uri if uri in Rights.values else Rights.NOT_EVALUATED,
    }
    longest = {row.name: getattr(row, "max_length", None) for row in Artwork._meta.concrete_fields}
    return {name: value[: longest[name]] for name, value in found.items()}
