"""People, collections, artworks with a small painted master, masks: rows for tests, made as the site makes them."""

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import factory
import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory
from PIL import Image

from portal.accounts.models import Grant, Role, User
from portal.catalogue.files import store
from portal.catalogue.models import Artwork, Collection, Picture
from portal.catalogue.sealing import StoredPicture, seal_stored, store_picture


class UserFactory(DjangoModelFactory):
    """A person without any role; the password is "a long password"."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("person{}".format)
    email = factory.LazyAttribute("{0.username}@example.org".format)
    password = factory.django.Password("a long password")


class GrantFactory(DjangoModelFactory):
    """A role of a person: in `collection`, or on the whole site when there is none."""

    class Meta:
        model = Grant

    user = factory.SubFactory(UserFactory)
    role = Role.CURATOR
    collection = None


def person(role: str, collection: Collection | None = None, **fields) -> User:
    """A person with one role, in a collection or, without one, on the site."""
    user = UserFactory(**fields)
    GrantFactory(user=user, role=role, collection=collection)
    return user


class CollectionFactory(DjangoModelFactory):
    """A collection with one curator: `curator`, or a new person who is a site-wide curator too."""

    class Meta:
        model = Collection
        skip_postgeneration_save = True

    class Params:
        curator = factory.LazyFunction(lambda: person("curator"))

    name = factory.Sequence("Collection {}".format)
    created_by = factory.SelfAttribute("curator")

    @factory.post_generation
    def curated(self, create, extracted, **kwargs):
        Grant.objects.get_or_create(user=self.created_by, role=Role.CURATOR, collection=self)


def painted(width: int = 96, height: int = 64, seed: int = 0, depth: int = 8) -> np.ndarray:
    """A small ink-like picture, (height, width, 3) uint8 or uint16: soft hills on paper, different for each seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    ridge = 0.3 + 0.1 * np.sin(6 * x + rng.uniform(0, 6)) + 0.05 * np.sin(17 * x + rng.uniform(0, 6))
    ink = 0.25 + 0.6 * (y < ridge) + 0.02 * rng.standard_normal((height, width))
    colour = np.clip(ink[..., None] * [1.0, 0.95, 0.85], 0, 1)
    return (colour * (2**depth - 1)).astype(np.uint8 if depth == 8 else np.uint16)


def picture_bytes(pixels: np.ndarray, format: str = "PNG") -> bytes:
    """An 8-bit picture as the bytes of a file."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, format)
    return out.getvalue()


def picture_upload(name: str = "hills.png", seed: int = 0, **size) -> SimpleUploadedFile:
    """A painted picture as a browser uploads it; the name's ending chooses the format."""
    format = {"png": "PNG", "jpg": "JPEG", "tif": "TIFF", "webp": "WEBP"}[name.rpartition(".")[2]]
    return SimpleUploadedFile(name, picture_bytes(painted(seed=seed, **size), format))


def mask_pixels(width: int = 96, height: int = 64) -> np.ndarray:
    """A mask of one loss in the middle, (height, width) uint8: 255 = damaged."""
    mask = np.zeros((height, width), np.uint8)
    mask[height // 3 : height // 2, width // 3 : width // 2] = 255
    return mask


def mask_upload(name: str = "mask.png", **size) -> SimpleUploadedFile:
    """`mask_pixels` as a browser uploads it."""
    return SimpleUploadedFile(name, picture_bytes(mask_pixels(**size)))


_sealed: dict[tuple, tuple[StoredPicture, dict[str, bytes]]] = {}  # what was painted and looked at once in this process


def _read(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


def sealed_picture(collection: Collection, seed: int = 0, **size) -> Picture:
    """A painted picture, sealed by the catalogue's own service; the same one again has its files written anew."""
    key = (seed, *sorted(size.items()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"hills-{seed}.png"
        if key not in _sealed:
            path.write_bytes(picture_bytes(painted(seed=seed, **size)))
            stored = store_picture(path)
            _sealed[key] = replace(stored, new=[]), {name: _read(name) for name in stored.new}
        stored, files = _sealed[key]
        for name, data in files.items():
            path.write_bytes(data)
            store(path, name)
    return seal_stored(stored, collection=collection, user=collection.created_by, name=path.name)


class ArtworkFactory(DjangoModelFactory):
    """An artwork with a sealed master of 96 by 64 pixels, each one painted differently; ``master=None`` for none."""

    class Meta:
        model = Artwork

    class Params:
        seed = factory.Sequence(lambda number: 1_000_000 + number)  # beside every seed that a test names

    collection = factory.SubFactory(CollectionFactory)
    title = factory.Sequence("Hills after rain {}".format)
    created_by = factory.LazyAttribute(lambda self: self.collection.created_by)
    master = factory.LazyAttribute(lambda self: sealed_picture(self.collection, self.seed))


def mask_for(artwork: Artwork, **size):
    """A confirmed mask of an artwork's master: one loss in the middle, uploaded by the collection's creator."""
    from restoration.services import upload_mask

    upload = mask_upload(width=artwork.master.width, height=artwork.master.height)
    return upload_mask(artwork.collection.created_by, artwork, upload)


def painting_for(collection: Collection, picture: Picture | None = None, parent=None, **fields):
    """A painting as a finished round leaves it, with a new round of its own: from words, or of a retuned `parent`."""
    from generation.models import Painting, Round
    from gpu_workers.models import Job

    kind, values = ("edit_ink", ["winter"]) if parent else ("generate_ink", [])
    job = Job.objects.create(kind=kind, collection=collection, owner=collection.created_by, status="succeeded")
    change = {"values": values, "strength": 0.5, "keys": values} if parent else {"height": 256, "width": 256}
    about = {"kind": "retune", "parent": parent, "root": parent.round.first} if parent else {"prompt": "pines"}
    description = {"terms": ["pines"], "adjectives": values, "extra": []}
    row = {"change": change, "description": description, "caption": "pine trees", "count": 1, **about, **fields}
    made = Round.objects.create(job=job, collection=collection, **row)
    painting = Painting(round=made, number=1, picture=picture or sealed_picture(collection), seed=0, agreement=0.25)
    painting.tokens_sha256 = "0" * 64
    painting.tokens.save("tokens.safetensors", ContentFile(b"tokens"))
    return painting
