"""An expert's own places on panels over HTTP: answering invitations, declarations, and what there is to score."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.api_permissions import by_policy
from review.api.base import PanelViewSet
from review.models import Seat
from review.selectors import panel as selectors
from review.serializers import panel as shapes
from review.serializers import scoring
from review.services import people

SEAT = "review.view_seat"
TASKS = {200: shapes.OwnTasksSerializer}


class OwnSeatViewSet(mixins.ListModelMixin, PanelViewSet):
    """Your places on panels, and nothing of anybody else's."""

    queryset = Seat.objects.none()
    serializer_class = shapes.OwnSeatSerializer
    permission_classes = [
        by_policy(list=SEAT, retrieve=SEAT, accept=SEAT, decline=SEAT, leave=SEAT, conflicts=SEAT, declare=SEAT,
                  display=SEAT, presentations=SEAT, rubric=SEAT, discussions=SEAT)
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Seat]:
        return selectors.places_of(self.request.user)

    @extend_schema(responses=TASKS)
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One place, and what there is to do."""
        return self._answer(selectors.get_place(request.user, pk))

    @extend_schema(request=None, responses=TASKS)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: Any = None) -> Response:
        """Accept an invitation that was sent to an address of yours which has been confirmed; again changes nothing."""
        return self._answer(people.accept_own(request.user, selectors.get_place(request.user, pk)))

    @extend_schema(request=shapes.OwnReasonSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: Any = None) -> Response:
        """Decline an invitation."""
        seat = selectors.get_place(request.user, pk)
        people.decline_own(request.user, seat, **self._valid(shapes.OwnReasonSerializer))
        return Response(status=204)

    @extend_schema(request=shapes.OwnReasonSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: Any = None) -> Response:
        """Leave the panel; what you have scored no longer counts."""
        seat = selectors.get_seat(request.user, pk)
        people.withdraw(request.user, seat, **self._valid(shapes.OwnReasonSerializer))
        return Response(status=204)

    @extend_schema(responses={200: shapes.AskedSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def conflicts(self, request: Request, pk: Any = None) -> Response:
        """About which pictures you are asked whether there is a conflict of interest, and your answers."""
        return self._page(shapes.AskedSerializer, selectors.asked(selectors.get_seat(request.user, pk)))

    @extend_schema(request=shapes.ConflictsSerializer, responses=TASKS)
    @conflicts.mapping.post
    def declare(self, request: Request, pk: Any = None) -> Response:
        """Answer for some pictures or all; where there is a conflict, the picture is not shown to you."""
        seat = selectors.get_seat(request.user, pk)
        people.declare(request.user, seat, **self._valid(shapes.ConflictsSerializer))
        return self._answer(seat)

    @extend_schema(request=shapes.DisplaySerializer, responses=TASKS)
    @action(detail=True, methods=["post"])
    def display(self, request: Request, pk: Any = None) -> Response:
        """Say what your display shows of the page that checks it."""
        seat = selectors.get_seat(request.user, pk)
        return self._answer(people.check_display(request.user, seat, self._valid(shapes.DisplaySerializer)))

    @extend_schema(responses={200: shapes.PlaceSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def presentations(self, request: Request, pk: Any = None) -> Response:
        """The pictures of the round that is open, in your own order; none while no round is open."""
        seat = selectors.get_seat(request.user, pk)
        round = selectors.open_round(seat.study)
        return self._page(shapes.PlaceSerializer, [] if round is None else selectors.places(seat, round))

    @extend_schema(responses={200: scoring.QuestionSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def rubric(self, request: Request, pk: Any = None) -> Response:
        """What is asked about every picture, in your language."""
        return self._page(scoring.QuestionSerializer, selectors.rubric(selectors.get_seat(request.user, pk).study))

    @extend_schema(responses={200: scoring.DiscussionSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def discussions(self, request: Request, pk: Any = None) -> Response:
        """The open discussions in which you have a word, first those that wait for you."""
        seat = selectors.get_seat(request.user, pk)
        codes = dict(seat.presentations.filter(round=0).values_list("item", "code"))
        rows = [scoring.discussion(it, codes.get(it.discussion.item_id)) for it in selectors.arguments(seat)]
        return self._page(scoring.DiscussionSerializer, rows)

    def _answer(self, seat: Seat) -> Response:
        left = selectors.tasks(seat) if seat.state == Seat.State.ACCEPTED else selectors.NOTHING
        names = ("conflicts", "display", "round", "done", "waits")
        tasks = {name: left[name] for name in names} | {"shown": len(left["places"])}
        own = {"id": seat.pk, "state": seat.state, "study": seat.study}
        return Response(shapes.OwnTasksSerializer(own | tasks).data)
