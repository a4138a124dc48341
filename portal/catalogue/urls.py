"""Addresses of the catalogue."""

from django.urls import path

from portal.catalogue import downloads, iiif, views

app_name = "catalogue"
urlpatterns = [
    path("collections/", views.collections, name="collections"),
    path("collections/new/", views.collection_new, name="collection-new"),
    path("collections/<uuid:pk>/", views.collection, name="collection"),
    path("collections/<uuid:pk>/edit/", views.collection_edit, name="collection-edit"),
    path("collections/<uuid:pk>/artworks/new/", views.artwork_new, name="artwork-new"),
    path("artworks/<uuid:pk>/", views.artwork, name="artwork"),
    path("artworks/<uuid:pk>/edit/", views.artwork_edit, name="artwork-edit"),
    path("artworks/<uuid:pk>/master/", views.artwork_master, name="artwork-master"),
    path("artworks/<uuid:pk>/delete/", views.artwork_delete, name="artwork-delete"),
    path("pictures/<uuid:pk>/thumbnail", downloads.thumbnail, name="thumbnail"),
    path("pictures/<uuid:pk>/file", downloads.download, name="download"),
    path("iiif/3/<uuid:pk>", iiif.base, name="iiif-base"),
    path("iiif/3/<uuid:pk>/info.json", iiif.info, name="iiif-info"),
    path(
        "iiif/3/<uuid:pk>/<str:region>/<str:size>/<str:rotation>/<str:quality>.<str:format>",
        iiif.image,
        name="iiif-image",
    ),
]
