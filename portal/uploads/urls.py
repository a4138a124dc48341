"""Addresses: resumable uploads and bringing a collection in."""

from django.urls import path

from portal.uploads import views

app_name = "uploads"
urlpatterns = [
    path("collections/<uuid:pk>/bring-in/", views.bring_in, name="bring-in"),
    path("collections/<uuid:pk>/bring-in/table.csv", views.template, name="template"),
    path("deliveries/<uuid:pk>/", views.delivery, name="delivery"),
    path("deliveries/<uuid:pk>/start/", views.start, name="start"),
]
