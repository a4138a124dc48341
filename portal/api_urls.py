"""Everything under /api/v1/. Each app's `api.py` has a `register(router)` that adds its viewsets."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from generation import api as generation
from portal.api import NoSuchAddress
from portal.catalogue import api as catalogue
from portal.desk import api as desk
from portal.exhibitions import api as exhibitions
from portal.exhibitions.api_verify import VerifyView
from portal.hooks import api as hooks
from portal.notices import api as notices
from portal.uploads import api as uploads
from portal.uploads import api_deliveries as deliveries
from portal.uploads.iiif import api as iiif_manifests
from restoration import api as restoration
from review import api as review
from review.guardrails import api as guardrails
from review.guardrails import api_checks as guardrails_checks

app_name = "api"
router = SimpleRouter(use_regex_path=False)
catalogue.register(router)
restoration.register(router)
generation.register(router)
review.register(router)
guardrails.register(router)
guardrails_checks.register(router)
exhibitions.register(router)
desk.register(router)
notices.register(router)
hooks.register(router)
deliveries.register(router)
iiif_manifests.register(router)

urlpatterns = [
    *router.urls,
    path("uploads/", uploads.UploadsView.as_view(), name="uploads"),
    path("uploads/<uuid:pk>/", uploads.UploadView.as_view(), name="upload"),
    path("verify/", VerifyView.as_view(), name="verify"),
    path("", NoSuchAddress.as_view()),
    re_path(r"^.*/$", NoSuchAddress.as_view()),
]
