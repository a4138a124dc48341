"""Addresses of masks, orders and results."""

from django.urls import path

from restoration.views import masks, orders, results

app_name = "restoration"
urlpatterns = [
    path("artworks/<uuid:pk>/masks/", masks.masks, name="masks"),
    path("masks/<uuid:pk>/", masks.mask, name="mask"),
    path("masks/<uuid:pk>/confirm/", masks.confirm, name="mask-confirm"),
    path("masks/<uuid:pk>/file", masks.mask_file, name="mask-file"),
    path("masks/<uuid:pk>/overlay", masks.mask_overlay, name="mask-overlay"),
    path("masks/<uuid:pk>/outline", masks.mask_outline, name="mask-outline"),
    path("artworks/<uuid:pk>/restore/", orders.order, name="order"),
    path("artworks/<uuid:pk>/reconstruct/", orders.reconstruct, name="reconstruct"),
    path("restorations/<uuid:pk>/", results.detail, name="detail"),
    path("restorations/<uuid:pk>/uncertainty", results.uncertainty, name="uncertainty"),
    path("restorations/<uuid:pk>/uncertainty-layer", results.uncertainty_layer, name="uncertainty-layer"),
    path("restorations/<uuid:pk>/recipe", results.recipe, name="recipe"),
    path("restorations/<uuid:pk>/report", results.report, name="report"),
    path("candidates/<uuid:pk>/difference", results.difference, name="difference"),
    path("candidates/<uuid:pk>/difference-layer", results.difference_layer, name="difference-layer"),
    path("candidates/<uuid:pk>/structure", results.structure, name="structure"),
    path("candidates/<uuid:pk>/structure-layer", results.structure_layer, name="structure-layer"),
    path("candidates/<uuid:pk>/judge/", results.judge, name="judge"),
]
