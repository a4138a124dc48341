"""What the catalogue writes: within the policy, whole or not at all, and never twice."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection

from portal.catalogue import integrity, selectors, services
from portal.catalogue.models import Artwork, Collection, Picture
from portal.errors import UserError
from tests.factories import ArtworkFactory, mask_for, person, picture_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize("role", ["consultant", "rights_officer", "coordinator", "expert", "operator"])
def test_only_curators_write(role, collection, artwork):
    user = person(role, collection)
    for write in (
        lambda: services.create_collection(user, name="x"),
        lambda: services.update_collection(user, collection, name="x"),
        lambda: services.create_artwork(user, collection, title="x"),
        lambda: services.update_artwork(user, artwork, title="x"),
        lambda: services.attach_master(user, artwork, picture_upload(seed=5)),
        lambda: services.delete_artwork(user, artwork),
    ):
        with pytest.raises(PermissionDenied):
            write()
    assert Picture.objects.count() == 1


def test_a_curator_of_another_collection_writes_nothing_here(artwork):
    with pytest.raises(PermissionDenied):
        services.update_artwork(person("curator"), artwork, title="x")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "  "}, "Title: This field cannot be blank."),
        ({"title": "x", "rights": "mine"}, "Rights statement: Value 'mine' is not a valid choice."),
        ({"title": "x", "height_mm": 10**7}, "Height (mm): Ensure this value is less than or equal to 1000000."),
    ],
)
def test_a_mistake_is_one_sentence_with_the_name_of_the_field(curator, collection, fields, sentence):
    with pytest.raises(UserError) as raised:
        services.create_artwork(curator, collection, **fields)
    assert str(raised.value) == sentence
    assert not Artwork.objects.exists()


def test_what_is_no_field_of_a_work_cannot_be_set(curator, artwork):
    with pytest.raises(TypeError, match="master"):
        services.update_artwork(curator, artwork, master=None)


def test_an_accession_number_belongs_to_one_work_of_a_collection(curator, collection):
    services.create_artwork(curator, collection, title="one", accession_number="1931.4")
    with pytest.raises(UserError, match="accession number"):
        services.create_artwork(curator, collection, title="two", accession_number="1931.4")
    elsewhere = services.create_collection(curator, name="Elsewhere")
    assert services.create_artwork(curator, elsewhere, title="three", accession_number="1931.4")


def test_deleting_a_work_takes_its_photograph_and_its_masks_along(curator, artwork, on_commit):
    mask = mask_for(artwork)
    names = [artwork.master.file.name, artwork.master.pyramid.name, artwork.master.thumbnail.name, mask.file.name]
    with on_commit():
        services.delete_artwork(curator, artwork)
    assert not Picture.objects.exists()
    assert not any(default_storage.exists(name) for name in names)
    assert list(integrity._walk("")) == []


def test_a_photograph_that_another_work_shows_stays(curator, artwork, on_commit):
    other = ArtworkFactory(collection=artwork.collection, master=artwork.master)
    with on_commit():
        services.delete_artwork(curator, artwork)
    assert Artwork.objects.get() == other
    assert default_storage.exists(other.master.file.name)


def test_a_work_that_was_restored_stays_with_everything(curator, artwork, on_commit):
    from restoration.services import order_restoration

    order_restoration(curator, artwork, mask=mask_for(artwork), engine="telea", candidates=1)
    with on_commit(), pytest.raises(UserError, match="was restored"):
        services.delete_artwork(curator, artwork)
    assert Artwork.objects.filter(pk=artwork.pk).exists()
    assert default_storage.exists(artwork.master.file.name)


def test_lists_show_a_persons_own_collections(curator, collection, artwork):
    ArtworkFactory()
    assert list(selectors.collections_for(curator)) == [collection]
    assert selectors.collections_for(curator).get().artwork_count == 1
    assert list(selectors.artworks_for(curator)) == [artwork]
    assert list(selectors.pictures_for(curator)) == [artwork.master]


@pytest.mark.django_db(transaction=True)
def test_four_uploads_of_the_same_picture_at_once_make_one_row_and_sound_files(curator, collection):
    start, results = threading.Barrier(4), []

    def seal() -> None:
        try:
            start.wait()
            results.append(services.seal_picture(picture_upload(), collection=collection, user=curator).pk)
        except Exception as error:  # noqa: BLE001  # shown by the assertion below
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == {Picture.objects.get().pk}
    assert list(integrity.check_files()) == []
    assert len(list(integrity._walk(""))) == 3


@pytest.mark.django_db(transaction=True)
def test_two_collections_of_the_same_name_are_two(curator):
    made = [services.create_collection(curator, name="Same") for _ in range(2)]
    assert Collection.objects.count() == len({collection.pk for collection in made}) == 2
