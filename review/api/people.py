"""The panel of a study over HTTP, for who coordinates it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.api_permissions import by_policy
from review.api.base import ReviewViewSet
from review.api.studies import MANAGE, StudiesOf
from review.models import Seat
from review.selectors import studies as selectors
from review.serializers import studies as shapes
from review.services import people


class PanelViewSet(StudiesOf):
    """Who sits on the panel of a study."""

    permission_classes = [by_policy(seats=MANAGE, invite=MANAGE)]

    @extend_schema(responses={200: shapes.SeatSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def seats(self, request: Request, pk: Any = None) -> Response:
        """Everybody who was invited, in the order of invitations. The numbers of scores are drawn apart from it."""
        return self._page(shapes.SeatSerializer, self._study(pk, MANAGE).seats.order_by("invited_at", "pk"))

    @extend_schema(request=shapes.NewSeatSerializer, responses={201: shapes.SeatSerializer})
    @seats.mapping.post
    def invite(self, request: Request, pk: Any = None) -> Response:
        """Invite an expert by letter; to an address that was invited before the link is sent once more."""
        study = self._study(pk, MANAGE)
        seat = people.invite(request.user, study, **self._valid(shapes.NewSeatSerializer))
        return Response(shapes.SeatSerializer(seat).data, status=201)


class SeatViewSet(ReviewViewSet):
    """One place on a panel."""

    queryset = Seat.objects.none()
    serializer_class = shapes.SeatSerializer
    permission_classes = [by_policy(retrieve=MANAGE, resend=MANAGE, end=MANAGE, replace=MANAGE)]

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One place: whether its expert has answered, and checked the display."""
        return self._answer(selectors.get_seat(request.user, pk))

    @extend_schema(request=None, responses={200: shapes.SeatSerializer})
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: Any = None) -> Response:
        """Send the link once more; the earlier one ends."""
        return self._answer(people.resend(request.user, selectors.get_seat(request.user, pk)))

    @extend_schema(request=shapes.ReasonSerializer, responses={200: shapes.SeatSerializer})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any = None) -> Response:
        """End a place; what its expert scored no longer counts."""
        seat = selectors.get_seat(request.user, pk)
        return self._answer(people.withdraw(request.user, seat, **self._valid(shapes.ReasonSerializer)))

    @extend_schema(request=shapes.NewSeatSerializer, responses={201: shapes.SeatSerializer})
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, pk: Any = None) -> Response:
        """Invite somebody into the place of an expert who declined or left, also while the study runs."""
        seat = selectors.get_seat(request.user, pk)
        return self._answer(people.replace(request.user, seat, **self._valid(shapes.NewSeatSerializer)), 201)

    def _answer(self, seat: Seat, status: int = 200) -> Response:
        return Response(shapes.SeatSerializer(seat).data, status=status)
