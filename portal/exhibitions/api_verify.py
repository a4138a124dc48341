"""`/api/v1/verify/`: what a file is, for programs. Open to all, as the page is."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.exhibitions import telling
from portal.exhibitions.checking import Busy, Finding, look_at
from portal.exhibitions.gathering import address_of
from portal.exhibitions.views.verify import SECRET, sent
from portal.throttling import VerifyThrottle

STATES = ("valid", "invalid", "none")


class TryAgain(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


class VerifiedSerializer(serializers.Serializer):
    """What a file is. `state`: of its seal. `trusted`: whether this site knows who signed; `test`: by a test chain,
    which proves nothing. `source_type`: the last word of IPTC's digital source type. `aigc`: China's mark.
    `release`: the work on show that the file belongs to.
    """

    state = serializers.ChoiceField(STATES)
    trusted = serializers.BooleanField()
    test = serializers.BooleanField()
    verdict = serializers.CharField()
    sentences = serializers.ListField(child=serializers.CharField())
    problems = serializers.ListField(child=serializers.CharField())
    sha256 = serializers.CharField()
    format = serializers.CharField()
    size_bytes = serializers.IntegerField()
    signer = serializers.CharField()
    issuer = serializers.CharField()
    signed = serializers.CharField()
    witnessed = serializers.BooleanField()
    title = serializers.CharField()
    source_type = serializers.CharField()
    by_machine = serializers.BooleanField()
    aigc = serializers.DictField(child=serializers.CharField())
    actions = inline_serializer(
        "VerifiedAction",
        {name: serializers.CharField() for name in ("name", "source", "agent", "when", "description")},
        many=True,
    )
    ingredients = inline_serializer(
        "VerifiedIngredient",
        {name: serializers.CharField() for name in ("title", "relationship", "sha256", "description")},
        many=True,
    )
    release = inline_serializer(
        "VerifiedRelease",
        {
            "id": serializers.UUIDField(),
            "title": serializers.CharField(),
            "version": serializers.IntegerField(),
            "url": serializers.URLField(),
            "how": serializers.ChoiceField(("same", "picture", "master", "signed")),
        },
        allow_null=True,
    )
    withdrawn = serializers.BooleanField()


class VerifyView(APIView):
    """Send a picture as the field `file` of a form; it is read, compared with what is on show here, and thrown away."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    parser_classes = [MultiPartParser]
    throttle_classes = [VerifyThrottle]

    @extend_schema(
        tags=["verify"],
        auth=[],
        request={
            "multipart/form-data": inline_serializer("FileToVerify", {"file": serializers.FileField()}),
        },
        responses={200: VerifiedSerializer, 503: OpenApiResponse(description="Many files are being read; try again.")},
    )
    def post(self, request: Request) -> Response:
        try:
            finding = look_at(sent(request))
        except Busy as error:
            raise TryAgain from error
        return Response(as_json(finding), headers={"Cache-Control": SECRET})


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding as `VerifiedSerializer` describes it."""
    found = finding.report.as_dict()
    marks = found.pop("marks")
    found.pop("release")
    release = finding.release and {
        "id": str(finding.release.pk),
        "title": str(finding.release.artwork),
        "version": finding.release.number,
        "url": address_of(finding.release),
        "how": finding.how,
    }
    verdict = telling.verdict(finding)
    return found | {
        "source_type": found.pop("source"),
        "test": finding.test,
        "verdict": verdict.head,
        "sentences": list(telling.sentences(finding)),
        "by_machine": finding.report.by_machine,
        "aigc": marks["aigc"],
        "release": release,
        "withdrawn": finding.withdrawn,
    }
