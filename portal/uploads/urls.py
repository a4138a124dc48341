"""Addresses: resumable uploads and bringing a collection in."""

from django.urls import path  # noqa: F401

app_name = "uploads"
urlpatterns: list = []
