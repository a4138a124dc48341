"""Addresses of text-to-ink and of the caption review."""

from django.urls import path

from generation.views import captions, paintings, prompts, rounds

app_name = "generation"
urlpatterns = [
    path("ink/", rounds.gallery, name="ink"),
    path("ink/new/", prompts.prompt, name="prompt"),
    path("ink/caption/", prompts.caption, name="caption"),
    path("ink/<uuid:pk>/", rounds.detail, name="round"),
    path("ink/<uuid:pk>/again/", rounds.again, name="again"),
    path("ink/<uuid:pk>/recipe", rounds.recipe, name="recipe"),
    path("ink/paintings/<uuid:pk>/", paintings.painting, name="painting"),
    path("ink/paintings/<uuid:pk>/tokens", paintings.tokens, name="tokens"),
    path("captions/", captions.overview, name="captions"),
    path("collections/<uuid:pk>/captions/", captions.collection, name="collection"),
    path("collections/<uuid:pk>/captions/next/", captions.following, name="next"),
    path("collections/<uuid:pk>/captions/result/", captions.result, name="result"),
    path("captions/<uuid:pk>/", captions.sample, name="sample"),
    path("captions/<uuid:pk>/decide/", captions.decide, name="decide"),
    path("captions/<uuid:pk>/picture", captions.picture, name="picture"),
]
