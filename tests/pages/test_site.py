"""What surrounds the pages: language, theme, signing in, and what an address says when it cannot answer."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.errors import UserError
from portal.middleware import UserErrorMiddleware

pytestmark = pytest.mark.django_db


def test_the_language_is_remembered_for_pages_and_letters(client, curator):
    client.force_login(curator)
    response = client.post(reverse("language"), {"language": "zh-hans", "next": "/collections/"}, follow=True)
    assert "藏品集" in response.content.decode()
    curator.refresh_from_db()
    assert curator.language == "zh-hans"


@pytest.mark.parametrize("name", ["language", "theme"])
def test_a_preference_leads_back_to_this_site_only(client, name):
    assert client.post(reverse(name), {name: "dark", "next": "https://example.com/"}).url == "/"
    assert client.post(reverse(name), {name: "dark", "next": "/jobs/"}).url == "/jobs/"


def test_a_language_or_theme_that_does_not_exist_is_not_remembered(client):
    client.post(reverse("language"), {"language": "tlh"})
    client.post(reverse("theme"), {"theme": "neon"})
    assert not client.cookies


def test_the_theme_is_in_the_page_before_any_script_runs(client):
    client.post(reverse("theme"), {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/").content.decode()


def test_the_start_page_leads_a_signed_in_person_to_the_desk(client, curator):
    client.force_login(curator)
    assert client.get("/").url == reverse("desk:desk")


def test_a_person_signs_in_with_name_and_password(client, curator):
    response = client.post(reverse("account_login"), {"login": curator.username, "password": "a long password"})
    assert response.url == reverse("desk:desk")


def test_a_wrong_password_gets_one_sentence(client, curator):
    response = client.post(reverse("account_login"), {"login": curator.username, "password": "wrong"})
    assert response.content.decode().count('class="notice error"') == 1


def test_a_page_that_is_not_there_says_so_in_the_readers_language(client):
    client.cookies["django_language"] = "zh-hans"
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "此处没有内容" in response.content.decode()


def test_a_form_that_is_too_old_says_so(curator):
    response = Client(enforce_csrf_checks=True).post(reverse("theme"), {"theme": "dark"})
    assert response.status_code == 403
    assert "The form is too old" in response.content.decode()


def test_what_broke_is_said_without_a_trace(client, monkeypatch):
    def broken(request, template):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("portal.views.render", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Something broke" in response.content.decode()
    assert "secret detail" not in response.content.decode()


def test_a_mistake_that_no_form_caught_is_one_sentence(rf):
    middleware = UserErrorMiddleware(lambda request: None)
    response = middleware.process_exception(rf.get("/"), UserError("The disk is full: nothing was stored."))
    assert response.status_code == 400
    assert "The disk is full: nothing was stored." in response.content.decode()
    assert middleware.process_exception(rf.get("/"), RuntimeError()) is None


def test_who_tries_too_often_is_not_let_in_with_the_right_password_either(client, curator):
    for _ in range(6):
        client.post(reverse("account_login"), {"login": curator.username, "password": "wrong"})
    response = client.post(reverse("account_login"), {"login": curator.username, "password": "a long password"})
    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_a_person_who_is_locked_out_is_asked_to_wait(rf):
    from axes.helpers import get_lockout_response

    request = rf.post("/accounts/login/")
    response = get_lockout_response(request, credentials={"username": "somebody"})
    assert response.status_code == 429
    assert "Too many tries" in response.content.decode()
