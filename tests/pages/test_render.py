"""Every page shows itself, in both languages, to who may see it, and asks the database a fixed number of questions."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gpu_workers.models import Job
from tests.factories import ArtworkFactory, CollectionFactory, person
from tests.pages.conftest import hang

PAGES = {
    "components": lambda it: reverse("design"),
    "home": lambda it: reverse("catalogue:collections"),
    "new collection": lambda it: reverse("catalogue:collection-new"),
    "collection": lambda it: reverse("catalogue:collection", args=[it.artwork.collection_id]),
    "edit collection": lambda it: reverse("catalogue:collection-edit", args=[it.artwork.collection_id]),
    "new artwork": lambda it: reverse("catalogue:artwork-new", args=[it.artwork.collection_id]),
    "artwork": lambda it: reverse("catalogue:artwork", args=[it.artwork.pk]),
    "edit artwork": lambda it: reverse("catalogue:artwork-edit", args=[it.artwork.pk]),
    "delete artwork": lambda it: reverse("catalogue:artwork-delete", args=[it.artwork.pk]),
    "master": lambda it: reverse("catalogue:artwork-master", args=[it.artwork.pk]),
    "manifest": lambda it: reverse("uploads:iiif", args=[it.artwork.collection_id]),
    "masks": lambda it: reverse("restoration:masks", args=[it.artwork.pk]),
    "draw": lambda it: reverse("restoration:mask-draw", args=[it.artwork.pk]),
    "mask": lambda it: reverse("restoration:mask", args=[it.mask.pk]),
    "proposal": lambda it: reverse("restoration:mask", args=[it.proposal.pk]),
    "order": lambda it: reverse("restoration:order", args=[it.artwork.pk]),
    "repeat": lambda it: reverse("restoration:order", args=[it.artwork.pk]) + f"?repeat={it.restoration.pk}",
    "restoration": lambda it: reverse("restoration:detail", args=[it.restoration.pk]),
    "second candidate": lambda it: reverse("restoration:detail", args=[it.restoration.pk]) + "?candidate=2",
    "candidates": lambda it: reverse("restoration:candidates", args=[it.artwork.pk]),
    "the same loss": lambda it: reverse("restoration:candidates", args=[it.artwork.pk]) + "?view=losses",
    "compare": lambda it: (
        reverse("restoration:compare", args=[it.artwork.pk]) + f"?show=original,{it.candidate.pk},{it.recoloured.pk}"
    ),
    "dated words": lambda it: reverse("checks:words"),
    "sacred words": lambda it: reverse("checks:sacred-words"),
    "anchor": lambda it: reverse("checks:anchor", args=[it.artwork.pk]),
    "community notices": lambda it: reverse("checks:notices", args=[it.artwork.pk]),
    "rights": lambda it: reverse("checks:rights"),
    "consultations": lambda it: reverse("checks:consultations"),
    "releases": lambda it: reverse("guardrails:releases"),
    "prepare for the public": lambda it: reverse("guardrails:prepare", args=[it.artwork.pk]),
    "exhibitions": lambda it: reverse("curating:list"),
    "new exhibition": lambda it: reverse("curating:new") + f"?collection={it.artwork.collection_id}",
    "concerns": lambda it: reverse("curating:concerns"),
    "nominations": lambda it: reverse("review:nominations"),
    "studies": lambda it: reverse("review:studies"),
    "panels": lambda it: reverse("panel:home"),
    "reconstruct": lambda it: reverse("restoration:reconstruct", args=[it.artwork.pk]),
    "reconstruct again": lambda it: (
        reverse("restoration:reconstruct", args=[it.artwork.pk]) + f"?repeat={it.reconstruction.pk}"
    ),
    "reconstruction": lambda it: reverse("restoration:detail", args=[it.reconstruction.pk]),
    "use": lambda it: reverse("restoration:use", args=[it.restoration.pk]),
    "several": lambda it: reverse("restoration:batch-new", args=[it.artwork.collection_id]),
    "batches": lambda it: reverse("restoration:batches"),
    "presets": lambda it: reverse("restoration:presets"),
    "jobs": lambda it: reverse("jobs:list"),
    "job": lambda it: reverse("jobs:detail", args=[it.restoration.job_id]),
    "desk": lambda it: reverse("desk:desk"),
    "waiting": lambda it: reverse("desk:waiting"),
    "works": lambda it: reverse("desk:works"),
    "activity": lambda it: reverse("desk:activity"),
    "search": lambda it: reverse("desk:search") + "?q=hills",
    "no search": lambda it: reverse("desk:search"),
    "notices": lambda it: reverse("notices:list"),
    "letters": lambda it: reverse("notices:preferences"),
    "api": lambda it: reverse("api-docs"),
    "tokens": lambda it: reverse("accounts:tokens"),
    "password": lambda it: reverse("account_change_password"),
    "second factor": lambda it: reverse("mfa_index"),
}
ANONYMOUS = ("/", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/")


def title(response) -> str:
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1].strip()


def test_a_curator_sees_every_page_in_english(gallery, visit):
    for path in PAGES.values():
        response = visit(path(gallery))
        assert response.status_code == 200
        assert '<html lang="en"' in response.content.decode()
        assert title(response).endswith("· Lacuna")


def test_a_curator_sees_every_page_in_chinese(gallery, visit):
    for name, path in PAGES.items():
        response = visit(path(gallery), "zh-hans")
        assert response.status_code == 200
        assert '<html lang="zh-Hans"' in response.content.decode()
        assert re.search(r"[\u4e00-\u9fff]", response.content.decode().split("<main")[1].split("</main>")[0]), name


@pytest.mark.django_db
@pytest.mark.parametrize("path", ANONYMOUS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_who_is_not_signed_in_sees_the_entrance(path, language, visit):
    response = visit(path, language, user=None)
    assert response.status_code == 200
    assert "Lacuna" in title(response)


def test_who_may_only_look_is_offered_nothing_to_change(gallery, visit):
    reader = person("coordinator", gallery.artwork.collection)
    for name in ("collection", "artwork", "masks", "mask", "proposal", "restoration", "reconstruction", "job"):
        response = visit(PAGES[name](gallery), user=reader)
        assert response.status_code == 200
        main = response.content.decode().split("<main")[1]
        assert 'method="post"' not in main, name
        assert "/edit/" not in main, name


def test_no_page_holds_an_inline_script_style_or_handler(gallery, visit):
    for path in PAGES.values():
        html = visit(path(gallery)).content.decode()
        scripts = re.findall(r"<script\b([^>]*)>", html)
        assert all("src=" in script or 'type="application/json"' in script for script in scripts)
        assert not re.search(r"<style|\sstyle=|\son\w+=", html)


def queries(visit, path) -> int:
    visit(path)  # whatever is remembered from the first time
    with CaptureQueriesContext(connection) as captured:
        assert visit(path).status_code == 200
    return len(captured)


def test_the_list_of_collections_asks_as_much_for_many_as_for_one(curator, gallery, visit):
    path = reverse("catalogue:collections")
    before = queries(visit, path)
    for _ in range(3):
        ArtworkFactory(collection=CollectionFactory(curator=curator))
    assert queries(visit, path) == before


def test_a_collection_asks_as_much_for_many_works_as_for_one(gallery, visit):
    path = PAGES["collection"](gallery)
    before = queries(visit, path)
    for _ in range(3):
        ArtworkFactory(collection=gallery.artwork.collection)
    assert queries(visit, path) == before


def test_a_page_asks_as_much_for_many_restorations_as_for_one(gallery, visit):
    paths = [PAGES[name](gallery) for name in ("artwork", "masks", "order", "restoration", "jobs")]
    paths += [PAGES[name](gallery) for name in ("reconstruct", "reconstruction")]
    before = [queries(visit, path) for path in paths]
    for seed in (1, 2, 3):
        more = hang(gallery.artwork.collection, seed)
        for row in (more.restoration, more.reconstruction):
            row.artwork = gallery.artwork
            row.save()
        more.mask.artwork, more.mask.version = gallery.artwork, 10 + seed
        more.mask.master = gallery.artwork.master
        more.mask.save()
    assert [queries(visit, path) for path in paths] == before


def test_the_page_of_a_candidate_shows_the_one_that_was_asked_for(gallery, visit):
    second = gallery.restoration.candidates.get(number=2)
    html = visit(PAGES["second candidate"](gallery)).content.decode()
    assert f"/pictures/{second.picture_id}/file" in html
    assert second.picture.sha256 in html


def test_a_failed_job_shows_its_sentence_and_a_way_on(gallery, visit):
    Job.objects.update(status="failed", message="The engine ran out of memory.")
    path = reverse("jobs:detail", args=[gallery.restoration.job_id])
    assert "The engine ran out of memory." in visit(path).content.decode()
    chinese = visit(path, "zh-hans").content.decode()
    assert "引擎内存不足" in chinese
    assert reverse("jobs:retry", args=[gallery.restoration.job_id]) in chinese


def test_a_waiting_job_says_its_place_and_that_no_worker_is_there(gallery, visit):
    Job.objects.update(status="queued", queued_at="2026-01-01T00:00Z")
    html = visit(reverse("jobs:detail", args=[gallery.restoration.job_id])).content.decode()
    assert "Next in the queue" in html
    assert "No worker is running" in html
    assert 'http-equiv="refresh"' in html


def test_a_restoration_without_candidates_leads_to_its_job(gallery, visit):
    gallery.restoration.candidates.all().delete()
    html = visit(PAGES["restoration"](gallery)).content.decode()
    assert reverse("jobs:detail", args=[gallery.restoration.job_id]) in html.split("<main")[1]


def test_the_layers_are_transparent_pictures_of_the_masters_shape(gallery, visit):
    import pyvips

    for path in (
        reverse("restoration:mask-outline", args=[gallery.mask.pk]),
        reverse("restoration:uncertainty-layer", args=[gallery.restoration.pk]),
        reverse("restoration:difference-layer", args=[gallery.recoloured.pk]),
        reverse("restoration:structure-layer", args=[gallery.recoloured.pk]),
    ):
        response = visit(path)
        layer = pyvips.Image.new_from_buffer(response.content, "")
        master = gallery.artwork.master
        assert layer.bands == 4
        assert layer.width / layer.height == master.width / master.height
        assert layer[3].max() > 200
        assert layer[3].min() == 0


def test_the_evidence_of_a_reconstruction_is_on_its_page_and_in_its_report(gallery, visit):
    html = visit(PAGES["reconstruction"](gallery)).content.decode()
    for shown in ("6.3", "0.951", "23.0", "100.0 %", "Working profile: sRGB", "Reference 1 is gray"):
        assert shown in html, shown
    assert html.count("<polyline") == 6
    assert html.count('<th scope="row">') == 3 * 32
    report = visit(reverse("restoration:report", args=[gallery.reconstruction.pk])).json()
    assert report["candidates"][0]["measures"]["delta_e"]["p95"] == 11.5


def test_the_maps_are_there_as_they_were_measured(gallery, visit):
    for name in ("difference", "structure"):
        response = visit(reverse(f"restoration:{name}", args=[gallery.recoloured.pk]))
        assert b"".join(response.streaming_content).startswith(b"\x89PNG")
        assert visit(reverse(f"restoration:{name}", args=[gallery.candidate.pk])).status_code == 404


def test_a_reference_that_a_reader_may_not_see_is_not_named(gallery, visit):
    reference = gallery.reconstruction.references.get().artwork
    reference.collection = CollectionFactory()
    reference.title = "A secret work"
    reference.save()
    html = visit(PAGES["reconstruction"](gallery)).content.decode()
    assert "A secret work" not in html
    assert str(reference.master_id) not in html
    assert "a work that you may not open" in html


def test_a_style_reference_that_a_reader_may_not_see_is_not_named(gallery, visit):
    style = ArtworkFactory(title="A secret manner", collection=CollectionFactory())
    type(gallery.restoration).objects.filter(pk=gallery.restoration.pk).update(style_reference=style)
    html = visit(PAGES["restoration"](gallery)).content.decode()
    assert "A secret manner" not in html
    assert str(style.pk) not in html
    assert "a work that you may not open" in html


def test_a_page_to_reconstruct_without_any_other_work_says_what_is_needed(artwork, visit):
    html = visit(reverse("restoration:reconstruct", args=[artwork.pk])).content.decode()
    assert "First a well-kept work" in html
    assert reverse("catalogue:artwork-new", args=[artwork.collection_id]) in html


def test_the_key_of_a_map_is_the_colours_that_are_laid_over_the_picture():
    from restoration.scales import DIFFERENCE, STRUCTURE

    for scale in (DIFFERENCE, STRUCTURE):
        table = scale.table()
        for value, colour, opacity in scale.stops:
            nearest = table[round(scale.level(value))]
            assert abs(nearest.astype(int) - [*colour, 255 * opacity]).max() <= 16, value
        xs = [float(tick["x"]) for tick in scale.key()["ticks"]]
        assert xs == sorted(xs)
        assert (xs[0], xs[-1]) == (0, 300)


def test_an_operator_sees_the_queue_but_no_work_in_it(gallery, visit, operator):
    for path in (reverse("jobs:list"), reverse("jobs:detail", args=[gallery.restoration.job_id])):
        html = visit(path, user=operator).content.decode()
        assert "PatchMatch" in html
        assert gallery.artwork.title not in html
        assert "/pictures/" not in html


def test_the_list_of_jobs_names_the_works(gallery, visit):
    assert gallery.artwork.title in visit(reverse("jobs:list")).content.decode()


def test_the_page_of_the_api_lists_every_operation_of_its_document(visit):
    from drf_spectacular.generators import SchemaGenerator

    html = visit(reverse("api-docs")).content.decode()
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    assert len(paths) > 15
    assert [path for path in paths if f"</b> {path}</code>" not in html] == []


def test_the_status_of_a_job_is_what_its_page_needs(gallery, visit):
    state = visit(reverse("jobs:status", args=[gallery.restoration.job_id])).json()
    assert state["status"] == "succeeded"
    assert state.keys() >= {"sequence", "fraction", "stage", "preview", "message", "place", "estimate"}
