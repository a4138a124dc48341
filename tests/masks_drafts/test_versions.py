"""Versions of a mask: what each changed of the one before, who made it, and where drawing goes on."""

import logging

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from restoration.changes import changes
from restoration.masks import save_mask
from restoration.models import Mask
from restoration.services import upload_mask
from tests.factories import mask_for, sealed_picture

from .conftest import HEIGHT, WIDTH, Window

pytestmark = pytest.mark.django_db
NONE = dict.fromkeys(("loss", "crack", "stain", "fading"), 0)


@pytest.fixture
def keep(artwork, curator, tmp_path):
    """Keep labels as the next version."""

    def keep(labels, **fields) -> Mask:
        save_mask(labels, tmp_path / "mask.png")
        return upload_mask(curator, artwork, tmp_path / "mask.png", **fields)

    return keep


def some(*marks):
    """Labels with (label, rows, columns) each."""
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for label, rows, columns in marks:
        labels[rows, columns] = label
    labels[0, 0] = 4  # so that it is read as labels
    return labels


def test_the_first_version_has_nothing_to_be_compared_with(keep):
    assert keep(some()).changes == {}


def test_a_version_counts_what_it_added_and_removed_of_each_class(keep):
    keep(some((2, slice(0, 300), slice(10, 20))))
    changed = keep(some((1, slice(290, 310), slice(10, 20)), (2, slice(0, 290), slice(10, 20)))).changes
    assert changed == {"since": 1, "added": NONE | {"loss": 200}, "removed": NONE | {"crack": 100}}


def test_a_drawn_version_is_compared_with_the_one_it_was_drawn_on(keep, artwork, curator):
    base = keep(some((1, slice(0, 10), slice(10, 20))))
    keep(some((3, slice(500, 600), slice(0, 1200))))
    window = Window(curator)
    window.open(artwork, based_on=str(base.pk))
    window.mark(0, 0, (0, slice(0, 10), slice(10, 15)))
    mask = Mask.objects.get(pk=window.post("save").json()["mask"])
    assert (mask.version, mask.changes) == (3, {"since": 1, "added": NONE, "removed": NONE | {"loss": 50}})
    shown = window.client.get(f"/api/v1/masks/{mask.pk}/").json()
    assert (shown["source"], shown["changes"], shown["feather"]) == ("drawn", mask.changes, 0)


def test_a_mask_of_an_earlier_master_is_not_compared_with(keep, artwork, collection):
    keep(some())
    artwork.master = sealed_picture(collection, 15, width=WIDTH, height=HEIGHT)
    artwork.save()
    assert keep(some()).changes == {}


@pytest.mark.parametrize("harm", ["gone", "torn"])
def test_a_version_before_that_cannot_be_read_hinders_nobody(keep, harm, caplog):
    first = keep(some())
    with default_storage.open(first.file.name) as file:
        data = file.read()
    default_storage.delete(first.file.name)
    if harm == "torn":
        with default_storage.open(first.file.name, "wb") as file:
            file.write(data[: len(data) // 2])
    with caplog.at_level(logging.WARNING, "lacuna.masks"):
        assert keep(some((1, slice(9), slice(9)))).changes == {}


def test_labels_of_another_size_are_not_compared(keep):
    assert changes(keep(some()), np.zeros((5, 5), np.uint8)) == {}


def test_a_feather_is_uploaded_with_a_mask_and_bounded(keep, artwork, curator):
    from tests.factories import mask_upload

    client = Window(curator).client
    wanted = {"artwork": artwork.pk, "file": mask_upload(width=WIDTH, height=HEIGHT), "feather": 7}
    assert client.post("/api/v1/masks/", wanted).json()["feather"] == 7
    for feather in (-1, 65):
        wanted["file"] = mask_upload(width=WIDTH, height=HEIGHT)
        assert client.post("/api/v1/masks/", wanted | {"feather": feather}).status_code == 400
    assert Mask.objects.count() == 1


def page(client, name, pk):
    answer = client.get(reverse(f"restoration:{name}", args=[pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_of_a_version_says_what_changed_and_offers_to_draw_on(client, keep, curator, artwork):
    client.force_login(curator)
    first = keep(some())
    second = keep(some((1, slice(0, 40), slice(10, 40))), note="Fold", feather=5)
    text = page(client, "mask", second.pk)
    for words in ("Pixels beside version 1", "+1,200", "fades in over 5 pixels", "Fold"):
        assert words in text
    for mask in (first, second):
        assert reverse("restoration:mask", args=[mask.pk]) in text
    assert f"{reverse('restoration:mask-draw', args=[artwork.pk])}?from={second.pk}" in text
    assert "Pixels beside" not in page(client, "mask", first.pk)
    same = keep(some((1, slice(0, 40), slice(10, 40))))
    assert "Nothing was changed." in page(client, "mask", same.pk)


def test_the_list_offers_to_draw_on_from_each_version_and_names_an_unfinished_draft(client, keep, curator, artwork):
    client.force_login(curator)
    first = keep(some(), note="Under raking light")
    text = page(client, "masks", artwork.pk)
    assert "Under raking light" in text
    assert f"{reverse('restoration:mask-draw', args=[artwork.pk])}?from={first.pk}" in text
    assert "Go on drawing" not in text
    Window(curator).open(artwork)
    assert "Go on drawing" in page(client, "masks", artwork.pk)


def test_who_may_only_look_is_offered_no_drawing(client, keep, artwork):
    from tests.factories import person

    client.force_login(person("consultant", artwork.collection))
    mask = keep(some())
    draw = reverse("restoration:mask-draw", args=[artwork.pk])
    assert draw not in page(client, "masks", artwork.pk)
    assert draw not in page(client, "mask", mask.pk)


def test_a_mask_of_an_earlier_photograph_is_not_drawn_on(client, artwork, curator, collection):
    client.force_login(curator)
    mask = mask_for(artwork)
    artwork.master = sealed_picture(collection, 16)
    artwork.save()
    assert f"?from={mask.pk}" not in page(client, "mask", mask.pk) + page(client, "masks", artwork.pk)


def test_the_pages_ask_a_fixed_number_of_questions_however_many_versions(
    client, keep, curator, artwork, django_assert_max_num_queries
):
    client.force_login(curator)
    mask = keep(some())
    page(client, "masks", artwork.pk)  # what is asked once for all
    counts = []
    for _ in range(2):
        for name, pk in (("masks", artwork.pk), ("mask", mask.pk)):
            with django_assert_max_num_queries(40) as asked:
                page(client, name, pk)
            counts.append(len(asked))
        for _ in range(3):
            keep(some())
    assert counts[:2] == counts[2:]


def test_a_long_history_comes_in_pages(client, artwork, curator):
    client.force_login(curator)
    mask = mask_for(artwork)
    for version in range(2, 31):
        mask.pk, mask.version, mask._state.adding = None, version, True
        mask.save()
    text = page(client, "masks", artwork.pk)
    assert text.count("masks-grid") == 1
    assert "Page 1 of 2" in text
    assert page(client, "mask", mask.pk).count('<ol class="versions">') == 1
