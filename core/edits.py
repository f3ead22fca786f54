"""A network changed by hand: other weights, and channels that are switched off."""

from __future__ import annotations

import copy

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


def applied(network: nn.Sequential, state: NetworkState) -> nn.Sequential:
    """A copy of `network` on its device, with the weights and the silence of `state`.

    Raises:
        LabError: weights or channels do not fit the network.
    """
    changed = copy.deepcopy(network)
    layers = dict(changed.named_children())
    for layer in layers.values():
        layer._forward_hooks.clear()
    try:
        changed.load_state_dict(
            {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in state.weights.items()}
        )
        shapes = {spec.name: spec.shape for spec in state.layers}
        for name, channels in state.silenced.items():
            if channels and not 0 <= min(channels) <= max(channels) < shapes[name][0]:
                raise KeyError(name)
            layers[name].register_forward_hook(_Silence(channels))
    except (RuntimeError, KeyError) as error:
        raise LabError("These changes do not fit this network.") from error
    return changed


def weights_with_silence(state: NetworkState) -> dict[str, np.ndarray]:
    """The weights of `state`, changed so that they alone give what it gives with channels switched off.

    A channel of a layer with weights gets zeros, and so does its bias; of another layer, what the next layer
    with weights multiplies the channel with.

    Raises:
        LabError: a layer in between, such as a sigmoid, would turn the zeros into other numbers.
    """
    weights = dict(state.weights)
    names = [spec.name for spec in state.layers]
    for name, channels in state.silenced.items():
        off = sorted(channels)
        if f"{name}.weight" in weights:
            for parameter in (f"{name}.weight", f"{name}.bias"):
                weights[parameter] = weights[parameter].copy()
                weights[parameter][off] = 0
            continue
        at = names.index(name)
        taker, inputs = _taker(state, at)
        parameter = f"{taker.name}.weight"
        weights[parameter] = weights[parameter].copy()
        each = inputs // state.layers[at].shape[0]  # a flattened map has many numbers
        for channel in off:
            weights[parameter][:, channel * each : (channel + 1) * each] = 0
    return weights


def _taker(state: NetworkState, at: int) -> tuple[LayerSpec, int]:
    """The next layer with weights after layer `at`, and how many inputs it multiplies."""
    for spec in state.layers[at + 1 :]:
        if f"{spec.name}.weight" in state.weights:
            return spec, state.weights[f"{spec.name}.weight"].shape[1]
        keeps_zero = spec.kind in ("pooling", "flatten") or spec.code.startswith(("ReLU", "Tanh"))
        if not keeps_zero:
            break
    raise LabError(
        "What {layer} gives cannot be switched off by weights alone, so this model cannot be saved. "
        "Switch the layer's channels on, or those of a layer before it off.",
        layer=state.layers[at].name,
    )


def silenced(network: nn.Sequential) -> dict[str, frozenset[int]]:
    """Per layer the channels that `applied` has switched off."""
    return {
        name: hook.channels
        for name, layer in network.named_children()
        for hook in layer._forward_hooks.values()
        if isinstance(hook, _Silence)
    }
