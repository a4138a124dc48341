"""From files at hand to works: whole or not at all, once however often it is asked, and never of another's files."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from rest_framework.test import APIClient

from gpu_workers import runner
from gpu_workers.models import Job
from portal.accounts.models import Grant
from portal.audit.models import Event
from portal.catalogue.models import Artwork, Picture
from portal.errors import UserError
from portal.uploads import bringing, deliveries, services
from portal.uploads.models import Delivery, Upload
from tests.factories import ArtworkFactory, CollectionFactory, painted, person, picture_bytes

TABLE = b"File,Title,Accession\na.png,Hills,1\nb.png,River,2\nc.png,Sky,3\n"


@pytest.fixture
def delivery(arrived, collection, curator):
    """Three files and the table that names them."""
    for number, name in enumerate(("a.png", "b.png", "c.png")):
        arrived(name, seed=number)
    return deliveries.create_delivery(curator, collection, table=TABLE, name="works.csv")


def run(delivery, user=None) -> Job:
    job = deliveries.start(user or delivery.owner, delivery)
    assert runner.run_next("test") == job
    job.refresh_from_db()
    return job


def works() -> list[tuple[str, str]]:
    return list(Artwork.objects.order_by("accession_number").values_list("title", "accession_number"))


def stored(settings) -> list[str]:
    """Files in storage, by folder."""
    return sorted(path.parent.parent.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_a_job_brings_in_what_is_ready(delivery, settings):
    job = run(delivery)
    assert (job.status, job.message, job.recipe) == ("succeeded", "", {"brought_in": 3, "left_out": 0})
    assert works() == [("Hills", "1"), ("River", "2"), ("Sky", "3")]
    for artwork in Artwork.objects.all():
        upload = artwork.uploads.get()
        assert artwork.master.sha256 == upload.sha256
        assert (upload.state, upload.file.name) == ("used", "")
        assert artwork.master.original_name == upload.name
    assert Event.objects.get(action="upload.imported").data == {"count": 3}


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_used_files_are_let_go(arrived, collection, curator, settings):
    arrived("a.png")
    run(deliveries.create_delivery(curator, collection))
    assert stored(settings) == ["pictures", "pyramids", "thumbnails"]


def test_pressing_twice_makes_nothing_twice(delivery):
    first = deliveries.start(delivery.owner, delivery)
    assert deliveries.start(delivery.owner, delivery) == first
    assert Job.objects.filter(kind="bring_in").count() == 1
    runner.run_next("test")
    with pytest.raises(UserError, match="Nothing of this"):
        deliveries.start(delivery.owner, delivery)
    assert len(works()) == 3
    report = deliveries.report_on(Delivery.objects.get())
    assert (len(report.done), report.ready, report.wrong) == (3, [], [])


def test_a_worker_that_dies_in_between_is_followed_by_one_that_goes_on(delivery, monkeypatch):
    really, brought = bringing.bring, []

    def dying(*args, **named):
        if len(brought) == 2:
            raise SystemExit
        brought.append(really(*args, **named))
        return brought[-1]

    monkeypatch.setattr("portal.uploads.kinds.bring", dying)
    job = deliveries.start(delivery.owner, delivery)
    with pytest.raises(SystemExit):
        runner.run_next("test")
    assert len(works()) == 2
    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(status="queued", lease_until=None)
    runner.run_next("another")
    job.refresh_from_db()
    assert (job.status, job.recipe["brought_in"]) == ("succeeded", 1)
    assert works() == [("Hills", "1"), ("River", "2"), ("Sky", "3")]
    assert Picture.objects.count() == 3


def test_a_work_is_whole_or_not_there(delivery, monkeypatch, settings):
    """The photograph is in storage already when the last write fails."""
    monkeypatch.setattr("portal.uploads.bringing._use", lambda upload, artwork: False)
    job = run(delivery)
    assert (job.status, job.recipe) == ("succeeded", {"brought_in": 0, "left_out": 3})
    assert (works(), Picture.objects.count()) == ([], 0)
    assert set(stored(settings)) == {"arrivals"}
    assert set(Upload.objects.values_list("problem", flat=True)) == {"The file was thrown away meanwhile."}


def test_a_job_that_takes_long_lets_others_go_first_and_is_followed_by_another(delivery, monkeypatch):
    monkeypatch.setattr("portal.uploads.kinds.PORTION_SECONDS", -1)
    run(delivery)
    assert len(works()) == 1
    delivery.refresh_from_db()
    assert delivery.job.status == "queued"
    while runner.run_next("test"):
        pass
    assert len(works()) == 3
    assert list(Job.objects.values_list("status", flat=True)) == ["succeeded"] * 3


def test_a_file_that_cannot_be_sealed_is_left_out_and_says_why(arrived, collection, curator):
    whole = picture_bytes(painted(200, 200, seed=9))
    arrived("broken.png", whole[: len(whole) * 2 // 3])
    arrived("a.png")
    job = run(deliveries.create_delivery(curator, collection))
    assert job.recipe == {"brought_in": 1, "left_out": 1}
    report = deliveries.report_on(Delivery.objects.get())
    assert "cut short" in report.wrong[0].problems[0]


def test_who_lost_the_role_meanwhile_brings_nothing_in(delivery, curator):
    deliveries.start(curator, delivery)
    Grant.objects.filter(user=curator).delete()
    runner.run_next("test")
    job = Job.objects.get()
    assert (job.status, job.message) == ("failed", "Your roles do not allow this.")
    assert works() == []


def test_the_files_of_a_colleague_are_not_brought_in(delivery, collection):
    colleague = person("curator", collection)
    theirs = deliveries.create_delivery(colleague, collection)
    assert deliveries.report_on(theirs).lines == []
    with pytest.raises(UserError):
        deliveries.start(colleague, theirs)


def test_what_the_collection_has_already_is_left_alone(arrived, collection, curator):
    arrived("a.png", seed=3)
    run(deliveries.create_delivery(curator, collection))
    arrived("other name.png", seed=3)
    report = deliveries.report_on(deliveries.create_delivery(curator, collection))
    assert (len(report.done), report.ready) == (2, [])
    assert Artwork.objects.count() == 1


def test_the_same_picture_that_a_colleague_brought_in_meanwhile_makes_no_second_work(arrived, collection, curator):
    first, second = arrived("a.png", seed=3), arrived("b.png", seed=3)
    paths = [Path(upload.file.path) for upload in (first, second)]
    made = bringing.bring(curator, collection, {"title": "x"}, paths[0], name="a.png", upload=first)
    assert bringing.bring(curator, collection, {"title": "y"}, paths[1], name="b.png", upload=second) is None
    second.refresh_from_db()
    assert (Artwork.objects.get(), second.artwork, second.state) == (made, made, "used")


# --- a finished upload as a master, and all of it by the API


@pytest.fixture
def api(curator):
    client = APIClient()
    client.force_authenticate(curator)
    return client


def test_a_finished_upload_becomes_a_master(api, arrived, collection):
    artwork, upload = ArtworkFactory(collection=collection, master=None), arrived("a.png", seed=4)
    answer = api.post(f"/api/v1/artworks/{artwork.pk}/master/", {"upload": str(upload.pk)}, format="json")
    assert (answer.status_code, answer.json()["sha256"]) == (201, upload.sha256)
    artwork.refresh_from_db()
    assert artwork.master.original_name == "a.png"
    again = api.post(f"/api/v1/artworks/{artwork.pk}/master/", {"upload": str(upload.pk)}, format="json")
    assert again.json()["id"] == answer.json()["id"]
    other = ArtworkFactory(collection=collection, master=None)
    taken = api.post(f"/api/v1/artworks/{other.pk}/master/", {"upload": str(upload.pk)}, format="json")
    assert taken.status_code == 400


def test_a_master_can_still_be_sent_as_a_form(api, artwork):
    from tests.factories import picture_upload

    answer = api.post(f"/api/v1/artworks/{artwork.pk}/master/", {"file": picture_upload(seed=12)})
    assert answer.status_code == 201


def test_neither_another_persons_upload_nor_one_elsewhere_becomes_a_master(api, arrived, artwork, collection, curator):
    foreign = arrived("a.png", user=person("curator", collection))
    elsewhere = arrived("b.png", seed=1, into=CollectionFactory(curator=curator))
    path = f"/api/v1/artworks/{artwork.pk}/master/"
    assert api.post(path, {"upload": str(foreign.pk)}, format="json").status_code == 404
    assert api.post(path, {"upload": str(elsewhere.pk)}, format="json").status_code == 400
    with pytest.raises(PermissionDenied):
        services.attach_upload(person("consultant", collection), artwork, foreign)


def test_a_program_checks_and_brings_in(api, arrived, collection):
    from django.core.files.uploadedfile import SimpleUploadedFile

    arrived("a.png")
    table = SimpleUploadedFile("works.csv", b"File,Title,Period\na.png,Hills,Atlantis\nz.png,River,\n")
    made = api.post("/api/v1/deliveries/", {"collection": str(collection.pk), "table": table}).json()
    assert made["report"]["ready"] == 0
    assert [len(line["problems"]) for line in made["report"]["lines"]] == [1, 1]
    assert api.post(f"/api/v1/deliveries/{made['id']}/start/").status_code == 400
    made = api.post("/api/v1/deliveries/", {"collection": str(collection.pk)}).json()
    started = api.post(f"/api/v1/deliveries/{made['id']}/start/")
    assert (started.status_code, started.json()) == (202, {"job": str(Job.objects.get().pk)})
    runner.run_next("test")
    report = api.get(f"/api/v1/deliveries/{made['id']}/").json()["report"]
    assert report["lines"][0]["artwork"] == str(Artwork.objects.get().pk)
    other = APIClient()
    other.force_authenticate(person("curator", collection))
    assert other.get(f"/api/v1/deliveries/{made['id']}/").status_code == 404
