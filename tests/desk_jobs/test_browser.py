"""The job desk in a real browser: what is said while a form is filled in, what moves, and who is kept out."""

import pytest
from django.db.models import F
from django.urls import reverse

from gpu_workers.models import Job
from tests.browser.conftest import aside, barriers, complaints, until
from tests.factories import ArtworkFactory, mask_for, person
from tests.jobs.conftest import make_job
from tests.pages.conftest import hang

__all__ = ["aside", "barriers", "complaints", "make_job", "until"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gallery(collection):
    return hang(collection)


@pytest.fixture
def order_page(page, log_in, curator, gallery):
    """The page on which the gallery's work is ordered, begun from its earlier order where asked."""
    log_in(curator)

    def open_page(query: str = ""):
        page.goto(reverse("restoration:order", args=[gallery.artwork.pk]) + query)
        return page

    return open_page


def test_several_engines_are_said_on_the_button_and_estimated(order_page, until, complaints, gallery):
    page = order_page(f"?repeat={gallery.restoration.pk}")
    page.locator('[name="engine"][value="telea"]').check()
    until("document.querySelector('[data-one]').textContent === 'Order 2 side by side'")
    until("document.querySelector('[data-outlook]').textContent.startsWith('Next in the queue')")
    page.locator('[name="engine"][value="telea"]').uncheck()
    until("document.querySelector('[data-one]').textContent === 'Order it'")
    assert complaints == []


def test_what_is_changed_is_marked_until_it_is_changed_back(order_page, until, gallery):
    page = order_page(f"?repeat={gallery.restoration.pk}")
    marked = "[...document.querySelectorAll('.changed')].map((it) => it.dataset.part).join()"
    assert page.evaluate(marked) == ""
    page.fill('[name="seed"]', "987")
    until(f"{marked} === 'seed'")
    page.fill('[name="seed"]', str(gallery.restoration.seed))
    until(f"{marked} === ''")


def test_only_what_the_chosen_engines_use_is_asked(order_page):
    page = order_page()
    for engine in page.locator('[name="engine"]:checked').all():
        engine.uncheck()
    page.locator('[name="engine"][value="telea"]').check()
    assert not page.locator('[name="seed"]').is_visible()
    assert page.locator(".only-without-chance").is_visible()
    page.locator('[name="engine"][value="patchmatch"]').check()
    assert page.locator('[name="seed"]').is_visible()
    assert not page.locator(".only-without-chance").is_visible()


def test_a_row_follows_its_job_and_nothing_moves(page, log_in, curator, make_job, until, aside, complaints):
    log_in(curator)
    below, job = make_job("failed"), make_job("running", fraction=0.1)  # the newest stands first
    page.goto(reverse("jobs:list"))
    top = f"document.getElementById('job-{below.pk}').getBoundingClientRect().top"
    before = page.evaluate(top)
    moved = {"fraction": 0.5, "stage": "Filling the losses", "sequence": F("sequence") + 1}
    aside(Job.objects.filter(pk=job.pk).update, **moved)
    until(f"document.getElementById('job-{job.pk}').textContent.includes('Filling the losses')")
    assert page.evaluate(top) == before
    aside(Job.objects.filter(pk=job.pk).update, status="succeeded", lease_until=None, sequence=F("sequence") + 1)
    until(f"document.getElementById('job-{job.pk}').textContent.includes('Done')")
    assert page.evaluate(top) == before
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_keep_nobody_out(page, log_in, curator, gallery, barriers, make_job, collection, scheme):
    log_in(curator)
    page.emulate_media(color_scheme=scheme)
    make_job(owner=person("curator", collection))
    mask_for(ArtworkFactory(collection=collection))
    paths = [
        reverse("restoration:order", args=[gallery.artwork.pk]) + f"?repeat={gallery.restoration.pk}",
        reverse("jobs:list"),
        reverse("restoration:batch-new", args=[collection.pk]),
        reverse("restoration:batches"),
        reverse("restoration:presets"),
        reverse("restoration:use", args=[gallery.restoration.pk]),
    ]
    for path in paths:
        page.goto(path)
        assert barriers(page) == []
    page.goto(paths[2])
    page.locator('[name="everything"]').check()
    page.locator('[name="engine"][value="telea"]').check()
    page.get_by_role("button", name="See what would be ordered").click()
    assert barriers(page) == []
    page.locator('button[name="order"]').click()
    assert "/batches/" in page.url
    assert barriers(page) == []
