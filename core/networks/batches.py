"""Labelled digits as the tensors that networks read."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.data.datasets import DigitSet
from core.errors import LabError


def as_tensors(digits: DigitSet, device: torch.device) -> tuple[Tensor, Tensor]:
    """A whole set on a device: images (N, H, W) uint8, labels (N,) int64."""
    images = torch.from_numpy(digits.images.copy()).to(device)
    return images, torch.from_numpy(digits.labels.astype(np.int64)).to(device)


def as_batch(images: Tensor, input_shape: tuple[int, ...] | None = None) -> Tensor:
    """Images (N, H, W) uint8 as the (N, C, H, W) float32 batch in [0, 1] that a network reads.

    All channels get the same picture; without a network's input shape there is one.

    Raises:
        LabError: the network reads pictures of another size.
    """
    input_shape = input_shape or (1, *images.shape[1:])
    if images.shape[1:] != input_shape[1:]:
        raise LabError(
            "These pictures have {size} pixels, and the network reads {wanted}.",
            size="×".join(map(str, images.shape[1:])),
            wanted="×".join(map(str, input_shape[1:])),
        )
    batch = images.unsqueeze(1).float().div_(255)
    if input_shape[0] != 1:
        batch = batch.expand(-1, input_shape[0], -1, -1)
    return batch.contiguous(memory_format=torch.channels_last)
