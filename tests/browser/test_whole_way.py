"""The whole way of a damaged painting, by a person in a real browser, with a real server, Redis and worker."""

import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from generation.painter import damage, paint
from gpu_workers.models import Job
from restoration.checks import weights_present
from restoration.models import Candidate, Mask
from tests.factories import person

pytestmark = pytest.mark.browser
WORK = 60_000


@pytest.fixture(scope="module")
def painting(tmp_path_factory):
    """A painted, then damaged landscape and its mask, as files on the curator's disk."""
    folder = tmp_path_factory.mktemp("painting")
    hurt = damage(paint(5, (256, 192)), 5, kinds=["loss"], share=0.03)
    Image.fromarray(hurt.picture).save(folder / "hills.png")
    Image.fromarray(np.where(hurt.labels > 0, 255, 0).astype(np.uint8)).save(folder / "mask.png")
    return folder


def sign_in(page, user) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username or email").fill(user.username)
    page.get_by_label("Password", exact=True).fill("a long password")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your desk")).to_be_visible()


def catalogue(page, painting) -> None:
    """From an empty site to a work with its photograph."""
    page.get_by_role("link", name="New collection").click()
    page.get_by_label("Name").fill("Bequest of 1950")
    page.get_by_role("button", name="Make the collection").click()
    page.get_by_role("link", name="New artwork").first.click()
    page.get_by_label("Title", exact=True).fill("Hills after rain")
    page.get_by_label(re.compile("Chinese title")).fill("雨後群山")
    page.get_by_role("button", name="Save and go on to the photograph").click()
    page.get_by_label("Photograph").set_input_files(painting / "hills.png")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("sealed as the master")).to_be_visible(timeout=WORK)
    expect(page.get_by_role("heading", name="Hills after rain")).to_be_visible()


def order(page, engine: str) -> None:
    """From a confirmed mask to the candidates, watching the job."""
    page.get_by_role("link", name="Restore with this mask").click()
    for chosen in page.locator("input[name='engine']:checked").all():
        chosen.uncheck()
    page.get_by_role("checkbox", name=engine).check()
    if page.get_by_label(re.compile("Steps")).is_visible():
        page.get_by_label(re.compile("Steps")).fill("4")
    page.get_by_role("button", name="Order it").click()
    expect(page.get_by_role("link", name="See the candidates")).to_be_visible(timeout=3 * WORK)
    page.get_by_role("link", name="See the candidates").click()


def test_from_signing_in_to_a_picked_candidate(page, until, worker, painting, barriers, complaints):
    sign_in(page, person("curator"))
    found = barriers(page)
    catalogue(page, painting)
    until("document.querySelector('[data-deepzoom]').viewer?.world?.getItemCount() === 1")
    found += barriers(page)

    page.get_by_role("link", name="Mark the damage").last.click()
    found += barriers(page)
    page.get_by_role("button", name="Propose a mask").click()
    expect(page.get_by_role("link", name="Look at the mask")).to_be_visible(timeout=WORK)
    page.get_by_role("link", name="Look at the mask").click()
    expect(page.get_by_role("heading", name="Is this the damage?")).to_be_visible()
    found += barriers(page)
    page.get_by_role("button", name="Yes, confirm").click()
    expect(page.get_by_text("The mask is confirmed")).to_be_visible()

    order(page, "Telea")
    found += barriers(page)
    slider = page.get_by_role("slider")
    assert slider.get_attribute("aria-valuenow") == "50"
    slider.focus()
    page.keyboard.down("ArrowLeft")
    until("document.querySelector('img-comparison-slider').value < 29")  # the label says it rounded
    page.keyboard.up("ArrowLeft")
    assert int(slider.get_attribute("aria-valuenow")) < 30

    page.get_by_label(re.compile("^Note")).fill("The ridge goes on.")
    page.get_by_role("button", name="Pick").click()
    expect(page.get_by_role("blockquote")).to_have_text("The ridge goes on.")
    candidate = Candidate.objects.get()
    assert (candidate.judgement, candidate.outside_max) == ("picked", 0)
    assert Mask.objects.get().confirmed_at
    assert found == []
    assert complaints == []


def test_an_uploaded_mask_and_an_engine_of_chance_give_candidates_and_their_uncertainty(
    page, worker, painting, complaints
):
    sign_in(page, person("curator"))
    catalogue(page, painting)
    page.get_by_role("link", name="Mark the damage").last.click()
    page.get_by_label("Mask file").set_input_files(painting / "mask.png")
    page.get_by_role("button", name="Upload the mask").click()
    expect(page.get_by_text("Version 1 of the mask is kept.")).to_be_visible(timeout=WORK)
    engine = "Imagest" if weights_present("imagest") else "PatchMatch"
    order(page, engine)
    expect(page.get_by_role("link", name=re.compile("Candidate 2"))).to_be_visible()
    page.get_by_role("button", name="Uncertainty").click()
    page.get_by_role("button", name="Mask outline").click()
    layers = page.locator(".slider [data-layer]")
    assert layers.count() == 3
    for index in range(3):
        expect(layers.nth(index)).to_be_visible()
        layers.nth(index).evaluate("image => image.decode()")
    page.get_by_role("link", name=re.compile("Candidate 2")).click()
    expect(page.get_by_role("heading", name="Candidate 2 beside the original")).to_be_visible()
    assert Job.objects.get(kind="restore").status == "succeeded"
    assert complaints == []
