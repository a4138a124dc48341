"""Grants, the first operator, demo people, the door."""

import io
import stat

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from portal.accounts import services
from portal.accounts.models import Grant, Role, User
from portal.errors import UserError
from tests.factories import GrantFactory, UserFactory, person

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


def test_an_operator_grants_a_role_once_however_often_asked(operator, collection):
    user = UserFactory()
    first = services.grant_role(operator, user, Role.CONSULTANT, collection)
    assert services.grant_role(operator, user, Role.CONSULTANT, collection) == first
    assert first.granted_by == operator
    assert user.has_perm("catalogue.view_collection", collection)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OPERATOR])
def test_nobody_else_grants_or_revokes(role, collection):
    user = person(role, collection)
    GrantFactory(user=user, role=role)
    with pytest.raises(PermissionDenied):
        services.grant_role(user, user, Role.OPERATOR)
    with pytest.raises(PermissionDenied):
        services.revoke_role(user, user.grants.first())
    assert not Grant.objects.filter(role=Role.OPERATOR).exists()


def test_being_an_operator_opens_the_admin_and_no_longer_being_one_closes_it(operator):
    user = UserFactory()
    grant = services.grant_role(operator, user, Role.OPERATOR)
    assert User.objects.get(pk=user.pk).is_staff
    services.revoke_role(operator, grant)
    assert not User.objects.get(pk=user.pk).is_staff


def test_the_last_operator_stays(operator):
    UserFactory(is_active=False).grants.create(role=Role.OPERATOR)
    with pytest.raises(UserError, match="last operator"):
        services.revoke_role(operator, operator.grants.get())
    assert operator.has_perm("accounts.manage_grants")


@pytest.mark.parametrize(("role", "where"), [("emperor", False), (Role.OPERATOR, True)])
def test_a_grant_that_makes_no_sense_is_refused(operator, collection, role, where):
    with pytest.raises(UserError):
        services.grant_role(operator, UserFactory(), role, collection if where else None)


def test_createsuperuser_is_the_one_step_to_the_first_operator(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="first", email="a@example.org", interactive=False, stdout=io.StringIO())
    user = User.objects.get(username="first")
    assert user.has_perm("accounts.manage_grants")
    assert user.check_password(PASSWORD)


@pytest.fixture
def home(settings, tmp_path, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    settings.HOME = tmp_path
    return tmp_path


def test_there_is_one_demo_person_a_role_and_making_them_again_changes_nothing(home):
    made = services.make_demo_people()
    assert {user.grants.get().role for user in made.people.values()} == set(Role.values)
    again = services.make_demo_people()
    assert again.password == made.password
    assert User.objects.count() == Grant.objects.count() == len(Role.values)
    assert all(user.check_password(made.password) for user in again.people.values())
    assert [name for name, user in again.people.items() if user.is_staff] == ["operator"]


def test_the_demo_password_is_kept_for_its_owner_alone(home):
    password = services.make_demo_people().password
    path = home / "demo_password"
    assert path.read_text() == password
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_demo_password_can_be_given(home, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "chosen by hand")
    assert services.make_demo_people().people["curator"].check_password("chosen by hand")
    assert not (home / "demo_password").exists()


def test_demo_people_get_their_roles_in_the_demo_collection_but_the_operator_gets_none(home, collection):
    people = services.make_demo_people(collection).people
    assert people["consultant"].has_perm("catalogue.view_collection", collection)
    assert not people["operator"].has_perm("catalogue.view_collection", collection)


def test_somebody_real_with_a_demo_name_is_left_alone(home):
    real = UserFactory(username="curator")
    with pytest.raises(UserError, match="not of the demo"):
        services.make_demo_people()
    assert User.objects.get(pk=real.pk).check_password(PASSWORD)
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["username", "email"])
def test_too_many_wrong_passwords_close_the_door_even_to_the_right_one(client, settings, name):
    settings.AXES_FAILURE_LIMIT = 3
    settings.ACCOUNT_RATE_LIMITS = False  # allauth's own brake would hide this one
    given = getattr(UserFactory(), name)
    login = reverse("account_login")
    for _ in range(3):
        client.post(login, {"login": given, "password": "wrong"})
    response = client.post(login, {"login": given, "password": PASSWORD})
    assert response.status_code != 302
    assert "_auth_user_id" not in client.session
    assert client.post(login, {"login": UserFactory().username, "password": PASSWORD}).status_code == 302


def test_the_right_password_opens_the_door(client):
    client.post(reverse("account_login"), {"login": UserFactory().email, "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_everybody_can_reach_the_page_of_the_second_factor(client):
    user = UserFactory()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate")), "the password is asked for once more"
    page = client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert page.status_code == 200
    assert page.request["PATH_INFO"] == reverse("mfa_activate_totp")
    assert "totp" in page.content.decode()


def test_who_has_a_second_factor_is_asked_for_it(client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = UserFactory()
    TOTP.activate(user, generate_totp_secret())
    assert Authenticator.objects.filter(user=user).exists()
    response = client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_without_an_invitation(client):
    data = {"username": "new", "email": "n@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data)
    assert not User.objects.exists()
