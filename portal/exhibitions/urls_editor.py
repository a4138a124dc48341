"""Addresses of the editor, for members."""

from django.urls import path

from portal.exhibitions.views import answers, editor, texts

app_name = "curating"
urlpatterns = [
    path("", editor.exhibitions, name="list"),
    path("new/", editor.new, name="new"),
    path("exhibitions/<uuid:pk>/", editor.exhibition, name="exhibition"),
    path("exhibitions/<uuid:pk>/words/", editor.words, name="words"),
    path("exhibitions/<uuid:pk>/order/", editor.order, name="order"),
    path("exhibitions/<uuid:pk>/open/", editor.open_, name="open"),
    path("exhibitions/<uuid:pk>/close/", editor.close, name="close"),
    path("exhibitions/<uuid:pk>/delete/", editor.delete, name="delete"),
    path("exhibitions/<uuid:pk>/works/", editor.works, name="works"),
    path("exhibitions/<uuid:pk>/sections/", editor.sections, name="sections"),
    path("exhibitions/<uuid:pk>/preview/", editor.preview, name="preview-exhibition"),
    path("exhibitions/<uuid:pk>/preview/<int:number>/", editor.preview_section, name="preview-section"),
    path("exhibitions/<uuid:pk>/preview/works/<uuid:work>/", editor.preview_work, name="preview-work"),
    path("sections/<uuid:pk>/", texts.section, name="section"),
    path("sections/<uuid:pk>/remove/", texts.section_remove, name="section-remove"),
    path("hangings/<uuid:pk>/", texts.hanging, name="hanging"),
    path("hangings/<uuid:pk>/take-down/", texts.take_down, name="take-down"),
    path("hangings/<uuid:pk>/withdraw/", texts.withdraw, name="withdraw"),
    path("hangings/<uuid:pk>/cover/", texts.cover, name="cover"),
    path("concerns/", answers.concerns, name="concerns"),
    path("concerns/<uuid:pk>/", answers.concern, name="concern"),
]
