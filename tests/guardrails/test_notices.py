"""Who is told of releases: those who may sign, but not who did it."""

import pytest

from portal.notices.models import Notice
from tests.factories import person

pytestmark = pytest.mark.django_db


def test_who_may_sign_hears_of_a_release_and_who_did_it_does_not(released, curator, second, collection):
    coordinator, stranger = person("coordinator", collection), person("coordinator")
    release = released("published")
    told = set(Notice.objects.values_list("person", "event__action"))
    assert (coordinator.pk, "release.prepared") in told
    assert (second.pk, "release.prepared") in told
    assert (curator.pk, "release.prepared") not in told
    assert (curator.pk, "release.signed") in told  # by the second person
    assert (coordinator.pk, "release.published") in told
    assert not any(pk == stranger.pk for pk, _action in told)
    assert release.state == "published"
