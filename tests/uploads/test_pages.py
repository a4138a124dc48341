"""The pages of bringing in, in both languages, for who may bring in and for nobody else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gpu_workers import runner
from portal.uploads import deliveries, services
from portal.uploads.models import Delivery, Upload
from portal.uploads.tables import read_table
from tests.factories import CollectionFactory, person

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def visit(client, curator):
    """Open an address as the curator (or as `user`) in a language."""

    def visit(path, language="en", user=curator):
        client.force_login(user)
        client.cookies["django_language"] = language
        return client.get(path)

    return visit


@pytest.fixture
def page(collection):
    return reverse("uploads:bring-in", args=[collection.pk])


def delivery_of(curator, collection, table=None) -> Delivery:
    return deliveries.create_delivery(curator, collection, table=table, name="works.csv")


def main(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_files_at_every_stage_are_shown(page, visit, arrived, curator, collection, language):
    arrived("hills.png")
    arrived("notes.png", b"no picture")
    services.create_upload(curator, collection, name="half.tif", size=10)
    html = main(visit(page, language))
    words = ("PNG, 96 × 64, 8 bit", "not a picture", "Choose the same file again")
    for name in ("hills.png", "notes.png", "half.tif"):
        assert name in html
    if language == "en":
        assert all(word in html for word in words)
    else:
        assert HAN.search(html)
        assert not any(word in html for word in words[1:])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_dry_run_shows_every_problem(visit, arrived, curator, collection, language):
    arrived("hills.png")
    arrived("many.png", seed=1)
    Upload.objects.filter(name="many.png").update(
        notice="The file holds 3 pages; the first one is the picture, the others are only kept."
    )
    delivery = delivery_of(curator, collection, b"File,Title,Price\nhills.png,Hills,1\nz.png,Sky,2\nmany.png,Album,3\n")
    html = main(visit(reverse("uploads:delivery", args=[delivery.pk]), language))
    assert html.count('class="tag failed"') == 1
    assert html.count('class="tag confirmed"') == 2
    assert ("Bring 2 works in" if language == "en" else "导入 2 件作品") in html
    assert ("“Price” is unknown" if language == "en" else "无法识别列“Price”") in html
    assert ("holds 3 pages" if language == "en" else "含 3 页") in html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_delivery_under_way_and_afterwards(visit, arrived, curator, collection, client, language):
    arrived("hills.png")
    delivery = delivery_of(curator, collection)
    path = reverse("uploads:delivery", args=[delivery.pk])
    client.force_login(curator)
    assert client.post(reverse("uploads:start", args=[delivery.pk])).url == path
    html = main(visit(path, language))
    assert "data-job" in html
    assert 'method="post"' not in html
    runner.run_next("test")
    html = main(visit(path, language))
    assert "data-job" not in html
    assert "/artworks/" in html
    assert "/thumbnail" in html
    job = main(visit(reverse("jobs:detail", args=[Delivery.objects.get().job_id]), language))
    assert path in job


def test_an_empty_delivery_and_a_table_without_files_teach(visit, curator, collection):
    html = main(visit(reverse("uploads:delivery", args=[delivery_of(curator, collection).pk])))
    assert "No files are here yet" in html
    table = delivery_of(curator, collection, b"Title\nHills\n")
    html = main(visit(reverse("uploads:delivery", args=[table.pk])))
    assert "No column holds the file names" in html
    assert 'method="post"' not in html


def test_a_table_is_checked_by_form_and_a_bad_one_is_refused_in_place(client, curator, collection, page):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(curator)
    answer = client.post(page, {"table": SimpleUploadedFile("works.csv", b"File,Title\na,b\n")})
    delivery = Delivery.objects.get()
    assert answer.url == reverse("uploads:delivery", args=[delivery.pk])
    assert (delivery.table_name, delivery.rows) == ("works.csv", [[2, "a", "b"]])
    answer = client.post(page, {"table": SimpleUploadedFile("a.xlsx", b"PK\x03\x04broken")})
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
    assert client.post(page, {}).status_code == 302


def test_the_table_to_fill_in_has_every_column_and_the_files_that_wait(visit, arrived, collection):
    arrived("=cmd().png")
    arrived("autumn_mountains.png", seed=1)
    answer = visit(reverse("uploads:template", args=[collection.pk]), "zh-hans")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "'=cmd().png" in answer.content.decode("utf-8-sig")
    table = read_table(answer.content)
    assert table.columns[0] == "文件名"
    assert [cells[:2] for _line, cells in table.rows] == [
        ["=cmd().png", "=cmd()"],
        ["autumn_mountains.png", "autumn mountains"],
    ]


@pytest.mark.parametrize("name", ["bring-in", "template"])
def test_who_may_only_look_is_refused_and_others_find_nothing(visit, collection, name):
    path = reverse(f"uploads:{name}", args=[collection.pk])
    assert visit(path, user=person("consultant", collection)).status_code == 403
    assert visit(path, user=CollectionFactory().created_by).status_code == 404


def test_a_delivery_of_a_colleague_does_not_exist(visit, client, curator, collection):
    delivery = delivery_of(curator, collection)
    colleague = person("curator", collection)
    assert visit(reverse("uploads:delivery", args=[delivery.pk]), user=colleague).status_code == 404
    assert client.post(reverse("uploads:start", args=[delivery.pk])).status_code == 404


def test_the_collection_offers_to_bring_works_in_to_who_may(visit, collection, page):
    path = reverse("catalogue:collection", args=[collection.pk])
    assert page in main(visit(path))
    assert page not in main(visit(path, user=person("consultant", collection)))


def test_pages_ask_as_much_for_many_files_as_for_one(visit, arrived, curator, collection, page):
    def queries(path):
        visit(path)
        with CaptureQueriesContext(connection) as captured:
            assert visit(path).status_code == 200
        return len(captured)

    arrived("0.png")
    delivery = delivery_of(curator, collection)
    paths = [page, reverse("uploads:delivery", args=[delivery.pk])]
    one = [queries(path) for path in paths]
    for number in range(1, 5):
        arrived(f"{number}.png", seed=number)
    assert [queries(path) for path in paths] == one
    deliveries.start(curator, delivery)
    runner.run_next("test")
    many = queries(paths[1])
    Upload.objects.exclude(name="0.png").delete()
    assert queries(paths[1]) == many
