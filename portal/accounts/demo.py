"""The people of the demo, one for each role. Only `make demo` makes them."""

import os
import secrets
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Grant, Role, User
from portal.errors import UserError

DOMAIN = "demo.invalid"
PEOPLE = {
    "curator": (Role.CURATOR, "Demo curator"),
    "expert": (Role.EXPERT, "Demo expert"),
    "coordinator": (Role.COORDINATOR, "Demo coordinator"),
    "consultant": (Role.CONSULTANT, "Demo consultant"),
    "rights": (Role.RIGHTS_OFFICER, "Demo rights officer"),
    "operator": (Role.OPERATOR, "Demo operator"),
}


class DemoPeople(NamedTuple):
    """`people`: user name → user; `password`: one for all of them."""

    people: dict[str, User]
    password: str


@transaction.atomic
def make_demo_people(collection: Any = None) -> DemoPeople:
    """Make one person a role, or find those made before; with a collection, grant them their roles in it, too.

    The password comes from DEMO_PASSWORD, else it is made once and kept in `demo_password` in the site's home. Raises
    `UserError` when a person who is not of the demo has one of the names.
    """
    password = _password()
    people = {name: _person(name, role, title, password) for name, (role, title) in PEOPLE.items()}
    if collection is not None:
        for name, (role, _title) in PEOPLE.items():
            if role != Role.OPERATOR:
                Grant.objects.get_or_create(user=people[name], role=role, collection=collection)
    return DemoPeople(people, password)


def _person(name: str, role: str, title: str, password: str) -> User:
    email = f"{name}@{DOMAIN}"
    user, made = User.objects.get_or_create(username=name, defaults={"email": email, "display_name": title})
    if user.email != email:
        raise UserError(_("The name “%(name)s” belongs to somebody who is not of the demo.") % {"name": name})
    if made or not user.check_password(password):
        user.set_password(password)
    user.is_staff = role == Role.OPERATOR
    user.save()
    Grant.objects.get_or_create(user=user, role=role, collection=None)
    return user


def _password() -> str:
    if given := os.environ.get("DEMO_PASSWORD"):
        return given
    path = settings.HOME / "demo_password"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(password := secrets.token_urlsafe(12))
    return password
