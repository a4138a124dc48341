"""The reversible network: its contract is the exact inverse."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from restoration.colour import adaptive
from restoration.colour.adaptive import adaptive_convolution
from restoration.colour.attention import dual_pooled
from restoration.colour.config import ColourConfig, ConfigError
from restoration.colour.network import ColourNetwork, LoadError
from tests.colour import tiny

sizes = st.integers(1, 23)


@settings(max_examples=20, deadline=None)
@given(height=sizes, width=sizes, dpca=st.booleans(), cafe=st.booleans(), seed=st.integers(0, 9))
def test_forward_then_inverse_is_the_picture_for_any_size(height, width, dpca, cafe, seed):
    network = tiny.network(seed, spread=0.3, dpca=dpca, cafe=cafe)
    pictures = tiny.tensor(tiny.picture(height, width, seed))
    with torch.inference_mode():
        assert (network.inverse(network(pictures), (height, width)) - pictures).abs().max() < 1e-4
        network.double()
        exact = pictures.double()
        assert (network.inverse(network(exact), (height, width)) - exact).abs().max() < 1e-9


def test_the_compact_size_is_reversible_too():
    network = ColourNetwork(ColourConfig.named("compact"))
    for name, weights in network.named_parameters():
        if name.endswith("join.weight"):
            torch.nn.init.normal_(weights, std=0.05)
    pictures = tiny.tensor(tiny.picture(37, 51))
    assert (network.inverse(network(pictures), (37, 51)) - pictures).abs().max() < 1e-4


def test_the_blocks_change_the_features(network):
    """Without this the inverse would prove nothing."""
    pictures = tiny.tensor(tiny.picture(16, 16))
    untouched = ColourNetwork(network.config)
    assert (network(pictures) - untouched(pictures)).abs().max() > 0.01


def test_a_batch_gives_what_single_pictures_give(network):
    pictures = torch.cat([tiny.tensor(tiny.picture(12, 20, seed)) for seed in (1, 2)])
    single = torch.cat([network(picture[None]) for picture in pictures])
    assert torch.allclose(network(pictures), single, atol=1e-6)


def plain_adaptive_convolution(values, guide, kernel):
    """Eq. 5 as it stands, by unfolding."""
    count, channels, height, width = values.shape
    around_v = F.unfold(values, 3, padding=1).view(count, channels, 9, -1)
    around_f = F.unfold(guide, 3, padding=1).view(count, guide.shape[1], 9, -1)
    weights = torch.exp(-0.5 * (around_f - guide.flatten(2)[:, :, None]).square().sum(1))
    return torch.einsum("nctp,ntp,dct->ndp", around_v, weights, kernel.flatten(2)).unflatten(2, (height, width))


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (6, 2), (9, 8)])
def test_pixel_adaptive_convolution_is_eq_5(size):
    torch.manual_seed(0)
    values, guide = torch.randn(2, 5, *size), torch.randn(2, 3, *size)
    kernel = torch.randn(4, 5, 3, 3)
    assert torch.allclose(
        adaptive_convolution(values, guide, kernel), plain_adaptive_convolution(values, guide, kernel), atol=1e-5
    )


def test_strips_of_rows_give_what_one_strip_gives(monkeypatch):
    torch.manual_seed(0)
    inputs = torch.randn(2, 3, 11, 6), torch.randn(2, 2, 11, 6), torch.randn(4, 3, 3, 3)
    whole = adaptive_convolution(*inputs)
    monkeypatch.setattr(adaptive, "STRIP_BYTES", 4 * 9 * 2 * 3 * 6 * 4)
    assert torch.allclose(adaptive_convolution(*inputs), whole, atol=1e-6)


@pytest.mark.parametrize("size", [(50, 50), (3, 120), (77, 41), (1, 1)])
def test_dual_pooling_is_the_mean_of_fifty_by_fifty_means(size):
    features = torch.rand(2, 3, *size, dtype=torch.float64)
    assert torch.allclose(dual_pooled(features), F.adaptive_avg_pool2d(features, 50).mean((2, 3)))


@pytest.mark.parametrize(("switch", "part"), [("dpca", "mix"), ("cafe", "guide"), ("calibrated", "calibration")])
def test_each_module_can_be_left_out(switch, part):
    names = {on: list(tiny.network(**{switch: on}).state_dict()) for on in (True, False)}
    assert any(part in name for name in names[True])
    assert not any(part in name for name in names[False])


def test_saved_and_loaded_it_gives_the_same(network, tmp_path):
    network.half().float().save(tmp_path)
    again = ColourNetwork.from_pretrained(tmp_path)
    pictures = tiny.tensor(tiny.picture(9, 9))
    assert torch.equal(again(pictures), network(pictures))


def test_the_paper_size_is_the_same_class():
    assert sum(weights.numel() for weights in ColourNetwork(ColourConfig.named("paper")).parameters()) > 2_000_000


@pytest.mark.parametrize("text", ["[]", "{", '{"channels": 8}', '{"colours": 3}'])
def test_a_configuration_that_is_none_is_refused_in_a_sentence(text, tmp_path):
    (tmp_path / "colour.json").write_text(text)
    with pytest.raises(ConfigError, match=r"^colour.json is not the configuration of a colour network\.$"):
        ColourNetwork.from_pretrained(tmp_path)


def test_weights_of_another_network_are_refused_in_a_sentence(network, tmp_path):
    network.save(tmp_path)
    tiny.network(cafe=False).config.save(tmp_path / "colour.json")
    with pytest.raises(LoadError, match="do not fit"):
        ColourNetwork.from_pretrained(tmp_path)


def test_an_unknown_size_is_refused():
    with pytest.raises(ConfigError, match="compact or paper"):
        ColourConfig.named("huge")
