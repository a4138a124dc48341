"""Deep zoom: what the image service answers, and to whom."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from django.core.files.storage import default_storage
from django.urls import reverse

from portal.catalogue.services import seal_picture
from tests.factories import person, picture_upload, sealed_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(collection):
    return sealed_picture(collection, width=600, height=300)


@pytest.fixture
def viewer(client, curator):
    client.force_login(curator)
    return client


def address(picture, parameters: str) -> str:
    return f"/iiif/3/{picture.pk}/{parameters}"


def pixels(response) -> np.ndarray:
    return pyvips.Image.new_from_buffer(response.content, "").numpy()


def test_the_description_names_size_tiles_and_itself(viewer, picture):
    response = viewer.get(address(picture, "info.json"))
    info = response.json()
    assert (info["width"], info["height"], info["profile"]) == (600, 300, "level2")
    assert info["id"] == f"http://testserver/iiif/3/{picture.pk}"
    assert info["tiles"] == [{"width": 512, "scaleFactors": [1, 2]}]
    assert info["maxArea"] > 0
    assert response["Cache-Control"].startswith("private")
    assert "level2.json" in response["Link"]


def test_linked_data_is_given_to_who_asks_for_it(viewer, picture):
    response = viewer.get(address(picture, "info.json"), headers={"accept": "application/ld+json"})
    assert response["Content-Type"].startswith("application/ld+json")
    assert "Accept" in response["Vary"]


def test_the_bare_identifier_leads_to_the_description(viewer, picture):
    response = viewer.get(f"/iiif/3/{picture.pk}")
    assert (response.status_code, response["Location"]) == (303, reverse("catalogue:iiif-info", args=[picture.pk]))


@pytest.mark.parametrize(
    ("parameters", "size", "kind"),
    [
        ("full/max/0/default.jpg", (600, 300), "image/jpeg"),
        ("0,0,256,256/256,256/0/default.jpg", (256, 256), "image/jpeg"),
        ("512,256,88,44/44,/0/default.png", (44, 22), "image/png"),
        ("full/300,/90/default.webp", (150, 300), "image/webp"),
        ("full/^900,/0/default.jpg", (900, 450), "image/jpeg"),
        ("square/100,/!180/gray.jpg", (100, 100), "image/jpeg"),
        ("square/100,/0/bitonal.png", (100, 100), "image/png"),
    ],
)
def test_an_image_has_the_size_and_format_asked_for(viewer, picture, parameters, size, kind):
    response = viewer.get(address(picture, parameters))
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == kind
    shape = pixels(response).shape
    assert (shape[1], shape[0]) == size


def test_a_tile_shows_its_own_part_of_the_picture(viewer, picture):
    expected = pyvips.Image.new_from_file(picture.file.path).numpy()[256:300, 512:600].astype(int)
    shown = pixels(viewer.get(address(picture, "512,256,256,256/max/0/default.png"))).astype(int)
    assert np.abs(shown - expected).mean() < 4  # the pyramid is JPEG


def test_mirroring_comes_before_turning(viewer, picture):
    plain = pixels(viewer.get(address(picture, "full/120,60/0/default.png")))
    turned = pixels(viewer.get(address(picture, "full/120,60/!90/default.png")))
    assert np.array_equal(turned, np.rot90(plain[:, ::-1], -1))


def test_gray_has_one_channel_and_bitonal_two_values(viewer, picture):
    assert pixels(viewer.get(address(picture, "full/100,/0/gray.png"))).ndim == 2
    assert set(np.unique(pixels(viewer.get(address(picture, "full/100,/0/bitonal.png"))))) <= {0, 255}


def test_a_junk_parameter_is_refused_with_a_sentence(viewer, picture):
    for parameters in (
        "all/max/0/default.jpg",
        "full/9999,/0/default.jpg",
        "full/max/7/default.jpg",
        "full/max/0/x.jpg",
    ):
        response = viewer.get(address(picture, parameters))
        assert response.status_code == 400
        assert response["Content-Type"].startswith("text/plain")
        assert response.content.decode().strip().endswith(".")


def test_what_has_not_changed_is_not_sent_again(viewer, picture):
    first = viewer.get(address(picture, "full/100,/0/default.jpg"))
    again = viewer.get(address(picture, "full/100,/0/default.jpg"), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_canonical_address_gives_the_same_image(viewer, picture):
    first = viewer.get(address(picture, "pct:0,0,100,100/pct:10/0/default.png"))
    canonical = first["Link"].rpartition("<")[2].partition(">")[0]
    assert canonical.endswith("/full/60,30/0/default.png")
    assert viewer.get(canonical.removeprefix("http://testserver")).content == first.content


FILES = ["iiif/3/{}/info.json", "iiif/3/{}/full/max/0/default.jpg", "pictures/{}/thumbnail", "pictures/{}/file"]


@pytest.mark.parametrize("path", FILES)
def test_who_may_not_see_the_picture_gets_what_a_missing_one_gives(client, picture, path):
    client.force_login(person("operator"))
    hidden = client.get("/" + path.format(picture.pk))
    missing = client.get("/" + path.format("00000000-0000-4000-8000-000000000000"))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert len(hidden.content) == len(missing.content)  # but for the address and the form's token it is the same page


@pytest.mark.parametrize("path", FILES)
def test_a_visitor_who_is_not_signed_in_gets_no_picture(client, picture, path):
    assert client.get("/" + path.format(picture.pk)).status_code in (302, 404)


def test_a_consultant_of_the_collection_sees_it(client, picture, consultant):
    client.force_login(consultant)
    assert client.get(address(picture, "full/100,/0/default.jpg")).status_code == 200


def test_a_lost_pyramid_is_not_found_rather_than_an_error(viewer, picture):
    default_storage.delete(picture.pyramid.name)
    assert viewer.get(address(picture, "full/100,/0/default.jpg")).status_code == 404


def test_a_damaged_pyramid_is_logged_and_not_found_rather_than_an_error(viewer, picture, caplog):
    path = Path(picture.pyramid.path)
    path.write_bytes(path.read_bytes()[:600] + bytes(2000))
    assert viewer.get(address(picture, "full/max/0/default.jpg")).status_code == 404
    assert str(picture.pk) in caplog.text


def test_the_thumbnail_is_small_and_stays_with_the_browser(viewer, picture):
    response = viewer.get(f"/pictures/{picture.pk}/thumbnail")
    shape = pyvips.Image.new_from_buffer(b"".join(response.streaming_content), "")
    assert max(shape.width, shape.height) == 512
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"].startswith("private")


def test_a_download_is_the_file_itself_under_its_own_name(viewer, collection, curator):
    upload = picture_upload("雨后.png")
    sent = upload.read()
    sealed = seal_picture(upload, collection=collection, user=curator, name='雨后 "final".png')
    response = viewer.get(f"/pictures/{sealed.pk}/file")
    assert b"".join(response.streaming_content) == sent
    assert response["ETag"] == f'"{sealed.sha256}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E9%9B%A8")
    assert int(response["Content-Length"]) == len(sent)


def test_a_file_that_storage_lost_is_not_found(viewer, picture):
    default_storage.delete(picture.file.name)
    assert viewer.get(f"/pictures/{picture.pk}/file").status_code == 404
    assert viewer.head(f"/pictures/{picture.pk}/file").status_code == 404
