"""The checks by API: the same services, the same refusals, with the reason in the answer."""

import pytest

from review.guardrails import services
from review.guardrails.models import AnchorTerm
from tests.factories import person
from tests.guardrails.test_anchoring import WHY
from tests.guardrails.test_rights import DIGEST, register, shown  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
NO = "The community asked that this not be shown."


@pytest.fixture
def api(client):
    """A function: person, verb, path, body → status and JSON."""

    def api(user, verb, path, body=None):
        client.force_login(user)
        answer = getattr(client, verb)(f"/api/v1/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    return api


def test_a_text_is_asked_about_before_anything_is_ordered(api, curator, dated):
    status, said = api(curator, "post", "prompt-checks/", {"text": "明代服饰", "artwork": str(dated("tang").pk)})
    assert status == 200
    assert [(it["check_name"], it["outcome"]) for it in said] == [("sacred", "passed"), ("anchor", "blocked")]
    assert said[1]["evidence"]["found"]["source"]
    assert api(curator, "post", "prompt-checks/", {"text": "六字真言"})[1][0]["outcome"] == "blocked"


def test_words_are_read_by_all_and_added_by_curators_of_the_site(api, curator, stranger):
    term = {"kind": "object", "name_en": "Pocket telescope", "name_zh": "千里镜", "from_year": 1615, "source": "Li Yu"}
    assert api(stranger, "get", "anchor-terms/?kind=object")[1]["count"] >= 15
    assert api(stranger, "post", "anchor-terms/", term)[0] == 403
    assert api(curator, "post", "anchor-terms/", term | {"from_year": None})[0] == 400
    assert api(curator, "post", "anchor-terms/", term)[0] == 201
    sacred = {"category": "deity", "name_en": "Kitchen God", "name_zh": "灶君", "source": "Pregadio, 2008"}
    assert api(curator, "post", "sacred-terms/", sacred)[1]["words"] == ["Kitchen God", "灶君"]
    assert api(stranger, "get", "sacred-terms/?category=mantra")[1]["results"][0]["refused"]


def test_exceptions(api, curator, dated, collection):
    scholar, artwork = person("expert", collection), dated("tang")
    body = {"artwork": str(artwork.pk), "term": AnchorTerm.objects.get(key="ming-dress").pk, "reason": WHY}
    assert api(curator, "post", "anchor-exceptions/", body)[0] == 403
    assert "one thing" in api(scholar, "post", "anchor-exceptions/", body | {"period": "ming"})[1]["detail"]
    status, made = api(scholar, "post", "anchor-exceptions/", body)
    assert status == 201
    assert api(curator, "get", f"anchor-exceptions/?artwork={artwork.pk}")[1]["count"] == 1
    assert api(scholar, "post", f"anchor-exceptions/{made['id']}/withdraw/")[1]["withdrawn_at"]


def test_clearances(api, dated, restored, register, curator, second):  # noqa: F811
    release = restored(dated("tang"))
    job = release.candidate.restoration.job
    job.recipe["engine"]["weights_sha256"] = DIGEST
    job.save(update_fields=["recipe"])
    register((shown(release), "all rights reserved"))
    services.judge(curator, release)
    release.refresh_from_db()
    assert api(second, "get", f"clearances/nearest/{release.pk}/")[1][0]["copy"]
    body = {"release": str(release.pk), "content_hash": release.content_hash, "cleared": True, "reason": WHY}
    assert api(curator, "post", "clearances/", body)[0] == 403
    assert api(second, "post", "clearances/", body | {"content_hash": "0" * 64})[0] == 400
    assert api(second, "post", "clearances/", body)[0] == 201
    assert api(curator, "get", f"clearances/?release={release.pk}")[1]["results"][0]["near"][0]["title"] == "Sample 0"
    assert api(curator, "get", "training-registers/")[1]["results"][0]["count"] == 1


def test_consultations_and_notices(api, dated, restored, curator, consultant, stranger):
    release = restored(dated("tang", sacred=True))
    body = {"release": str(release.pk), "content_hash": release.content_hash}
    assert api(curator, "post", "consultations/", body)[0] == 403
    assert api(stranger, "post", "consultations/", body)[0] == 400
    assert api(consultant, "post", "consultations/", body)[0] == 201
    refusal = {"release": str(release.pk), "reason": NO, "whole_work": True}
    assert api(consultant, "post", "consultations/refuse/", refusal)[1]["validated"] is False
    assert api(consultant, "get", f"consultations/?release={release.pk}")[1]["count"] == 2
    notice = {"artwork": str(release.artwork_id), "name": "Open to talk", "text_en": "We know of an interest."}
    status, made = api(curator, "post", "protocols/", notice)
    assert status == 201
    assert api(curator, "post", f"protocols/{made['id']}/lift/", {"reason": "So."})[0] == 403
    assert api(consultant, "post", f"protocols/{made['id']}/lift/", {"reason": "The elders."})[1]["lifted_at"]
