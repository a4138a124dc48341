"""Drawing on a large master: `python benchmarks/mask_drafts.py [--width 12000 --height 8000 --patches 300]`.

Patches a second over the API (one client, in one process with the server's code, database and storage as the
environment says; SQLite and a local disk by default), the size of a draft, and how long opening, fetching and saving it
take. Every step runs in a process of its own; its memory is how far its largest resident set rose above that of the
same process before the step.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

ADDRESS = "/api/v1/mask-drafts/"
TILE = 512


def set_up() -> None:
    """Django with a cache in memory; nothing else needs to run beside the benchmark."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.conf import settings

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
    settings.ALLOWED_HOSTS = ["*"]
    django.setup()


def prepare(folder: Path, width: int, height: int) -> dict:
    """A curator and a work with a master of this size."""
    from django.core.management import call_command

    from benchmarks.restore_memory import make_picture
    from portal.accounts.models import Grant, Role, User
    from portal.catalogue.models import Artwork, Collection
    from portal.catalogue.services import seal_picture

    call_command("migrate", verbosity=0)
    make_picture(folder / "master.tif", width, height, 8)
    user = User.objects.create_user("curator", "curator@example.org", "a long password")
    collection = Collection.objects.create(name="Benchmark", created_by=user)
    Grant.objects.create(user=user, role=Role.CURATOR, collection=collection)
    master = seal_picture(folder / "master.tif", collection=collection, user=user, name="master.tif")
    Artwork.objects.create(collection=collection, title="Hills", created_by=user, master=master)
    return {}


def stroke(rng: np.random.Generator, width: int, height: int) -> list[dict]:
    """The tiles of one brush stroke of some hundred pixels, as a browser sends them."""
    x, y, turn, length = rng.integers(width), rng.integers(height), rng.uniform(0, 6.28), rng.uniform(50, 700)
    ends = (int(x), int(y)), (int(x + length * np.cos(turn)), int(y + length * np.sin(turn)))
    radius, label = int(rng.integers(4, 40)), int(rng.integers(1, 5))
    return painted(lambda tile, at: cv2.line(tile, *(_moved(end, at) for end in ends), label, radius), ends, radius,
                   width, height)  # fmt: skip


def painted(draw, ends, radius: int, width: int, height: int) -> list[dict]:
    """Tiles touched between two points, with `draw(tile, corner)` called on each."""
    lows, highs = np.min(ends, axis=0) - radius, np.max(ends, axis=0) + radius
    made = []
    for row in range(max(0, lows[1]) // TILE, min(height - 1, highs[1]) // TILE + 1):
        for column in range(max(0, lows[0]) // TILE, min(width - 1, highs[0]) // TILE + 1):
            corner = column * TILE, row * TILE
            values = np.full((min(TILE, height - corner[1]), min(TILE, width - corner[0])), 255, np.uint8)
            draw(values, corner)
            if (values != 255).any():
                made.append({"x": column, "y": row, "png": _png(values)})
    return made


def _moved(point: tuple[int, int], corner: tuple[int, int]) -> tuple[int, int]:
    return point[0] - corner[0], point[1] - corner[1]


def _png(values: np.ndarray) -> str:
    return base64.b64encode(cv2.imencode(".png", values)[1].tobytes()).decode()


def noise(rng: np.random.Generator, width: int, height: int) -> list[dict]:
    """Every tile, a third of its pixels marked in ragged spots: as when a whole proposal is taken over."""
    spots = cv2.GaussianBlur(rng.standard_normal((TILE, TILE), np.float32), (0, 0), 6)
    labels = np.where(spots > np.quantile(spots, 0.67), rng.integers(1, 5), 0).astype(np.uint8)
    made = []
    for y in range(-(-height // TILE)):
        for x in range(-(-width // TILE)):
            part = labels[: min(TILE, height - y * TILE), : min(TILE, width - x * TILE)]
            made.append({"x": x, "y": y, "png": _png(part)})
    return made


def step(name: str, count: int) -> dict:
    """Do one step over the API in this process, and say what it took."""
    from rest_framework.test import APIClient

    from portal.accounts.models import User
    from restoration.models import DraftTile, Mask, MaskDraft

    client = APIClient()
    client.force_authenticate(User.objects.get())
    draft = MaskDraft.objects.select_related("master").filter(saved_as=None).first()
    rng, facts = np.random.default_rng(0), {}
    if name == "open":
        from portal.catalogue.models import Artwork

        work, mask = Artwork.objects.get(), Mask.objects.first()
        body = {"artwork": str(work.pk), "based_on": str(mask.pk) if mask else None}
        asked = [("post", ADDRESS, body)]
    elif name == "patches":
        size = draft.master.width, draft.master.height
        tiles = [stroke(rng, *size) for _ in range(count)]
        asked = [_patch(draft, part) for part in tiles if part]
        facts["tiles"] = sum(map(len, tiles))
    elif name == "whole":
        tiles = noise(rng, draft.master.width, draft.master.height)
        asked = [_patch(draft, tiles)]
        facts["tiles"] = len(tiles)
    elif name == "tiles":
        asked = [("get", f"{ADDRESS}{draft.pk}/tiles/", None)]
    else:
        asked = [("post", f"{ADDRESS}{draft.pk}/save/", {"feather": 4})]
    client.get(f"{ADDRESS}{uuid.uuid4()}/")  # so that everything is imported
    before, start, busy, got = _peak(), time.monotonic(), time.process_time(), 0
    for verb, address, body in asked:
        answer = getattr(client, verb)(address, body, format="json")
        assert answer.status_code < 300, answer.content[:500]
        got += len(answer.content)
    seconds = time.monotonic() - start
    facts |= {"requests": len(asked), "seconds": round(seconds, 2), "CPU s": round(time.process_time() - busy, 2)}
    facts["a second"] = round(len(asked) / seconds, 1)
    facts |= {"answered MB": round(got / 1e6, 2), "memory MB": round((_peak() - before) / 1024)}
    facts["draft MB"] = round(sum(len(png) for png in DraftTile.objects.values_list("png", flat=True)) / 1e6, 2)
    return facts


def _patch(draft, tiles: list[dict]) -> tuple[str, str, dict]:
    return "post", f"{ADDRESS}{draft.pk}/patches/", {"patch": str(uuid.uuid4()), "tiles": tiles}


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=12000)
    parser.add_argument("--height", type=int, default=8000)
    parser.add_argument("--patches", type=int, default=300)
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        set_up()
        if options.step == "prepare":
            facts = prepare(options.folder, options.width, options.height)
        else:
            facts = step(options.step, options.patches)
        print(json.dumps(facts))
        return
    with tempfile.TemporaryDirectory(prefix="lacuna-drafts-") as folder:
        environment = os.environ | {"LACUNA_HOME": folder}
        for name in ("prepare", "open", "patches", "tiles", "whole", "tiles", "save", "open"):
            own = [sys.executable, __file__, "--step", name, "--folder", folder, "--width", str(options.width)]
            own += ["--height", str(options.height), "--patches", str(options.patches)]
            done = subprocess.run(own, env=environment, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
            if name != "prepare":
                facts = json.loads(done.stdout.splitlines()[-1])
                print(f"{name:8}", ", ".join(f"{key} {value}" for key, value in facts.items()), flush=True)


if __name__ == "__main__":
    main()
