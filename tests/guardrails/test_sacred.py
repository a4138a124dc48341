"""Sacred imagery: mantras and scripture are never asked for, nothing is mirrored, a consultant has the last word."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from generation.painter import Wishes, paint
from generation.services.rounds import order_paintings
from gpu_workers.engines import pipeline, registry
from gpu_workers.models import Job
from portal.accounts.models import Grant
from portal.errors import UserError
from restoration.services import order_restoration
from review.guardrails import sacred, selectors, services, vocabulary
from review.guardrails.models import Consultation, Protocol
from review.guardrails.selectors import consent as reads
from review.guardrails.services import consent
from tests.factories import mask_for, painted, person, picture_bytes

pytestmark = pytest.mark.django_db
NO = "The community asked that this ritual image not be copied."


@pytest.mark.parametrize(
    "text",
    [
        "om mani padme hum", "Om Maṇi Padme Hūṃ carved in rock", "a cliff, OM-MANI PADME-HUM", "om.mani.padme.hum",
        "嗡嘛呢叭咪吽", "山崖上刻着唵嘛呢叭咪吽", "嗡 嘛 呢 叭 咪 吽", "唵·嘛·呢·叭·咪·吽", "六字真言", "大悲咒",
        "咒語",
        "the Heart Sutra on a banner", "gate gate paragate parasamgate", "抄写心经", "般若波羅蜜多心經", "scripture",
        "南無阿彌陀佛", "namo amituofo", "道士画符箓", "ॐ मणि पद्मे हूँ", "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ",
    ],
)  # fmt: skip
def test_mantras_and_scripture_are_refused_however_they_are_written(text):
    verdict = sacred.judge_prompt(text)
    assert verdict.blocks
    assert "never generated" in verdict.reason
    assert verdict.evidence["found"]


@pytest.mark.parametrize("text", ["", "a temple by a stream", "pines", "寒江独钓", "仿佛若有光", "a woman at home"])
def test_what_is_not_sacred_text_passes(text):
    assert not sacred.judge_prompt(text).blocks
    assert sacred.findings(None, text) == []


def test_no_job_is_made_of_a_mantra(curator, artwork, quiet):
    with pytest.raises(UserError, match="never generated") as refused:
        order_restoration(curator, artwork, mask=mask_for(artwork), prompt="om mani padme hum")
    assert refused.value.field == "prompt"
    with pytest.raises(UserError, match="never generated"):
        order_paintings(curator, artwork.collection, prompt="山水，崖上有嗡嘛呢叭咪吽")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("fields", "text", "where"),
    [({"sacred": True}, "", "flag"), ({"subjects": "clouds, Guanyin"}, "", "catalogue"),
     ({"title_zh": "水月觀音"}, "", "catalogue"), ({}, "a mandala in the clouds", "prompt"), ({}, "唐卡", "prompt")],
)  # fmt: skip
def test_sacred_works_are_found_and_their_jobs_bound(curator, dated, quiet, fields, text, where):
    artwork = dated("tang", **fields)
    assert {it["where"] for it in sacred.findings(artwork, text)} == {where}
    order = order_restoration(curator, artwork, mask=mask_for(artwork), prompt=text)
    assert order.job.parameters["constraints"] == {"mirror": False, "rotate": False, "handedness": "kept"}


def test_other_jobs_are_not_bound(curator, artwork, quiet):
    order = order_restoration(curator, artwork, mask=mask_for(artwork))
    assert "constraints" not in order.job.parameters


class Watching:
    """An engine that keeps what it was shown and returns it."""

    version, weights_sha256, device, batch, libraries = "1", None, "cpu", 4, {}

    def fill(self, windows, masks, *, seeds, conditions, progress=None, cancelled=None):
        self.windows, self.conditions = windows.copy(), conditions
        return windows


@pytest.mark.parametrize("directional", [True, False])
def test_the_worker_never_mirrors_a_sacred_picture(monkeypatch, tmp_path, directional):
    """A picture smaller than the window: its surroundings are its carried-on rim, not its mirror image."""
    engine = Watching()
    monkeypatch.setattr(registry, "load", lambda name, device=None: engine)
    pixels = painted(seed=3)
    (tmp_path / "master.png").write_bytes(picture_bytes(pixels))
    labels = np.zeros(pixels.shape[:2], np.uint8)
    labels[20:30, 40:50] = 1
    result = pipeline.restore(
        tmp_path / "master.png", labels, "telea", out_dir=tmp_path, directional=directional
    )  # fmt: skip
    shown = np.rint(engine.windows[0] * 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    mirrored = np.array_equal(shown[:height, width : 2 * width], pixels[:, ::-1])
    assert mirrored is not directional
    assert engine.conditions.directional is directional
    assert result.recipe["parameters"]["directional"] is directional


def test_a_worker_obeys_the_parameters_of_the_job(dated, restored):
    release = restored(dated("tang", sacred=True))
    assert release.candidate.restoration.job.recipe["parameters"]["directional"] is True
    assert sacred.check(release).evidence["directional"] is True


def test_the_painter_s_draft_of_a_sacred_scene_is_never_mirrored():
    drawn = {upright: [paint(seed, (64, 64), signed=False, wishes=Wishes(upright=upright)) for seed in range(6)]
             for upright in (True, False)}  # fmt: skip
    same = [np.array_equal(*pair) for pair in zip(drawn[True], drawn[False], strict=True)]
    assert any(same)
    assert not all(same)


def test_a_sacred_work_waits_for_a_consultant_whose_word_ends_with_the_content(dated, restored, curator, consultant):
    release = restored(dated("tang", sacred=True))
    verdict = sacred.check(release)
    assert verdict.blocks
    assert "cultural consultant" in verdict.who
    services.judge(curator, release)
    assert list(reads.waiting_for_consultant(consultant)) == [release]
    release.refresh_from_db()
    consent.validate(consultant, release, content_hash=release.content_hash, conditions="Only with its story.")
    assert "on conditions that each signer confirms" in sacred.check(release).reason
    assert not reads.waiting_for_consultant(consultant).exists()
    release.artwork.title = "Another title"
    release.artwork.save()
    services.judge(curator, release)
    release.refresh_from_db()
    assert sacred.check(release).blocks


def test_an_old_look_validates_nothing(dated, restored, consultant):
    release = restored(dated("tang", sacred=True))
    seen = release.content_hash
    release.artwork.title = "Another title"
    release.artwork.save()
    with pytest.raises(UserError, match="changed"):
        consent.validate(consultant, release, content_hash=seen)
    assert not Consultation.objects.exists()


def test_a_validation_runs_out(dated, restored, consultant, monkeypatch):
    release = restored(dated("tang", sacred=True))
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(UserError, match="to come"):
        consent.validate(consultant, release, content_hash=release.content_hash, expires_on=timezone.localdate())
    consent.validate(consultant, release, content_hash=release.content_hash, expires_on=tomorrow)
    assert sacred.check(release).outcome == "passed"
    monkeypatch.setattr(timezone, "localdate", lambda: tomorrow + timedelta(days=1))
    assert "run out" in sacred.check(release).reason


@pytest.mark.parametrize(("role", "part"), [("curator", "curator"), ("coordinator", "coordinat")])
def test_whoever_has_another_role_here_cannot_validate(dated, restored, consultant, collection, role, part):
    release = restored(dated("tang", sacred=True))
    Grant.objects.create(user=consultant, role=role, collection=collection)
    with pytest.raises(UserError, match=part):
        consent.validate(consultant, release, content_hash=release.content_hash)
    assert not Consultation.objects.exists()


def test_whoever_made_it_cannot_validate_even_as_a_mere_consultant_now(dated, restored, curator, collection):
    release = restored(dated("tang", sacred=True))
    Grant.objects.filter(user=curator, collection=collection).update(role="consultant")
    with pytest.raises(UserError, match="part in making"):
        consent.validate(curator, release, content_hash=release.content_hash)


def test_a_consultant_who_becomes_curator_validates_no_longer(dated, restored, consultant, collection):
    release = restored(dated("tang", sacred=True))
    consent.validate(consultant, release, content_hash=release.content_hash)
    Grant.objects.create(user=consultant, role="curator", collection=collection)
    assert sacred.check(release).blocks


def test_a_refusal_is_overruled_by_nobody_but_its_author(dated, restored, consultant, collection):
    release = restored(dated("tang"))
    assert sacred.check(release).outcome == "not_needed"
    consent.refuse(consultant, release, reason=NO)
    another = person("consultant", collection)
    consent.validate(another, release, content_hash=release.content_hash)
    verdict = sacred.check(release)
    assert verdict.blocks
    assert NO in verdict.reason
    assert verdict.who == ""
    release.artwork.title = "Another title"
    release.artwork.save()
    assert sacred.check(release).blocks
    consent.validate(consultant, release, content_hash=services.judge(consultant, release) and _digest(release))
    assert not sacred.check(release).blocks


def _digest(release):
    release.refresh_from_db()
    return release.content_hash


def test_a_refusal_of_the_whole_work_holds_for_all_that_is_made_of_it(dated, restored, consultant, curator):
    artwork = dated("tang")
    first = restored(artwork)
    consent.refuse(consultant, first, reason=NO, whole_work=True)
    assert sacred.check(services.prepare(curator, artwork)).blocks


def test_a_refusal_withdraws_what_is_public_at_once(released, consultant):
    release = released("published")
    consent.refuse(consultant, release, reason=NO)
    assert not selectors.published().exists()
    release.refresh_from_db()
    assert release.withdrawn_because == NO


def test_what_was_said_cannot_be_altered_by_any_way(dated, restored, consultant):
    release = restored(dated("tang"))
    said = consent.refuse(consultant, release, reason=NO)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consultation.objects.filter(pk=said.pk).update(validated=True)


def test_a_community_s_notice_keeps_the_public_out_and_withdraws(released, curator, consultant):
    release = released("published")
    placed = consent.place_protocol(
        consultant, release.artwork, name="Men's ceremony", text_en="Ask us first.", audience="members"
    )
    assert not selectors.published().exists()
    assert sacred.check(release).blocks
    assert reads.audience_of(release.artwork) == "members"
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        consent.lift_protocol(curator, placed, "I say so.")
    consent.lift_protocol(consultant, placed, "The elders, by letter of 3 May.")
    assert reads.audience_of(release.artwork) == Protocol.Audience.PUBLIC
    assert Protocol.objects.get().lifted_because


def test_nobody_here_makes_a_label_up(curator, artwork):
    with pytest.raises(UserError, match="Local Contexts Hub"):
        consent.place_protocol(curator, artwork, kind="label", name="TK Attribution", text_en="Name us.")
    consent.place_protocol(
        curator, artwork, kind="label", name="TK Attribution", text_en="Name us.", hub_id="259854f7", community="X"
    )
    assert reads.standing_protocols(artwork).count() == 1


def test_what_ships_is_bilingual_and_sourced():
    rows = vocabulary.shipped_sacred_terms()
    assert {row["category"] for row in rows} == set(dict(vocabulary.SacredTerm.Category.choices))
    for row in rows:
        assert row["source"]
        assert any(word.isascii() for word in row["words"])
        assert any(not word.isascii() for word in row["words"])
        assert all(len(word) > 1 for word in row["words"])
