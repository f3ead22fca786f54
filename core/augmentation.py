"""Digits as other hands would have written them: random affine maps and smooth bends, on whole batches."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

# At strength 1. Ranges are uniform on both sides; the bend is a standard deviation.
ROTATION = 0.20  # radians
SCALE = 0.15
SHEAR = 0.20
SHIFT = 1.5  # pixels
BEND = 0.9  # pixels
_BEND_KNOTS = 5  # the random displacements lie on a 5×5 grid: bends as wide as a digit's strokes are long


def augment(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Images (B, 1, H, W), each under its own random map; `generator` lies on their device."""
    batch, _, height, width = images.shape

    def uniform(limit: float) -> Tensor:
        return (torch.rand(batch, device=images.device, generator=generator) * 2 - 1) * limit * strength

    angle, shear = uniform(ROTATION), uniform(SHEAR)
    scale_x, scale_y = torch.exp(uniform(SCALE)), torch.exp(uniform(SCALE))
    cos, sin = angle.cos(), angle.sin()
    theta = torch.stack(
        [
            torch.stack([cos * scale_x, (shear * cos - sin) * scale_y, uniform(2 * SHIFT / width)], dim=1),
            torch.stack([sin * scale_x, (shear * sin + cos) * scale_y, uniform(2 * SHIFT / height)], dim=1),
        ],
        dim=1,
    )  # (B, 2, 3)
    grid = F.affine_grid(theta, [batch, 1, height, width], align_corners=False)
    knots = torch.randn(batch, 2, _BEND_KNOTS, _BEND_KNOTS, device=images.device, generator=generator)
    bend = F.interpolate(knots, (height, width), mode="bicubic", align_corners=True)
    grid = grid + bend.permute(0, 2, 3, 1) * (2 * BEND * strength / width)
    return F.grid_sample(images, grid, align_corners=False)
