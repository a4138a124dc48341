"""Imagest as ONNX graphs, for run times other than PyTorch."""

from pathlib import Path

import torch
from torch import Tensor, nn

from restoration.imagest.autoencoder import CONTEXT
from restoration.imagest.model import Imagest
from restoration.imagest.unet import ProjectedStyle


class _Encoder(nn.Module):
    def __init__(self, model: Imagest) -> None:
        super().__init__()
        self.autoencoder = model.autoencoder
        self.eval()

    def forward(self, picture: Tensor) -> Tensor:
        return self.autoencoder.encode(picture)


class _Decoder(_Encoder):
    def forward(self, latents: Tensor, context: Tensor) -> Tensor:
        return self.autoencoder.decode(latents, context)


class _Style(nn.Module):
    def __init__(self, model: Imagest) -> None:
        super().__init__()
        self.style, self.denoiser = model.style, model.denoiser
        self.eval()

    def forward(self, reference: Tensor) -> tuple[Tensor, ...]:
        return tuple(part for pair in self.denoiser.project_style(self.style(reference)).pairs for part in pair)


class _Denoiser(nn.Module):
    def __init__(self, model: Imagest) -> None:
        super().__init__()
        self.denoiser = model.denoiser
        self.eval()

    def forward(
        self, noisy: Tensor, steps: Tensor, known: Tensor, share: Tensor, text: Tensor, *style: Tensor
    ) -> Tensor:
        pairs = list(zip(style[::2], style[1::2], strict=True))
        return self.denoiser(noisy, steps, known, share, text, ProjectedStyle(pairs))


def export_onnx(model: Imagest, folder: Path, side: int = 256) -> list[Path]:
    """Write encoder, style, denoiser and decoder for one window of ``side`` pixels as ``.onnx`` files; returns them.

    The text tokens are an input of the denoiser, (1, L, width); so are the style's K and V, which the style graph gives
    once a job. The sampling loop itself is a few lines around these graphs and is not exported. Needs the packages onnx
    and onnxscript.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = model.eval().to("cpu")
    cells = side // model.autoencoder.factor
    picture, latents = torch.zeros(1, 3, side, side), torch.zeros(1, model.autoencoder.latent_channels, cells, cells)
    with torch.no_grad():
        text, projected = model.text([""]), _Style(model)(picture)
    # inputs that share memory would be taken for one
    step = (latents, torch.tensor([500]), latents.clone(), latents[:, :1].clone(), text, *projected)
    graphs = {
        "encoder": (_Encoder(model), (picture,)),
        "style": (_Style(model), (picture,)),
        "denoiser": (_Denoiser(model), step),
        "decoder": (_Decoder(model), (latents, torch.zeros(1, CONTEXT, side, side))),
    }
    written = []
    for name, (module, inputs) in graphs.items():
        path = folder / f"{name}.onnx"
        torch.onnx.export(module, inputs, str(path), dynamo=True, external_data=False, verbose=False)
        written.append(path)
    return written
