"""Addresses of a person's own account (signing in, password and second factor are allauth's)."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.tokens, name="tokens"),
    path("<int:pk>/revoke/", views.revoke, name="token-revoke"),
]
