"""Everything under /api/v1/. Each app's `api.py` has a `register(router)` that adds its viewsets."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from generation import api as generation
from portal.api import NoSuchAddress
from portal.catalogue import api as catalogue
from restoration import api as restoration

app_name = "api"
router = SimpleRouter(use_regex_path=False)
catalogue.register(router)
restoration.register(router)
generation.register(router)

urlpatterns = [
    *router.urls,
    path("", NoSuchAddress.as_view()),
    re_path(r"^.*/$", NoSuchAddress.as_view()),
]
