"""Text-to-ink over HTTP: the lexicon, what a description says, orders and their rounds, paintings and their changes."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from generation import checks
from generation import serializers as shapes
from generation import serializers_lexicon as words
from generation.api_filters import RoundApiFilter
from generation.models import Painting, Round
from generation.selectors import rounds as selectors
from generation.selectors.rounds import ADD, VIEW
from generation.services import rounds as services
from generation.words import lexicon
from portal.accounts.api_permissions import by_policy
from portal.catalogue.downloads import send

ORDERED = {200: shapes.RoundDetailSerializer, 201: shapes.RoundDetailSerializer}
LEXICON_SECONDS = 3600  # how long a program may keep the lexicon before it asks again


class LexiconViewSet(GenericViewSet):
    """The words that descriptions are understood by."""

    serializer_class = words.LexiconSerializer
    permission_classes = [IsAuthenticated]
    pagination_class = None
    filter_backends = []

    @extend_schema(responses={200: forced_singular_serializer(words.LexiconSerializer)})
    def list(self, request: Request) -> Response:
        """Every term by its dimension, adjectives, attributes with their values, and classes, in English and Chinese.

        It changes only with the site's word lists: keep it for an hour.
        """
        response = Response(words.LexiconSerializer(lexicon()).data)
        patch_cache_control(response, private=True, max_age=LEXICON_SECONDS)
        patch_vary_headers(response, ["Cookie", "Authorization"])
        return response


class Orders(GenericViewSet):
    """What ordering paintings and changing one share."""

    parser_classes = [JSONParser]
    lookup_value_converter = "uuid"

    def _valid(self, kind: Any) -> dict[str, Any]:
        serializer = kind(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _ordered(self, made: Round) -> Response:
        return self._answer(selectors.get_round(self.request.user, made.pk), 201 if made.fresh else 200)

    def _answer(self, shown: Round, status: int = 200) -> Response:
        context = self.get_serializer_context()
        return Response(shapes.RoundDetailSerializer(shown, context=context).data, status=status)


class RoundViewSet(mixins.ListModelMixin, Orders):
    """Rounds of paintings: orders from words, and changes of what was painted."""

    queryset = Round.objects.none()
    serializer_class = shapes.RoundSerializer
    filterset_class = RoundApiFilter
    permission_classes = [by_policy(list=VIEW, retrieve=VIEW, tree=VIEW, caption=VIEW, create=ADD, repeat=ADD)]

    def get_queryset(self) -> QuerySet[Round]:
        return selectors.rounds_for(self.request.user)

    @extend_schema(responses={200: shapes.RoundDetailSerializer})
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One round with its paintings, what was measured of them, its job and the recipe."""
        return self._answer(selectors.get_round(request.user, pk))

    @extend_schema(request=shapes.NewRoundSerializer, responses=ORDERED)
    def create(self, request: Request) -> Response:
        """Order 1 to 8 paintings of a description; the round that is there (200) when exactly this was ordered before.

        The first painting has the seed, each further one the next. Formats, width x height in pixels: square 256 x 256,
        hanging 256 x 512, hand 768 x 256.
        """
        data = self._valid(shapes.NewRoundSerializer)
        return self._ordered(services.order_paintings(request.user, data.pop("collection"), **data))

    @extend_schema(request=shapes.RepeatRoundSerializer, responses=ORDERED)
    @action(detail=True, methods=["post"])
    def repeat(self, request: Request, pk: Any = None) -> Response:
        """Order the same once more, from other seeds; the round that is there (200) when these were ordered before."""
        earlier = selectors.get_round(request.user, pk, ADD)
        return self._ordered(services.repeat(request.user, earlier, **self._valid(shapes.RepeatRoundSerializer)))

    @extend_schema(responses={200: shapes.RoundSerializer(many=True)})
    @action(detail=True, methods=["get"], filter_backends=[])
    def tree(self, request: Request, pk: Any = None) -> Response:
        """Every round of the tree that this one stands in, in order; `parent` says which painting each changed."""
        rows = selectors.rounds_of_tree(selectors.get_round(request.user, pk))
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=shapes.PromptSerializer, responses={200: words.CaptionSerializer})
    @action(detail=False, methods=["post"])
    def caption(self, request: Request) -> Response:
        """What the lexicon makes of a description, without painting it.

        An order with contradictions would be refused, and words that are unknown may have no effect.
        """
        data = self._valid(shapes.PromptSerializer)
        found = checks.understood(checks.clean_prompt(data["prompt"]))
        return Response(words.CaptionSerializer(found).data)


class PaintingViewSet(Orders):
    """Single paintings, and the three ways to change one: each leaves it as it is and makes a new round."""

    queryset = Painting.objects.none()
    serializer_class = shapes.PaintingSerializer
    permission_classes = [by_policy(retrieve=VIEW, tokens=VIEW, replace=ADD, retune=ADD, extend=ADD)]

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        """One painting and what was measured of it."""
        return Response(self.get_serializer(selectors.get_painting(request.user, pk)).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def tokens(self, request: Request, pk: Any = None) -> HttpResponseBase:
        """The safetensors file that it is edited by: `codes`, (rows, columns, 5) int16, one for each cell."""
        painting = selectors.get_painting(request.user, pk)
        name = f"painting-{str(pk)[:8]}.safetensors"
        sha256 = painting.tokens_sha256
        return send(request, painting.tokens, "application/octet-stream", etag=sha256, download_as=name)

    @extend_schema(request=shapes.ReplaceSerializer, responses=ORDERED)
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, pk: Any = None) -> Response:
        """Order that what a region shows gives way to other things; 200 when exactly this was ordered before.

        Give the `region`, or an `element` of the caption, which is then looked for. The rest of the picture stays.
        """
        return self._change(services.replace_element, shapes.ReplaceSerializer)

    @extend_schema(request=shapes.RetuneSerializer, responses=ORDERED)
    @action(detail=True, methods=["post"])
    def retune(self, request: Request, pk: Any = None) -> Response:
        """Order that attributes take other values: season, ink, palette, space; 200 when this was ordered before."""
        return self._change(services.retune, shapes.RetuneSerializer)

    @extend_schema(request=shapes.ExtendSerializer, responses=ORDERED)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: Any = None) -> Response:
        """Order that the scene goes on at one side; 200 when exactly this was ordered before.

        A painting may become 16384 pixels long and 1024 across.
        """
        return self._change(services.extend_scene, shapes.ExtendSerializer)

    def _change(self, service: Any, kind: Any) -> Response:
        painting = selectors.get_painting(self.request.user, self.kwargs["pk"], ADD)
        return self._ordered(service(self.request.user, painting, **self._valid(kind)))


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/."""
    router.register("lexicon", LexiconViewSet, basename="lexicon")
    router.register("ink", RoundViewSet, basename="ink")
    router.register("ink-paintings", PaintingViewSet, basename="ink-painting")
