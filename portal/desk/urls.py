"""Addresses: what waits for a person, and search."""

from django.urls import path  # noqa: F401

app_name = "desk"
urlpatterns: list = []
