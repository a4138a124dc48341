"""The gate through its services: the way to the public and back, and every refusal with its reason."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from portal.accounts.models import Grant
from portal.audit.models import Event
from portal.errors import UserError
from review.guardrails import checks, sacred, selectors, services
from review.guardrails.integrity import faults
from review.guardrails.models import Evidence
from review.guardrails.services.consent import refuse
from tests.factories import ArtworkFactory, painting_for
from tests.guardrails.test_raw import PUBLISH, run

pytestmark = pytest.mark.django_db


def signed(release, *people):
    for who in people:
        services.sign(who, release, release.content_hash)


def test_the_way_to_the_public_and_back(released, curator, consultant):
    release = released("published")
    assert list(selectors.published_for(release.artwork)) == [release]
    assert release.shown["artwork"]["title"] == release.artwork.title
    assert list(faults()) == []
    services.withdraw(consultant, release, "Asked for.")
    assert not selectors.published().exists()
    with pytest.raises(UserError, match="final"):
        services.publish(curator, release)
    again = released("published", release.artwork)
    assert again.number == 2


def test_listeners_hear_of_it_after_the_commit(released, curator, django_capture_on_commit_callbacks):
    from review.guardrails.services import listening

    heard = []
    services.on_withdrawn(heard.append)
    try:
        release = released("published")
        with django_capture_on_commit_callbacks(execute=True):
            services.withdraw(curator, release, "Asked for.")
            assert heard == []
        assert heard == [release]
    finally:
        listening.WITHDRAWN.remove(heard.append)


def test_one_signer_twice_is_one_signature(released, curator, second):
    release = released("judged")
    signed(release, curator, curator)
    with pytest.raises(UserError, match="Two different people"):
        services.publish(curator, release)
    signed(release, second)
    assert services.publish(curator, release).state == "published"


def test_a_signer_who_lost_the_role_does_not_count(released, curator, second):
    release = released("signed")
    Grant.objects.filter(user=second).delete()
    with pytest.raises(UserError, match="Two different people"):
        services.publish(curator, release)


def test_an_old_hash_is_not_signed_and_a_change_voids_what_was_signed(released, curator, artwork):
    release = released("signed", artwork)
    old = release.content_hash
    artwork.holder = "Another museum"
    artwork.save()
    assert [it.check for it in services.what_blocks(curator, release)] == [*checks.NAMES, "signatures"]
    with pytest.raises(UserError, match="Two different people"):
        services.publish(curator, release)
    services.judge(curator, release)
    with pytest.raises(UserError, match="has changed since you looked"):
        services.sign(curator, release, old)


def test_a_changed_file_voids_approvals_and_blocks(released, curator, artwork):
    release = released("signed", artwork)
    name = artwork.master.file.name
    with default_storage.open(name) as file:
        data = bytearray(file.read())
    data[-20] ^= 1
    default_storage.delete(name)
    default_storage.save(name, ContentFile(bytes(data)))
    with pytest.raises(UserError, match="altered in storage"):
        services.publish(curator, release)
    default_storage.delete(name)
    with pytest.raises(UserError, match="cannot be read"):
        services.publish(curator, release)


def test_the_checks_are_asked_again_when_it_is_published(released, curator, says):
    release = released("signed")
    says["sacred"] = "blocked"
    with pytest.raises(UserError, match="sacred is blocked"):
        services.publish(curator, release)
    assert Evidence.objects.filter(release=release, name="sacred").latest("id").outcome == "blocked"


def test_a_check_that_is_missing_or_fails_blocks(released, curator, monkeypatch):
    release = released("draft")
    monkeypatch.setattr(checks, "find", lambda name: None)
    assert {it.outcome for it in services.judge(curator, release)} == {"blocked"}
    monkeypatch.setattr(checks, "find", lambda name: lambda release: 1 / 0)
    assert {it.outcome for it in services.judge(curator, release)} == {"blocked"}


def test_evidence_of_another_release_does_not_count(released, curator, second, collection):
    released("signed")
    other = released("draft", ArtworkFactory(collection=collection))
    with pytest.raises(UserError, match="Two different people"):
        services.publish(curator, other)


def test_what_is_published_is_of_its_work(curator, artwork, says):
    elsewhere = ArtworkFactory()
    with pytest.raises(UserError, match="another collection"):
        services.prepare(curator, artwork, painting_for(elsewhere.collection))
    with pytest.raises(UserError, match="no photograph"):
        services.prepare(curator, ArtworkFactory(collection=artwork.collection, master=None))


def test_roles(released, curator, second, consultant, stranger):
    release = released("judged")
    for who in (consultant, stranger):
        with pytest.raises(PermissionDenied):
            services.sign(who, release, release.content_hash)
    for who in (second, consultant, stranger):
        with pytest.raises(PermissionDenied):
            services.publish(who, release)
    with pytest.raises(PermissionDenied):
        services.withdraw(stranger, release, "x")


def test_a_draft_is_discarded_for_good_and_stays_as_a_record(client, released, curator, second, artwork):
    release = released("signed", artwork)
    with pytest.raises(PermissionDenied):
        services.discard(second, release)
    client.force_login(curator)
    assert client.post(reverse("guardrails:discard", args=[release.pk])).status_code == 302
    assert Event.objects.filter(action="release.discarded", actor=curator, subject_id=str(release.pk)).count() == 1
    assert services.discard(curator, release).state == "discarded"  # once more: left as it is
    assert Event.objects.filter(action="release.discarded").count() == 1
    for step in (services.publish, services.judge, lambda who, it: services.sign(who, it, it.content_hash)):
        with pytest.raises(UserError, match=r"discarded|no longer in preparation"):
            step(curator, release)
    assert "was discarded" in client.get(reverse("guardrails:release", args=[release.pk])).text
    assert str(release.pk) not in client.get(reverse("guardrails:releases")).text
    assert str(release.pk) in client.get(reverse("guardrails:releases"), {"state": "discarded"}).text
    assert release.evidence.exists()
    assert list(faults()) == []
    assert released("published", artwork).number == release.number + 1


def test_a_refusal_outlives_the_draft_that_it_was_said_of(released, curator, consultant, artwork):
    release = released("judged", artwork)
    refuse(consultant, release, reason="The community asked that this not be copied.")
    services.discard(curator, release)
    assert sacred.check(services.prepare(curator, artwork)).blocks


def test_what_is_public_or_was_is_not_discarded(released, curator):
    for state in ("published", "withdrawn"):
        with pytest.raises(UserError, match="withdrawn"):
            services.discard(curator, released(state))


def test_by_the_api_a_draft_is_discarded(client, released, curator, consultant):
    release = released("draft")
    path = f"/api/v1/releases/{release.pk}/discard/"
    client.force_login(consultant)
    assert client.post(path).status_code == 403
    client.force_login(curator)
    assert client.post(path).json()["state"] == "discarded"
    published = released("published")
    assert client.post(f"/api/v1/releases/{published.pk}/discard/").status_code == 400


def test_verify_integrity_names_a_publication_that_the_log_does_not_know(released):
    release = released("published")
    assert list(faults()) == []
    forged = released("signed", ArtworkFactory(collection=release.collection))
    run(f"{PUBLISH} WHERE id=%s", forged.pk)
    assert [str(forged.pk) in fault and "log knows nothing" in fault for fault in faults()] == [True]
