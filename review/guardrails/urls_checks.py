"""Addresses of the checks: vocabularies, anchors and their exceptions, rights, consultations, notices."""

from django.urls import path

from review.guardrails.views import anchors, consent, rights, words

app_name = "checks"
urlpatterns = [
    path("words/", words.anchor_terms, name="words"),
    path("sacred-words/", words.sacred_terms, name="sacred-words"),
    path("works/<uuid:pk>/anchor/", anchors.anchor, name="anchor"),
    path("exceptions/<int:pk>/withdraw/", anchors.withdraw, name="exception-withdraw"),
    path("works/<uuid:pk>/notices/", consent.notices, name="notices"),
    path("notices/<int:pk>/lift/", consent.lift, name="notice-lift"),
    path("consultations/", consent.consultations, name="consultations"),
    path("consultations/<uuid:pk>/", consent.consultation, name="consultation"),
    path("rights/", rights.cases, name="rights"),
    path("rights/<uuid:pk>/", rights.case, name="rights-case"),
    path("samples/<int:pk>/picture/", rights.sample_picture, name="sample-picture"),
]
