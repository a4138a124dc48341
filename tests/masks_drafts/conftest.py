"""A draft of an artwork of 1200 by 600 pixels (three tiles across, two down), and windows that draw on it."""

import base64
import uuid
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from rest_framework.test import APIClient

from restoration.drafts.services import SentTile
from tests.factories import ArtworkFactory, sealed_picture

WIDTH, HEIGHT = 1200, 600
ADDRESS = "/api/v1/mask-drafts/"
U = 255  # untouched


def png(values: np.ndarray) -> bytes:
    """Values (h, w) uint8 as a gray PNG, written by another program than the site's own."""
    out = BytesIO()
    Image.fromarray(values).save(out, "PNG")
    return out.getvalue()


def tile(x: int, y: int, *marks, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """A patch's tile that touches nothing but the marks: (label, rows, columns) each, as slices."""
    values = np.full((min(512, height - 512 * y), min(512, width - 512 * x)), U, np.uint8)
    for label, rows, columns in marks:
        values[rows, columns] = label
    return values


def sent(x: int, y: int, values: np.ndarray) -> SentTile:
    return SentTile(x, y, png(values))


def as_json(x: int, y: int, values: np.ndarray | bytes) -> dict:
    data = values if isinstance(values, bytes) else png(values)
    return {"x": x, "y": y, "png": base64.b64encode(data).decode()}


def picture(tiles: list[dict], width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Tiles of an answer laid together, (height, width) uint8."""
    labels = np.zeros((height, width), np.uint8)
    for one in tiles:
        part = np.asarray(Image.open(BytesIO(base64.b64decode(one["png"]))))
        labels[one["y"] * 512 :, one["x"] * 512 :][: part.shape[0], : part.shape[1]] = part
    return labels


class Window:
    """A browser window, or a program, that draws on a draft over HTTP."""

    def __init__(self, user, draft: str = "") -> None:
        self.client, self.draft = APIClient(), draft
        self.client.force_authenticate(user)

    def open(self, artwork, **fields):
        answer = self.client.post(ADDRESS, {"artwork": str(artwork.pk), **fields}, format="json")
        self.draft = answer.json().get("id", self.draft)
        return answer

    def get(self, what: str = "", **asked):
        return self.client.get(f"{ADDRESS}{self.draft}/{what}", asked)

    def post(self, what: str, data: dict | None = None):
        return self.client.post(f"{ADDRESS}{self.draft}/{what}/", data or {}, format="json")

    def patch(self, *tiles: dict, name: uuid.UUID | None = None):
        return self.post("patches", {"patch": str(name or uuid.uuid4()), "tiles": list(tiles)})

    def mark(self, x: int, y: int, *marks):
        return self.patch(as_json(x, y, tile(x, y, *marks)))

    def labels(self) -> np.ndarray:
        return picture(self.get("tiles/").json()["tiles"])


@pytest.fixture
def artwork(collection):
    return ArtworkFactory(collection=collection, master=sealed_picture(collection, 11, width=WIDTH, height=HEIGHT))


@pytest.fixture
def window(curator, artwork) -> Window:
    """A window with a new, empty draft."""
    one = Window(curator)
    assert one.open(artwork).status_code == 201
    return one
