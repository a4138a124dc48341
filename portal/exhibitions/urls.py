"""Addresses for visitors. They never change: what is cited stays where it was."""

from django.urls import path

from portal.exhibitions.views import concerns, media, public, work

app_name = "exhibitions"
urlpatterns = [
    path("", public.exhibitions, name="list"),
    path("works/", public.works, name="works"),
    path("works/<uuid:pk>/", work.work, name="work"),
    path("works/<uuid:pk>/provenance/", work.provenance, name="provenance"),
    path("works/<uuid:pk>/cite.<str:form>", work.cite, name="cite"),
    path("works/<uuid:pk>/manifest.json", work.manifest, name="manifest"),
    path("works/<uuid:pk>/conjecture.webp", media.conjecture, name="conjecture"),
    path("works/<uuid:pk>/uncertainty.webp", media.uncertainty, name="uncertainty"),
    path("works/<uuid:pk>/concern/", concerns.report, name="report"),
    path("concerns/<str:token>/", concerns.concern, name="concern"),
    path("<slug:slug>/", public.exhibition, name="exhibition"),
    path("<slug:slug>/<int:number>/", public.section, name="section"),
    path("<slug:slug>/collection.json", public.collection, name="collection"),
]
