"""Addresses of the caption review."""

from django.urls import path

from generation import views

app_name = "generation"
urlpatterns = [
    path("captions/", views.overview, name="captions"),
    path("collections/<uuid:pk>/captions/", views.collection, name="collection"),
    path("collections/<uuid:pk>/captions/next/", views.following, name="next"),
    path("collections/<uuid:pk>/captions/result/", views.result, name="result"),
    path("captions/<uuid:pk>/", views.sample, name="sample"),
    path("captions/<uuid:pk>/decide/", views.decide, name="decide"),
    path("captions/<uuid:pk>/picture", views.picture, name="picture"),
]
