"""The gate through its services: the way to the public and back, and every refusal with its reason."""

import pytest

from portal.errors import UserError
from review.guardrails import selectors, services

pytestmark = pytest.mark.django_db


def test_the_way_to_the_public_and_back(released, curator, consultant):
    release = released("published")
    assert list(selectors.published_for(release.artwork)) == [release]
    assert release.shown["artwork"]["title"] == release.artwork.title
    services.withdraw(consultant, release, "Asked for.")
    assert not selectors.published().exists()
    with pytest.raises(UserError, match="final"):
        services.publish(curator, release)
    again = released("published", release.artwork)
    assert again.number == 2
