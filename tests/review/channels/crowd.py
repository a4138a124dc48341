"""Many items at once: as real ones are, but written in bulk, from a few pictures of either kind."""

import copy
import itertools
import uuid
from pathlib import Path

import numpy as np
from PIL import Image

from generation.models import Painting, Round
from gpu_workers.models import Job
from portal.catalogue.models import Artwork, Collection, Picture
from portal.catalogue.services import seal_picture
from review.models import Item, Study
from tests.factories import painted

numbers = itertools.count(1)


def sources(collection: Collection, folder: Path) -> tuple[list[Picture], list[Picture]]:
    """Three photographs, with grain and odd sides, and three generated pictures, smooth and square."""
    user, rng, found = collection.created_by, np.random.default_rng(5), ([], [])
    for number in range(3):
        grain = painted(331 + 30 * number, 277, seed=number).astype(int) + rng.normal(
            0, 14, (277, 331 + 30 * number, 1)
        )
        shown = {f"photo{number}.jpg": grain, f"made{number}.png": painted(320, 320, seed=10 + number) // 4 * 2 + 60}
        for place, (name, pixels) in enumerate(shown.items()):
            Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / name)
            found[place].append(seal_picture(folder / name, collection=collection, user=user, name=name))
    return found


def fill(study: Study, of: tuple[list[Picture], list[Picture]], each: int) -> None:
    """So many authentic and as many generated items, in the order in which a museum would take them in."""
    collection, user = study.collection, study.created_by
    photographs, made = ([_again(kind[number % len(kind)]) for number in range(each)] for kind in of)
    Picture.objects.bulk_create(photographs + made)
    works = Artwork.objects.bulk_create(
        Artwork(collection=collection, title=f"Work {it.pk}", created_by=user, master=it) for it in photographs
    )
    jobs = Job.objects.bulk_create(
        Job(kind="generate_ink", collection=collection, owner=user, status="succeeded") for _ in made
    )
    about = {"prompt": "pines", "caption": "pine trees", "count": 1, "change": {"height": 256, "width": 256}}
    rounds = Round.objects.bulk_create(Round(job=job, collection=collection, description={}, **about) for job in jobs)
    paintings = Painting.objects.bulk_create(
        Painting(round=it, number=1, picture=picture, seed=0, agreement=0.2, tokens="tokens", tokens_sha256="0" * 64)
        for it, picture in zip(rounds, made, strict=True)
    )
    Item.objects.bulk_create(
        [Item(study=study, origin="artwork", artwork=it) for it in works]
        + [Item(study=study, origin="painting", painting=it) for it in paintings]
    )


def _again(picture: Picture) -> Picture:
    """The row of another picture that happens to look the same."""
    found = copy.copy(picture)
    found.pk, found.sha256, found._state = uuid.uuid4(), f"{next(numbers):064x}", copy.copy(picture._state)
    found._state.adding = True
    return found
