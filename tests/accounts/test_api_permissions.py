"""An API view serves nobody until it names the action it needs."""

from types import SimpleNamespace

import pytest
from django.urls import get_resolver
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from portal.accounts.api_permissions import Denied, by_policy
from portal.api import NoSuchAddress
from portal.exhibitions.api_verify import VerifyView

pytestmark = pytest.mark.django_db
OPEN = {NoSuchAddress, VerifyView}  # tells that nothing is there; reads a visitor's own file and keeps nothing


def api_views() -> dict[str, type]:
    found = {}

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif view := getattr(pattern.callback, "cls", None):
                found[prefix + str(pattern.pattern)] = view

    walk(get_resolver().url_patterns)
    return {path: view for path, view in found.items() if path.startswith("api/v1/")}


def test_a_view_that_names_nothing_denies_everybody(curator):
    assert APIView.permission_classes == [Denied]
    assert not Denied().has_permission(SimpleNamespace(user=curator), None)


def test_no_view_of_the_api_is_open_or_forgotten():
    views = api_views()
    assert len(views) >= 20
    for path, view in views.items():
        if view not in OPEN:
            assert not {Denied, AllowAny} & set(view.permission_classes), path


def test_an_action_that_no_view_named_is_denied(curator):
    permission = by_policy(list="catalogue.view_artwork")()
    request = SimpleNamespace(user=curator)
    assert permission.has_permission(request, SimpleNamespace(action="list"))
    assert not permission.has_permission(request, SimpleNamespace(action="destroy"))


def test_a_site_wide_action_is_judged_before_the_view(curator, stranger):
    permission = by_policy(create="catalogue.add_collection")()
    answers = [
        permission.has_permission(SimpleNamespace(user=u), SimpleNamespace(action="create"))
        for u in (curator, stranger)
    ]
    assert answers == [True, False]


def test_an_action_that_the_policy_does_not_know_is_a_programming_error():
    with pytest.raises(ValueError, match="no action catalogue"):
        by_policy(list="catalogue.burn")


def test_an_object_is_judged_by_the_policy(artwork, curator, stranger):
    permission, view = by_policy(retrieve="catalogue.view_artwork")(), SimpleNamespace(action="retrieve")
    assert permission.has_object_permission(SimpleNamespace(user=curator), view, artwork)
    assert not permission.has_object_permission(SimpleNamespace(user=stranger), view, artwork)


def test_too_many_requests_are_a_problem_that_says_when_to_come_back(curator, monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "2/min", "user": "2/min"})
    client = APIClient()
    client.force_authenticate(curator)
    for _ in range(2):
        assert client.get("/api/v1/collections/").status_code == 200
    answer = client.get("/api/v1/collections/")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert int(answer["Retry-After"]) > 0


def test_the_api_answers_while_the_cache_cannot_be_reached(curator, monkeypatch, settings, tmp_path):
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"unix://{tmp_path}/nobody.sock"}
    settings.CACHES = {"default": cache}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "2/min", "user": "2/min"})
    client = APIClient()
    assert client.get("/api/v1/collections/").status_code == 401
    client.force_authenticate(curator)
    assert [client.get("/api/v1/collections/").status_code for _ in range(3)] == [200, 200, 200]


def test_a_problem_speaks_the_readers_language(curator):
    client = APIClient()
    client.force_authenticate(curator)
    answer = client.get("/api/v1/artworks/no/", headers={"accept-language": "zh-hans"})
    assert answer.status_code == 404
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["title"] + answer.json()["detail"])
