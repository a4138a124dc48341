"""Forms: each mistake gets one sentence and changes nothing; what is right leads on."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gpu_workers.models import Job
from portal.accounts.models import ApiToken
from portal.catalogue.models import Artwork, Collection
from restoration.models import Mask, Restoration
from tests.factories import ArtworkFactory, mask_upload, picture_upload


@pytest.fixture(autouse=True)
def _signed_in(client, curator):
    client.force_login(curator)


def errors(response) -> list[str]:
    """The sentences of a page that refused a form."""
    assert response.status_code == 400, response.status_code
    html = response.content.decode()
    found = re.findall(r'class="(?:field-error|notice error)"[^>]*>(.*?)</p>', html, re.S)
    return [re.sub(r"\s+", " ", text).strip() for text in found if text.strip()]


def test_a_collection_needs_a_name(client):
    assert errors(client.post(reverse("catalogue:collection-new"), {"name": " "})) == ["This field is required."]
    assert not Collection.objects.exists()


def test_a_new_collection_is_opened(client):
    response = client.post(reverse("catalogue:collection-new"), {"name": "Bequest"})
    assert response.url == reverse("catalogue:collection", args=[Collection.objects.get().pk])


def test_a_collection_is_renamed(client, collection):
    client.post(reverse("catalogue:collection-edit", args=[collection.pk]), {"name": "Another name"})
    collection.refresh_from_db()
    assert collection.name == "Another name"


RIGHT = {"title": "Mist", "rights": "http://creativecommons.org/publicdomain/zero/1.0/"}


def test_after_the_catalogue_entry_comes_the_photograph(client, collection):
    response = client.post(reverse("catalogue:artwork-new", args=[collection.pk]), RIGHT)
    assert response.url == reverse("catalogue:artwork-master", args=[Artwork.objects.get().pk])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        ({"height_mm": "tall"}, "Enter a whole number."),
        ({"height_mm": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"title": "x" * 301}, "Ensure this value has at most 300 characters (it has 301)."),
        ({"period": "999999"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"rights": "mine"}, "Select a valid choice. mine is not one of the available choices."),
    ],
)
def test_a_wrong_field_of_a_catalogue_entry_gets_one_sentence(client, collection, wrong, sentence):
    response = client.post(reverse("catalogue:artwork-new", args=[collection.pk]), RIGHT | wrong)
    assert errors(response) == [sentence]
    assert not Artwork.objects.exists()


def test_an_accession_number_that_is_taken_gets_one_sentence(client, collection):
    url = reverse("catalogue:artwork-new", args=[collection.pk])
    client.post(url, RIGHT | {"accession_number": "1950.1"})
    response = client.post(url, RIGHT | {"accession_number": "1950.1"})
    assert errors(response) == ["Another artwork of this collection has this accession number."]


def test_a_wrong_field_is_named_to_screen_readers(client, collection):
    html = client.post(reverse("catalogue:artwork-new", args=[collection.pk]), RIGHT | {"title": ""}).content.decode()
    field = re.search(r'<input[^>]*name="title"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in field
    described = re.search(r'aria-describedby="([^"]*)"', field)[1].split()
    assert all(f'id="{part}"' in html for part in described)


@pytest.fixture
def bare(collection):
    """An artwork without a photograph."""
    return ArtworkFactory(collection=collection, master=None)


def test_a_master_is_sealed_and_shown(client, bare):
    url = reverse("catalogue:artwork-master", args=[bare.pk])
    response = client.post(url, {"file": picture_upload("hills.png")}, follow=True)
    bare.refresh_from_db()
    assert bare.master.sha256 in response.content.decode()


def test_an_uploading_script_is_told_where_to_go(client, bare):
    url = reverse("catalogue:artwork-master", args=[bare.pk])
    upload = {"file": picture_upload("hills.png")}
    answer = client.post(url, upload, headers={"X-Requested-With": "XMLHttpRequest"}).json()
    assert answer == {"location": reverse("catalogue:artwork", args=[bare.pk])}


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (None, "Choose a file first."),
        (b"", "This file is empty."),
        (b"GIF89a" + b"\0" * 64, "This is a GIF, which is not accepted as a master; use TIFF, JPEG, PNG, WebP or PSD."),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, None),
    ],
)
@pytest.mark.parametrize("by_script", [False, True])
def test_a_file_that_is_no_master_gets_one_sentence(client, bare, upload, sentence, by_script):
    data = {} if upload is None else {"file": SimpleUploadedFile("hills.png", upload)}
    headers = {"X-Requested-With": "XMLHttpRequest"} if by_script else {}
    response = client.post(reverse("catalogue:artwork-master", args=[bare.pk]), data, headers=headers)
    found = response.json()["errors"] if by_script else errors(response)
    assert len(found) == 1
    assert found[0].endswith((".", "?"))
    if sentence:
        assert found == [sentence]
    bare.refresh_from_db()
    assert bare.master is None


def test_a_refusal_of_a_plain_package_is_said_in_chinese(client, bare):
    client.cookies["django_language"] = "zh-hans"
    upload = SimpleUploadedFile("hills.png", b"GIF89a" + b"\0" * 64)
    response = client.post(reverse("catalogue:artwork-master", args=[bare.pk]), {"file": upload})
    assert errors(response) == ["这是GIF 图像，不能作为母版；请使用 TIFF、JPEG、PNG、WebP 或 PSD。"]


def masks_url(artwork) -> str:
    return reverse("restoration:masks", args=[artwork.pk])


def test_an_uploaded_mask_is_kept_and_counts_as_confirmed(client, artwork):
    data = {"way": "upload", "upload-file": mask_upload(), "upload-damage_class": "crack", "upload-note": "by hand"}
    response = client.post(masks_url(artwork), data)
    mask = Mask.objects.get()
    assert response.url == reverse("restoration:mask", args=[mask.pk])
    assert mask.confirmed_at
    assert mask.coverage["crack"] > 0
    assert mask.note == "by hand"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"way": "upload", "upload-damage_class": "loss"}, "Choose a file first."),
        ({"way": "difference"}, "Choose a file first."),
        (
            {"way": "upload", "upload-damage_class": "worm", "upload-file": mask_upload},
            "Select a valid choice. worm is not one of the available choices.",
        ),
        (
            {"way": "upload", "upload-damage_class": "loss", "upload-file": lambda: mask_upload(width=9, height=9)},
            "The mask mask.png is 9 x 9 pixels, but the picture is 96 x 64.",
        ),
    ],
)
def test_a_wrong_mask_gets_one_sentence(client, artwork, data, sentence):
    data = {name: value() if callable(value) else value for name, value in data.items()}
    assert errors(client.post(masks_url(artwork), data)) == [sentence]
    assert not Mask.objects.exists()


def test_a_proposal_is_ordered_once_and_watched(client, artwork):
    first = client.post(masks_url(artwork), {"way": "proposal"})
    second = client.post(masks_url(artwork), {"way": "proposal"})
    assert first.url == second.url == reverse("jobs:detail", args=[Job.objects.get().pk])


def test_a_difference_is_ordered_with_the_intact_photograph(client, artwork):
    response = client.post(masks_url(artwork), {"way": "difference", "intact-file": picture_upload(seed=5)})
    assert response.url == reverse("jobs:detail", args=[Job.objects.get(kind="difference_mask").pk])


def test_an_unknown_way_changes_nothing(client, artwork):
    assert client.post(masks_url(artwork), {"way": "magic"}).url == masks_url(artwork)
    assert not Job.objects.exists()


def test_a_proposal_counts_only_after_a_person_confirmed_it(client, gallery):
    page = reverse("restoration:mask", args=[gallery.proposal.pk])
    assert "Is this the damage?" in client.get(page).content.decode()
    response = client.post(reverse("restoration:mask-confirm", args=[gallery.proposal.pk]), follow=True)
    assert "Is this the damage?" not in response.content.decode()
    gallery.proposal.refresh_from_db()
    assert gallery.proposal.confirmed_by == gallery.artwork.created_by


def order(gallery, **fields):
    right = {"mask": str(gallery.mask.pk), "engine": "telea", "candidates": 1, "seed": 5, "steps": "", "prompt": ""}
    return right | {"style_reference": ""} | fields


def order_url(gallery) -> str:
    return reverse("restoration:order", args=[gallery.artwork.pk])


def test_an_order_is_placed_and_watched(client, gallery):
    response = client.post(order_url(gallery), order(gallery))
    made = Restoration.objects.get(engine="telea")
    assert response.url == reverse("jobs:detail", args=[made.job_id])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"mask": ""}, "Choose a mask."),
        ({"engine": ""}, "Choose an engine."),
        ({"engine": "magic"}, "Select a valid choice. magic is not one of the available choices."),
        ({"candidates": 9}, "Ensure this value is less than or equal to 8."),
        ({"seed": -1}, "Ensure this value is greater than or equal to 0."),
        ({"engine": "patchmatch", "steps": 0}, "Ensure this value is greater than or equal to 1."),
    ],
)
def test_a_wrong_order_gets_one_sentence(client, gallery, wrong, sentence):
    assert errors(client.post(order_url(gallery), order(gallery, **wrong))) == [sentence]
    assert Restoration.objects.filter(task="fill").count() == 1


def test_what_an_engine_cannot_use_is_left_out(client, gallery):
    other = ArtworkFactory(collection=gallery.artwork.collection)
    client.post(order_url(gallery), order(gallery, prompt="a pine", style_reference=str(other.pk), steps=7))
    made = Restoration.objects.get(engine="telea")
    assert (made.prompt, made.style_reference, made.steps) == ("", None, None)


def test_an_unconfirmed_mask_cannot_be_ordered_with(client, gallery):
    found = errors(client.post(order_url(gallery), order(gallery, mask=str(gallery.proposal.pk))))
    assert len(found) == 1
    assert Restoration.objects.filter(task="fill").count() == 1


def test_the_same_order_again_leads_to_the_first_or_is_placed_anyway(client, gallery):
    client.post(order_url(gallery), order(gallery))
    first = Restoration.objects.get(engine="telea")
    response = client.post(order_url(gallery), order(gallery))
    assert len(errors(response)) == 1
    assert reverse("restoration:detail", args=[first.pk]) in response.content.decode()
    client.post(order_url(gallery), order(gallery, anyway="on"))
    assert Restoration.objects.filter(engine="telea").count() == 2


def test_a_repetition_starts_from_the_earlier_order_and_remembers_it(client, gallery):
    url = f"{order_url(gallery)}?repeat={gallery.restoration.pk}"
    html = client.get(url).content.decode()
    assert re.search(r'value="patchmatch"[^>]*checked', html)
    client.post(url, order(gallery, engine="patchmatch", seed=99, candidates=2))
    assert Restoration.objects.get(seed=99).repeats == gallery.restoration


def recolour_url(gallery) -> str:
    return reverse("restoration:reconstruct", args=[gallery.artwork.pk])


def recolouring(gallery, **fields):
    reference = gallery.reconstruction.references.get().artwork
    right = {"references": [str(reference.pk)], "area": "whole", "strength": 60, "engine": "histogram"}
    return right | fields


def test_a_reconstruction_is_ordered_and_watched(client, gallery):
    response = client.post(recolour_url(gallery), recolouring(gallery, area=str(gallery.mask.pk)))
    made = Restoration.objects.get(engine="histogram")
    assert response.url == reverse("jobs:detail", args=[made.job_id])
    assert (made.area, made.mask, made.strength) == ("mask", gallery.mask, 0.6)
    assert "Colour reconstruction" in client.get(response.url).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"references": []}, "Choose at least one reference."),
        ({"area": ""}, "Choose an area."),
        ({"area": "mask"}, "Select a valid choice. mask is not one of the available choices."),
        ({"strength": 101}, "Ensure this value is less than or equal to 100."),
        ({"engine": "telea"}, "Select a valid choice. telea is not one of the available choices."),
    ],
)
def test_a_wrong_reconstruction_gets_one_sentence(client, gallery, wrong, sentence):
    assert errors(client.post(recolour_url(gallery), recolouring(gallery, **wrong))) == [sentence]
    assert not Restoration.objects.filter(engine="histogram").exists()


def test_the_same_reconstruction_again_leads_to_the_first_or_is_placed_anyway(client, gallery):
    client.post(recolour_url(gallery), recolouring(gallery))
    first = Restoration.objects.get(engine="histogram")
    response = client.post(recolour_url(gallery), recolouring(gallery))
    assert len(errors(response)) == 1
    assert reverse("restoration:detail", args=[first.pk]) in response.content.decode()
    client.post(recolour_url(gallery), recolouring(gallery, anyway="on"))
    assert Restoration.objects.filter(engine="histogram").count() == 2


def test_a_reconstruction_is_repeated_from_what_was_chosen(client, gallery):
    url = f"{recolour_url(gallery)}?repeat={gallery.reconstruction.pk}"
    html = client.get(url).content.decode()
    reference = gallery.reconstruction.references.get().artwork_id
    assert re.search(rf'value="{reference}" checked', html)
    assert re.search(r'value="80"', html)
    client.post(url, recolouring(gallery))
    assert Restoration.objects.get(engine="histogram").repeats == gallery.reconstruction
    assert client.get(f"{recolour_url(gallery)}?repeat={gallery.restoration.pk}").status_code == 404


def test_a_candidate_is_picked_with_a_reason_and_the_reason_is_shown(client, gallery):
    url = reverse("restoration:judge", args=[gallery.candidate.pk])
    html = client.post(url, {"judgement": "picked", "note": "The ridge goes on."}, follow=True).content.decode()
    assert "The ridge goes on." in html
    gallery.candidate.refresh_from_db()
    client.post(url, {"judgement": ""})
    assert gallery.restoration.candidates.first().judgement == ""


def test_an_unknown_judgement_changes_nothing(client, gallery):
    response = client.post(reverse("restoration:judge", args=[gallery.candidate.pk]), {"judgement": "burn it"})
    assert response.status_code == 400
    assert gallery.candidate.judgement == ""


def test_a_waiting_job_is_cancelled_and_started_again(client, artwork):
    client.post(masks_url(artwork), {"way": "proposal"})
    job = Job.objects.get()
    client.post(reverse("jobs:cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == "cancelled"
    client.post(reverse("jobs:retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == "queued"


def test_a_key_is_shown_once_and_opens_nothing_after_it_was_revoked(client):
    data = {"name": "scanner", "scopes": ["read"], "days": "30"}
    html = client.post(reverse("accounts:tokens"), data).content.decode()
    key = re.search(r"lac_[\w-]+", html)[0]
    assert key not in client.get(reverse("accounts:tokens")).content.decode()
    client.post(reverse("accounts:token-revoke", args=[ApiToken.objects.get().pk]))
    assert not ApiToken.objects.get().usable


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"scopes": []}, "Choose at least one thing that it may do."),
        ({"days": "9999"}, "Select a valid choice. 9999 is not one of the available choices."),
    ],
)
def test_a_wrong_token_gets_one_sentence(client, wrong, sentence):
    data = {"name": "scanner", "scopes": ["read"], "days": "30"} | wrong
    assert errors(client.post(reverse("accounts:tokens"), data)) == [sentence]
    assert not ApiToken.objects.exists()


def test_a_work_that_was_restored_is_not_deleted_and_the_page_says_why(client, gallery):
    response = client.post(reverse("catalogue:artwork-delete", args=[gallery.artwork.pk]))
    assert response.status_code == 400
    assert "it stays, with its history" in response.content.decode()
    assert Artwork.objects.filter(pk=gallery.artwork.pk).exists()


def test_a_work_is_deleted(client, artwork):
    response = client.post(reverse("catalogue:artwork-delete", args=[artwork.pk]))
    assert response.url == reverse("catalogue:collection", args=[artwork.collection_id])
    assert not Artwork.objects.filter(pk=artwork.pk).exists()


def test_works_are_found_by_words_in_several_fields(client, collection):
    ArtworkFactory(collection=collection, title="Mist over pines", maker="Unknown", master=None)
    ArtworkFactory(collection=collection, title="Cranes", maker="Bian Jingzhao", master=None)
    html = client.get(reverse("catalogue:collection", args=[collection.pk]), {"q": "jingzhao cranes"}).content.decode()
    assert "Cranes" in html
    assert "Mist over pines" not in html
