"""Addresses of files and exports of works on show, and of the page that says what a file is."""

from django.urls import path

from portal.exhibitions.views import files, verify

app_name = "published"
urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("published/<uuid:pk>/picture/", files.picture, name="picture"),
    path("published/<uuid:pk>/labelled/", files.labelled, name="labelled"),
    path("published/<uuid:pk>/provenance.json", files.provenance, name="provenance"),
    path("published/<uuid:pk>/linked-art.json", files.linked, name="linked-art"),
    path("published/<uuid:pk>/dublin-core.xml", files.dublin, name="dublin-core"),
    path("published/<uuid:pk>/lido.xml", files.lido_record, name="lido"),
    path("published/<uuid:pk>/bag.zip", files.bag, name="bag"),
]
