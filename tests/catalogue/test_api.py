"""The catalogue over HTTP: what it gives, to whom, and how it refuses."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from portal.catalogue.models import Artwork, Collection, Period, Picture
from tests.factories import ArtworkFactory, CollectionFactory, picture_upload, sealed_picture

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def is_problem(response, status: int) -> bool:
    body = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, body["status"]) == (status, status), body
    assert body.keys() >= {"type", "title", "detail"}
    return True


def test_making_a_collection_makes_you_its_curator(api, curator):
    made = api.post(f"{ROOT}/collections/", {"name": " Scrolls ", "description": "Of one house."}, format="json")
    assert made.status_code == 201
    assert made.json()["name"] == "Scrolls"
    assert curator.has_perm("catalogue.change_collection", Collection.objects.get(pk=made.json()["id"]))


def test_a_collection_is_renamed_by_its_curator_alone(api, collection, consultant):
    path = f"{ROOT}/collections/{collection.pk}/"
    assert api.patch(path, {"name": "Renamed"}, format="json").json()["name"] == "Renamed"
    assert is_problem(signed_in(consultant).patch(path, {"name": "Mine"}, format="json"), 403)


def test_a_work_is_catalogued_corrected_and_deleted(api, collection):
    data = {"collection": str(collection.pk), "title": "Early spring", "period": "northern-song", "sacred": True}
    made = api.post(f"{ROOT}/artworks/", data, format="json")
    assert made.status_code == 201, made.json()
    work = made.json()
    assert (work["period"], work["sacred"], work["master"]) == ("northern-song", True, None)
    path = f"{ROOT}/artworks/{work['id']}/"
    corrected = api.patch(path, {"title_zh": "早春图", "period": None}, format="json").json()
    assert (corrected["title"], corrected["title_zh"], corrected["period"]) == ("Early spring", "早春图", None)
    assert api.delete(path).status_code == 204
    assert is_problem(api.get(path), 404)


def test_a_work_does_not_move_to_another_collection(api, artwork):
    other = CollectionFactory(curator=artwork.created_by)
    answer = api.patch(f"{ROOT}/artworks/{artwork.pk}/", {"collection": str(other.pk)}, format="json")
    assert answer.json()["collection"] == str(artwork.collection_id)


def test_a_work_cannot_be_put_into_a_collection_that_is_not_seen(api):
    hidden = CollectionFactory()
    answers = [
        api.post(f"{ROOT}/artworks/", {"collection": str(pk), "title": "x"}, format="json").json()
        for pk in (hidden.pk, uuid.uuid4())
    ]
    said = [answer["errors"]["collection"][0].replace(str(hidden.pk), "") for answer in answers]
    assert said[0].split("“")[0].split('"')[0] == said[1].split("“")[0].split('"')[0]
    assert not Artwork.objects.exists()


def test_an_accession_number_twice_is_one_sentence(api, artwork):
    data = {"collection": str(artwork.collection_id), "title": "x", "accession_number": "1"}
    assert api.post(f"{ROOT}/artworks/", data, format="json").status_code == 201
    answer = api.post(f"{ROOT}/artworks/", data, format="json")
    assert is_problem(answer, 400)
    assert answer.json()["detail"] == "Another artwork of this collection has this accession number."


def test_wrong_fields_are_named_each_with_its_sentences(api, collection):
    data = {"collection": str(collection.pk), "title": "", "rights": "mine", "height_mm": -1}
    answer = api.post(f"{ROOT}/artworks/", data, format="json")
    assert is_problem(answer, 400)
    assert answer.json()["errors"].keys() == {"title", "rights", "height_mm"}
    assert all(sentences for sentences in answer.json()["errors"].values())


def test_a_master_is_uploaded_sealed_described_and_downloaded(api, artwork):
    upload = picture_upload("best.png", seed=77)
    sent = upload.read()
    upload.seek(0)
    made = api.post(f"{ROOT}/artworks/{artwork.pk}/master/", {"file": upload}, format="multipart")
    assert made.status_code == 201, made.json()
    picture = made.json()
    assert api.get(f"{ROOT}/artworks/{artwork.pk}/").json()["master"] == picture
    assert picture["iiif"].endswith(f"/iiif/3/{picture['id']}/info.json")
    given = api.get(picture["download"])
    assert b"".join(given.streaming_content) == sent
    assert given["ETag"] == f'"{picture["sha256"]}"'


@pytest.mark.parametrize("content", [b"", b"no picture at all"])
def test_a_bad_master_is_one_sentence_and_no_row(api, artwork, content):
    rows = Picture.objects.count()
    upload = SimpleUploadedFile("x.png", content)
    answer = api.post(f"{ROOT}/artworks/{artwork.pk}/master/", {"file": upload}, format="multipart")
    assert is_problem(answer, 400)
    assert answer.json()["detail"].endswith(".")
    assert Picture.objects.count() == rows


def test_a_master_without_a_file_names_the_field(api, artwork):
    answer = api.post(f"{ROOT}/artworks/{artwork.pk}/master/", {}, format="multipart")
    assert is_problem(answer, 400)
    assert "file" in answer.json()["errors"]


def test_what_is_hidden_answers_as_what_does_not_exist(artwork, operator):
    client = signed_in(operator)
    for kind, pk in (("collections", artwork.collection_id), ("artworks", artwork.pk), ("pictures", artwork.master_id)):
        hidden, missing = (client.get(f"{ROOT}/{kind}/{key}/") for key in (pk, uuid.uuid4()))
        assert is_problem(hidden, 404)
        assert hidden.content == missing.content
        assert hidden.json()["detail"] == "Not found."
        assert client.get(f"{ROOT}/{kind}/").json()["count"] == 0


def test_a_consultant_reads_and_may_not_write(artwork, consultant):
    client = signed_in(consultant)
    path = f"{ROOT}/artworks/{artwork.pk}/"
    assert client.get(path).status_code == 200
    for answer in (
        client.patch(path, {"title": "x"}, format="json"),
        client.delete(path),
        client.post(f"{path}master/", {"file": picture_upload()}, format="multipart"),
        client.post(f"{ROOT}/artworks/", {"collection": str(artwork.collection_id), "title": "x"}, format="json"),
        client.post(f"{ROOT}/collections/", {"name": "x"}, format="json"),
    ):
        assert is_problem(answer, 403)
    assert Artwork.objects.get().title == artwork.title


def test_a_visitor_is_asked_to_sign_in():
    for kind in ("collections", "artworks", "pictures", "periods"):
        assert is_problem(APIClient().get(f"{ROOT}/{kind}/"), 401)


@pytest.mark.parametrize("path", ["", "nothing/", "artworks/not-a-key/", "artworks/1/2/3/"])
def test_an_address_that_does_not_exist_is_a_problem_too(api, path):
    assert is_problem(api.get(f"{ROOT}/{path}"), 404)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_verb_that_a_list_does_not_know_is_refused(api, method):
    assert is_problem(getattr(api, method)(f"{ROOT}/collections/"), 405)


def test_json_that_is_none_is_one_sentence(api):
    answer = api.generic("POST", f"{ROOT}/collections/", b"{", content_type="application/json")
    assert is_problem(answer, 400)


def test_pages_are_bounded(api, collection):
    for _ in range(3):
        ArtworkFactory(collection=collection, master=None)
    first = api.get(f"{ROOT}/artworks/", {"page_size": 2}).json()
    assert (first["count"], len(first["results"])) == (3, 2)
    assert len(api.get(first["next"]).json()["results"]) == 1
    assert api.get(f"{ROOT}/artworks/", {"page_size": 10**9}).status_code == 200
    assert is_problem(api.get(f"{ROOT}/artworks/", {"page": 10**30}), 404)


def test_artworks_are_found_by_what_the_catalogue_says(api, collection):
    song = ArtworkFactory(collection=collection, title="Travellers", master=None, school="Northern Song")
    Artwork.objects.filter(pk=song.pk).update(period=Period.objects.get(key="song"))
    ming = ArtworkFactory(collection=collection, title="Bamboo", title_zh="墨竹", sacred=True)
    for query, expected in (
        ({"period": "song"}, song),
        ({"q": "墨竹"}, ming),
        ({"school": "Northern Song"}, song),
        ({"sacred": "true"}, ming),
        ({"has_master": "true"}, ming),
        ({"has_master": "false"}, song),
    ):
        found = api.get(f"{ROOT}/artworks/", query).json()["results"]
        assert [work["id"] for work in found] == [str(expected.pk)], query
    ordered = [work["title"] for work in api.get(f"{ROOT}/artworks/", {"ordering": "-title"}).json()["results"]]
    assert ordered == ["Travellers", "Bamboo"]
    assert is_problem(api.get(f"{ROOT}/artworks/", {"period": "atlantis"}), 400)


@pytest.mark.parametrize("kind", ["collections", "artworks", "pictures"])
def test_a_list_costs_the_same_number_of_queries_for_three_rows_and_for_thirty(api, curator, kind):
    def fill(count: int) -> None:
        for _ in range(count):
            collection = CollectionFactory(curator=curator)
            ArtworkFactory(collection=collection, master=sealed_picture(collection, width=8, height=8))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert api.get(f"{ROOT}/{kind}/").status_code == 200
        return len(captured)

    fill(3)
    few = queries()
    fill(27)
    assert api.get(f"{ROOT}/{kind}/").json()["count"] == 30
    assert queries() == few
    assert few <= 4


def test_the_periods_run_from_tang_to_today(api):
    keys = {period["key"]: period for period in api.get(f"{ROOT}/periods/").json()}
    assert {
        "tang",
        "five-dynasties",
        "northern-song",
        "southern-song",
        "liao",
        "jin",
        "yuan",
        "ming",
        "qing",
    } <= keys.keys()
    assert (keys["northern-song"]["start_year"], keys["northern-song"]["end_year"]) == (960, 1127)
    assert keys["qing"]["name_zh"] == "清"
    assert all(period["source"] for period in keys.values())
    assert str(Period.objects.get(key="modern")) == "Modern and contemporary (1949–)"
