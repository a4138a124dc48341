"""Addresses of the publication gate, for members."""

from django.urls import path

from review.guardrails.views import bars, moves, releases

app_name = "guardrails"
urlpatterns = [
    path("", releases.releases, name="releases"),
    path("works/<uuid:pk>/prepare/", releases.prepare, name="prepare"),
    path("studies/<uuid:pk>/bars/", bars.bars, name="bars"),
    path("<uuid:pk>/", releases.release, name="release"),
    path("<uuid:pk>/judge/", moves.judge, name="judge"),
    path("<uuid:pk>/sign/", moves.sign, name="sign"),
    path("<uuid:pk>/publish/", moves.publish, name="publish"),
    path("<uuid:pk>/discard/", moves.discard, name="discard"),
    path("<uuid:pk>/withdraw/", moves.withdraw, name="withdraw"),
]
