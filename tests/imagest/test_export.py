"""Imagest as ONNX."""

from pathlib import Path

import numpy as np
import pytest
import torch

from restoration.imagest.export import export_onnx
from restoration.imagest.model import Imagest


def test_the_exported_graphs_compute_what_the_networks_compute(
    model: Imagest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    pytest.importorskip("onnxscript", reason="the export needs onnx and onnxscript")
    runtime = pytest.importorskip("onnxruntime")
    files = {path.stem: path for path in export_onnx(model, tmp_path, 64)}

    def run(name: str, *inputs: torch.Tensor) -> list[np.ndarray]:
        session = runtime.InferenceSession(str(files[name]), providers=["CPUExecutionProvider"])
        names = [entry.name for entry in session.get_inputs()]
        return session.run(None, dict(zip(names, (value.numpy() for value in inputs), strict=True)))

    picture, context = torch.rand(1, 3, 64, 64), torch.rand(1, 7, 64, 64)
    with torch.no_grad():
        latents, text = model.autoencoder.encode(picture), model.text(["山"])
        style = model.denoiser.project_style(model.style(picture))
        step = (latents * 0.5, torch.tensor([300]), latents, latents[:, :1])
        expected = model.denoiser(*step, text, style)
        decoded = model.autoencoder.decode(latents, context)
    pairs = [part for pair in style.pairs for part in pair]
    np.testing.assert_allclose(run("encoder", picture)[0], latents, atol=1e-4)
    np.testing.assert_allclose(run("style", picture)[0], pairs[0], atol=1e-4)
    np.testing.assert_allclose(run("denoiser", *step, text, *pairs)[0], expected, atol=1e-4)
    np.testing.assert_allclose(run("decoder", latents, context)[0], decoded, atol=1e-4)
