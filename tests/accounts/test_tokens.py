"""Keys for programs: shown once, kept as a hash, narrowed by scope, ended by time or by a person."""

import hashlib
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIClient

from portal.accounts import forms, policy, services
from portal.accounts.models import ApiToken
from portal.accounts.tokens import TokenAuthentication
from portal.errors import UserError
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def token_and_key(curator):
    return services.create_token(curator, name="import", scopes=["read"], days=30)


def sign_in(key: str, scheme: str = "Bearer"):
    headers = {"authorization": f"{scheme} {key}"}
    return TokenAuthentication().authenticate(Request(RequestFactory().get("/", headers=headers)))


def test_the_database_holds_the_hash_and_never_the_key(token_and_key):
    token, key = token_and_key
    assert key.startswith("lac_")
    assert len(key) > 40
    assert token.digest == hashlib.sha256(key.encode()).hexdigest()
    assert all(key not in str(value) for value in ApiToken.objects.values_list().get())


def test_a_key_signs_its_owner_in_with_the_tokens_scopes(token_and_key, curator):
    user, token = sign_in(token_and_key[1])
    assert (user, token) == (curator, token_and_key[0])
    assert user.token_scopes == ["read"]


def test_two_keys_are_never_the_same(curator):
    keys = {services.create_token(curator, name="k", scopes=["read"])[1] for _ in range(20)}
    assert len(keys) == 20


def test_a_revoked_token_is_refused_and_revoking_twice_changes_nothing(token_and_key, curator):
    token, key = token_and_key
    assert services.revoke_token(curator, token) is True
    revoked_at = ApiToken.objects.get().revoked_at
    assert services.revoke_token(curator, token) is False
    assert ApiToken.objects.get().revoked_at == revoked_at
    with pytest.raises(AuthenticationFailed):
        sign_in(key)


def test_an_expired_token_is_refused(token_and_key):
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(AuthenticationFailed):
        sign_in(token_and_key[1])


def test_the_token_of_somebody_switched_off_is_refused(token_and_key, curator):
    curator.is_active = False
    curator.save()
    with pytest.raises(AuthenticationFailed):
        sign_in(token_and_key[1])


@pytest.mark.parametrize("key", ["", "lac_", "lac_wrong", "lac_wrong more", "\xff\xfe"])
def test_an_unknown_key_is_refused_in_the_words_of_a_revoked_one(key, token_and_key):
    with pytest.raises(AuthenticationFailed, match="unknown, expired or revoked"):
        sign_in(key)


def test_the_digest_is_no_key(token_and_key):
    with pytest.raises(AuthenticationFailed):
        sign_in(token_and_key[0].digest)


def test_another_scheme_is_somebody_elses_business(token_and_key):
    assert sign_in(token_and_key[1], "Basic") is None


def test_last_use_is_noted_at_most_once_a_minute(token_and_key, django_assert_num_queries):
    key = token_and_key[1]
    sign_in(key)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    with django_assert_num_queries(1):
        sign_in(key)
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    sign_in(key)
    assert ApiToken.objects.get().last_used_at >= first


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_a_token_lasts_a_year_at_most(curator, days):
    with pytest.raises(UserError, match="one year"):
        services.create_token(curator, name="long", scopes=["read"], days=days)


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "accounts"]])
def test_scopes_are_those_of_the_policy(curator, scopes):
    with pytest.raises(UserError, match="scope"):
        services.create_token(curator, name="odd", scopes=scopes)


def test_the_page_offers_every_scope():
    assert forms.SCOPE_NAMES.keys() == policy.SCOPES.keys()


def test_a_token_needs_a_name(curator):
    with pytest.raises(UserError, match="name"):
        services.create_token(curator, name="  ", scopes=["read"])


def test_a_token_cannot_make_tokens(curator):
    curator.token_scopes = ["catalogue"]
    with pytest.raises(UserError):
        services.create_token(curator, name="child", scopes=["read"])


def test_nobody_revokes_the_token_of_another_but_an_operator_may(token_and_key, operator):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        services.revoke_token(UserFactory(), token_and_key[0])
    assert services.revoke_token(operator, token_and_key[0]) is True


def test_a_wrong_key_is_a_problem_that_says_how_to_sign_in():
    response = APIClient().get("/api/v1/collections/", headers={"authorization": "Bearer lac_wrong"})
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 401


def test_a_token_needs_no_csrf_and_its_scope_is_kept(curator):
    client = APIClient(enforce_csrf_checks=True)
    answers = {}
    for scope in ("read", "catalogue"):
        key = services.create_token(curator, name=scope, scopes=[scope])[1]
        headers = {"authorization": f"Bearer {key}"}
        answers[scope] = client.post(
            "/api/v1/collections/", {"name": "New"}, format="json", headers=headers
        ).status_code
    assert answers == {"read": 403, "catalogue": 201}


def test_a_session_needs_csrf(curator):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(curator)
    assert client.post("/api/v1/collections/", {"name": "New"}, format="json").status_code == 403
