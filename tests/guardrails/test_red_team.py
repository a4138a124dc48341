"""Nine attempts on the gate, each by the way that an attacker would take, and each refused with its reason.

The finer cases of each stand beside its check: test_sacred, test_anchoring, test_rights, test_raw, test_conditions,
tests/uploads/test_iiif_import and tests/exhibitions/test_visibility.
"""

import socket

import pytest
from django.urls import reverse
from django.utils import timezone

from gpu_workers.models import Job
from portal.accounts.models import Grant, Role
from portal.uploads.iiif.reading import read_due
from portal.uploads.models import Manifest
from restoration.models import Restoration
from review.guardrails import services
from review.guardrails.models import Clearance, Consultation, Release
from review.guardrails.selectors import published
from review.guardrails.services import consent
from tests.exhibitions.conftest import on_show, test_chain  # noqa: F401  fixtures
from tests.exhibitions.test_public_pages import hall, pages_of, visit, work  # noqa: F401
from tests.factories import mask_for
from tests.guardrails.test_rights import DIGEST, register, scene, shown  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(client):
    """A function: person, path of the API, body → the reasons of the refusal, in English or in another language."""

    def refused(who, path, body=None, language="en"):
        client.force_login(who)
        headers = {"Accept-Language": language}
        answer = client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)
        assert answer.status_code == 400, answer.content
        told = answer.json()
        return " ".join(sum(told.get("errors", {}).values(), [told.get("detail", "")]))

    return refused


def order(artwork, **fields):
    return {"artwork": str(artwork.pk), "mask": str(mask_for(artwork).pk), "engine": "imagest", **fields}


@pytest.mark.parametrize("mantra", ["a cliff, OM-MANI PADME-HUM", "山崖上刻着唵嘛呢叭咪吽"])
@pytest.mark.parametrize(("language", "reason"), [("en", "scripture are never generated"), ("zh-hans", "咒语")])
def test_a_mantra_in_a_prompt_in_either_language(refused, curator, artwork, quiet, mantra, language, reason):
    assert reason in refused(curator, "restorations/", order(artwork, prompt=mantra), language)
    ink = {"collection": str(artwork.collection_id), "prompt": mantra}
    assert reason in refused(curator, "ink/", ink, language)
    assert not Job.objects.exists()


@pytest.mark.parametrize("costume", ["a lady in Ming robes", "穿明代服饰的仕女"])
def test_a_ming_costume_in_a_tang_work(refused, curator, dated, quiet, costume):
    reason = refused(curator, "restorations/", order(dated("tang"), prompt=costume))
    assert "anachronism" in reason
    assert "Tang" in reason
    assert not Job.objects.exists()


def test_a_reference_of_another_period_before_the_job_and_at_the_gate(refused, curator, dated, restored, quiet):
    tang, ming = dated("tang"), dated("ming", title="Court ladies")
    body = order(tang, style_reference=str(ming.pk))
    assert "“Court ladies” is of another period" in refused(curator, "restorations/", body)
    assert not Job.objects.exists()
    undated = dated(None, title="Court ladies again")
    release = restored(tang)
    Restoration.objects.filter(pk=release.candidate.restoration_id).update(style_reference=undated)
    undated.period = ming.period  # found out later
    undated.save()
    services.judge(curator, release)
    release.refresh_from_db()
    told = {it.check: str(it.reason) for it in services.what_blocks(curator, release)}
    assert "“Court ladies again” is of another period" in told["anchor"]
    assert refused(curator, f"releases/{release.pk}/sign/", {"content_hash": release.content_hash})


def test_a_near_copy_of_a_reserved_training_sample(refused, curator, second, dated, restored, register):  # noqa: F811
    release = restored(dated("tang"))
    job = release.candidate.restoration.job
    job.recipe["engine"]["weights_sha256"] = DIGEST
    job.save(update_fields=["recipe"])
    register((scene(5), "CC0"), (shown(release), "© The heirs, all rights reserved"))
    services.judge(curator, release)
    (blocks,) = [it for it in services.what_blocks(curator, release) if it.check == "rights"]
    assert "near copy" in blocks.reason
    assert "rights officer" in blocks.who
    for who in (curator, second):
        release.refresh_from_db()
        assert refused(who, f"releases/{release.pk}/sign/", {"content_hash": release.content_hash})
    assert refused(curator, f"releases/{release.pk}/publish/")
    assert not Clearance.objects.exists()
    assert not published().exists()


def test_a_consultant_who_is_the_curator(refused, curator, dated, restored):
    release = restored(dated("tang", sacred=True))
    services.judge(curator, release)
    release.refresh_from_db()
    Grant.objects.create(user=curator, collection=release.collection, role=Role.CONSULTANT)
    body = {"release": str(release.pk), "content_hash": release.content_hash}
    assert "You are a curator here" in refused(curator, "consultations/", body)
    assert not Consultation.objects.exists()
    assert "no cultural consultant" in {it.check: it.reason for it in services.what_blocks(curator, release)}["sacred"]


def test_a_consultant_who_becomes_a_curator_after_the_word(curator, consultant, dated, restored):
    release = restored(dated("tang", sacred=True))
    consent.validate(consultant, release, content_hash=release.content_hash)
    Grant.objects.create(user=consultant, collection=release.collection, role=Role.CURATOR)
    verdict = {it.check: it for it in services.judge(curator, release)}["sacred"]
    assert verdict.blocks


def test_one_signer_twice(refused, client, released, curator):
    release = released("judged")
    client.force_login(curator)
    sign, body = f"/api/v1/releases/{release.pk}/sign/", {"content_hash": release.content_hash}
    assert [client.post(sign, body, content_type="application/json").status_code for _again in range(2)] == [200, 200]
    assert release.signatures.count() == 1
    assert "Two different people" in refused(curator, f"releases/{release.pk}/publish/")


def test_an_approval_of_an_old_hash(refused, curator, second, released, artwork):
    release = released("signed", artwork)
    old = {"content_hash": release.content_hash}
    artwork.holder = "Another museum"
    artwork.save()
    assert "has changed since you looked" in refused(second, f"releases/{release.pk}/sign/", old)
    assert "Two different people" in refused(curator, f"releases/{release.pk}/publish/")
    assert Release.objects.get().state == "draft"


def test_a_withdrawn_work_by_what_a_cache_kept(work, hall, curator):  # noqa: F811
    names = ("manifest", "info", "tile", "thumbnail", "conjecture")
    kept = {name: visit(path)["ETag"] for name, path in pages_of(work, hall).items() if name in names}
    services.withdraw(curator, work, "Asked for by the community.")
    for name in names:
        answer = visit(pages_of(work, hall)[name], **{"if-none-match": kept[name]})
        assert answer.status_code in (404, 410), name
    tombstone = visit(reverse("exhibitions:work", args=[work.pk]))
    assert (tombstone.status_code, "Asked for by the community." in tombstone.text) == (410, True)


@pytest.fixture
def connected(monkeypatch):
    """Every address that a connection was made to; each is refused. A name leads to this machine."""
    found = []

    def create_connection(address, timeout=None):
        found.append(address)
        raise ConnectionRefusedError

    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: inside)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    return found


@pytest.mark.parametrize("url", ["https://169.254.169.254/latest/meta-data/", "https://[::1]/x", "http://10.0.0.1/x",
                                 "https://2130706433/x", "file:///etc/passwd"])  # fmt: skip
def test_the_inside_of_the_house_by_an_import(refused, curator, collection, connected, url):
    assert refused(curator, "iiif-manifests/", {"collection": str(collection.pk), "url": url})
    assert connected == []
    assert not Manifest.objects.exists()


def test_the_inside_of_the_house_by_a_name_of_the_outside(client, curator, collection, connected):
    client.force_login(curator)
    body = {"collection": str(collection.pk), "url": "https://museum.example/manifest.json"}
    made = client.post("/api/v1/iiif-manifests/", body, content_type="application/json").json()
    read_due(timezone.now())
    told = client.get(f"/api/v1/iiif-manifests/{made['id']}/").json()
    assert (told["state"], "private network" in told["problem"]) == ("refused", True)
    assert connected == []
