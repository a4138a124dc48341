"""The moves of a study over HTTP, each atomic; made twice it is made once."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.api_permissions import by_policy
from review.api.studies import MANAGE, VIEW, StudiesOf
from review.selectors import board
from review.serializers import studies as shapes
from review.services import calibration, delphi, renditions
from review.services import studies as services

MOVED = {200: shapes.StudySerializer}


class MoveViewSet(StudiesOf):
    """From the draft to the result."""

    permission_classes = [
        by_policy(renditions=MANAGE, start=MANAGE, close_calibration=MANAGE, close_scoring=MANAGE, close_round=MANAGE,
                  abandon=MANAGE, participation=VIEW, calibrations=VIEW)
    ]  # fmt: skip

    @extend_schema(request=None, responses=MOVED)
    @action(detail=True, methods=["post"])
    def renditions(self, request: Request, pk: Any = None) -> Response:
        """Make the blind pictures of a draft: one canvas, one encoding, one length for all. It may take minutes."""
        renditions.build_renditions(request.user, self._study(pk, MANAGE))
        return self._answer(pk)

    @extend_schema(request=None, responses=MOVED)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: Any = None) -> Response:
        """Freeze rubric, pictures and orders, and open the first round of calibration."""
        services.start(request.user, self._study(pk, MANAGE))
        return self._answer(pk)

    @extend_schema(request=shapes.CloseCalibrationSerializer, responses=MOVED)
    @action(detail=True, methods=["post"], url_path="close-calibration")
    def close_calibration(self, request: Request, pk: Any = None) -> Response:
        """Close the open round of calibration: scoring opens where W reaches the bar, else another round follows."""
        return self._move(pk, calibration.close_calibration, shapes.CloseCalibrationSerializer)

    @extend_schema(request=shapes.CloseSerializer, responses=MOVED)
    @action(detail=True, methods=["post"], url_path="close-scoring")
    def close_scoring(self, request: Request, pk: Any = None) -> Response:
        """Close scoring: scores that lie apart are discussed; where there are none, the study is closed."""
        return self._move(pk, delphi.close_scoring, shapes.CloseSerializer)

    @extend_schema(request=shapes.CloseSerializer, responses=MOVED)
    @action(detail=True, methods=["post"], url_path="close-round")
    def close_round(self, request: Request, pk: Any = None) -> Response:
        """Close a round of discussion: another one follows, or the study is closed and its result frozen."""
        return self._move(pk, delphi.close_round, shapes.CloseSerializer)

    @extend_schema(request=shapes.AbandonSerializer, responses=MOVED)
    @action(detail=True, methods=["post"])
    def abandon(self, request: Request, pk: Any = None) -> Response:
        """End a study without a result."""
        return self._move(pk, services.abandon, shapes.AbandonSerializer)

    @extend_schema(responses={200: forced_singular_serializer(shapes.BoardSerializer)})
    @action(detail=True, methods=["get"], pagination_class=None)
    def participation(self, request: Request, pk: Any = None) -> Response:
        """Who has done how much in the open round, by number: no scores, no pictures, no names."""
        return Response(shapes.BoardSerializer(board.state(self._study(pk))).data)

    @extend_schema(responses={200: shapes.CalibrationSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def calibrations(self, request: Request, pk: Any = None) -> Response:
        """The rounds of calibration, with W and α of those that are closed."""
        return self._page(shapes.CalibrationSerializer, self._study(pk).calibrations.order_by("number"))

    def _move(self, pk: Any, service: Callable[..., Any], kind: Any) -> Response:
        study = self._study(pk, MANAGE)
        service(self.request.user, study, **self._valid(kind))
        return self._answer(pk)
