"""Addresses of jobs."""

from django.urls import path

from gpu_workers import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs, name="list"),
    path("rows", views.rows, name="rows"),
    path("<uuid:pk>/", views.job, name="detail"),
    path("<uuid:pk>/status", views.status, name="status"),
    path("<uuid:pk>/preview", views.preview, name="preview"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/priority/", views.priority, name="priority"),
    path("<uuid:pk>/retry/", views.retry, name="retry"),
]
