"""What means something in left and right is never mirrored while training: sacred images above all. In each of the
four places where training pictures are drawn, every other picture may be, and is."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from gpu_workers.training import batches, data, ink_squares
from gpu_workers.training.ink_run import tokens_of
from gpu_workers.training.pairs import PairMaker

SIDE = 32
RAMP = np.tile(np.linspace(30, 220, SIDE).astype(np.uint8)[None, :, None], (SIDE, 1, 3))  # dark on the left


def mirrored(picture: torch.Tensor) -> bool:
    """picture: (3, h, w) of the ramp, whatever its tone."""
    return bool(picture[..., : SIDE // 4].mean() > picture[..., -SIDE // 4 :].mean())


def seen(pictures: list[tuple[bool, torch.Tensor]], upright: bool) -> set[bool]:
    """Which ways the pictures that are upright, or the others, were drawn."""
    return {mirrored(picture) for is_upright, picture in pictures if is_upright == upright}


def painting(folder: Path, number: int, **marks: str) -> data.Painting:
    path = folder / f"{number}.png"
    Image.fromarray(RAMP).resize((3 * SIDE, 3 * SIDE)).save(path)  # any part of it is a ramp
    words = dict.fromkeys(("museum", "title", "artist", "period", "rights"), "x")
    return data.Painting(path, path.name, "train", "x", **words, **marks)


def test_crops_of_directional_paintings_are_never_mirrored():
    layer = np.stack([RAMP, RAMP])
    store = SimpleNamespace(size=SIDE, ready=2, truth=layer, patch=layer, tone=layer, mask=layer[..., 0] * 0 + 1)
    drawn = batches.Batches(store, 64, SIDE, "cpu", upright=lambda index: index == 0).draw(torch.manual_seed(1))
    for pictures in (drawn.truth, drawn.patch, drawn.tone):
        found = [(index == 0, picture) for index, picture in zip(drawn.indices, pictures, strict=True)]
        assert seen(found, upright=True) == {False}
        assert seen(found, upright=False) == {False, True}


@pytest.mark.parametrize("whole", [0.0, 1.0])
def test_squares_of_directional_paintings_are_never_mirrored(whole):
    maker = ink_squares.Batches(np.stack([RAMP, RAMP]), 64, SIDE, "cpu", whole, upright={0})
    drawn = maker.draw(torch.manual_seed(1))
    found = [(number == 0, picture) for number, picture in zip(drawn.numbers, drawn.pictures, strict=True)]
    assert seen(found, upright=True) == {False}
    assert seen(found, upright=False) == {False, True}


def test_tokens_of_directional_paintings_are_of_the_picture_as_it_is():
    class Autoencoder(torch.nn.Module):
        def encode(self, pictures):
            return torch.tensor([mirrored(picture) for picture in pictures])[:, None]

    model = torch.nn.Module()
    model.autoencoder, model.weight = Autoencoder(), torch.nn.Parameter(torch.zeros(1))
    found = tokens_of(model, np.stack([RAMP] * 5), together=2, upright={1, 4})
    assert found.squeeze().tolist() == [0, 0, 0, 0, 0, *(1, 0, 1, 1, 0)]


@pytest.mark.parametrize("directional", ["1", ""])
def test_pairs_of_directional_paintings_are_never_mirrored(tmp_path, directional):
    """Neither side of a pair, whether its truth is known or not."""
    kept = painting(tmp_path, 1, directional=directional)
    faded = painting(tmp_path, 2, directional=directional, faded="1")
    maker = PairMaker([kept, faded], 32, SIDE)
    generator = torch.manual_seed(1)
    pairs = [maker.draw(generator, known_share=share) for share in (1.0, 0.0)]
    ways = {mirrored(side) for drawn in pairs for side in (*drawn.truth, *drawn.reference)}
    assert ways == ({False} if directional else {False, True})


@pytest.mark.parametrize(("mark", "directional"), [("1", True), ("", False), ("0", False)])
def test_the_data_table_says_which_are(tmp_path, mark, directional):
    assert painting(tmp_path, 1, directional=mark).is_directional is directional
