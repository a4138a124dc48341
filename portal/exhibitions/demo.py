"""The demo's exhibition: painted works as they are, through the same gate as everything else."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from portal.accounts.demo import DemoPeople
from portal.catalogue.models import Artwork, Collection
from portal.exhibitions.models import Exhibition
from portal.exhibitions.services import arranging, exhibitions
from review.guardrails.models import Release
from review.guardrails.services import judge, prepare, publish, sign

SLUG = "painted-by-a-program"
WORDS = {
    "title": "Painted by a program",
    "title_zh": "程序所绘",
    "introduction": "Four landscapes that a program painted, hung to show how an exhibition looks. "
    "Nothing here is the work of a person or of a museum.",
    "introduction_zh": "四幅由程序绘制的山水，用来展示一个展览的样子。这里没有任何人或博物馆的作品。",
}
HUNG = {  # accession number → alternative texts
    "DEMO-4": (
        "Steep mountains in azurite blue and malachite green on silk.",
        "绢本青绿：陡峭的山峰，石青与石绿设色。",
    ),
    "DEMO-3": ("A tall sheet: high peaks above pines, in ink on silk.", "绢本水墨竖幅：松树之上高峰耸立。"),
    "DEMO-5": ("A long sheet: a river in autumn between low hills, red leaves.", "横幅：秋江流过低丘，红叶点缀。"),
    "DEMO-2": ("Streams between hills under a pale sky, in ink on paper.", "纸本水墨：淡天之下，溪流穿行山间。"),
}


@transaction.atomic
def make_demo_exhibition(made: DemoPeople, collection: Collection) -> str:
    """Publish the works in `HUNG` and open an exhibition of them; what is there stays. Returns its address on the site.

    The curator prepares and signs, the rights officer signs as the second person. A work that the gate holds back does
    not hang.
    """
    curator = made.people["curator"]
    exhibition = Exhibition.objects.filter(slug=SLUG, collection=collection).first()
    if exhibition is None:
        exhibition = exhibitions.create(curator, collection, slug=SLUG, **WORDS)
        for number, (alt, alt_zh) in HUNG.items():
            artwork = collection.artworks.get(accession_number=number)
            if release := _published(made.people, artwork):
                hanging = arranging.hang(curator, exhibition, release)
                arranging.change_hanging(curator, hanging, alt=alt, alt_zh=alt_zh)
        if exhibition.hangings.exists():
            exhibitions.open_(curator, exhibition)
    return reverse("exhibitions:exhibition", args=[SLUG])


def _published(people: dict[str, Any], artwork: Artwork) -> Release | None:
    """The work's original on show, signed by two; None where something blocks it."""
    release = prepare(people["curator"], artwork)
    if any(verdict.blocks for verdict in judge(people["curator"], release)):
        return None
    release.refresh_from_db()
    for name in ("curator", "rights"):
        sign(people[name], release, release.content_hash)
    return publish(people["curator"], release)
