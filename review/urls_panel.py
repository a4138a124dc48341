"""Addresses of the experts: everything here belongs to who holds the seat."""

from django.urls import path

from review.views import invitations, panel, scoring

app_name = "panel"
urlpatterns = [
    path("", panel.home, name="home"),
    path("invitation/", invitations.another, name="another"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("<uuid:pk>/", panel.seat, name="seat"),
    path("<uuid:pk>/answer/", panel.answer, name="answer"),
    path("<uuid:pk>/conflicts/", panel.conflicts, name="conflicts"),
    path("<uuid:pk>/display/", panel.display, name="display"),
    path("<uuid:pk>/leave/", panel.leave, name="leave"),
    path("score/<slug:code>/", scoring.score, name="score"),
    path("score/<slug:code>/save/", scoring.save, name="save"),
    path("score/<slug:code>/submit/", scoring.submit, name="submit"),
    path("pictures/<slug:code>.jpg", scoring.picture, name="picture"),
    path("examples/<int:pk>.jpg", scoring.example, name="example"),
    path("discussions/<int:pk>/", panel.discussion, name="discussion"),
    path("discussions/<int:pk>/argue/", panel.argue, name="argue"),
]
