"""Presets: whose they are, what they keep, and that a form begins with them."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from portal.errors import UserError
from restoration.models import Restoration
from restoration.ordering import presets
from restoration.ordering.models import Preset
from tests.factories import CollectionFactory, mask_for, person

pytestmark = pytest.mark.django_db
PATCHES = {"engine": "patchmatch", "candidates": 4, "seed": 7, "seed_policy": "fixed", "steps": None, "prompt": ""}


def test_an_own_preset_is_its_owners_alone(curator, collection, operator, stranger):
    own = presets.add_preset(curator, name="Silk", **PATCHES)
    assert list(presets.presets_for(curator)) == [own]
    for other in (person("curator", collection), operator, stranger):
        assert not presets.presets_for(other).exists()
        with pytest.raises(Http404):
            presets.get_preset(other, own.pk)
        with pytest.raises(PermissionDenied):
            presets.delete_preset(other, own)


@pytest.mark.parametrize("role", ["consultant", "coordinator", "rights_officer", "expert"])
def test_a_shared_preset_belongs_to_the_curators_of_its_collection(curator, collection, role):
    shared = presets.add_preset(curator, name="Silk", collection=collection, **PATCHES)
    colleague, elsewhere = person("curator", collection), CollectionFactory().created_by
    assert presets.get_preset(colleague, shared.pk, presets.CHANGE) == shared
    presets.change_preset(colleague, shared, name="  Old   silk ")
    assert Preset.objects.get().name == "Old silk"
    for other in (elsewhere, person(role, collection)):
        with pytest.raises(Http404):
            presets.get_preset(other, shared.pk)
        with pytest.raises(PermissionDenied):
            presets.change_preset(other, shared, name="Mine")
        with pytest.raises(PermissionDenied):
            presets.add_preset(other, name="Mine", collection=collection, **PATCHES)


def test_a_collection_offers_its_own_and_the_persons_own_and_no_others(curator, collection):
    other = CollectionFactory(curator=curator)
    here = presets.add_preset(curator, name="b", collection=collection, **PATCHES)
    presets.add_preset(curator, name="c", collection=other, **PATCHES)
    own = presets.add_preset(curator, name="a", **PATCHES)
    assert list(presets.presets_for(curator, collection)) == [own, here]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "a name of up to 80"),
        ({"name": "x" * 81}, "a name of up to 80"),
        ({"engine": "magic"}, "no engine called"),
        ({"candidates": 9}, "1 to 8 candidates"),
        ({"seed": -1}, "A seed lies between"),
        ({"steps": 0}, "1 to 200 steps"),
        ({"seed_policy": "odd"}, "another seed each time"),
    ],
)
def test_what_no_order_could_have_is_no_preset(curator, wrong, words):
    with pytest.raises(UserError, match=words):
        presets.add_preset(curator, **({"name": "Silk"} | PATCHES | wrong))
    assert not Preset.objects.exists()


def test_a_name_is_taken_once_in_a_collection_and_once_by_a_person(curator, collection):
    presets.add_preset(curator, name="Silk", **PATCHES)
    presets.add_preset(curator, name="Silk", collection=collection, **PATCHES)
    for where in (None, collection):
        with pytest.raises(UserError, match="of this name already"):
            presets.add_preset(curator, name="Silk", collection=where, **PATCHES)
    assert presets.add_preset(person("curator"), name="Silk", **PATCHES)


def test_what_the_engine_cannot_use_is_not_kept(curator):
    kept = presets.add_preset(curator, name="Cracks", engine="telea", steps=9, prompt="pine")
    assert (kept.steps, kept.prompt) == (None, "")


def test_settings_are_kept_from_the_form_and_begin_the_next_one(client, curator, artwork):
    mask = mask_for(artwork)
    client.force_login(curator)
    url = reverse("restoration:order", args=[artwork.pk])
    data = {"mask": str(mask.pk), "engine": "patchmatch", "candidates": 3, "seed": 17, "style_reference": ""}
    kept = client.post(url, data | {"keep": "on", "preset-name": "Silk", "preset-fixed": "on"})
    preset = Preset.objects.get()
    assert kept.url == f"{url}?preset={preset.pk}"
    assert not Restoration.objects.exists()
    html = client.get(kept.url).content.decode()
    assert re.search(r'value="patchmatch"[^>]*checked', html)
    assert re.search(r'name="candidates" value="3"', html)
    assert re.search(r'name="seed" value="17"', html)


def test_a_preset_without_a_name_gets_one_sentence_and_the_form_stays(client, curator, artwork):
    mask = mask_for(artwork)
    client.force_login(curator)
    data = {"mask": str(mask.pk), "engine": "telea", "candidates": 3, "seed": 17, "keep": "on", "preset-name": ""}
    answer = client.post(reverse("restoration:order", args=[artwork.pk]), data)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Give the preset a name." in html
    assert re.search(r'name="candidates" value="3"', html)
    assert not Preset.objects.exists()


def test_a_preset_is_renamed_and_deleted_on_its_page(client, curator):
    one, other = (presets.add_preset(curator, name=name, **PATCHES) for name in ("Silk", "Paper"))
    client.force_login(curator)
    client.post(reverse("restoration:preset-rename", args=[one.pk]), {"name": "Old silk"})
    assert "Old silk" in client.get(reverse("restoration:presets")).content.decode()
    taken = client.post(reverse("restoration:preset-rename", args=[one.pk]), {"name": "Paper"})
    assert taken.status_code == 400
    assert "of this name already" in taken.content.decode()
    client.post(reverse("restoration:preset-delete", args=[other.pk]))
    assert [it.name for it in Preset.objects.all()] == ["Old silk"]
