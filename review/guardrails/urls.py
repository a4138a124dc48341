"""Addresses of the publication gate, for members."""

from django.urls import path

from review.guardrails.views import releases

app_name = "guardrails"
urlpatterns = [
    path("<uuid:pk>/", releases.release, name="release"),
]
