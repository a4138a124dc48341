"""The pictures of a study over HTTP: which there are, taking some in, and taking one out."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from generation.selectors.rounds import paintings_for
from portal.accounts.api_permissions import by_policy
from portal.catalogue.selectors import artworks_for
from portal.errors import UserError
from restoration.selectors import candidates_for
from review.api.studies import MANAGE, StudiesOf
from review.selectors import studies as selectors
from review.serializers import studies as shapes
from review.services import studies as services


class PictureViewSet(StudiesOf):
    """What a panel will see: restorations, generated paintings, authentic works among them, and the benchmark set."""

    permission_classes = [by_policy(pictures=MANAGE, add_pictures=MANAGE, remove_picture=MANAGE)]

    @extend_schema(responses={200: shapes.StudyPictureSerializer(many=True)})
    @action(detail=True, methods=["get"], url_path="items")
    def pictures(self, request: Request, pk: Any = None) -> Response:
        """The pictures of a study, the benchmark set first. Which code each has nobody is told before both agreed."""
        return self._page(shapes.StudyPictureSerializer, selectors.chosen(self._study(pk, MANAGE)))

    @extend_schema(request=shapes.NewPicturesSerializer, responses={200: shapes.AddedSerializer})
    @pictures.mapping.post
    def add_pictures(self, request: Request, pk: Any = None) -> Response:
        """Take pictures of the study's collection into its draft, all or none; one that is there stays as it is.

        The blind pictures have to be made again afterwards (`renditions/`).
        """
        study, user = self._study(pk, MANAGE), request.user
        wanted = self._valid(shapes.NewPicturesSerializer)
        made = services.add_items(
            user, study, calibration=wanted["calibration"],
            candidates=_found(candidates_for(user), wanted["candidates"]),
            paintings=_found(paintings_for(user), wanted["paintings"]),
            artworks=_found(artworks_for(user), wanted["artworks"]),
        )  # fmt: skip
        fresh = {item.pk for item in made}
        rows = [row for row in selectors.chosen(study) if row["pk"] in fresh]
        return Response(shapes.AddedSerializer({"added": rows}).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["delete"], url_path="items/<uuid:item>")
    def remove_picture(self, request: Request, pk: Any = None, item: Any = None) -> Response:
        """Take a picture out of a draft; a nomination waits again."""
        study = self._study(pk, MANAGE)
        found = study.items.filter(pk=item).first()
        if found is None:
            raise Http404
        services.remove_item(request.user, study, found)
        return Response(status=204)


def _found(rows: QuerySet, keys: list[Any]) -> list[Any]:
    """The rows of these keys, in their order. Raises `UserError` when one is not there, or not for this person."""
    known = {row.pk: row for row in rows.filter(pk__in=keys)} if keys else {}
    if missing := [key for key in keys if key not in known]:
        raise UserError(_("There is nothing with the key %(key)s to take in.") % {"key": missing[0]})
    return [known[key] for key in dict.fromkeys(keys)]
