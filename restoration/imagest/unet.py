"""The denoising U-Net: diffusers' conditional U-Net with style attention beside the text attention (Imagest, eq. 6)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from restoration.imagest import torchvision_shim  # noqa: F401
from restoration.imagest.config import ConfigError, DenoiserConfig

from diffusers import UNet2DConditionModel  # isort: skip
from diffusers.models.attention_processor import Attention, AttnProcessor2_0  # isort: skip

STYLE_BLOCKS = {"initial": ("down_blocks.0.",), "up": ("up_blocks.",)}


class StyleAttention(nn.Module):
    """Decoupled cross-attention: what the text attention gives, plus softmax(Q Kᵀ/√d) V with Q from the latent and K, V
    from the style.

    K and V are put in by ``Denoiser`` before a pass; V starts at zero, so that a fresh module changes nothing.
    """

    def __init__(self, style_width: int, inner_width: int) -> None:
        super().__init__()
        self.to_k = nn.Linear(style_width, inner_width, bias=False)
        self.to_v = nn.Linear(style_width, inner_width, bias=False)
        nn.init.zeros_(self.to_v.weight)
        self.text = AttnProcessor2_0()
        self.projected: tuple[Tensor, Tensor] | None = None
        self.projections = 0

    def project(self, style: Tensor) -> tuple[Tensor, Tensor]:
        """K and V of style tokens (N, T, style width); counted, since once a job is enough."""
        self.projections += 1
        return self.to_k(style), self.to_v(style)

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
    ) -> Tensor:
        result = self.text(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
        if self.projected is None:
            return result
        heads = [_split(part, attn.heads) for part in (attn.to_q(hidden_states), *self.projected)]
        styled = F.scaled_dot_product_attention(*heads).transpose(1, 2).flatten(2)
        return result + F.linear(styled, attn.to_out[0].weight)


def _split(x: Tensor, heads: int) -> Tensor:
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


@dataclass(frozen=True)
class ProjectedStyle:
    """K and V of one style for every place in the U-Net where style enters; does not depend on the step."""

    pairs: list[tuple[Tensor, Tensor]]

    def select(self, rows: list[int]) -> "ProjectedStyle":
        """Only some rows."""
        return ProjectedStyle([(k[rows], v[rows]) for k, v in self.pairs])

    def repeat(self, times: int) -> "ProjectedStyle":
        """The same for ``times`` samples of each row."""
        return ProjectedStyle([(k.repeat_interleave(times, 0), v.repeat_interleave(times, 0)) for k, v in self.pairs])


class Denoiser(nn.Module):
    """The U-Net with its conditions; predicts what the noise schedule's ``prediction_type`` says.

    With a ``prior`` the network sees the latents of the pre-filling and the mask beside the noisy ones, and its output
    is added to the velocity that follows from believing the pre-filling up to that standard deviation.
    """

    def __init__(self, config: DenoiserConfig, style_width: int, alphas_cumprod: Tensor) -> None:
        super().__init__()
        if config.style_blocks not in STYLE_BLOCKS:
            raise ConfigError(f"Style can enter in {' or '.join(STYLE_BLOCKS)}, not in {config.style_blocks!r}.")
        self.unet = UNet2DConditionModel(**config.options)
        self.prior = config.prior
        self.latent_channels = config.options["out_channels"]
        self.register_buffer("alphas_cumprod", alphas_cumprod.clone(), persistent=False)
        self._install(STYLE_BLOCKS[config.style_blocks], style_width)
        if self.prior is not None:
            nn.init.zeros_(self.unet.conv_out.weight)
            nn.init.zeros_(self.unet.conv_out.bias)

    def _install(self, blocks: tuple[str, ...], style_width: int) -> None:
        processors = {}
        for name, processor in self.unet.attn_processors.items():
            if name.startswith(blocks) and "attn2" in name:
                query = self.unet.get_submodule(name.removesuffix(".processor")).to_q
                processor = StyleAttention(style_width, query.out_features)
            processors[name] = processor
        self.unet.set_attn_processor(processors)

    @property
    def style_attentions(self) -> list[StyleAttention]:
        """The places where style enters, in order."""
        return [processor for processor in self.unet.attn_processors.values() if isinstance(processor, StyleAttention)]

    def project_style(self, style: Tensor) -> ProjectedStyle:
        """Style tokens (N, T, style width) to their K and V; call it once a job."""
        return ProjectedStyle([attention.project(style) for attention in self.style_attentions])

    def forward(
        self, noisy: Tensor, steps: Tensor, known: Tensor, hole: Tensor, text: Tensor, style: ProjectedStyle | None
    ) -> Tensor:
        """Latents (N, C, h, w), steps (N,) int64, pre-filled latents, share of damage (N, 1, h, w), text tokens (N, L,
        width).
        """
        seen = torch.cat([noisy, hole, known], 1) if self.unet.config.in_channels > self.latent_channels else noisy
        for index, attention in enumerate(self.style_attentions):
            attention.projected = None if style is None else style.pairs[index]
        raw = self.unet(seen, steps, encoder_hidden_states=text).sample
        return raw if self.prior is None else self._around_prefill(raw, noisy, steps, known)

    def levels(self, steps: Tensor) -> tuple[Tensor, Tensor]:
        """Signal and noise level of each step, (N, 1, 1, 1) each; their squares add to 1."""
        share = self.alphas_cumprod[steps].view(-1, 1, 1, 1)
        return share.sqrt(), (1 - share).sqrt()

    def _around_prefill(self, raw: Tensor, noisy: Tensor, steps: Tensor, known: Tensor) -> Tensor:
        baseline, spread = self.expectation(noisy, steps, known)
        return baseline + spread * raw

    def expectation(self, noisy: Tensor, steps: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of the velocity v = α ε - σ x, if true latents x are normal around ``known``.

        With x ~ N(known, s²) and noisy = α x + σ ε: E[v] = σ (α (1 - s²) noisy - known) / (s² α² + σ²) and std[v] = s /
        √(s² α² + σ²), so the network only learns what the pre-filling does not tell (preconditioning after Karras et
        al. 2022).
        """
        signal, noise = self.levels(steps)
        variance = self.prior**2
        total = variance * signal**2 + noise**2
        return noise * (signal * (1 - variance) * noisy - known) / total, self.prior / total.sqrt()
