"""One forward pass that keeps every named layer's output."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.networks import edits
from core.networks.table import Network
from core.records import LayerActivation, NetworkState, Trace


@torch.inference_mode()
def run(network: Network, x: np.ndarray | Tensor) -> tuple[np.ndarray, Trace]:
    """The logits (K,) float32 for one picture, and every layer's output on the way.

    The picture `x` is (H, W), the same for all channels, or (C, H, W), or a batch of one such, float32 in
    [0, 1]; the network stays on its device.
    """
    picture = as_picture(network, x).cpu().clone()
    outputs = network.outputs(picture.to(device_of(network)))
    layers = tuple(
        LayerActivation(spec.name, spec.kind, outputs[spec.name][0].cpu().numpy().copy())
        for spec in network.table.layers
    )
    return layers[-1].values, Trace(picture[0].numpy(), layers)


def device_of(network: Network) -> torch.device:
    """Where the network's weights are; the CPU where it has none."""
    return next(network.parameters(), torch.empty(0)).device


def as_picture(network: Network, x: np.ndarray | Tensor) -> Tensor:
    """A picture (H, W), (C, H, W) or (1, C, H, W) as the batch (1, C, H, W) float32 that the network reads.

    Raises:
        ValueError: it has another size.
    """
    channels, *size = network.input_shape
    picture = torch.as_tensor(x, dtype=torch.float32)
    if list(picture.shape[-2:]) != size or picture.ndim > 4:
        raise ValueError(
            f"a picture of {tuple(picture.shape)} for a network that reads {network.input_shape}"
        )
    return picture.reshape(1, -1, *size).expand(1, channels, *size)


def state(network: Network) -> NetworkState:
    """The network as numbers; the weights are copies."""
    weights = {name: value.detach().cpu().numpy().copy() for name, value in network.numbers().items()}
    return NetworkState(network.table, weights, edits.silenced(network))
