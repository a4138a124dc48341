"""Addresses: what other programs are told."""

from django.urls import path

from portal.hooks import views

app_name = "hooks"
urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("new/", views.new, name="new"),
    path("<uuid:pk>/", views.webhook, name="webhook"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/rotate/", views.rotate, name="rotate"),
    path("<uuid:pk>/ping/", views.ping, name="ping"),
    path("<uuid:pk>/pause/", views.pause, name="pause"),
    path("<uuid:pk>/resume/", views.resume, name="resume"),
    path("<uuid:pk>/delete/", views.delete, name="delete"),
    path("deliveries/<uuid:pk>/again/", views.again, name="again"),
]
