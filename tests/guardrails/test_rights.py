"""Rights: near copies of reserved samples and of listed works wait for a rights officer and nobody else."""

import csv
import hashlib
import json

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from PIL import Image, ImageEnhance

from portal.errors import UserError
from review.guardrails import rights, selectors, services
from review.guardrails.models import Clearance, CopyrightList, Register
from review.guardrails.rights import likeness
from review.guardrails.selectors.checks import waiting_for_officer
from review.guardrails.services import registers
from review.guardrails.services import rights as decisions
from tests.factories import painted

pytestmark = pytest.mark.django_db
DIGEST = "e" * 64
WHY = "The heirs agreed by letter of 4 May 2026; it is kept in the file."


def scene(seed, size=256):
    """A picture with strokes and patches that no other seed has, (size, size, 3) uint8."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(40, 220, (9, 9, 3)).astype(np.uint8)
    pixels = np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC)).astype(int)
    return np.clip(pixels + rng.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)


@pytest.fixture
def register(tmp_path):
    """A function: rows of (pixels, rights, further columns) → a register of them."""

    def register(*rows, digest=DIGEST):
        table, columns = tmp_path / "register.csv", ["file", "sha256", "rights", "standing", "opted_out", "title"]
        with table.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            for number, (pixels, said, *more) in enumerate(rows):
                path = tmp_path / f"sample-{number}.png"
                Image.fromarray(pixels).save(path)
                about = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rights": said}
                writer.writerow(about | {"title": f"Sample {number}"} | (more[0] if more else {}))
        return registers.import_register("test", table, tmp_path, weights_sha256=digest)

    return register


@pytest.fixture
def release(dated, restored):
    """A restoration that weights made."""
    made = restored(dated("tang"))
    job = made.candidate.restoration.job
    job.recipe["engine"]["weights_sha256"] = DIGEST
    job.save(update_fields=["recipe"])
    return made


def shown(release):
    """The pixels of a release's picture, larger, as a training set would have it."""
    with release.picture.file.open("rb") as file, Image.open(file) as image:
        return np.asarray(image.convert("RGB").resize((384, 256), Image.Resampling.LANCZOS))


CHANGES = {
    "the same": lambda it: it,
    "smaller": lambda it: np.asarray(Image.fromarray(it).resize((90, 90))),
    "darker": lambda it: (it * 0.7).astype(np.uint8),
    "more contrast": lambda it: np.asarray(ImageEnhance.Contrast(Image.fromarray(it)).enhance(1.4)),
    "yellowed": lambda it: (it * [1, 0.92, 0.75]).astype(np.uint8),
    "mirrored": lambda it: it[:, ::-1],
    "cut by a twentieth": lambda it: it[6:-6, 6:-6],
    "patched": lambda it: np.where(np.arange(256)[:, None, None] // 40 == 3, it.mean((0, 1)), it).astype(np.uint8),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_near_copy_is_told_again(change):
    told, other = likeness.tell(np.ascontiguousarray(CHANGES[change](scene(1)))), likeness.tell(scene(1))
    hashes = np.array([int(told.perceptual, 16), int(told.mirrored, 16)], np.uint64)
    descriptions = np.frombuffer(told.description + told.description_mirrored, np.uint8).reshape(2, -1)
    bits, alike = likeness.bits_apart(other.perceptual, hashes), likeness.likenesses(other.description, descriptions)
    assert likeness.near(bits, alike).any(), (bits, alike)


def test_other_pictures_are_none():
    told = [likeness.tell(scene(seed)) for seed in range(12)]
    descriptions = np.frombuffer(b"".join(it.description for it in told), np.uint8).reshape(len(told), -1)
    hashes = np.array([int(it.perceptual, 16) for it in told], np.uint64)
    for number, it in enumerate(told):
        alike = likeness.likenesses(it.description, descriptions)
        near = likeness.near(likeness.bits_apart(it.perceptual, hashes), alike)
        assert np.flatnonzero(near).tolist() == [number]


def test_a_near_copy_of_a_reserved_sample_waits_for_a_rights_officer(release, register, curator, second):
    register((scene(5), "CC0"), (shown(release), "© The heirs, all rights reserved"))
    verdict = rights.check(release)
    assert verdict.blocks
    assert "near copy" in verdict.reason
    assert "Sample 1" in verdict.reason
    assert "rights officer" in verdict.who
    assert verdict.evidence["nearest"][0]["copy"]
    services.judge(curator, release)
    release.refresh_from_db()
    assert list(waiting_for_officer(second)) == [release]
    with pytest.raises(PermissionDenied):
        decisions.decide(curator, release, content_hash=release.content_hash, cleared=True, reason=WHY)
    with pytest.raises(UserError, match="20"):
        decisions.decide(second, release, content_hash=release.content_hash, cleared=True, reason="Fine.")
    decisions.decide(second, release, content_hash=release.content_hash, cleared=True, reason=WHY)
    assert rights.check(release).outcome == "passed"
    assert Clearance.objects.get().near[0]["title"] == "Sample 1"
    assert not waiting_for_officer(second).exists()


def test_a_clearance_is_for_one_content_and_a_refusal_stands(release, register, second):
    register((shown(release), "all rights reserved"))
    seen = release.content_hash
    release.artwork.title = "Another title"
    release.artwork.save()
    with pytest.raises(UserError, match="changed"):
        decisions.decide(second, release, content_hash=seen, cleared=True, reason=WHY)
    release.refresh_from_db()
    decisions.decide(second, release, content_hash=release.content_hash, cleared=False, reason=WHY)
    verdict = rights.check(release)
    assert verdict.blocks
    assert WHY in verdict.reason
    with pytest.raises(DatabaseError), transaction.atomic():
        Clearance.objects.update(cleared=True)


@pytest.mark.parametrize(
    ("said", "more", "blocks"),
    [("CC0", {}, False), ("origin of scan not stated", {}, False), ("CC0", {"opted_out": "yes"}, True),
     ("", {"standing": "reserved"}, True), ("http://rightsstatements.org/vocab/InC/1.0/", {}, True)],
)  # fmt: skip
def test_what_counts_as_reserved(release, register, said, more, blocks):
    register((shown(release), said, more))
    assert rights.check(release).blocks is blocks


def test_a_mirrored_copy_is_a_copy(release, register):
    register((np.ascontiguousarray(shown(release)[:, ::-1]), "all rights reserved"))
    assert rights.check(release).blocks
    assert rights.check(release).evidence["nearest"][0]["mirrored"]


def test_a_register_of_other_weights_says_nothing(release, register):
    register((shown(release), "all rights reserved"), digest="d" * 64)
    assert not rights.check(release).blocks


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_copyright_list_is_read_and_heeded(release, tmp_path, kind):
    row = {"title": "The heirs' scroll", "owner": "The heirs", "perceptual": likeness.perceptual(shown(release))}
    file = tmp_path / f"list.{kind}"
    lines = f"title,owner,perceptual\n{','.join(row.values())}\n"
    file.write_text(json.dumps([row]) if kind == "json" else lines, encoding="utf-8")
    call_command("import_copyright_list", "Agency", str(file), "--source", "agency.example, 2026")
    verdict = rights.check(release)
    assert verdict.blocks
    assert "The heirs' scroll" in verdict.reason
    call_command("import_copyright_list", "Agency", str(file), "--source", "agency.example, 2026")
    assert CopyrightList.objects.get().entries.count() == 1


@pytest.mark.parametrize(
    "text", ["", "title,sha256\n", "title,sha256\n,00\n", "title,sha256\nA,xyz\n", "title,perceptual\nA,12\n"]
)
def test_a_wrong_list_changes_nothing(tmp_path, text):
    file = tmp_path / "list.csv"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("import_copyright_list", "Agency", str(file), "--source", "x")
    assert not CopyrightList.objects.exists()


def test_a_wrong_register_changes_nothing(tmp_path, register):
    kept = register((scene(1), "CC0"))
    table = tmp_path / "register.csv"
    table.write_text(table.read_text().replace("sample-0.png", "sample-9.png"))
    with pytest.raises(UserError, match="sample-9"):
        registers.import_register("test", table, tmp_path, weights_sha256=DIGEST)
    Image.fromarray(scene(2)).save(tmp_path / "sample-9.png")
    with pytest.raises(UserError, match="not the one"):
        registers.import_register("test", table, tmp_path, weights_sha256=DIGEST)
    assert Register.objects.get().samples.count() == kept.count


def test_a_work_in_copyright_waits_as_well(curator, dated, second):
    artwork = dated("modern", rights="http://rightsstatements.org/vocab/InC/1.0/")
    release = services.prepare(curator, artwork)
    assert "in copyright" in rights.check(release).reason
    decisions.decide(second, release, content_hash=release.content_hash, cleared=True, reason=WHY)
    assert not rights.check(release).blocks
    assert not selectors.published().exists()


def test_an_original_in_the_public_domain_needs_no_clearance(curator, dated):
    assert rights.check(services.prepare(curator, dated("tang"))).outcome == "not_needed"


def test_a_small_picture_is_told_as_well():
    assert len(likeness.describe(painted(width=8, height=5))) == likeness.SIZE
