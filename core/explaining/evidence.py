"""Why this digit and not that one: exact sums over units, and signed maps over the drawing.

Every forward pass calls the layers as modules, so that channels switched off by hooks stay off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import LabError
from core.explaining.evidence_records import Evidence, Feeding, MapCell
from core.networks import trace
from core.networks.table import Network
from core.records import INPUT, NetworkTable

_SUMMING = ("linear", "global mean", "flatten")  # of what gives one number a class

PATCH = 5  # pixels: about as wide as a pen's stroke and its rim, and as conv1's kernel

_BATCH = 56  # pictures: larger batches leave the processor's cache and take up to twice as long


def why(network: Network, picture: np.ndarray, digit: int, rival: int) -> Evidence:
    """Split the lead of `digit` over `rival` in a picture (H, W) float32 in [0, 1] over units and channels.

    Raises:
        LabError: both are the same digit; the network's last layer does not add up what enters it; or its
            weights are no finite numbers.
    """
    check_classes(network, digit, rival)
    passed = _forward(network, picture)
    output_layer = network.table.layers[-1]
    if output_layer.kind not in _SUMMING:
        raise LabError(
            "The last layer, {name}, does not add up what enters it: the answer cannot be taken apart.",
            name=output_layer.name,
        )
    logits = passed.outputs[output_layer.name][0]
    source, inputs = passed.read_by(output_layer.name)
    lead = logits[digit] - logits[rival]
    # The layer is linear: its slope is its weights, the digit's less the rival's, and the rest its biases.
    read = passed.outputs[source] if source else passed.x
    (weights,) = torch.autograd.grad(lead, read, retain_graph=True, materialize_grads=True)
    module = network.module(output_layer.name)
    if isinstance(module, nn.Linear):
        bias = _bias(module, digit) - _bias(module, rival)
    else:
        bias = (lead - (inputs * weights[0]).sum()).item()
    gradient, channels = passed.times_gradient(lead, output_layer.name)
    return Evidence(
        digit=digit,
        rival=rival,
        logits=_array(logits),
        layer=source,
        output_layer=output_layer.name,
        activations=_array(inputs),
        weight_differences=_array(weights[0]),
        bias_difference=bias,
        input_x_gradient=gradient,
        channels=channels,
        classes=network.classes,
    )


def feeding(network: Network, picture: np.ndarray, layer: str, unit: int) -> Feeding:
    """Return the terms that add up to a unit of a fully connected layer, for a picture (H, W) in [0, 1].

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
        activation=_activated(passed, layer)[unit].item(),
        input_x_gradient=gradient,
        channels=channels,
    )


def map_cell(
    network: Network, picture: np.ndarray, layer: str, channel: int, row: int, column: int
) -> MapCell:
    """Return input × gradient of one cell of a layer's maps, for a picture (H, W) in [0, 1].

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
    return MapCell(layer, channel, row, column, value.item(), _array((passed.x * gradient)[0].sum(0)))


@torch.inference_mode()
def occlusion(
    network: Network, picture: np.ndarray, digit: int, rival: int, patch: int = PATCH
) -> np.ndarray:
    """How far the digit's lead over the rival falls when a patch of the drawing is covered.

    As Zeiler and Fergus 2014. (H, W) float32, in logits, for a picture (H, W) float32 in [0, 1]: for each
    pixel, the difference of the two logits less that with `patch` × `patch` pixels of paper laid around it.
    Positive: what is covered speaks for the digit; negative: for the rival; 0 where there is no ink to cover.
    Patches overlap: the sum of the values has no meaning.

    Raises:
        LabError: both are the same digit, or the network's weights are no finite numbers.
        ValueError: the patch has no middle pixel.
    """
    check_classes(network, digit, rival)
    if patch < 1 or patch % 2 == 0:
        raise ValueError(f"patch must be odd, to be centred at a pixel, got {patch}")
    x = as_input(network, picture)
    inked = (x[0] != 0).any(0).float()
    # Where a patch covers some ink; elsewhere nothing can change.
    places = F.max_pool2d(inked[None], patch, stride=1, padding=patch // 2)[0].nonzero().tolist()
    logits = [network(x)]
    for first in range(0, len(places), _BATCH):
        pictures = x.repeat(len(places[first : first + _BATCH]), 1, 1, 1)
        for covered, (row, column) in zip(pictures, places[first : first + _BATCH], strict=True):
            rows = slice(max(row - patch // 2, 0), row + patch // 2 + 1)
            covered[:, rows, max(column - patch // 2, 0) : column + patch // 2 + 1] = 0
        logits.append(network(pictures))
    check_finite(torch.cat(logits))
    leads = torch.cat([each[:, digit] - each[:, rival] for each in logits])
    fall = torch.zeros(x.shape[2:], device=x.device)
    if places:
        fall[tuple(torch.tensor(places, device=x.device).T)] = leads[0] - leads[1:]
    return _array(fall)


@dataclass(frozen=True, eq=False)
class _Pass:
    """A forward pass that gradients can go back through: the picture (1, C, H, W), every layer's output."""

    x: Tensor
    table: NetworkTable
    outputs: dict[str, Tensor]

    def read_by(self, layer: str) -> tuple[str, Tensor]:
        """The name and outputs of the layer that feeds another: (N,), or (C, H, W) if flattened."""
        (source,) = self.table[layer].inputs
        while source != INPUT and self.table[source].kind == "flatten":
            (source,) = self.table[source].inputs
        return ("", self.x[0]) if source == INPUT else (source, self.outputs[source][0])

    def times_gradient(self, target: Tensor, layer: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Input × gradient of a number that `layer` gives: (H, W), and per layer of maps before it (C,)."""
        maps = {
            name: self.outputs[name]
            for name in self.table.depends_on(layer)
            if name != INPUT and self.outputs[name].ndim == 4  # a batch of (C, H, W)
        }
        # Zeros for those that a switched-off layer has cut from the target.
        gradients = torch.autograd.grad(target, [self.x, *maps.values()], materialize_grads=True)
        channels = {
            name: _array((values * gradient)[0].sum((1, 2)))
            for (name, values), gradient in zip(maps.items(), gradients[1:], strict=True)
        }
        return _array((self.x * gradients[0])[0].sum(0)), channels


@torch.enable_grad()
def _forward(network: Network, picture: np.ndarray) -> _Pass:
    x = as_input(network, picture).requires_grad_()
    outputs = network.outputs(x)
    for value in outputs.values():
        if not value.requires_grad:  # all of its channels are off: a hook has put a constant in its place
            value.requires_grad_()
    check_finite(outputs[network.rows[-1].name])
    return _Pass(x, network.table, outputs)


def as_input(network: Network, picture: np.ndarray) -> Tensor:
    """A copy of a picture (H, W), on the network's device: (1, C, H, W) float32."""
    return trace.as_picture(network, picture).clone().to(trace.device_of(network))


def _activated(passed: _Pass, layer: str) -> Tensor:
    """The output (N,) of the only activation that reads a layer, or of the layer itself."""
    activation = passed.table.activation_of(layer)
    return passed.outputs[layer if activation is None else activation.name][0]


def _linear(network: Network, name: str) -> nn.Linear:
    layer = network.module(name) if name in network.table.names else None
    if not isinstance(layer, nn.Linear):
        raise LabError("This network has no fully connected layer “{name}” to take apart.", name=name)
    return layer


def check_classes(network: Network, digit: int, rival: int) -> None:
    """Raise a LabError where both classes are the same one."""
    if digit == rival:
        raise LabError(
            "A {digit} is not compared with itself: choose another digit.", digit=network.classes[digit]
        )


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
