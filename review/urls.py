"""Addresses of the expert review, for coordinators and members."""

from django.urls import path, register_converter

from review.views import nominations, results, studies


class ExportConverter:
    """The forms that scores are handed out in."""

    regex = "csv|xlsx|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ExportConverter, "export")

app_name = "review"
urlpatterns = [
    path("nominations/", nominations.nominations, name="nominations"),
    path("nominations/<uuid:pk>/withdraw/", nominations.withdraw, name="withdraw"),
    path("candidates/<uuid:pk>/nominate/", nominations.nominate, name="nominate"),
    path("studies/", studies.studies, name="studies"),
    path("studies/new/", studies.new, name="study-new"),
    path("studies/<uuid:pk>/", studies.study, name="study"),
    path("studies/<uuid:pk>/board/", studies.following, name="board"),
    path("studies/<uuid:pk>/rules/", studies.rules, name="rules"),
    path("studies/<uuid:pk>/rubric/", studies.rubric, name="rubric"),
    path("studies/<uuid:pk>/pictures/", studies.pictures, name="pictures"),
    path("studies/<uuid:pk>/pictures/<uuid:item>/remove/", studies.remove_picture, name="picture-remove"),
    path("studies/<uuid:pk>/panel/", studies.panel, name="panel"),
    path("studies/<uuid:pk>/move/", studies.move, name="move"),
    path("studies/<uuid:pk>/result/", results.result, name="result"),
    path("studies/<uuid:pk>/unblind/", results.unblind, name="unblind"),
    path("studies/<uuid:pk>/scores.<export:form>", results.scores, name="scores"),
    path("seats/<uuid:pk>/", studies.seat, name="seat"),
]
