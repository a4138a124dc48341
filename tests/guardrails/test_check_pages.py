"""The pages of the checks as people use them: scholar, rights officer, consultant, curator."""

import hashlib

import pytest
from django.urls import reverse
from PIL import Image

from gpu_workers.models import Job
from review.guardrails import services
from review.guardrails.models import AnchorException, AnchorTerm, Clearance, Consultation, Protocol, SacredTerm
from review.guardrails.services import registers
from tests.factories import mask_for, person
from tests.guardrails.test_anchoring import WHY
from tests.guardrails.test_rights import DIGEST, register, shown  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
NO = "The community asked that this not be shown."


@pytest.fixture
def page(client):
    """A function: person, name of an address, its key, fields to send → status and text of the page that follows."""

    def page(user, name, key=None, /, language="en", **fields):
        client.force_login(user)
        path = reverse(f"checks:{name}", args=[key] if key else [])
        headers = {"Accept-Language": language}
        answer = client.post(path, fields, headers=headers) if fields else client.get(path, headers=headers)
        if answer.status_code == 302:
            answer = client.get(answer["Location"], headers=headers)
        return answer.status_code, answer.content.decode()

    return page


def test_a_refused_prompt_is_told_beside_its_field(client, curator, dated, quiet):
    artwork = dated("tang")
    mask = mask_for(artwork)
    client.force_login(curator)
    fields = {"mask": str(mask.pk), "engine": "imagest", "candidates": 1, "seed": 1, "priority": 0}
    path = reverse("restoration:order", args=[artwork.pk])
    for prompt, reason in (("a lady in Ming robes", "anachronism"), ("om mani padme hum", "never generated")):
        answer = client.post(path, fields | {"prompt": prompt})
        assert answer.status_code == 400
        assert reason in answer.content.decode()
        assert reason in str(answer.context["form"].errors["prompt"])
        link = f'<a href="{reverse("checks:anchor", args=[artwork.pk])}">Go there</a>'  # where a scholar lets it pass
        assert (link in answer.text) == (reason == "anachronism")
    ming = dated("ming", title="<i>Ming</i>")
    answer = client.post(path, fields | {"style_reference": str(ming.pk)})
    assert link in str(answer.context["form"].errors["style_reference"])
    assert "&lt;i&gt;Ming&lt;/i&gt;” is of another period" in answer.text
    assert not Job.objects.exists()


def test_a_refused_description_is_told_beside_its_field(client, curator, collection, quiet):
    client.force_login(curator)
    fields = {"collection": str(collection.pk), "count": 1, "seed": 1, "format": "square"}
    answer = client.post(reverse("generation:prompt"), fields | {"prompt": "山水，唵嘛呢叭咪吽"})
    assert answer.status_code == 400
    assert answer.context["form"].errors["prompt"]
    assert not Job.objects.exists()


def test_the_api_names_the_field_and_the_reason(client, curator, dated, quiet):
    artwork = dated("tang")
    client.force_login(curator)
    order = {"artwork": str(artwork.pk), "mask": str(mask_for(artwork).pk), "engine": "imagest", "prompt": "明代服饰"}
    answer = client.post("/api/v1/restorations/", order, content_type="application/json")
    assert answer.status_code == 400
    assert "anachronism" in answer.json()["errors"]["prompt"][0]
    answer = client.post(
        "/api/v1/ink/", {"collection": str(artwork.collection_id), "prompt": "om mani padme hum"},
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 400
    assert "never generated" in answer.json()["errors"]["prompt"][0]
    assert not Job.objects.exists()


def test_a_scholar_lets_a_reference_pass(page, dated, collection):
    scholar, artwork, reference = person("expert", collection), dated("tang"), dated("ming", title="A Ming garden")
    subject = f"reference:{reference.pk}"
    assert "A Ming garden" in page(scholar, "anchor", artwork.pk)[1]
    status, text = page(scholar, "anchor", artwork.pk, subject=subject, reason="Short.")
    assert status == 400
    assert "40" in text
    status, text = page(scholar, "anchor", artwork.pk, subject=subject, reason=WHY)
    assert status == 200
    assert "Zhang Chou" in text
    status, text = page(scholar, "exception-withdraw", AnchorException.objects.get().pk, now="1")
    assert "taken back by" in text


def test_nobody_else_lets_anything_pass(page, curator, dated, stranger):
    artwork, term = dated("tang"), AnchorTerm.objects.get(key="ming-dress")
    assert "Let something pass" not in page(curator, "anchor", artwork.pk)[1]
    assert page(curator, "anchor", artwork.pk, subject=f"term:{term.pk}", reason=WHY)[0] == 403
    assert page(stranger, "anchor", artwork.pk)[0] == 404
    assert not AnchorException.objects.exists()


def test_a_rights_officer_sees_both_pictures_and_decides(
    page, client, dated, restored, register, curator, second, settings, tmp_path  # noqa: F811
):  # fmt: skip
    release = restored(dated("tang"))
    job = release.candidate.restoration.job
    job.recipe["engine"]["weights_sha256"] = DIGEST
    job.save(update_fields=["recipe"])
    settings.TRAINING_PICTURES = str(tmp_path)
    made = register((shown(release), "© The heirs"))
    services.judge(curator, release)
    assert str(release.artwork) in page(second, "rights")[1]
    status, text = page(second, "rights-case", release.pk)
    assert status == 200
    sample = made.samples.get()
    assert reverse("checks:sample-picture", args=[sample.pk]) in text
    assert "near copy" in text
    picture = b"".join(client.get(reverse("checks:sample-picture", args=[sample.pk])).streaming_content)
    assert hashlib.sha256(picture).hexdigest() == sample.sha256
    release.refresh_from_db()
    fields = {"seen": release.content_hash, "cleared": "yes"}
    assert page(curator, "rights-case", release.pk, reason=WHY, **fields)[0] == 403
    assert page(second, "rights-case", release.pk, reason="", **fields)[0] == 400
    assert page(second, "rights-case", release.pk, reason=WHY, **fields)[0] == 200
    assert Clearance.objects.get().cleared
    assert "Nothing waits" in page(second, "rights")[1]
    assert "没有待办" in page(second, "rights", language="zh-hans")[1]


def test_a_training_picture_is_shown_to_rights_officers_alone_and_only_the_registered_one(
    client, curator, second, register, settings, tmp_path, dated, restored  # noqa: F811
):  # fmt: skip
    settings.TRAINING_PICTURES = str(tmp_path)
    sample = register((shown(restored(dated("tang"))), "")).samples.get()
    path = reverse("checks:sample-picture", args=[sample.pk])
    client.force_login(curator)
    assert client.get(path).status_code == 404
    client.force_login(second)
    answer = client.get(path)
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    Image.new("RGB", (4, 4)).save(tmp_path / sample.file)
    assert client.get(path).status_code == 404
    sample.file = "../settings.py"
    sample.save()
    assert client.get(path).status_code == 404


def test_a_consultant_validates_and_refuses(page, dated, restored, consultant, curator):
    release = restored(dated("tang", title="Guanyin by the water"))
    services.judge(curator, release)
    assert "Guanyin by the water" in page(consultant, "consultations")[1]
    assert "Its entry says “Guanyin”" in page(consultant, "consultation", release.pk)[1]
    release.refresh_from_db()
    validate = {"does": "validate", "seen": release.content_hash, "conditions": "With its story.", "expires_on": ""}
    assert page(curator, "consultation", release.pk, **validate)[0] == 403
    assert page(consultant, "consultation", release.pk, **validate)[0] == 200
    assert Consultation.objects.get().conditions == "With its story."
    assert page(consultant, "consultation", release.pk, does="refuse", reason="No.")[0] == 400
    assert page(consultant, "consultation", release.pk, does="refuse", reason=NO)[0] == 200
    assert Consultation.objects.count() == 2


def test_whoever_may_not_validate_is_told_why(page, dated, restored, consultant, collection):
    from portal.accounts.models import Grant

    release = restored(dated("tang", sacred=True))
    Grant.objects.create(user=consultant, role="curator", collection=collection)
    status, text = page(consultant, "consultation", release.pk)
    assert "You are a curator here" in text
    assert "Validate it" not in text
    validate = {"does": "validate", "seen": release.content_hash}
    status, text = page(consultant, "consultation", release.pk, **validate)
    assert status == 400
    assert not Consultation.objects.exists()


def test_notices_are_placed_read_before_the_picture_and_taken_off(page, client, curator, consultant, dated):
    artwork = dated("tang")
    fields = {"kind": "notice", "name": "Open to talk", "audience": "public"}
    fields |= {"text_en": "We know of an interest.", "text_zh": "我们知悉其关切。"}
    assert page(curator, "notices", artwork.pk, **fields)[0] == 200
    status, text = page(curator, "notices", artwork.pk, **fields | {"kind": "label"})
    assert status == 400
    assert "Local Contexts Hub" in text
    client.force_login(curator)
    work = client.get(reverse("catalogue:artwork", args=[artwork.pk]), headers={"Accept-Language": "zh-hans"})
    html = work.content.decode()
    assert html.index("我们知悉其关切。") < html.index('class="work"')
    row = Protocol.objects.get()
    assert page(curator, "notice-lift", row.pk, reason="So.")[0] == 403
    assert page(consultant, "notice-lift", row.pk, reason="")[0] == 400
    assert page(consultant, "notice-lift", row.pk, reason="The elders.")[0] == 200
    row.refresh_from_db()
    assert row.lifted_because == "The elders."


def test_words_are_searched_and_added_by_curators_of_the_site(page, client, curator, stranger):
    term = {"kind": "object", "name_en": "Pocket telescope", "name_zh": "千里镜", "from_year": "1615", "to_year": "",
            "source": "Li Yu, Shi'er lou (1658)", "words": "spyglass"}  # fmt: skip
    assert page(stranger, "words", **term)[0] == 403
    assert page(curator, "words", **term | {"source": ""})[0] == 400
    assert page(curator, "words", **term)[0] == 200
    assert AnchorTerm.objects.get(name_zh="千里镜").words == ["Pocket telescope", "千里镜", "spyglass"]
    sacred = {
        "category": "deity",
        "name_en": "Kitchen God",
        "name_zh": "灶君",
        "source": "Pregadio, 2008",
    }
    assert page(curator, "sacred-words", **sacred)[0] == 200
    assert SacredTerm.objects.filter(name_zh="灶君").exists()
    client.force_login(stranger)
    found = client.get(reverse("checks:words"), {"q": "folding fan"}).content.decode()
    assert "折扇" in found
    assert "Cheongsam" not in found
    assert "Add it" not in found


def test_the_desk_says_what_waits(client, dated, restored, consultant, curator):
    release = restored(dated("tang", sacred=True))
    services.judge(curator, release)
    client.force_login(consultant)
    assert reverse("checks:consultation", args=[release.pk]) in client.get(reverse("desk:desk")).content.decode()


def test_the_register_command_says_what_it_read(tmp_path, capsys):
    from django.core.management import call_command

    table = tmp_path / "r.csv"
    table.write_text(f"file,sha256,rights\na.png,{'a' * 64},CC0\n")
    call_command("import_register", "mine", str(table), "--fingerprint", "b" * 64)
    assert "mine: 1 samples." in capsys.readouterr().out
    assert registers.Register.objects.get().samples.get().standing == "open"
