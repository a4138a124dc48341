"""The admin: operators steer people and periods there, and see of the collections nothing but names to grant."""

import pytest
from django.contrib import admin
from django.urls import reverse

from portal.accounts.models import Grant, User
from portal.catalogue.models import Period
from tests.factories import GrantFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """A browser in which an operator is signed in."""
    user = person("operator", is_staff=True)
    client.force_login(user)
    client.user = user
    return client


def address(model: str, page: str, *args) -> str:
    return reverse(f"admin:{model}_{page}", args=args)


def test_only_operators_come_in(client, curator):
    client.force_login(curator)
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("model", ["catalogue_collection", "catalogue_artwork", "catalogue_picture"])
def test_an_operator_cannot_read_collections(desk, artwork, model):
    keys = {"collection": artwork.collection_id, "artwork": artwork.pk, "picture": artwork.master_id}
    assert desk.get(address(model, "changelist")).status_code == 403
    shown = desk.get(address(model, "change", keys[model.partition("_")[2]]), follow=True)
    assert artwork.title not in shown.content.decode()
    assert artwork.master.sha256 not in shown.content.decode()


@pytest.mark.parametrize("model", ["catalogue_collection", "catalogue_artwork", "catalogue_picture"])
def test_who_also_works_in_a_collection_may_look_but_not_touch(desk, artwork, model):
    GrantFactory(user=desk.user, role="consultant", collection=artwork.collection)
    keys = {"collection": artwork.collection_id, "artwork": artwork.pk, "picture": artwork.master_id}
    page = address(model, "change", keys[model.partition("_")[2]])
    assert desk.get(address(model, "changelist")).status_code == 200
    assert desk.get(page).status_code == 200
    assert desk.post(page, {"title": "x"}).status_code == 403
    assert desk.get(address(model, "add")).status_code == 403


def test_every_page_of_the_admin_opens_or_refuses(desk, artwork):
    statuses = {}
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        statuses[name] = desk.get(address(name, "changelist")).status_code
    assert set(statuses.values()) <= {200, 403}, statuses
    assert {name for name, status in statuses.items() if status == 200} >= {
        "accounts_user", "accounts_grant", "accounts_apitoken", "catalogue_period",
    }  # fmt: skip
    assert statuses["auth_group"] == 403


def test_a_grant_made_there_is_made_by_the_service(desk, collection):
    user = UserFactory()
    data = {"user": user.pk, "role": "consultant", "collection": collection.pk}
    assert desk.post(address("accounts_grant", "add"), data).status_code == 302
    assert Grant.objects.get(user=user).granted_by == desk.user
    data = {"user": user.pk, "role": "operator", "collection": ""}
    desk.post(address("accounts_grant", "add"), data)
    assert User.objects.get(pk=user.pk).is_staff


def test_an_operator_of_one_collection_is_refused_with_a_sentence(desk, collection):
    data = {"user": UserFactory().pk, "role": "operator", "collection": collection.pk}
    answer = desk.post(address("accounts_grant", "add"), data)
    assert answer.status_code == 400
    assert "steers the whole site" in answer.content.decode()
    assert Grant.objects.filter(role="operator").count() == 1


def test_the_last_operator_cannot_be_removed_there(desk):
    grant = desk.user.grants.get()
    answer = desk.post(address("accounts_grant", "delete", grant.pk), {"post": "yes"}, follow=True)
    assert "last operator" in answer.content.decode()
    assert Grant.objects.filter(pk=grant.pk).exists()


def test_a_person_is_made_there_without_any_role(desk):
    data = {"username": "new", "email": "new@example.org", "usable_password": "true"}
    data |= {"password1": "a long password!", "password2": "a long password!"}
    assert desk.post(address("accounts_user", "add"), data).status_code == 302
    assert not User.objects.get(username="new").grants.exists()


def test_nobody_becomes_superuser_there(desk):
    user = UserFactory()
    page = desk.get(address("accounts_user", "change", user.pk)).content.decode()
    assert 'name="is_superuser"' not in page
    assert 'name="is_staff"' not in page
    assert 'name="user_permissions"' not in page


def test_operators_add_periods(desk):
    data = {"key": "sui", "name_en": "Sui", "name_zh": "隋", "start_year": 581, "end_year": 618, "source": "x"}
    assert desk.post(address("catalogue_period", "add"), data).status_code == 302
    assert Period.objects.filter(key="sui").exists()
