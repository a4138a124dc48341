"""The API of restoration: who gets what, in which shape, and how mistakes are answered."""

import pytest
from rest_framework.test import APIClient

from gpu_workers.engines.registry import COLOUR, engines
from gpu_workers.models import Job
from portal.accounts.services import create_token
from tests.factories import ArtworkFactory, CollectionFactory, mask_upload, person, picture_upload

pytestmark = pytest.mark.django_db


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def api(curator) -> APIClient:
    return client_of(curator)


@pytest.fixture
def done(order, engine, work):
    """A restoration with two candidates."""
    restoration = order()
    work()
    return restoration


def test_from_a_mask_to_a_judgement_over_http(api, artwork, calls, engine, work):
    mask = api.post("/api/v1/masks/", {"artwork": artwork.pk, "file": mask_upload(), "damage_class": "crack"})
    assert mask.status_code == 201, mask.json()
    assert mask.json()["coverage"]["crack"] > 0
    wanted = {"artwork": artwork.pk, "mask": mask.json()["id"], "engine": "patchmatch", "candidates": 2, "seed": 4}
    ordered = api.post("/api/v1/restorations/", wanted, format="json")
    assert ordered.status_code == 201, ordered.json()
    job = api.get(f"/api/v1/jobs/{ordered.json()['job']['id']}/").json()
    assert (job["status"], job["state"]["place"]) == ("queued", 1)
    work()
    found = api.get(f"/api/v1/restorations/{ordered.json()['id']}/").json()
    assert (found["job"]["status"], found["recipe"]["seeds"]) == ("succeeded", [4, 5])
    uncertainty = api.get(f"/api/v1/restorations/{found['id']}/uncertainty/")
    assert b"".join(uncertainty.streaming_content).startswith(b"\x89PNG")
    candidate = found["candidates"][0]
    assert candidate["outside_max"] == 0
    assert b"".join(api.get(candidate["picture"]["download"]).streaming_content).startswith(b"\x89PNG")
    address = f"/api/v1/candidates/{candidate['id']}/"
    judged = api.post(f"{address}judge/", {"judgement": "picked", "note": "Calm."}, format="json")
    assert judged.json()["judgement"] == api.get(address).json()["judgement"] == "picked"


def test_the_file_of_a_mask_is_its_codes(api, mask):
    answer = api.get(api.get(f"/api/v1/masks/{mask.pk}/").json()["file"])
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_proposal_and_difference_are_jobs_and_a_mask_is_confirmed(api, artwork, mask):
    proposal = api.post("/api/v1/masks/proposal/", {"artwork": artwork.pk}, format="json")
    assert (proposal.status_code, proposal.json()["kind"]) == (202, "propose_mask")
    difference = api.post("/api/v1/masks/difference/", {"artwork": artwork.pk, "file": picture_upload(seed=8)})
    assert (difference.status_code, difference.json()["kind"]) == (202, "difference_mask")
    assert api.post(f"/api/v1/masks/{mask.pk}/confirm/").json()["confirmed_at"] is not None


def test_the_same_order_again_conflicts_and_says_where_the_first_one_is(api, artwork, mask):
    wanted = {"artwork": artwork.pk, "mask": mask.pk, "engine": "telea"}
    first = api.post("/api/v1/restorations/", wanted, format="json").json()
    again = api.post("/api/v1/restorations/", wanted, format="json")
    assert again.status_code == 409
    assert again["Content-Type"] == "application/problem+json"
    assert again["Location"].endswith(f"/api/v1/restorations/{first['id']}/")
    assert api.post("/api/v1/restorations/", wanted | {"anyway": True}, format="json").status_code == 201


def test_a_repeat_takes_changes(api, done):
    answer = api.post(f"/api/v1/restorations/{done.pk}/repeat/", {"seed": 77}, format="json")
    assert (answer.status_code, answer.json()["seed"], answer.json()["repeats"]) == (201, 77, str(done.pk))
    assert api.post(f"/api/v1/restorations/{done.pk}/repeat/", {"seed": 77}, format="json").status_code == 409


@pytest.mark.parametrize(
    "changes",
    [{"engine": "dall-e"}, {"candidates": 9}, {"seed": -1}, {"prompt": "x" * 301}, {"mask": "not-an-id"}, {"steps": 0}],
)
def test_a_mistake_is_a_problem_with_a_sentence(api, artwork, mask, changes):
    wanted = {"artwork": artwork.pk, "mask": mask.pk, "engine": "telea"} | changes
    answer = api.post("/api/v1/restorations/", wanted, format="json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert not Job.objects.exists()


def test_a_mask_of_the_wrong_size_is_a_problem(api, artwork):
    answer = api.post("/api/v1/masks/", {"artwork": artwork.pk, "file": mask_upload(width=10, height=10)})
    assert answer.status_code == 400
    assert "10 x 10 pixels" in answer.json()["detail"]


def test_a_colour_reconstruction_over_http(api, artwork, reference, calls, work):
    wanted = {"artwork": artwork.pk, "references": [reference.pk], "engine": "reinhard", "strength": 0.5}
    ordered = api.post("/api/v1/reconstructions/", wanted, format="json")
    assert ordered.status_code == 201, ordered.json()
    address = f"/api/v1/restorations/{ordered.json()['id']}/"
    again = api.post("/api/v1/reconstructions/", wanted, format="json")
    assert (again.status_code, again["Location"]) == (409, f"http://testserver{address}")
    work()
    found = api.get(address).json()
    assert (found["task"], found["mask"], found["area"], found["strength"]) == ("colour", None, "whole", 0.5)
    assert found["references"] == [{"artwork": str(reference.pk), "sha256": reference.master.sha256}]
    candidate = found["candidates"][0]
    assert candidate["measures"]["delta_e"]["mean"] > 0
    for name in ("difference", "structure"):
        assert b"".join(api.get(candidate[name]).streaming_content).startswith(b"\x89PNG")
    assert [api.get(f"/api/v1/restorations/?task={task}").json()["count"] for task in ("colour", "fill")] == [1, 0]
    repeated = api.post(f"{address}repeat/", {"strength": 0.7, "area": "ground"}, format="json")
    assert (repeated.status_code, repeated.json()["strength"], repeated.json()["area"]) == (201, 0.7, "ground")
    assert api.post(f"{address}repeat/", {"seed": 4}, format="json").status_code == 400


@pytest.mark.parametrize(
    "changes",
    [{"references": []}, {"references": None}, {"strength": 2}, {"area": "frame"}, {"engine": "telea"}, {"mask": "x"}],
)
def test_a_mistaken_reconstruction_is_a_problem_with_a_sentence(api, artwork, other_artwork, changes):
    wanted = {"artwork": artwork.pk, "references": [other_artwork.pk], "engine": "reinhard"} | changes
    answer = api.post("/api/v1/reconstructions/", wanted, format="json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert not Job.objects.exists()


def test_a_reference_from_a_hidden_collection_is_no_choice(api, artwork):
    wanted = {"artwork": artwork.pk, "references": [ArtworkFactory().pk], "engine": "reinhard"}
    answer = api.post("/api/v1/reconstructions/", wanted, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["references.0"])


def test_the_maps_of_a_restoration_are_not_there(api, done):
    candidate = api.get(f"/api/v1/candidates/{done.candidates.first().pk}/").json()
    assert (candidate["measures"], candidate["difference"]) == (None, None)
    assert api.get(f"/api/v1/candidates/{candidate['id']}/difference/").status_code == 404


def test_a_job_is_cancelled_and_retried(api, order):
    address = f"/api/v1/jobs/{order().job_id}/"
    assert api.post(f"{address}cancel/").json()["status"] == "cancelled"
    assert api.post(f"{address}cancel/").json()["status"] == "cancelled"
    assert api.post(f"{address}retry/").json()["status"] == "queued"


def test_the_engines_say_whether_they_are_ready(api, monkeypatch):
    from restoration import checks

    monkeypatch.setattr(checks, "installed", lambda name: False)
    found = api.get("/api/v1/engines/").json()
    ready = {engine["name"]: engine["ready"] for engine in found if engine["task"] == "fill"}
    assert ready == {"imagest": False, "patchmatch": True, "telea": True, "navier-stokes": True}
    ready = {engine["name"]: engine["ready"] for engine in found if engine["task"] == "colour"}
    assert ready == {name: spec.weights is None for name, spec in engines(COLOUR).items()}
    assert set(ready.values()) == {True, False}


def test_lists_are_narrowed(api, order, mask):
    done = order()
    for query, count in ((f"artwork={done.artwork_id}", 1), ("status=queued", 1), ("status=failed", 0)):
        assert api.get(f"/api/v1/restorations/?{query}").json()["count"] == count
    assert api.get("/api/v1/masks/?confirmed=false").json()["count"] == 0
    assert api.get("/api/v1/jobs/?kind=restore").json()["count"] == 1


def everything(restoration) -> list[tuple[str, str, dict]]:
    """Every address about one restoration, its mask, job and candidate, with what would be sent."""
    mask, job, candidate = restoration.mask_id, restoration.job_id, restoration.candidates.first().pk
    order = {"artwork": restoration.artwork_id, "mask": mask, "engine": "telea"}
    return [
        ("get", f"masks/{mask}/", {}),
        ("get", f"masks/{mask}/file/", {}),
        ("post", f"masks/{mask}/confirm/", {}),
        ("post", "masks/proposal/", {"artwork": restoration.artwork_id}),
        ("get", f"restorations/{restoration.pk}/", {}),
        ("get", f"restorations/{restoration.pk}/uncertainty/", {}),
        ("post", f"restorations/{restoration.pk}/repeat/", {"seed": 8}),
        ("post", "restorations/", order),
        ("post", "reconstructions/", {"artwork": restoration.artwork_id, "references": [restoration.artwork_id]}),
        ("get", f"candidates/{candidate}/", {}),
        ("post", f"candidates/{candidate}/judge/", {"judgement": "picked"}),
        ("get", f"jobs/{job}/", {}),
        ("post", f"jobs/{job}/cancel/", {}),
        ("post", f"jobs/{job}/retry/", {}),
    ]


def call(client, method, address, data):
    answer = getattr(client, method)(f"/api/v1/{address}", data or None, format="json")
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer.status_code


def test_without_a_login_nothing_answers(done):
    for method, address, data in everything(done):
        assert call(APIClient(), method, address, data) in (401, 403), address


def test_somebody_elses_work_does_not_exist(done, stranger):
    for outsider in (stranger, CollectionFactory().created_by):
        client = client_of(outsider)
        for method, address, data in everything(done):
            expected = 400 if data.get("artwork") else 404  # an artwork named in the body is no valid choice
            assert call(client, method, address, data) == expected, address
        for name in ("masks", "restorations", "jobs"):
            assert client.get(f"/api/v1/{name}/").json()["count"] == 0


def test_members_who_are_not_curators_read_and_do_not_write(done, collection):
    client = client_of(person("rights_officer", collection))
    for method, address, data in everything(done):
        assert call(client, method, address, data) == (200 if method == "get" else 403), address


def test_an_operator_sees_and_steers_jobs_and_no_pictures(order, operator, mask):
    client, job = client_of(operator), order().job_id
    assert client.get("/api/v1/jobs/").json()["count"] == 1
    assert client.get(f"/api/v1/jobs/{job}/").json()["state"]["preview"] is None
    assert client.post(f"/api/v1/jobs/{job}/cancel/").json()["status"] == "cancelled"
    assert client.get(f"/api/v1/masks/{mask.pk}/").status_code == 404
    assert client.get("/api/v1/restorations/").json()["count"] == 0


def test_a_token_to_read_does_not_write(done, curator):
    client = APIClient()
    _token, key = create_token(curator, name="reader", scopes=["read"])
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    for method, address, data in everything(done):
        assert call(client, method, address, data) == (200 if method == "get" else 403), address


@pytest.mark.parametrize("name", ["masks", "restorations", "jobs"])
def test_a_list_asks_the_database_as_often_for_six_rows_as_for_one(
    api, name, order, mask, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    order()
    with CaptureQueriesContext(
        connection,
    ) as one:
        api.get(f"/api/v1/{name}/")
    for seed in range(1, 6):
        order(seed=seed)
    with django_assert_max_num_queries(len(one)):
        assert api.get(f"/api/v1/{name}/").json()["count"] == (1 if name == "masks" else 6)


def test_a_style_reference_from_a_hidden_collection_is_no_choice(api, artwork, mask):
    wanted = {"artwork": artwork.pk, "mask": mask.pk, "style_reference": ArtworkFactory().pk}
    answer = api.post("/api/v1/restorations/", wanted, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["style_reference"])
