"""The demo: painted landscapes, one damaged, one faded, the damaged one's restoration, and four works on show."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from PIL import Image

from gpu_workers.engines.registry import get_spec
from gpu_workers.pictures.files import sha256_file
from portal.accounts.demo import DemoPeople, make_demo_people
from portal.accounts.models import User
from portal.catalogue.models import Artwork, Collection, Rights
from portal.catalogue.services import attach_master, create_artwork, create_collection
from portal.exhibitions.demo import make_demo_exhibition
from restoration.models import Mask, Restoration
from restoration.services import SameJobExists, order_restoration, request_proposal, upload_mask

COLLECTION = "Demo landscapes"
DESCRIPTION = "Landscapes painted by a program, to try things on. Nothing here is the work of a person or of a museum."
SIZE = (640, 480)


@dataclass(frozen=True)
class Work:
    """One painted work of the demo: how it is catalogued and which seed, palette and ground paint it."""

    number: str
    title: str
    title_zh: str
    seed: int
    palette: str
    ground: str
    size: tuple[int, int] = SIZE
    damaged: bool = False
    age: float = 0.35  # 0 new to 1 dark and faded


WORKS = (
    Work("DEMO-1", "Hills across the water, damaged", "隔水遠山（殘）", 5, "ink", "paper", damaged=True),
    Work("DEMO-2", "Streams before the rain", "雨前溪山", 11, "ink", "paper"),
    Work("DEMO-3", "High peaks and pines", "高山松色", 23, "ink", "silk", (480, 640)),
    Work("DEMO-4", "Blue and green mountains", "青綠山水", 31, "blue-and-green", "silk"),
    Work("DEMO-5", "Autumn on the river", "秋江", 47, "light-crimson", "paper", (900, 360)),
    Work("DEMO-6", "Blue and green mountains, faded", "青綠山水（褪色）", 62, "blue-and-green", "silk", age=1.0),
)


@dataclass(frozen=True)
class Demo:
    """Who and what the demo works with: `damaged` is the painting to restore, `style` the one to lean on."""

    people: DemoPeople
    collection: Collection
    damaged: Artwork
    style: Artwork

    @property
    def curator(self) -> User:
        return self.people.people["curator"]


def make_demo(progress: Callable[[list[Work]], Any] = lambda works: works) -> Demo:
    """Make the demo's people, collection and works; what is there stays. `progress` wraps the works to paint."""
    curator = make_demo_people().people["curator"]
    collection = Collection.objects.filter(name=COLLECTION, created_by=curator).first()
    collection = collection or create_collection(curator, name=COLLECTION, description=DESCRIPTION)
    people = make_demo_people(collection)
    there = set(collection.artworks.exclude(master=None).values_list("accession_number", flat=True))
    for work in progress([work for work in WORKS if work.number not in there]):
        _paint(work, curator, collection)
    make_demo_exhibition(people, collection)
    damaged, style = (collection.artworks.get(accession_number=work.number) for work in WORKS[:2])
    return Demo(people, collection, damaged, style)


def own_artwork(demo: Demo, path: Path) -> Artwork:
    """The visitor's own picture as an artwork of the demo collection, sealed; the same file is the same artwork."""
    number = f"OWN-{sha256_file(path)[:12]}"
    if found := demo.collection.artworks.filter(accession_number=number).exclude(master=None).first():
        return found
    with transaction.atomic():
        artwork = create_artwork(demo.curator, demo.collection, title=path.stem[:300], accession_number=number)
        attach_master(demo.curator, artwork, path, name=path.name)
    return artwork


def mask_of(demo: Demo, artwork: Artwork, path: Path | None) -> Mask | None:
    """The mask in `path`, kept as a new version; without one, the latest that somebody confirmed; else None."""
    if path is not None:
        return upload_mask(demo.curator, artwork, path)
    return artwork.masks.exclude(confirmed_at=None).order_by("-version").first()


def order_mask(demo: Demo, artwork: Artwork) -> Any:
    """Order a proposed mask; returns the job."""
    return request_proposal(demo.curator, artwork)


def order(demo: Demo, artwork: Artwork, mask: Mask, engine: str, style: Artwork | None, anyway: bool) -> Restoration:
    """Order two candidates. Without `anyway`, the same order of an earlier run is given back instead."""
    style = style if get_spec(engine).accepts_style else None
    try:
        return order_restoration(
            demo.curator, artwork, mask=mask, engine=engine, candidates=2, seed=1, style_reference=style, anyway=anyway
        )
    except SameJobExists as same:
        return same.restoration


def _paint(work: Work, curator: User, collection: Collection) -> None:
    """Paint, age and catalogue one work; the damaged one with the true mask of its damage."""
    from generation.painter import age, damage, paint

    pixels, labels = age(paint(work.seed, work.size, work.palette, work.ground), work.seed, work.age), None
    if work.damaged:
        hurt = damage(pixels, work.seed, kinds=("loss", "crack"), share=0.03)
        pixels, labels = hurt.picture, hurt.labels
    with _saved(pixels, f"{work.number}.png") as picture, transaction.atomic():
        collection.artworks.filter(accession_number=work.number).delete()  # left behind by a run that was broken off
        artwork = create_artwork(curator, collection, **_catalogued(work))
        attach_master(curator, artwork, picture, name=picture.name)
        if labels is not None:
            with _saved(labels, "mask.png") as mask:
                upload_mask(curator, artwork, mask, note="The painter knows what it damaged.")


def _catalogued(work: Work) -> dict[str, Any]:
    return {
        "title": work.title,
        "title_zh": work.title_zh,
        "maker": "Lacuna's painter (a program)",
        "date_text": "2026",
        "school": "Painted by a program",
        "category": "Landscape",
        "technique": "Ink" if work.palette == "ink" else "Ink and colour",
        "subjects": "mountains, water",
        "medium": f"Digital, after ink on {work.ground}",
        "accession_number": work.number,
        "rights": Rights.CC0,
    }


@contextmanager
def _saved(pixels: np.ndarray, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        Image.fromarray(pixels).save(path)
        yield path
