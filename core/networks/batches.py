"""Labelled digits as the tensors that networks read."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.data.datasets import DigitSet


def as_tensors(digits: DigitSet, device: torch.device) -> tuple[Tensor, Tensor]:
    """A whole set on a device: images (N, 28, 28) uint8, labels (N,) int64."""
    images = torch.from_numpy(digits.images.copy()).to(device)
    return images, torch.from_numpy(digits.labels.astype(np.int64)).to(device)


def as_batch(images: Tensor) -> Tensor:
    """Images (N, 28, 28) uint8 as the (N, 1, 28, 28) float32 batch in [0, 1] that networks read."""
    batch = images.unsqueeze(1).float().div_(255)
    return batch.contiguous(memory_format=torch.channels_last)
