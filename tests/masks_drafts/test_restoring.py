"""A restoration keeps to the feather of its mask, and its recipe says so."""

import numpy as np
import pytest

from gpu_workers.pictures import read
from restoration.services import SameJobExists, order_restoration, repeat_restoration, upload_mask
from tests.factories import mask_upload
from tests.restoration.conftest import calls, engine, home, labels_of, work  # noqa: F401  fixtures

from .conftest import HEIGHT, WIDTH

pytestmark = pytest.mark.django_db


@pytest.fixture
def mask_with(artwork, curator):
    """The same mask with another feather."""

    def make(feather):
        return upload_mask(curator, artwork, mask_upload(width=WIDTH, height=HEIGHT), feather=feather)

    return make


@pytest.fixture
def order(artwork, curator):
    def order(mask, **fields):
        return order_restoration(curator, artwork, mask=mask, engine="telea", candidates=1, **fields)

    return order


def pixels(restoration):
    return read(restoration.candidates.get().picture.file.path).pixels


def test_new_paint_fades_in_inside_the_mask_and_nothing_else_changes(mask_with, order, artwork, calls, engine, work):  # noqa: F811
    before = read(artwork.master.file.path).pixels
    soft, hard = order(mask_with(6)), order(mask_with(0))
    jobs = [work(), work()]
    assert [job.recipe["parameters"]["feather"] for job in jobs] == [6, 0]
    marked = labels_of(soft.mask) > 0
    for made in (soft, hard):
        np.testing.assert_array_equal(pixels(made)[~marked], before[~marked])
    top = np.argmax(marked.any(axis=1))
    column = slice(500, 501)  # down from the upper border of the loss
    steps = np.abs(pixels(soft)[:, column].astype(int) - pixels(hard)[:, column]).sum(axis=(1, 2))[top:]
    assert steps[0] > 0
    assert (steps[:7] >= np.append(steps[1:7], 0)).all()
    assert steps[6] == 0


def test_another_feather_is_another_order_and_none_is_what_it_always_was(mask_with, order, calls):  # noqa: F811
    none = order(mask_with(0)).job
    assert set(none.parameters["inputs"]) == {"master", "mask", "style"}
    some = order(mask_with(6)).job
    assert some.parameters["inputs"]["feather"] == 6
    assert some.fingerprint != none.fingerprint
    with pytest.raises(SameJobExists):
        order(mask_with(6))


def test_a_repeat_fades_in_exactly_so_again(mask_with, order, curator, calls, engine, work):  # noqa: F811
    first = order(mask_with(9))
    work()
    again = repeat_restoration(curator, first, anyway=True)
    work()
    assert first.candidates.get().picture.sha256 == again.candidates.get().picture.sha256
    assert again.mask.feather == 9


def test_the_page_of_the_result_says_it(mask_with, order, curator, client, calls, engine, work):  # noqa: F811
    client.force_login(curator)
    made = order(mask_with(6))
    work()
    assert "fades in over 6 pixels" in client.get(f"/restorations/{made.pk}/").content.decode()
