"""The checks over HTTP: vocabularies, exceptions, notices, clearances, consultations, and asking beforehand."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from portal.accounts.api_permissions import by_policy
from portal.accounts.policy import find
from review.api.base import ReviewViewSet
from review.guardrails import serializers as shapes
from review.guardrails.before import prompt_verdicts
from review.guardrails.models import (
    AnchorException,
    AnchorTerm,
    Clearance,
    Consultation,
    Protocol,
    Register,
    SacredTerm,
)
from review.guardrails.rights import nearest, register_of
from review.guardrails.selectors import checks, consent, get_release
from review.guardrails.services import consent as consenting
from review.guardrails.services import exceptions, vocabulary
from review.guardrails.services import rights as clearing

VIEW_ANCHOR, VIEW = checks.VIEW_ANCHOR, "guardrails.view_release"


class OfOneWork(django_filters.FilterSet):
    artwork = django_filters.UUIDFilter(field_name="artwork")


class OfOneRelease(django_filters.FilterSet):
    release = django_filters.UUIDFilter(field_name="release")


class Rows(mixins.ListModelMixin, ReviewViewSet):
    """A list, narrowed by the filters of the viewset."""

    filter_backends = [django_filters.rest_framework.DjangoFilterBackend]

    def _answer(self, made: Any, status: int = 201) -> Response:
        return Response(self.get_serializer(made).data, status=status)


class AnchorTermViewSet(Rows):
    """Dated schools, techniques, costumes and objects, each with a source."""

    queryset = AnchorTerm.objects.all()
    serializer_class = shapes.AnchorTermSerializer
    filterset_fields = ["kind", "retired"]
    permission_classes = [by_policy(list=VIEW_ANCHOR, create=vocabulary.EDIT)]

    @extend_schema(request=shapes.NewAnchorTermSerializer, responses={201: shapes.AnchorTermSerializer})
    def create(self, request: Request) -> Response:
        """Add one (curators and operators of the whole site)."""
        return self._answer(vocabulary.add_anchor_term(request.user, **self._valid(shapes.NewAnchorTermSerializer)))


class SacredTermViewSet(Rows):
    """The sacred lexicon, each entry with a source."""

    queryset = SacredTerm.objects.all()
    serializer_class = shapes.SacredTermSerializer
    filterset_fields = ["category", "retired"]
    permission_classes = [by_policy(list=VIEW_ANCHOR, create=vocabulary.EDIT)]

    @extend_schema(request=shapes.NewSacredTermSerializer, responses={201: shapes.SacredTermSerializer})
    def create(self, request: Request) -> Response:
        """Add one (curators and operators of the whole site)."""
        return self._answer(vocabulary.add_sacred_term(request.user, **self._valid(shapes.NewSacredTermSerializer)))


class AnchorExceptionViewSet(Rows):
    """What scholars let pass in writing although it is of another time."""

    queryset = AnchorException.objects.none()
    serializer_class = shapes.AnchorExceptionSerializer
    filterset_class = OfOneWork
    lookup_value_converter = "int"
    permission_classes = [by_policy(list=VIEW_ANCHOR, create=exceptions.EXCEPT, withdraw=exceptions.EXCEPT)]

    def get_queryset(self) -> QuerySet[AnchorException]:
        return checks.exceptions_for(self.request.user)

    @extend_schema(request=shapes.NewAnchorExceptionSerializer, responses={201: shapes.AnchorExceptionSerializer})
    def create(self, request: Request) -> Response:
        """Let one thing pass for one work; one that stands already is given as it is."""
        data = self._valid(shapes.NewAnchorExceptionSerializer)
        return self._answer(exceptions.make_exception(request.user, data.pop("artwork"), **data))

    @extend_schema(request=None, responses={200: shapes.AnchorExceptionSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any = None) -> Response:
        """Take it back; it stays as a record."""
        row = checks.get_exception(request.user, pk)
        return self._answer(exceptions.withdraw_exception(request.user, row), 200)


class ProtocolViewSet(Rows):
    """Labels and notices on works, taken off or not."""

    queryset = Protocol.objects.none()
    serializer_class = shapes.ProtocolSerializer
    filterset_class = OfOneWork
    lookup_value_converter = "int"
    permission_classes = [
        by_policy(list="catalogue.view_artwork", create=consenting.PLACE, lift=consenting.LIFT)
    ]  # fmt: skip

    def get_queryset(self) -> QuerySet[Protocol]:
        return consent.protocols_for(self.request.user)

    @extend_schema(request=shapes.NewProtocolSerializer, responses={201: shapes.ProtocolSerializer})
    def create(self, request: Request) -> Response:
        """Place one. Where it keeps the public out, what is public of the work is withdrawn at once."""
        data = self._valid(shapes.NewProtocolSerializer)
        return self._answer(consenting.place_protocol(request.user, data.pop("artwork"), **data))

    @extend_schema(request=shapes.LiftSerializer, responses={200: shapes.ProtocolSerializer})
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: Any = None) -> Response:
        """Take it off on the community's word; it stays as a record."""
        about = {"view": "catalogue.view_artwork", "action": consenting.LIFT, "path": "artwork__collection"}
        row = find(request.user, Protocol.objects.select_related("artwork__collection"), pk, **about)
        return self._answer(consenting.lift_protocol(request.user, row, **self._valid(shapes.LiftSerializer)), 200)


class ClearanceViewSet(Rows):
    """What rights officers decided, and what pictures come near to."""

    queryset = Clearance.objects.none()
    serializer_class = shapes.ClearanceSerializer
    filterset_class = OfOneRelease
    permission_classes = [by_policy(list=VIEW, create=clearing.CLEAR, nearest=VIEW)]

    def get_queryset(self) -> QuerySet[Clearance]:
        return checks.clearances_for(self.request.user)

    @extend_schema(request=shapes.NewClearanceSerializer, responses={201: shapes.ClearanceSerializer})
    def create(self, request: Request) -> Response:
        """Clear a draft, or refuse to, bound to the content that was looked at."""
        data = self._valid(shapes.NewClearanceSerializer)
        return self._answer(clearing.decide(request.user, data.pop("release"), **data))

    @extend_schema(
        parameters=[OpenApiParameter("release", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={200: shapes.NearSerializer(many=True)},
    )
    @action(detail=False, methods=["get"], url_path="nearest/<uuid:release>", filter_backends=[], pagination_class=None)
    def nearest(self, request: Request, release: Any = None) -> Response:
        """The training samples of its weights that a release is nearest to; none where no weights made it."""
        row = get_release(request.user, release)
        register = register_of(row)
        near = nearest(row.picture, register) if register else []
        return Response(shapes.NearSerializer([it.facts for it in near], many=True).data)


class ConsultationViewSet(Rows):
    """What cultural consultants said of releases."""

    queryset = Consultation.objects.none()
    serializer_class = shapes.ConsultationSerializer
    filterset_class = OfOneRelease
    permission_classes = [by_policy(list=VIEW, create=consent.VALIDATE, refuse=consent.VALIDATE)]

    def get_queryset(self) -> QuerySet[Consultation]:
        return consent.consultations_for(self.request.user)

    @extend_schema(request=shapes.NewConsultationSerializer, responses={201: shapes.ConsultationSerializer})
    def create(self, request: Request) -> Response:
        """Validate a draft as it was looked at. Not for its curator, requester, maker or study's coordinator."""
        data = self._valid(shapes.NewConsultationSerializer)
        return self._answer(consenting.validate(request.user, data.pop("release"), **data))

    @extend_schema(request=shapes.RefusalSerializer, responses={201: shapes.ConsultationSerializer})
    @action(detail=False, methods=["post"])
    def refuse(self, request: Request) -> Response:
        """Refuse that it be shown; nobody overrules it, and what is public is withdrawn at once."""
        data = self._valid(shapes.RefusalSerializer)
        return self._answer(consenting.refuse(request.user, data.pop("release"), **data))


class RegisterViewSet(Rows):
    """Which sets of weights have a register of their training samples."""

    queryset = Register.objects.all()
    serializer_class = shapes.RegisterSerializer
    permission_classes = [by_policy(list=VIEW)]


class PromptCheckViewSet(ReviewViewSet):
    """What the checks say of a text before anything is ordered."""

    queryset = AnchorTerm.objects.none()
    serializer_class = shapes.VerdictSerializer
    permission_classes = [by_policy(create=VIEW)]
    pagination_class = None

    @extend_schema(request=shapes.PromptCheckSerializer, responses={200: shapes.VerdictSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """The verdicts of sacred imagery and style anchoring; an order with one that blocks would be refused."""
        data = self._valid(shapes.PromptCheckSerializer)
        found = prompt_verdicts(data.get("artwork"), data["text"])
        return Response(shapes.VerdictSerializer(found, many=True).data)


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("anchor-terms", AnchorTermViewSet, basename="anchor-term")
    router.register("sacred-terms", SacredTermViewSet, basename="sacred-term")
    router.register("anchor-exceptions", AnchorExceptionViewSet, basename="anchor-exception")
    router.register("protocols", ProtocolViewSet, basename="protocol")
    router.register("clearances", ClearanceViewSet, basename="clearance")
    router.register("consultations", ConsultationViewSet, basename="consultation")
    router.register("training-registers", RegisterViewSet, basename="training-register")
    router.register("prompt-checks", PromptCheckViewSet, basename="prompt-check")
