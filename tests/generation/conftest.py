"""A small corpus that was prepared, and the people who validate it."""

import json

import pytest

from generation.models import CaptionSample
from generation.services.captions import import_captions, score_caption
from tests.factories import painted, person, picture_bytes

TERMS = (["xieyi", "landscape", "thick-ink"], ["gongbi", "flowers-and-birds"], ["ink-painting"], ["landscape"])
ADJECTIVES = (["majestic", "distant"], ["lively"], [], ["misty"])


@pytest.fixture
def prepared(tmp_path):
    """A folder as `prepare_corpus` leaves it, with four captions."""
    folder = tmp_path / "prepared"
    (folder / "pictures").mkdir(parents=True)
    lines = []
    for number, (terms, adjectives) in enumerate(zip(TERMS, ADJECTIVES, strict=True)):
        name = f"pictures/{number}.webp"
        (folder / name).write_bytes(picture_bytes(painted(64, 64, seed=number), "WEBP"))
        line = {"picture": name, "sha256": f"{number:064x}", "title": f"Leaf {number}"}
        lines.append(json.dumps(line | {"terms": dict.fromkeys(terms, "table"), "adjectives": adjectives}))
    (folder / "captions.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture
def samples(curator, collection, prepared) -> list[CaptionSample]:
    """Four captions of `collection`, in the order of their hashes."""
    import_captions(curator, collection, prepared)
    return list(CaptionSample.objects.order_by("sha256"))


@pytest.fixture
def expert(collection):
    return person("expert", collection)


@pytest.fixture
def arbiter(collection):
    return person("coordinator", collection)


@pytest.fixture
def differ(curator, expert):
    """Let curator and expert score a caption 2 and 5."""

    def differ(sample):
        score_caption(curator, sample, 2)
        score_caption(expert, sample, 5)

    return differ
