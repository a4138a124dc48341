"""What of a work leaves the site: the signed picture, and the exports. Everybody gets those of works on show, members
also those of releases in preparation. Nothing is kept by a cache without asking: a withdrawn work is gone at once.
"""

import tempfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.catalogue.downloads import send
from portal.catalogue.files import local_path
from portal.catalogue.showing import PUBLIC
from portal.exhibitions import downloading
from portal.exhibitions.exports import dublin_core, lido, linked_art, prov_json, write_bag
from portal.exhibitions.facts import Facts
from portal.exhibitions.gathering import facts_of
from portal.exhibitions.models import SignedFile
from portal.exhibitions.selectors.public import release_of
from portal.exhibitions.services.signing import holds
from portal.exhibitions.visitors import in_their_language
from review.guardrails.models import Release
from review.guardrails.selectors import get_release

PRIVATE = "private, no-cache"
LINKED = 'application/ld+json;profile="https://linked.art/ns/v1/linked-art.json"'


def _open(view: Callable[..., Any]) -> Callable[..., Any]:
    return login_not_required(require_safe(in_their_language(view)))


@_open
def picture(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The picture with its marks and credentials, verified before it leaves."""
    return _signed(request, pk, SignedFile.Kind.PICTURE)


@_open
def labelled(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A smaller copy with the visible label on a band beneath the picture."""
    return _signed(request, pk, SignedFile.Kind.LABELLED)


@_open
def provenance(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """PROV-JSON."""
    release = _release(request, pk)
    return _kept(request, release, JsonResponse(prov_json(facts_of(release)), json_dumps_params=_READABLE))


@_open
def linked(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Linked Art, JSON-LD."""
    release = _release(request, pk)
    document = linked_art(facts_of(release))
    return _kept(request, release, JsonResponse(document, json_dumps_params=_READABLE, content_type=LINKED))


@_open
def dublin(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Dublin Core, oai_dc."""
    release = _release(request, pk)
    return _kept(request, release, HttpResponse(dublin_core(facts_of(release)), content_type="application/xml"))


@_open
def lido_record(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """LIDO 1.1."""
    release = _release(request, pk)
    return _kept(request, release, HttpResponse(lido(facts_of(release)), content_type="application/xml"))


@_open
def bag(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A bag with the signed picture, the mask and every export; members get the master, too."""
    release = _release(request, pk)
    facts = facts_of(release)
    if _is_public(release) and not downloading.allowed(facts):
        return _not_allowed(request)
    with downloading.contents(release, facts, member=not _is_public(release)) as (files, described):
        if not files:
            return _not_yet(request, release)
        made = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  the response closes it
        write_bag(made, facts, files, described)
    made.seek(0)
    response = FileResponse(made, as_attachment=True, filename=f"{_name(facts)}.zip", content_type="application/zip")
    return _kept(request, release, response)


_READABLE = {"ensure_ascii": False, "indent": 1}


def _release(request: HttpRequest, pk: UUID) -> Release:
    """A release on show, or one that the person who asks may see as a member; `Http404` for any other."""
    if release := release_of(pk):
        return release
    if not request.user.is_authenticated:
        raise Http404
    return get_release(request.user, pk)


def _is_public(release: Release) -> bool:
    return release_of(release.pk) is not None


def _signed(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    release = _release(request, pk)
    facts = facts_of(release)
    if _is_public(release) and not downloading.allowed(facts):
        return _not_allowed(request)
    if kind == SignedFile.Kind.LABELLED and not facts.by_machine:
        raise Http404
    row = downloading.file_of(release, kind)
    if row is None:
        return _not_yet(request, release)
    with local_path(row.file) as path:
        if not holds(row, path):
            return _not_yet(request, release)
    suffix = {"image/jpeg": "jpg", "image/tiff": "tif"}.get(row.media_type, row.media_type.partition("/")[2])
    response = send(request, row.file, row.media_type, etag=row.sha256, download_as=f"{_name(facts)}.{suffix}")
    return _kept(request, release, response)


def _not_allowed(request: HttpRequest) -> HttpResponseBase:
    return _refused(request, _("The rights in this work do not allow its picture to be downloaded."), 403)


def _not_yet(request: HttpRequest, release: Release) -> HttpResponseBase:
    """Nothing of a release in preparation is ever signed; what is on show will be in a moment."""
    if release.state != Release.State.PUBLISHED:
        raise Http404
    response = _refused(request, _("This file is being signed. Come back in a minute."), 503)
    response["Retry-After"] = "60"
    return response


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    response = render(request, "exhibitions/not_to_be_had.html", {"sentence": sentence}, status=status)
    response["Cache-Control"] = PRIVATE
    return response


def _kept(request: HttpRequest, release: Release, response: HttpResponseBase) -> HttpResponseBase:
    if _is_public(release):
        response["Cache-Control"] = PUBLIC
        response["Access-Control-Allow-Origin"] = "*"
    else:
        response["Cache-Control"] = PRIVATE
        patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


def _name(facts: Facts) -> str:
    """A file name that says what it is: title, kind and version."""
    title = slugify(facts.title)[:60] or facts.identifier[:8]
    return f"{title}-{facts.kind}-{facts.version}"
