"""A draft over HTTP, from opening it to the mask that it becomes."""

import uuid

import numpy as np
import pytest

from portal.catalogue.models import Artwork
from restoration.models import Mask, MaskDraft
from tests.factories import ArtworkFactory, mask_for, sealed_picture

from .conftest import ADDRESS, HEIGHT, WIDTH, Window, as_json, picture, tile

pytestmark = pytest.mark.django_db
MARK = (2, slice(10, 20), slice(30, 50))


def test_from_opening_to_a_confirmed_mask(window, artwork, curator):
    opened = window.get().json()
    assert opened | {"id": 0, "updated_at": 0} == {
        "id": 0,
        "artwork": str(artwork.pk),
        "width": WIDTH,
        "height": HEIGHT,
        "tile": 512,
        "revision": 0,
        "based_on": None,
        "feather": 0,
        "note": "",
        "updated_at": 0,
    }
    assert window.get("tiles/").json() == {"revision": 0, "tiles": []}
    assert window.mark(0, 0, MARK).json() == {"revision": 1}
    assert window.mark(2, 1, (4, slice(0, 88), slice(0, 176))).json() == {"revision": 2}
    expected = np.zeros((HEIGHT, WIDTH), np.uint8)
    expected[10:20, 30:50], expected[512:, 1024:] = 2, 4
    np.testing.assert_array_equal(window.labels(), expected)
    saved = window.post("save", {"note": "Crack along the fold", "feather": 3})
    assert saved.status_code == 201, saved.json()
    mask = Mask.objects.get(pk=saved.json()["mask"])
    assert saved.json() == {"mask": str(mask.pk), "version": 1, "url": f"/masks/{mask.pk}/"}
    assert (mask.source, mask.note, mask.feather) == ("drawn", "Crack along the fold", 3)
    assert (mask.created_by, mask.confirmed_by, mask.master) == (curator, curator, artwork.master)
    assert mask.coverage == pytest.approx(
        {"loss": 0, "crack": 200 / expected.size, "stain": 0, "fading": 88 * 176 / expected.size}
    )
    assert mask.overlay.storage.exists(mask.overlay.name)
    stored = window.client.get(f"/api/v1/masks/{mask.pk}/tiles/").json()
    np.testing.assert_array_equal(picture(stored["tiles"]), expected)


def test_the_draft_that_is_there_is_returned_unless_restarted(window, artwork):
    window.mark(0, 0, MARK)
    first = window.draft
    again = window.open(artwork)
    assert (again.status_code, again.json()["id"], again.json()["revision"]) == (200, first, 1)
    anew = window.open(artwork, restart=True)
    assert (anew.status_code, anew.json()["revision"]) == (201, 0)
    assert anew.json()["id"] != first
    assert not MaskDraft.objects.filter(pk=first).exists()


def test_a_draft_starts_from_a_version(curator, artwork):
    mask = mask_for(artwork)
    window = Window(curator)
    assert window.open(artwork, based_on=str(mask.pk)).json()["based_on"] == str(mask.pk)
    answer = window.get("tiles/").json()
    assert (answer["revision"], {one["revision"] for one in answer["tiles"]}) == (0, {0})
    assert window.get("tiles/", since=0).json()["tiles"] == []
    stored = window.client.get(f"/api/v1/masks/{mask.pk}/tiles/").json()
    np.testing.assert_array_equal(picture(answer["tiles"]), picture(stored["tiles"]))
    assert picture(stored["tiles"]).sum() == 100 * 200
    window.mark(0, 0, (0, slice(None), slice(None)))
    assert window.labels()[:512, :512].sum() == 0


def test_tiles_since_a_revision_are_those_that_changed_with_those_wiped_clean(window):
    window.mark(0, 0, MARK)
    window.mark(1, 0, MARK)
    window.mark(0, 0, (0, *MARK[1:]))
    assert {(one["x"], one["revision"]) for one in window.get("tiles/").json()["tiles"]} == {(1, 2)}
    assert {(one["x"], one["revision"]) for one in window.get("tiles/", since=1).json()["tiles"]} == {(0, 3), (1, 2)}
    changed = window.get("tiles/", since=2).json()
    assert (changed["revision"], [(one["x"], one["y"]) for one in changed["tiles"]]) == (3, [(0, 0)])
    assert picture(changed["tiles"]).sum() == 0
    assert window.get("tiles/", since=3).json() == {"revision": 3, "tiles": []}


def test_a_patch_sent_again_changes_nothing(window):
    name = uuid.uuid4()
    assert window.patch(as_json(0, 0, tile(0, 0, MARK)), name=name).json() == {"revision": 1}
    window.mark(0, 0, (3, *MARK[1:]))
    assert window.patch(as_json(0, 0, tile(0, 0, MARK)), name=name).json() == {"revision": 2}
    assert window.labels()[10, 30] == 3


def test_a_patch_that_changes_nothing_leaves_its_tiles_as_they_were(window):
    window.mark(0, 0, MARK)
    assert window.mark(0, 0, MARK).json() == {"revision": 2}
    assert window.get("tiles/", since=1).json()["tiles"] == []


def test_note_and_feather_are_kept_while_drawing(window):
    window.client.patch(f"{ADDRESS}{window.draft}/", {"note": "Fold", "feather": 9}, format="json")
    assert (window.get().json()["note"], window.get().json()["feather"]) == ("Fold", 9)
    window.client.patch(f"{ADDRESS}{window.draft}/", {"feather": 2}, format="json")
    window.mark(0, 0, MARK)
    mask = Mask.objects.get(pk=window.post("save").json()["mask"])
    assert (mask.note, mask.feather) == ("Fold", 2)


def test_saving_twice_is_one_mask_and_the_draft_has_ended(window, artwork):
    window.mark(0, 0, MARK)
    first, second = window.post("save"), window.post("save")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Mask.objects.count() == 1
    assert window.client.get(ADDRESS).json()["results"] == []
    late = window.mark(0, 0, MARK)
    assert late.status_code == 409
    assert "version 1" in late.json()["detail"]
    assert window.open(artwork).status_code == 201


def test_an_empty_and_a_whole_mask_are_refused_with_a_sentence(window):
    empty = window.post("save", {"note": "kept"})
    assert (empty.status_code, empty.json()["detail"]) == (400, "The mask is empty: it marks no damage.")
    whole = [as_json(x, y, np.ones_like(tile(x, y))) for x in range(3) for y in range(2)]
    assert window.patch(*whole).status_code == 200
    answer = window.post("save")
    assert (answer.status_code, "whole picture" in answer.json()["detail"]) == (400, True)
    assert not Mask.objects.exists()
    assert window.get().json()["note"] == "kept"


def test_a_master_changed_since_is_a_conflict_and_one_may_begin_anew(window, artwork, collection):
    window.mark(0, 0, MARK)
    Artwork.objects.filter(pk=artwork.pk).update(master=sealed_picture(collection, 12, width=WIDTH, height=HEIGHT))
    answer = window.post("save")
    assert (answer.status_code, "replaced" in answer.json()["detail"]) == (409, True)
    artwork.refresh_from_db()
    assert window.open(artwork).status_code == 409
    assert window.open(artwork, restart=True).status_code == 201
    assert not Mask.objects.exists()


def test_discarding(window, artwork):
    assert window.client.delete(f"{ADDRESS}{window.draft}/").status_code == 204
    assert window.get().status_code == 404
    assert window.mark(0, 0, MARK).status_code == 404
    assert window.open(artwork).status_code == 201


def test_the_list_is_narrowed_by_artwork(window, collection):
    other = ArtworkFactory(collection=collection)
    assert [one["id"] for one in window.client.get(ADDRESS).json()["results"]] == [window.draft]
    assert window.client.get(ADDRESS, {"artwork": str(other.pk)}).json()["results"] == []


def test_a_base_of_another_work_or_an_earlier_master_is_refused(curator, artwork, collection):
    elsewhere, earlier = mask_for(ArtworkFactory(collection=collection)), mask_for(artwork)
    artwork.master = sealed_picture(collection, 13)
    artwork.save()
    for mask, word in ((elsewhere, "another artwork"), (earlier, "earlier master")):
        answer = Window(curator).open(artwork, based_on=str(mask.pk))
        assert (answer.status_code, word in answer.json()["detail"]) == (400, True)


def test_unfinished_drafts_are_bounded(curator, collection, monkeypatch):
    monkeypatch.setattr("restoration.drafts.services.MAX_DRAFTS", 2)
    works = ArtworkFactory.create_batch(3, collection=collection)
    answers = [Window(curator).open(work) for work in works]
    assert [answer.status_code for answer in answers] == [201, 201, 400]
    assert "2 unfinished drafts" in answers[-1].json()["detail"]
