"""Addresses: resumable uploads and bringing a collection in."""

from django.urls import path

from portal.uploads import views
from portal.uploads.iiif import views as iiif

app_name = "uploads"
urlpatterns = [
    path("collections/<uuid:pk>/bring-in/", views.bring_in, name="bring-in"),
    path("collections/<uuid:pk>/bring-in/table.csv", views.template, name="template"),
    path("collections/<uuid:pk>/bring-in/iiif/", iiif.ask, name="iiif"),
    path("iiif-manifests/<uuid:pk>/", iiif.manifest, name="manifest"),
    path("iiif-manifests/<uuid:pk>/start/", iiif.start, name="manifest-start"),
    path("deliveries/<uuid:pk>/", views.delivery, name="delivery"),
    path("deliveries/<uuid:pk>/start/", views.start, name="start"),
]
