"""The losses of Sun et al. 2025 (eq. 7-9) that compare a reconstruction with the faded picture and the reference."""

import torch
from torch import Tensor
from torch.nn import functional as F

TEMPERATURE = 0.07
SAMPLES = 64  # places whose eight difference vectors are compared
NEIGHBOURS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx]


def contrastive_coherence(
    reconstructed: Tensor, faded: Tensor, generator: torch.Generator | None = None, samples: int = SAMPLES
) -> Tensor:
    """Contrastive coherence preserving loss (eq. 7) of one layer's activations, (N, C, H, W) each; a mean.

    Difference vectors between a place and its eight neighbours, of length 1, at the same random places in both: each of
    the reconstructed picture should be nearest to its own of the faded one.
    """
    height, width = faded.shape[2:]
    if min(height, width) < 3:
        return reconstructed.sum() * 0
    count = min(samples, (height - 2) * (width - 2))
    places = torch.randperm((height - 2) * (width - 2), generator=generator)[:count].to(faded.device)
    centre = (places // (width - 2) + 1) * width + places % (width - 2) + 1
    around = torch.stack([centre + dy * width + dx for dy, dx in NEIGHBOURS])  # (8, count)

    def differences(maps: Tensor) -> Tensor:
        flat = maps.flatten(2)
        steps = flat[:, :, centre][:, :, None] - flat[:, :, around]
        return F.normalize(steps.flatten(2), dim=1, eps=1e-6)  # (N, C, 8 count)

    alike = differences(reconstructed).mT @ differences(faded) / TEMPERATURE
    own = torch.arange(alike.shape[2], device=alike.device).expand(len(alike), -1)
    return F.cross_entropy(alike.mT, own)  # classes in dimension 1: the faded picture's vectors


def style(reconstructed: list[Tensor], reference: list[Tensor]) -> Tensor:
    """Style loss (eq. 8): distances of the channels' means and deviations, summed over the layers; a mean over N."""
    total = reconstructed[0].new_zeros(())
    for one, other in zip(reconstructed, reference, strict=True):
        for statistic in (_mean, _deviation):
            total = total + (statistic(one) - statistic(other)).norm(dim=1).mean()
    return total


def matting_laplacian(reconstructed: Tensor, faded: Tensor, epsilon: float = 1e-7) -> Tensor:
    """Matting Laplacian loss (eq. 9): Σ_c V_c[x]ᵀ M V_c[x] / pixels, (N, 3, H, W) each in 0..1; a mean over N.

    M is Levin's Laplacian of the faded picture (3x3 windows). vᵀ M v is the least squares residual of v explained in
    each window by a line in the colours, so the sparse matrix itself is never built: box sums and 3x3 inverses do.
    """
    count, kind = 9, reconstructed.dtype
    reconstructed, faded = (
        reconstructed.double(),
        faded.double(),
    )  # in float32 variances of flat windows cancel out
    mean_i, mean_v = _box(faded), _box(reconstructed)
    pairs = torch.stack([_box(faded * faded[:, c : c + 1]) for c in range(3)], 1) - mean_i[:, None] * mean_i[:, :, None]
    cross = torch.stack([_box(faded * reconstructed[:, c : c + 1]) for c in range(3)], 1)
    cross = cross - mean_i[:, None] * mean_v[:, :, None]  # (N, channel of v, channel of I, h, w)
    variance = _box(reconstructed.square()) - mean_v.square()
    ridge = (epsilon / count) * torch.eye(3, dtype=faded.dtype, device=faded.device)
    inverse = torch.linalg.inv(pairs.permute(0, 3, 4, 1, 2) + ridge)
    spread = cross.permute(0, 3, 4, 1, 2)
    explained = ((spread @ inverse) * spread).sum((3, 4))
    return count * (variance.sum(1) - explained).clamp(min=0).sum((1, 2)).mean().to(kind) / faded[0, 0].numel()


def evenness(reconstructed: Tensor, faded: Tensor, scales: tuple[int, ...] = (4, 8, 16)) -> Tensor:
    """The matting loss over coarser windows, and over the picture as one; (N, 3, H, W) each in 0..1, a mean over N.

    Not in the paper. Windows of 3x3 pixels do not see a halo tens of pixels wide around a dark mountain; the same
    windows on the pictures shrunken by `scales` do, and so does one line in the colours for the whole picture.
    """
    shrunken = [
        matting_laplacian(F.avg_pool2d(reconstructed, scale), F.avg_pool2d(faded, scale))
        for scale in scales
        if min(faded.shape[2:]) >= 3 * scale
    ]
    return torch.stack([*shrunken, _unexplained(reconstructed, faded)]).sum()


def _unexplained(reconstructed: Tensor, faded: Tensor) -> Tensor:
    """The mean square of what one affine map of the colours for the whole picture leaves over, summed over channels."""
    values, known = reconstructed.flatten(2).double(), faded.flatten(2).double()
    values, known = values - values.mean(2, keepdim=True), known - known.mean(2, keepdim=True)
    ridge = 1e-6 * torch.eye(3, dtype=torch.float64, device=faded.device)
    slope = torch.linalg.solve(known @ known.mT / known.shape[2] + ridge, known @ values.mT / known.shape[2])
    return (values - slope.mT @ known).square().mean(2).sum(1).mean().to(reconstructed.dtype)


def gram(maps: Tensor) -> Tensor:
    """Gram matrix (N, C, C) of activations (N, C, H, W), over the number of their places."""
    flat = maps.flatten(2)
    return flat @ flat.mT / flat.shape[2]


def gram_distance(one: list[Tensor], other: list[Tensor]) -> Tensor:
    """Gram loss: mean squared difference of Gram matrices over C², summed over the layers; (N,)."""
    squares = [(gram(a) - gram(b)).square().mean((1, 2)) / a.shape[1] for a, b in zip(one, other, strict=True)]
    return torch.stack(squares).sum(0)


def _mean(maps: Tensor) -> Tensor:
    return maps.mean((2, 3))


def _deviation(maps: Tensor) -> Tensor:
    return (maps.var((2, 3), unbiased=False) + 1e-5).sqrt()


def _box(maps: Tensor) -> Tensor:
    """Means over 3x3 windows that lie inside."""
    return F.avg_pool2d(maps, 3, stride=1)
