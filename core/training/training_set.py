"""A run's digits on its device: which are learnt from, and which are held out."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.data.datasets import DigitSet, joined
from core.networks.batches import as_tensors
from core.training.config import TrainingConfig


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """All digits of a run, and their places in two parts."""

    images: Tensor
    """(N, 28, 28) uint8"""
    labels: Tensor
    """(N,) int64"""
    learnt: Tensor
    """(n,) int64: places of the digits that are learnt from."""
    held_out: Tensor
    """(m,) int64: places of those that validation measures."""


def split(
    digits: DigitSet, generated: DigitSet, config: TrainingConfig, generator: torch.Generator
) -> TrainingSet:
    """Shuffle `digits` and hold the last ones out; generated digits are only learnt from.

    The config says how many are used, and how many held out. All go to the generator's device.

    Raises:
        ValueError: there are no more digits than are to be held out.
    """
    if config.validation >= len(digits):
        raise ValueError(f"validation must be below the {len(digits)} digits there are")
    device = generator.device
    images, labels = as_tensors(joined(digits, generated), device)
    order = torch.randperm(len(digits), device=device, generator=generator)[: config.digits]
    learnt = len(order) - config.validation
    besides = torch.arange(len(digits), len(labels), device=device)
    return TrainingSet(images, labels, torch.cat([order[:learnt], besides]), order[learnt:])
