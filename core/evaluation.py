"""How often a network is right."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from core.datasets import DigitSet

_BATCH = 1000  # larger ones are no faster on a CPU and take more memory


def as_tensors(digits: DigitSet, device: torch.device) -> tuple[Tensor, Tensor]:
    """A whole set on a device: images (N, 28, 28) uint8, labels (N,) int64."""
    images = torch.from_numpy(digits.images.copy()).to(device)
    return images, torch.from_numpy(digits.labels.astype(np.int64)).to(device)


def as_batch(images: Tensor) -> Tensor:
    """Images (N, 28, 28) uint8 as the (N, 1, 28, 28) float32 batch in [0, 1] that networks read."""
    batch = images.unsqueeze(1).float().div_(255)
    return batch.contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def predict(network: nn.Module, images: Tensor) -> Tensor:
    """Logits (N, 10) for images (N, 28, 28) uint8 on the network's device."""
    return torch.cat([network(as_batch(images[i : i + _BATCH])) for i in range(0, len(images), _BATCH)])


def accuracy(network: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The share, 0–1, of images (N, 28, 28) uint8 whose label (N,) gets the largest logit."""
    return float((predict(network, images).argmax(1) == labels).float().mean())
