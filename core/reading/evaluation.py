"""A network's loss and accuracy on labelled digits."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import LabError
from core.networks.batches import as_batch
from core.networks.table import Network

_BATCH = 1000  # larger ones are no faster on a CPU and take more memory

SILENT_RANGE = 1e-3
"""A unit whose outputs for all digits lie closer together than this is silent: dead or saturated."""


@dataclass(frozen=True)
class Measurement:
    """Mean cross-entropy, and accuracy 0–1."""

    loss: float
    accuracy: float
    silent: dict[str, float]
    """Per activation layer the share, 0–1, of channels or units that gave the same output for every digit."""


@torch.inference_mode()
def predict(network: Network, images: Tensor) -> Tensor:
    """Logits (N, K) for images (N, H, W) uint8 on the network's device.

    Raises:
        LabError: the network reads pictures of another size.
    """
    return torch.cat([network(as_batch(part, network.input_shape)) for part in torch.split(images, _BATCH)])


@torch.inference_mode()
def measure(network: Network, images: Tensor, labels: Tensor) -> Measurement:
    """One pass over images (N, H, W) uint8 with labels (N,), both on the network's device.

    Raises:
        LabError: the network reads pictures of another size.
    """
    was_training = network.training
    network.eval()
    try:
        return _measured(network, images, labels)
    finally:
        network.train(was_training)


def _measured(network: Network, images: Tensor, labels: Tensor) -> Measurement:
    activations = [spec.name for spec in network.table.layers if spec.kind == "activation"]
    device = images.device
    loss, right = torch.zeros((), device=device), torch.zeros((), device=device, dtype=torch.long)
    ranges: dict[str, tuple[Tensor, Tensor]] = {}
    for first in range(0, len(images), _BATCH):
        answers = labels[first : first + _BATCH]
        outputs = network.outputs(as_batch(images[first : first + _BATCH], network.input_shape))
        for name in activations:
            value = outputs[name]
            over = (0, 2, 3) if value.ndim == 4 else (0,)
            low, high = value.amin(over), value.amax(over)
            if name in ranges:
                low, high = torch.minimum(low, ranges[name][0]), torch.maximum(high, ranges[name][1])
            ranges[name] = low, high
        logits = outputs[network.rows[-1].name]
        loss += F.cross_entropy(logits, answers, reduction="sum")
        right += (logits.argmax(1) == answers).sum()
    silent = {name: float((high - low < SILENT_RANGE).float().mean()) for name, (low, high) in ranges.items()}
    return Measurement(float(loss) / len(images), int(right) / len(images), silent)


def accuracy(network: Network, images: Tensor, labels: Tensor) -> float:
    """The share, 0–1, of images (N, H, W) uint8 whose label (N,) gets the largest logit.

    Raises:
        LabError: the logits of an image are no finite numbers.
    """
    logits = predict(network, images)
    if not logits.isfinite().all():
        raise no_answer()
    return float((logits.argmax(1) == labels).float().mean())


def no_answer() -> LabError:
    """The LabError for a network whose numbers have gone out of hand."""
    return LabError("This network gives no answer: its numbers are too large, or are none.")
