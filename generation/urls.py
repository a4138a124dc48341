"""Addresses of the caption review."""

from django.urls import path

from generation.views import captions

app_name = "generation"
urlpatterns = [
    path("captions/", captions.overview, name="captions"),
    path("collections/<uuid:pk>/captions/", captions.collection, name="collection"),
    path("collections/<uuid:pk>/captions/next/", captions.following, name="next"),
    path("collections/<uuid:pk>/captions/result/", captions.result, name="result"),
    path("captions/<uuid:pk>/", captions.sample, name="sample"),
    path("captions/<uuid:pk>/decide/", captions.decide, name="decide"),
    path("captions/<uuid:pk>/picture", captions.picture, name="picture"),
]
