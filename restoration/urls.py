"""Addresses of masks, orders and results."""

from django.urls import path

from restoration.views import batches, compare, editor, judging, masks, orders, presets, results

app_name = "restoration"
urlpatterns = [
    path("artworks/<uuid:pk>/masks/", masks.masks, name="masks"),
    path("artworks/<uuid:pk>/masks/draw/", editor.draw, name="mask-draw"),
    path("masks/<uuid:pk>/", masks.mask, name="mask"),
    path("masks/<uuid:pk>/confirm/", masks.confirm, name="mask-confirm"),
    path("masks/<uuid:pk>/file", masks.mask_file, name="mask-file"),
    path("masks/<uuid:pk>/overlay", masks.mask_overlay, name="mask-overlay"),
    path("masks/<uuid:pk>/outline", masks.mask_outline, name="mask-outline"),
    path("artworks/<uuid:pk>/restore/", orders.order, name="order"),
    path("artworks/<uuid:pk>/restore/expected", orders.expected, name="expected"),
    path("artworks/<uuid:pk>/reconstruct/", orders.reconstruct, name="reconstruct"),
    path("artworks/<uuid:pk>/candidates/", compare.candidates, name="candidates"),
    path("artworks/<uuid:pk>/compare/", compare.compare, name="compare"),
    path("artworks/<uuid:pk>/stencil", compare.stencil_layer, name="stencil"),
    path("collections/<uuid:pk>/restore/", batches.new, name="batch-new"),
    path("batches/", batches.listing, name="batches"),
    path("batches/<uuid:pk>/", batches.detail, name="batch"),
    path("batches/<uuid:pk>/rows", batches.rows, name="batch-rows"),
    path("batches/<uuid:pk>/cancel/", batches.cancel, name="batch-cancel"),
    path("batches/<uuid:pk>/retry/", batches.retry, name="batch-retry"),
    path("batches/<uuid:pk>/resume/", batches.resume, name="batch-resume"),
    path("presets/", presets.listing, name="presets"),
    path("presets/<uuid:pk>/rename/", presets.rename, name="preset-rename"),
    path("presets/<uuid:pk>/delete/", presets.delete, name="preset-delete"),
    path("restorations/<uuid:pk>/use/", orders.use, name="use"),
    path("restorations/<uuid:pk>/", results.detail, name="detail"),
    path("restorations/<uuid:pk>/uncertainty", results.uncertainty, name="uncertainty"),
    path("restorations/<uuid:pk>/uncertainty-layer", results.uncertainty_layer, name="uncertainty-layer"),
    path("restorations/<uuid:pk>/recipe", results.recipe, name="recipe"),
    path("restorations/<uuid:pk>/report", results.report, name="report"),
    path("candidates/<uuid:pk>/difference", results.difference, name="difference"),
    path("candidates/<uuid:pk>/difference-layer", results.difference_layer, name="difference-layer"),
    path("candidates/<uuid:pk>/structure", results.structure, name="structure"),
    path("candidates/<uuid:pk>/structure-layer", results.structure_layer, name="structure-layer"),
    path("candidates/<uuid:pk>/judge/", judging.judge, name="judge"),
]
