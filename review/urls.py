"""Addresses of the expert review."""

from django.urls import path

from review.views import nominations

app_name = "review"
urlpatterns = [
    path("nominations/", nominations.nominations, name="nominations"),
    path("nominations/<uuid:pk>/withdraw/", nominations.withdraw, name="withdraw"),
    path("candidates/<uuid:pk>/nominate/", nominations.nominate, name="nominate"),
]
