"""Every address of the site. Language is a preference, not part of an address."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from portal import views
from portal.api_docs import api_docs

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("design/", views.design, name="design"),
    path("", include("portal.desk.urls")),
    path("", include("portal.catalogue.urls")),
    path("", include("portal.uploads.urls")),
    path("", include("restoration.urls")),
    path("", include("generation.urls")),
    path("review/", include("review.urls")),
    path("gate/", include("review.guardrails.urls")),
    path("panel/", include("review.urls_panel")),
    path("checks/", include("review.guardrails.urls_checks")),
    path("notices/", include("portal.notices.urls")),
    path("exhibitions/", include("portal.exhibitions.urls")),
    path("", include("portal.exhibitions.urls_published")),
    path("curating/", include("portal.exhibitions.urls_editor")),
    path("webhooks/", include("portal.hooks.urls")),
    path("jobs/", include("gpu_workers.urls")),
    path("tokens/", include("portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("portal.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", api_docs, name="api-docs"),
]

handler400 = views.bad_request
handler403 = views.not_allowed
handler404 = views.not_found
