"""The trace: every step from the photograph to the picture is recorded and verified, and one broken step is named."""

from pathlib import Path

import pytest
from django.conf import settings

from gpu_workers.weights import registry
from review.guardrails import provenance, services
from review.guardrails.models import Register
from review.guardrails.services import registers
from tests.factories import painting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(dated, restored):
    return restored(dated("tang"))


def alter(field_file):
    path = Path(settings.MEDIA_ROOT) / field_file.name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")


def test_a_restoration_is_traced_from_the_photograph_on(release):
    verdict = provenance.check(release)
    assert verdict.outcome == "passed", verdict.reason
    steps = {step["step"]: step for step in verdict.evidence["steps"]}
    assert list(steps) == ["master", "read", "mask", "job", "output", "outside"]
    assert all(step["holds"] for step in steps.values())
    assert steps["master"]["sha256"] == release.master.sha256 == steps["read"]["sha256"]
    assert steps["mask"]["version"] == 1
    assert steps["job"]["engine"] == "telea"
    assert steps["output"]["found"] == release.picture.sha256
    assert steps["outside"]["outside_max"] == 0


def test_an_original_is_traced_to_its_file(curator, dated):
    verdict = provenance.check(services.prepare(curator, dated("tang")))
    assert [step["step"] for step in verdict.evidence["steps"]] == ["master"]
    assert not verdict.blocks
    assert verdict.reason.startswith("The one step ")


@pytest.mark.parametrize(("what", "reason"), [("master", "sealed"), ("mask", "mask"), ("picture", "sealed")])
def test_an_altered_file_breaks_the_trace(release, what, reason):
    alter(getattr(release, what).file)
    verdict = provenance.check(release)
    assert verdict.blocks
    assert reason in verdict.reason


def break_master(release):
    release.candidate.restoration.job.recipe["inputs"]["picture"]["sha256"] = "0" * 64


def break_mask(release):
    release.candidate.restoration.job.parameters["inputs"]["mask"] = "0" * 64


def break_confirmed(release):
    release.candidate.restoration.mask.confirmed_at = None


def break_job(release):
    release.candidate.restoration.job.status = "failed"


def break_engine(release):
    release.candidate.restoration.job.recipe["engine"] = None


def break_output(release):
    release.candidate.restoration.job.recipe["outputs"][0]["sha256"] = "0" * 64


def break_proof(release):
    release.candidate.restoration.job.recipe["outputs"][0]["max_outside"] = 1


def break_reference(release):
    release.candidate.restoration.job.parameters["inputs"]["style"] = "0" * 64


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(break_master, "another photograph"), (break_mask, "another mask"), (break_confirmed, "confirmed"),
     (break_job, "succeed"), (break_engine, "engine"), (break_output, "hash"), (break_proof, "untouched"),
     (break_reference, "references")],
)  # fmt: skip
def test_a_missing_step_is_named(release, broken, reason):
    broken(release)
    verdict = provenance.check(release)
    assert verdict.blocks
    assert reason in verdict.reason


def test_weights_must_be_known_by_a_register(release):
    release.candidate.restoration.job.recipe["engine"]["weights_sha256"] = "f" * 64
    verdict = provenance.check(release)
    assert "No register" in verdict.reason
    assert "operator" in verdict.who
    Register.objects.create(name="w", weights_sha256="f" * 64, file_sha256="0" * 64, count=1)
    assert provenance.check(release).outcome == "passed"


def test_a_painting_without_a_recipe_is_not_traced(curator, dated):
    artwork = dated("tang")
    painting = painting_for(artwork.collection, artwork.master)
    assert "engine" in provenance.check(services.prepare(curator, artwork, painting)).reason


def test_the_shipped_weights_have_registers_that_describe_every_sample(db):
    """One of the three, the smallest: the same rows with the same descriptions as the others."""
    table = registry.FOLDER / "colour" / "register.csv"
    register = registers.import_register("colour", table)
    assert register.weights_sha256 == registry.resolve("colour").sha256
    assert register.count == register.samples.count() == 1697
    assert not register.samples.filter(perceptual="").exists()
    assert set(register.samples.values_list("standing", flat=True)) == {"open", "unstated"}
    again = registers.import_register("colour", table)
    assert again.pk == register.pk
    assert Register.objects.count() == 1


def test_what_ships_covers_all_registers_and_holds_no_picture():
    known = registers.shipped_samples()
    for name in registry.names():
        rows = (registry.FOLDER / name / "register.csv").read_text().splitlines()[1:]
        assert {row.split(",")[1] for row in rows} <= known.keys()
    assert registers.SAMPLES.stat().st_size < 600_000
