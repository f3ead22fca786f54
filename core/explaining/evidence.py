"""Why this digit and not that one: exact sums over units, and signed maps over the drawing.

Every forward pass calls the layers as modules, so that channels switched off by hooks stay off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import LabError
from core.explaining.evidence_records import Evidence, Feeding, MapCell
from core.networks import trace

PATCH = 5  # pixels: about as wide as a pen's stroke and its rim, and as conv1's kernel

_BATCH = 56  # pictures: larger batches leave the processor's cache and take up to twice as long


def why(network: nn.Sequential, picture: np.ndarray, digit: int, rival: int) -> Evidence:
    """Split the lead of `digit` over `rival` in a picture (28, 28) float32 in [0, 1] over units and channels.

    Raises:
        LabError: both are the same digit; the network does not end in a fully connected layer; or its
            weights are no finite numbers.
    """
    _check_different(digit, rival)
    passed = _forward(network, picture)
    *_, output_layer = dict(network.named_children())
    layer = _linear(network, output_layer)
    logits = passed.outputs[output_layer][0]
    source, inputs = passed.read_by(output_layer)
    gradient, channels = passed.times_gradient(logits[digit] - logits[rival], output_layer)
    weights = layer.weight[digit] - layer.weight[rival]
    return Evidence(
        digit=digit,
        rival=rival,
        logits=_array(logits),
        layer=source,
        output_layer=output_layer,
        activations=_array(inputs),
        weight_differences=_array(weights.reshape(inputs.shape)),
        bias_difference=_bias(layer, digit) - _bias(layer, rival),
        input_x_gradient=gradient,
        channels=channels,
    )


def feeding(network: nn.Sequential, picture: np.ndarray, layer: str, unit: int) -> Feeding:
    """Return the terms that add up to a unit of a fully connected layer, for a picture (28, 28) in [0, 1].

    Raises:
        LabError: there is no such layer, or it is not fully connected; or the network's weights are no
            finite numbers.
    """
    linear = _linear(network, layer)
    passed = _forward(network, picture)
    value = passed.outputs[layer][0, unit]
    source, inputs = passed.read_by(layer)
    gradient, channels = passed.times_gradient(value, layer)
    return Feeding(
        layer=layer,
        unit=unit,
        source=source,
        inputs=_array(inputs),
        weights=_array(linear.weight[unit].reshape(inputs.shape)),
        bias=_bias(linear, unit),
        value=value.item(),
        activation=_activated(network, passed, layer)[unit].item(),
        input_x_gradient=gradient,
        channels=channels,
    )


def map_cell(
    network: nn.Sequential, picture: np.ndarray, layer: str, channel: int, row: int, column: int
) -> MapCell:
    """Return input × gradient of one cell of a layer's maps, for a picture (28, 28) in [0, 1].

    Raises:
        LabError: the layer gives no maps with such a cell; or the network's weights are no finite numbers.
    """
    passed = _forward(network, picture)
    maps = passed.outputs.get(layer) if layer else passed.x
    place = channel, row, column
    if maps is None or maps.ndim != 4 or not all(np.less(place, maps.shape[1:])):
        raise LabError("This network has no such cell in “{name}”.", name=layer)
    value = maps[0, channel, row, column]
    (gradient,) = torch.autograd.grad(value, passed.x, materialize_grads=True)
    return MapCell(layer, channel, row, column, value.item(), _array((passed.x * gradient)[0, 0]))


@torch.inference_mode()
def occlusion(
    network: nn.Sequential, picture: np.ndarray, digit: int, rival: int, patch: int = PATCH
) -> np.ndarray:
    """How far the digit's lead over the rival falls when a patch of the drawing is covered.

    As Zeiler and Fergus 2014. (28, 28) float32, in logits, for a picture (28, 28) float32 in [0, 1]: for each
    pixel, the difference of the two logits less that with `patch` × `patch` pixels of paper laid around it.
    Positive: what is covered speaks for the digit; negative: for the rival; 0 where there is no ink to cover.
    Patches overlap: the sum of the values has no meaning.

    Raises:
        LabError: both are the same digit, or the network's weights are no finite numbers.
        ValueError: the patch has no middle pixel.
    """
    _check_different(digit, rival)
    if patch < 1 or patch % 2 == 0:
        raise ValueError(f"patch must be odd, to be centred at a pixel, got {patch}")
    x = as_input(network, picture)
    distance = (torch.arange(28)[:, None] - torch.arange(28)).abs()
    near = (distance <= patch // 2).to(x.device)
    covered = (near[:, None, :, None] & near[None, :, None, :]).reshape(784, 1, 28, 28)
    changing = (covered & (x != 0)).flatten(1).any(1)
    pictures = torch.cat([x, torch.where(covered[changing], 0, x)])
    logits = torch.cat([network(batch) for batch in torch.split(pictures, _BATCH)])
    check_finite(logits)
    leads = logits[:, digit] - logits[:, rival]
    fall = torch.zeros(784, device=x.device)
    fall[changing] = leads[0] - leads[1:]
    return _array(fall.reshape(28, 28))


@dataclass(frozen=True, eq=False)
class _Pass:
    """A forward pass that gradients can go back through: the picture (1, 1, 28, 28), every layer's output."""

    x: Tensor
    layers: dict[str, nn.Module]
    outputs: dict[str, Tensor]

    def read_by(self, layer: str) -> tuple[str, Tensor]:
        """The name and outputs of the layer that feeds another: (N,), or (C, H, W) if flattened."""
        names = list(self.outputs)
        for name in reversed(names[: names.index(layer)]):
            if trace.kind(self.layers[name]) != "flatten":
                return name, self.outputs[name][0]
        return "", self.x[0]

    def times_gradient(self, target: Tensor, layer: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Input × gradient of a number that `layer` gives: (28, 28), and per layer of maps before it (C,)."""
        names = list(self.outputs)
        maps = {
            name: self.outputs[name]
            for name in names[: names.index(layer)]
            if self.outputs[name].ndim == 4  # a batch of (C, H, W)
        }
        # Zeros for those that a switched-off layer has cut from the target.
        gradients = torch.autograd.grad(target, [self.x, *maps.values()], materialize_grads=True)
        channels = {
            name: _array((values * gradient)[0].sum((1, 2)))
            for (name, values), gradient in zip(maps.items(), gradients[1:], strict=True)
        }
        return _array((self.x * gradients[0])[0, 0]), channels


@torch.enable_grad()
def _forward(network: nn.Sequential, picture: np.ndarray) -> _Pass:
    x = value = as_input(network, picture).requires_grad_()
    outputs = {}
    for name, layer in network.named_children():
        value = layer(value)
        if not value.requires_grad:  # a hook has put a constant in its place
            value.requires_grad_()
        outputs[name] = value
    check_finite(value)
    return _Pass(x, dict(network.named_children()), outputs)


def as_input(network: nn.Sequential, picture: np.ndarray) -> Tensor:
    """A copy of a picture (28, 28), on the network's device: (1, 1, 28, 28) float32."""
    device = next(network.parameters()).device
    return torch.as_tensor(picture, dtype=torch.float32).reshape(1, 1, 28, 28).clone().to(device)


def _activated(network: nn.Sequential, passed: _Pass, layer: str) -> Tensor:
    """The output (N,) of the activation after a layer, or of the layer itself where none follows."""
    names = list(passed.outputs)
    following = names[names.index(layer) + 1 :]
    if following and trace.kind(passed.layers[following[0]]) == "activation":
        return passed.outputs[following[0]][0]
    return passed.outputs[layer][0]


def _linear(network: nn.Sequential, name: str) -> nn.Linear:
    layer = dict(network.named_children()).get(name)
    if not isinstance(layer, nn.Linear):
        raise LabError("This network has no fully connected layer “{name}” to take apart.", name=name)
    return layer


def _check_different(digit: int, rival: int) -> None:
    if digit == rival:
        raise LabError("A {digit} is not compared with itself: choose another digit.", digit=digit)


def check_finite(logits: Tensor) -> None:
    """Raise a LabError where an answer is not made of finite numbers: it cannot be explained."""
    if not logits.isfinite().all():
        raise LabError(
            "The network's weights are no finite numbers any more, so it has no answer to explain. "
            "Choose another network, or an earlier step of its training."
        )


def _bias(layer: nn.Linear, unit: int) -> float:
    # Untyped in PyTorch: a layer may have been made without.
    return 0.0 if layer.bias is None else layer.bias[unit].item()


def _array(values: Tensor) -> np.ndarray:
    array: np.ndarray = values.detach().cpu().numpy().copy()
    return array
