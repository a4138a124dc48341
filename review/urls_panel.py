"""Addresses of the experts: everything here belongs to who holds the seat."""

from django.urls import path

from review.views import invitations

app_name = "panel"
urlpatterns = [
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]
