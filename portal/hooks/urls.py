"""Addresses: what other programs are told."""

from django.urls import path  # noqa: F401

app_name = "hooks"
urlpatterns: list = []
