"""Addresses: what a person is told of."""

from django.urls import path

from portal.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("unread", views.unread, name="unread"),
    path("read/", views.read_all, name="read-all"),
    path("preferences/", views.preferences, name="preferences"),
    path("stop/<str:token>/", views.stop, name="stop"),
    path("<int:pk>/", views.go_to, name="go-to"),
    path("<int:pk>/read/", views.read, name="read"),
]
