"""Addresses: the desk, its lists, what happened, and the search."""

from django.urls import path

from portal.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/waiting/", views.waiting, name="waiting"),
    path("desk/works/", views.works, name="works"),
    path("desk/jobs/", views.jobs, name="jobs"),
    path("activity/", views.activity, name="activity"),
    path("search/", views.search, name="search"),
]
