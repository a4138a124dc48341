"""Loading and saving."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from restoration.imagest.config import ConfigError, ImagestConfig
from restoration.imagest.model import Imagest, LoadError, from_stable_diffusion
from restoration.imagest.sampler import Sampler
from tests.imagest import tiny


def test_what_is_saved_is_what_is_loaded(tmp_path: Path, model: Imagest) -> None:
    model.save(tmp_path, torch.float32)
    loaded = Imagest.from_pretrained(tmp_path)
    assert loaded.config == model.config
    windows, masks = tiny.damaged(1)
    assert np.array_equal(Sampler(loaded).fill(windows, masks, [4]), Sampler(model).fill(windows, masks, [4]))


def test_weights_are_stored_at_half_precision(tmp_path: Path, model: Imagest) -> None:
    files = [path for path in model.save(tmp_path) if path.suffix == ".safetensors"]
    assert sum(path.stat().st_size for path in files) < 2.3 * sum(p.numel() for p in model.parameters())


def test_saving_leaves_no_part_files(tmp_path: Path, model: Imagest) -> None:
    model.save(tmp_path)
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(("harm", "words"), [("remove", "missing"), ("cut", "damaged"), ("swap", "damaged")])
def test_harmed_weights_are_refused_in_one_sentence(tmp_path: Path, model: Imagest, harm: str, words: str) -> None:
    model.save(tmp_path)
    path = tmp_path / "denoiser.safetensors"
    if harm == "remove":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    else:
        path.write_bytes((tmp_path / "style.safetensors").read_bytes())
    with pytest.raises(LoadError, match=words) as caught:
        Imagest.from_pretrained(tmp_path)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_an_unknown_name_in_a_configuration_is_refused(tmp_path: Path) -> None:
    values = json.loads(tiny.config().dump())
    values["style"]["shift"] = 3
    with pytest.raises(ConfigError, match="shift"):
        ImagestConfig.read(values)


def test_a_configuration_survives_writing_and_reading() -> None:
    for name in ("compact", "paper"):
        config = ImagestConfig.load(name)
        assert ImagestConfig.read(json.loads(config.dump())) == config


def test_a_missing_configuration_is_refused() -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        ImagestConfig.load("nowhere")


@pytest.fixture(scope="session")
def stable_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.stable_folder(tmp_path_factory.mktemp("stable"))


def test_stable_diffusion_restores_with_its_own_factor(stable_folder: Path) -> None:
    base = replace(ImagestConfig.load("paper"), style=tiny.config().style)
    base = replace(base, sampling=replace(base.sampling, steps=2))
    model = from_stable_diffusion(stable_folder, base)
    assert model.autoencoder.factor == 4
    assert model.config.autoencoder.factor == 4
    windows, masks = tiny.damaged(1)
    filled = Sampler(model).fill(windows, masks, [1])
    assert np.array_equal(filled[~masks], windows[~masks])
    assert np.isfinite(filled).all()


def test_stable_diffusion_keeps_its_weights(stable_folder: Path) -> None:
    from diffusers import UNet2DConditionModel

    model = from_stable_diffusion(stable_folder, replace(ImagestConfig.load("paper"), style=tiny.config().style))
    original = UNet2DConditionModel.from_pretrained(stable_folder / "unet")
    assert torch.equal(model.denoiser.unet.conv_in.weight, original.conv_in.weight)
    assert not model.denoiser.style_attentions[0].to_v.weight.any()


def test_a_folder_without_stable_diffusion_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be loaded"):
        from_stable_diffusion(tmp_path)


def test_the_paper_size_is_saved_with_its_tokenizer(stable_folder: Path, tmp_path: Path) -> None:
    model = from_stable_diffusion(stable_folder, replace(ImagestConfig.load("paper"), style=tiny.config().style))
    model.save(tmp_path, torch.float32)
    loaded = Imagest.from_pretrained(tmp_path)
    assert torch.equal(loaded.text(["a river"]), model.text(["a river"]))
