"""Addresses: what a person is told, on the page and by e-mail."""

from django.urls import path  # noqa: F401

app_name = "notices"
urlpatterns: list = []
