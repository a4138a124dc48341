"""Every role and every action: allowed where the table says so, denied everywhere else."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.accounts import policy
from portal.accounts.models import Role, User
from portal.catalogue.models import Artwork, Collection
from tests.factories import ArtworkFactory, CollectionFactory, GrantFactory, UserFactory, person

pytestmark = pytest.mark.django_db
ACTIONS = [*policy.IN_COLLECTION, *policy.ON_SITE]
PAIRS = [(role, action) for role in Role.values for action in ACTIONS]


def test_the_table_covers_every_role_and_many_actions():
    assert len(PAIRS) >= 100
    assert not policy.IN_COLLECTION.keys() & policy.ON_SITE.keys()


@pytest.fixture
def works(db):
    """An artwork here and one in a collection where nobody of the test has a role."""
    here, elsewhere = (ArtworkFactory(collection=CollectionFactory(), master=None) for _ in range(2))
    return here, elsewhere


@pytest.mark.parametrize("role", Role.values)
def test_a_role_in_a_collection_allows_what_the_table_says_there_and_nothing_else(role, works):
    here, elsewhere = works
    user = person(role, here.collection)
    for action in ACTIONS:
        named = role in policy.IN_COLLECTION.get(action, ())
        assert user.has_perm(action, here) is named, action
        assert user.has_perm(action, here.collection) is named, action
        assert not user.has_perm(action, elsewhere), action
        assert not user.has_perm(action), action


@pytest.mark.parametrize("role", Role.values)
def test_a_site_wide_role_allows_what_the_table_says_on_the_site_and_opens_no_collection(role, works):
    here, _elsewhere = works
    user = person(role)
    for action in ACTIONS:
        assert user.has_perm(action) is (role in policy.ON_SITE.get(action, ())), action
        assert not user.has_perm(action, here), action


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("action", policy.IN_COLLECTION)
def test_lists_show_exactly_the_rows_that_pages_would(role, action, works):
    here, _elsewhere = works
    user = person(role, here.collection)
    listed = set(policy.scope(user, action, Artwork.objects.all()))
    assert listed == {work for work in works if user.has_perm(action, work)}
    assert set(policy.scope(user, action, Collection.objects.all(), "self")) == {work.collection for work in listed}


def test_an_unknown_action_is_denied_to_everybody(works):
    for role in Role.values:
        assert not person(role).has_perm("catalogue.burn_artwork")
        assert not person(role, works[0].collection).has_perm("catalogue.burn_artwork", works[0])


def test_a_new_person_and_a_visitor_may_do_nothing(works):
    for user in (UserFactory(), AnonymousUser()):
        assert not any(user.has_perm(action) or user.has_perm(action, works[0]) for action in ACTIONS)
        assert not policy.scope(user, "catalogue.view_artwork", Artwork.objects.all()).exists()


def test_somebody_switched_off_may_do_nothing(works):
    user = person("curator", works[0].collection, is_active=False)
    assert not user.has_perm("catalogue.view_artwork", works[0])
    assert not policy.scope(user, "catalogue.view_artwork", Artwork.objects.all()).exists()


def test_neither_a_superuser_nor_a_permission_row_goes_round_the_table(works):
    user = UserFactory(is_superuser=True, is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    assert not any(user.has_perm(action) or user.has_perm(action, works[0]) for action in ACTIONS)
    assert not user.has_module_perms("catalogue")


def test_createsuperuser_makes_an_operator_who_cannot_read_collections(works):
    user = User.objects.create_superuser("first", "first@example.org", "a long password")
    assert user.is_staff
    assert not user.is_superuser
    assert user.has_perm("accounts.manage_grants")
    assert not any(user.has_perm(action, works[0]) for action in policy.IN_COLLECTION)


def test_two_roles_add_up(works):
    user = person("consultant", works[0].collection)
    GrantFactory(user=user, role="curator", collection=works[0].collection)
    assert user.has_perms(["catalogue.view_artwork", "catalogue.change_artwork"], works[0])


def test_what_is_unseen_is_not_found_and_what_is_seen_but_not_allowed_is_forbidden(works):
    here, elsewhere = works
    user = person("consultant", here.collection)
    ask = {"view": "catalogue.view_artwork", "action": "catalogue.change_artwork"}
    with pytest.raises(PermissionDenied):
        policy.find(user, Artwork.objects.all(), here.pk, **ask)
    with pytest.raises(Http404):
        policy.find(user, Artwork.objects.all(), elsewhere.pk, **ask)


@pytest.mark.parametrize("scope", policy.SCOPES)
def test_a_token_never_does_more_than_its_scope_nor_more_than_its_owner(scope, works):
    here, elsewhere = works
    curator, consultant = person("curator", here.collection), person("consultant", here.collection)
    for user in (curator, consultant):
        may = {action: user.has_perm(action, here) for action in policy.IN_COLLECTION}
        user.token_scopes = [scope]
        for action in policy.IN_COLLECTION:
            assert user.has_perm(action, here) is (may[action] and action in policy.SCOPES[scope])
            assert not user.has_perm(action, elsewhere)
    operator = person("operator")
    operator.token_scopes = list(policy.SCOPES)
    assert not operator.has_perm("accounts.manage_grants")
