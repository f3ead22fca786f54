"""Digits as other hands would have written them: random changes on whole batches, on the batch's device."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from core.training.config import Augmentation

_BEND_KNOTS = 5  # the random displacements lie on a 5×5 grid: bends as wide as a digit's strokes are long


def augment(images: Tensor, kinds: Augmentation, generator: torch.Generator) -> Tensor:
    """Images (B, 1, H, W) in [0, 1], each changed by draws of its own; `generator` lies on their device."""
    if kinds.rotation or kinds.shift or kinds.scaling or kinds.shear or kinds.elastic:
        images = F.grid_sample(images, _grid(images, kinds, generator), align_corners=False)
    if kinds.thickness:
        images = _thicken(images, kinds.thickness, generator)
    if kinds.noise:
        noise = torch.randn(images.shape, device=images.device, generator=generator)
        images = (images + kinds.noise * noise).clamp_(0, 1)
    return images.contiguous(memory_format=torch.channels_last)


def _grid(images: Tensor, kinds: Augmentation, generator: torch.Generator) -> Tensor:
    """Where each pixel of the changed images comes from: (B, H, W, 2)."""
    batch, _, height, width = images.shape

    def uniform(limit: float) -> Tensor:
        return (torch.rand(batch, device=images.device, generator=generator) * 2 - 1) * limit

    angle, shear = uniform(math.radians(kinds.rotation)), uniform(kinds.shear)
    scale_x, scale_y = torch.exp(uniform(kinds.scaling)), torch.exp(uniform(kinds.scaling))
    shift_x, shift_y = uniform(2 * kinds.shift / width), uniform(2 * kinds.shift / height)
    cos, sin = angle.cos(), angle.sin()
    theta = torch.stack(
        [
            torch.stack([cos * scale_x, (shear * cos - sin) * scale_y, shift_x], dim=1),
            torch.stack([sin * scale_x, (shear * sin + cos) * scale_y, shift_y], dim=1),
        ],
        dim=1,
    )  # (B, 2, 3)
    grid = F.affine_grid(theta, [batch, 1, height, width], align_corners=False)
    if kinds.elastic:
        knots = torch.randn(batch, 2, _BEND_KNOTS, _BEND_KNOTS, device=images.device, generator=generator)
        bend = F.interpolate(knots, (height, width), mode="bicubic", align_corners=True)
        grid = grid + bend.permute(0, 2, 3, 1) * (2 * kinds.elastic / width)
    return grid


def _thicken(images: Tensor, most: float, generator: torch.Generator) -> Tensor:
    """Move the edges of strokes: towards the largest or the smallest value of each 3×3 pixels."""
    while most > 0:  # a window of 3×3 moves an edge by one pixel
        batch = len(images)
        amount = (torch.rand(batch, 1, 1, 1, device=images.device, generator=generator) * 2 - 1) * min(
            most, 1
        )
        thick = F.max_pool2d(images, 3, stride=1, padding=1)
        thin = -F.max_pool2d(-images, 3, stride=1, padding=1)
        images = torch.lerp(images, torch.where(amount > 0, thick, thin), amount.abs())
        most -= 1
    return images
