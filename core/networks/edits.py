"""A network changed by hand: other weights, and channels that are switched off."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import LabError
from core.networks.table import Network
from core.records import NetworkState


class _Silence:
    """A hook after a layer: the outputs of some channels become 0."""

    def __init__(self, channels: frozenset[int]) -> None:
        self.channels = channels

    def __call__(self, layer: nn.Module, inputs: object, output: Tensor) -> Tensor:
        kept = torch.ones(output.shape[1], device=output.device)
        kept[sorted(self.channels)] = 0
        kept = kept.reshape(-1, *[1] * (output.dim() - 2))
        # Not a product: 0 times NaN or infinity is NaN, and a channel that is off is 0.
        return torch.where(kept > 0, output, torch.zeros_like(output))


def apply(network: Network, state: NetworkState) -> None:
    """Give a network the weights of `state`, and switch the channels off that it names, and no others.

    Raises:
        LabError: weights or channels do not fit the network.
    """
    shapes = {spec.name: spec.shape for spec in network.table.layers}
    for name, channels in state.silenced.items():
        if name not in shapes or (channels and not 0 <= min(channels) <= max(channels) < shapes[name][0]):
            raise LabError("These changes do not fit this network.")
    try:
        network.take({name: np.asarray(value, np.float32) for name, value in state.weights.items()})
    except ValueError as error:
        raise LabError("These changes do not fit this network.") from error
    for row in network.rows:
        row.module._forward_hooks.clear()
        if state.silenced.get(row.name):
            row.module.register_forward_hook(_Silence(state.silenced[row.name]))


def silenced(network: Network) -> dict[str, frozenset[int]]:
    """Per layer the channels that `apply` has switched off."""
    return {
        row.name: hook.channels
        for row in network.rows
        for hook in row.module._forward_hooks.values()
        if isinstance(hook, _Silence)
    }
