"""The pages and the API of the gate: a curator and a rights officer bring a work to the public and take it back."""

import pytest
from django.urls import reverse

from review.guardrails.models import Release

pytestmark = pytest.mark.django_db


def page(client, person, release, status=200):
    client.force_login(person)
    answer = client.get(reverse("guardrails:release", args=[release.pk]))
    assert answer.status_code == status
    return answer.content.decode()


def test_two_people_bring_a_work_to_the_public_by_its_pages(client, says, artwork, curator, second, consultant):
    client.force_login(curator)
    assert "Nothing of this work is public" in client.get(reverse("catalogue:artwork", args=[artwork.pk])).text
    address = reverse("guardrails:prepare", args=[artwork.pk])
    assert "The original itself" in client.get(address).text
    client.post(address, {"what": "original"})
    release = Release.objects.get()
    assert "Nobody has signed this yet" in client.get(reverse("catalogue:artwork", args=[artwork.pk])).text
    for who in (curator, second):
        client.force_login(who)
        found = page(client, who, release)
        assert "Sign it" in found
        sent = {"content_hash": release.content_hash, "looked": "on"}
        assert client.post(reverse("guardrails:sign", args=[release.pk]), sent).status_code == 302
    assert "Sign it" not in page(client, second, release)
    client.force_login(curator)
    client.post(reverse("guardrails:publish", args=[release.pk]))
    assert "Published by" in page(client, curator, release)
    client.force_login(consultant)
    assert client.post(reverse("guardrails:withdraw", args=[release.pk]), {"reason": ""}).status_code == 400
    client.post(reverse("guardrails:withdraw", args=[release.pk]), {"reason": "Asked for."})
    assert "Asked for." in page(client, consultant, release)
    assert "Asked for." not in client.get(reverse("guardrails:releases")).text
    assert str(release.pk) in client.get(reverse("guardrails:releases"), {"state": "withdrawn"}).text
    release.refresh_from_db()
    assert release.state == "withdrawn"


def test_who_signs_an_older_look_is_told_so(client, released, second, artwork):
    release = released("judged", artwork)
    artwork.title = "Another"
    artwork.save()
    client.force_login(second)
    sent = {"content_hash": release.content_hash, "looked": "on"}
    answer = client.post(reverse("guardrails:sign", args=[release.pk]), sent)
    assert answer.status_code == 400
    assert "has changed since you looked" in answer.text


def test_a_published_work_is_shown_as_it_was_approved(client, released, curator, artwork):
    release = released("published", artwork)
    before = artwork.title
    artwork.title = "Another"
    artwork.save()
    found = page(client, curator, release)
    assert "The entry has changed since" in found
    assert f"<dd>{before}</dd>" in found


def test_the_page_is_for_members_and_its_steps_for_roles(client, released, stranger, consultant):
    release = released("judged")
    page(client, stranger, release, 404)
    found = page(client, consultant, release)
    assert "Sign it" not in found
    for step in ("sign", "publish"):
        assert client.post(reverse(f"guardrails:{step}", args=[release.pk])).status_code == 403


def test_all_of_it_by_the_api(client, says, artwork, curator, second):
    def post(path, **data):
        return client.post(f"/api/v1/releases/{path}", data, content_type="application/json")

    client.force_login(curator)
    says["sacred"] = "blocked"
    made = post("", artwork=str(artwork.pk))
    assert made.status_code == 201
    assert [it["check_name"] for it in made.json()["blocking"]] == ["sacred", "signatures"]
    key, digest = made.json()["id"], made.json()["content_hash"]
    assert post(f"{key}/sign/", content_hash=digest).status_code == 400
    says["sacred"] = "not_needed"
    post(f"{key}/judge/")
    assert post(f"{key}/sign/", content_hash="0" * 64).status_code == 400
    assert post(f"{key}/sign/", content_hash=digest).status_code == 200
    assert post(f"{key}/publish/").status_code == 400
    client.force_login(second)
    assert post(f"{key}/publish/").status_code == 403
    post(f"{key}/sign/", content_hash=digest)
    client.force_login(curator)
    assert post(f"{key}/publish/").json()["state"] == "published"
    assert client.get("/api/v1/releases/", {"state": "published"}).json()["count"] == 1
    assert post(f"{key}/withdraw/").status_code == 400
    assert post(f"{key}/withdraw/", reason="Asked for.").json()["state"] == "withdrawn"


def test_bars_are_set_before_a_study_starts(client, collection):
    from review.services.studies import create_study
    from tests.factories import person

    coordinator = person("coordinator", collection)
    study = create_study(coordinator, collection, title="Hills")
    client.force_login(coordinator)
    address = reverse("guardrails:bars", args=[study.pk])
    assert client.post(address, {"alpha": "2", "total": "3"}).status_code == 400
    assert client.post(address, {"alpha": "0.8", "total": "4"}).status_code == 302
    assert "0.8" in client.get(address).text
    told = f"/api/v1/study-bars/{study.pk}/"
    assert client.get(told).json() == {"alpha": "0.800", "total": "4.00"}
    assert client.put(told, {"alpha": "0.7", "total": "9"}, content_type="application/json").status_code == 400
    changed = client.put(told, {"alpha": "0.7", "total": "3.9"}, content_type="application/json")
    assert changed.json() == {"alpha": "0.700", "total": "3.90"}
    client.force_login(person("curator", collection))
    assert client.get(told).status_code == 404
