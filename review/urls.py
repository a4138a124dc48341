"""Addresses of the expert review."""

from django.urls import path

from review import views

app_name = "review"
urlpatterns = [
    path("nominations/", views.nominations, name="nominations"),
    path("nominations/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("candidates/<uuid:pk>/nominate/", views.nominate, name="nominate"),
]
