"""What a consultant asks for: each signer confirms it, visitors read it where the consultant says so; and what a
consultant validated until a day is asked anew after it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.errors import UserError
from review.guardrails import selectors, services
from review.guardrails.models import Confirmation, Signature
from review.guardrails.selectors import consent as reads
from review.guardrails.services import consent

pytestmark = pytest.mark.django_db
STORY = "Only with its story."


@pytest.fixture
def asked(released, consultant):
    """A release, judged and not signed, with the consultation that sets a condition on it."""
    release = released("judged")
    return release, consent.validate(consultant, release, content_hash=release.content_hash, conditions=STORY)


def test_nobody_signs_without_confirming_each_condition(asked, curator, second):
    release, said = asked
    with pytest.raises(UserError, match="Confirm that each is met"):
        services.sign(curator, release, release.content_hash)
    assert not Signature.objects.exists()
    for who in (curator, second):
        services.sign(who, release, release.content_hash, met=[said.pk])
    stored = Confirmation.objects.values_list("signature__signer", "signature__content_hash", "consultation")
    assert set(stored) == {(who.pk, release.content_hash, said.pk) for who in (curator, second)}
    assert services.publish(curator, release).state == "published"


def test_a_condition_set_after_the_signatures_has_to_be_confirmed_before_they_count_again(
    released, curator, second, consultant
):
    release = released("signed")
    said = consent.validate(consultant, release, content_hash=release.content_hash, conditions=STORY)
    assert [it.check for it in services.what_blocks(curator, release)] == ["signatures"]
    with pytest.raises(UserError, match="Two different people"):
        services.publish(curator, release)
    for who in (curator, second):
        services.sign(who, release, release.content_hash, met=[said.pk])
    assert Signature.objects.count() == 2
    assert services.publish(curator, release).state == "published"


def test_the_consultant_s_last_word_is_what_stands(asked, consultant, curator):
    release, said = asked
    other = consent.validate(consultant, release, content_hash=release.content_hash, conditions="Not in winter.")
    assert reads.conditions_of(release, release.content_hash) == [other]
    with pytest.raises(UserError, match="Confirm"):
        services.sign(curator, release, release.content_hash, met=[said.pk])
    consent.validate(consultant, release, content_hash=release.content_hash)
    assert reads.conditions_of(release, release.content_hash) == []
    services.sign(curator, release, release.content_hash)


def test_the_page_asks_every_signer_and_the_api_does(client, asked, curator, second):
    release, said = asked
    client.force_login(curator)
    address = reverse("guardrails:release", args=[release.pk])
    assert client.get(address).text.count(STORY) == 2  # to be read, and to be ticked
    sent = {"content_hash": release.content_hash, "looked": "on"}
    refused = client.post(reverse("guardrails:sign", args=[release.pk]), sent)
    assert (refused.status_code, "Confirm that each is met" in refused.text) == (400, True)
    assert client.post(reverse("guardrails:sign", args=[release.pk]), sent | {"met": [said.pk]}).status_code == 302
    client.force_login(second)
    api = f"/api/v1/releases/{release.pk}/"
    told = client.get(api).json()
    assert [(it["id"], it["conditions"]) for it in told["conditions"]] == [(said.pk, STORY)]
    body = {"content_hash": told["content_hash"], "met": []}
    assert client.post(f"{api}sign/", body, content_type="application/json").status_code == 400
    signed = client.post(f"{api}sign/", body | {"met": [said.pk]}, content_type="application/json").json()
    assert [it["confirmed"] for it in signed["signatures"]] == [[said.pk]] * 2
    assert signed["blocking"] == []


@pytest.fixture
def tomorrow(monkeypatch):
    """A function: let days pass, from now on."""
    today = timezone.localdate()

    def tomorrow(days=2):
        monkeypatch.setattr(timezone, "localdate", lambda *at: today + timedelta(days=days))

    return tomorrow


@pytest.fixture
def dated_release(released, consultant, curator, second):
    """A published release that a consultant validated until tomorrow."""
    release = released("judged")
    until = timezone.localdate() + timedelta(days=1)
    said = consent.validate(consultant, release, content_hash=release.content_hash, conditions=STORY, expires_on=until)
    for who in (curator, second):
        services.sign(who, release, release.content_hash, met=[said.pk])
    return services.publish(curator, release)


def test_when_a_validation_has_run_out_members_are_told_and_the_consultant_is_asked(
    client, dated_release, curator, consultant, tomorrow
):
    assert services.what_blocks(curator, dated_release) == []
    tomorrow()
    assert not selectors.published().exists()
    (told,) = services.what_blocks(curator, dated_release)
    assert ("anew" in told.reason, told.link) == (True, reverse("checks:consultation", args=[dated_release.pk]))
    client.force_login(curator)
    assert "has validated it anew" in client.get(reverse("guardrails:release", args=[dated_release.pk])).text
    assert "has validated it anew" in client.get(reverse("catalogue:artwork", args=[dated_release.artwork_id])).text
    assert list(reads.waiting_for_consultant(consultant)) == [dated_release]


def test_asked_anew_it_is_seen_again_on_no_other_conditions_than_were_signed(
    client, dated_release, consultant, curator, tomorrow
):
    tomorrow()
    with pytest.raises(UserError, match="New ones need another release"):
        consent.validate(
            consultant, dated_release, content_hash=dated_release.content_hash, conditions="Not in winter."
        )
    with pytest.raises(UserError, match="changed"):
        consent.validate(consultant, dated_release, content_hash="0" * 64)
    client.force_login(consultant)
    sent = {"does": "validate", "seen": dated_release.content_hash, "conditions": STORY}
    assert client.post(reverse("checks:consultation", args=[dated_release.pk]), sent).status_code == 302
    assert list(selectors.published()) == [dated_release]
    assert not reads.waiting_for_consultant(consultant).exists()
    services.withdraw(curator, dated_release, "Asked for.")
    with pytest.raises(UserError, match="in preparation or public"):
        consent.validate(consultant, dated_release, content_hash=dated_release.content_hash)
