"""A network changed by hand: other weights, and channels that are switched off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import LabError
from core.records import LayerSpec, NetworkState


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


def apply(network: nn.Sequential, state: NetworkState) -> None:
    """Give a network the weights of `state`, and switch the channels off that it names, and no others.

    Raises:
        LabError: weights or channels do not fit the network.
    """
    layers = dict(network.named_children())
    shapes = {spec.name: spec.shape for spec in state.layers}
    for name, channels in state.silenced.items():
        if name not in layers or (channels and not 0 <= min(channels) <= max(channels) < shapes[name][0]):
            raise LabError("These changes do not fit this network.")
    try:
        network.load_state_dict(
            {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in state.weights.items()}
        )
    except RuntimeError as error:
        raise LabError("These changes do not fit this network.") from error
    for name, layer in layers.items():
        layer._forward_hooks.clear()
        if state.silenced.get(name):
            layer.register_forward_hook(_Silence(state.silenced[name]))


def silenced(network: nn.Sequential) -> dict[str, frozenset[int]]:
    """Per layer the channels that `apply` has switched off."""
    return {
        name: hook.channels
        for name, layer in network.named_children()
        for hook in layer._forward_hooks.values()
        if isinstance(hook, _Silence)
    }


def weights_with_silence(state: NetworkState) -> dict[str, np.ndarray]:
    """Weights that give, with all channels on, what `state` gives with some of them off.

    A convolution or fully connected layer gives 0 with weights of 0. What other layers give is read by the
    next layer with weights: with weights of 0 for what is off, it might as well be 0.

    Raises:
        LabError: an activation makes something else of the zeros before they are read.
    """
    weights = {name: value.copy() for name, value in state.weights.items()}
    for at, spec in enumerate(state.layers):
        channels = sorted(state.silenced.get(spec.name, ()))
        if not channels:
            continue
        if f"{spec.name}.weight" in weights:
            for kind in ("weight", "bias"):
                if f"{spec.name}.{kind}" in weights:
                    weights[f"{spec.name}.{kind}"][channels] = 0
        else:
            _stop_reading(spec, channels, state.layers[at + 1 :], weights)
    return weights


_KEEP_ZERO = ("ReLU", "Tanh", "MaxPool2d", "AvgPool2d", "Flatten")


def _stop_reading(
    spec: LayerSpec, channels: list[int], following: Sequence[LayerSpec], weights: dict[str, np.ndarray]
) -> None:
    """Zero what the next layer with weights multiplies the channels of `spec` with."""
    for after in following:
        if f"{after.name}.weight" in weights:
            read = weights[f"{after.name}.weight"]  # (out, in, …)
            units = read.shape[1] // spec.shape[0]  # of a flattened channel; 1 where it is a map still
            read.reshape(len(read), spec.shape[0], units, *read.shape[2:])[:, channels] = 0
            return
        if after.code.partition("(")[0] not in _KEEP_ZERO:
            break
    raise LabError(
        "The channels of {layer} that are off cannot be saved as weights: what follows makes other numbers "
        "of their zeros. Switch them on, or switch those of another layer off.",
        layer=spec.name,
    )
