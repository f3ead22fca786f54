"""The arithmetic of one cell of one layer: every number that enters, the operation, and the result.

NumPy only, so that the window can explain a cell without waiting for another process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explaining import receptive_field
from core.explaining.receptive_field import Field
from core.records import LayerSpec, NetworkState, Trace, Window

if TYPE_CHECKING:
    from torch import nn

INPUT = LayerSpec("input", "input", (1, 28, 28), "", 0)


@dataclass(frozen=True, eq=False)
class CellExplanation:
    """The arithmetic of one cell. Arrays are float32, as the network's own.

    What `terms` holds depends on the layer's kind:

    * convolution: (C_in, h, w), each input of the window times its weight; they and the bias add up to the
      value.
    * pooling: (h, w), the window of the cell's own channel, whose largest number or mean is the value.
    * linear: (N_in,), each input times its weight; they and the bias add up to the value.
    * activation: (1,), the one number that goes in.
    * softmax: (N,), the exponentials of the logits, each less the largest; the cell's own divided by
      their sum is the value.
    * flatten: (1,), the number of the map.
    * input and other kinds: empty.
    """

    layer: LayerSpec
    before: LayerSpec
    """The layer whose output goes in; the layer itself for the input, into which nothing goes."""
    index: tuple[int, ...]
    """(channel, row, column), or (unit,)."""
    terms: np.ndarray
    inputs: np.ndarray
    """The cell's inputs, shaped like `terms`: 0 in a convolution's padding, −∞ in that of max pooling."""
    weights: np.ndarray | None
    """The inputs' factors, shaped like `terms`; None where there are no weights."""
    bias: float | None
    value: float
    """The cell's value in the trace."""
    field: tuple[int, int, int, int]
    """(top, left, bottom, right) of the window in the rows and columns of the layer's input: half-open,
    not clipped, so that it begins below 0 where padding enters. All zero without a window."""
    fields: tuple[Field, ...]
    """Its receptive field in the picture and in every layer before, and the cell itself."""
    is_switched_off: bool = False
    """The channel's outputs are 0, whatever the terms add up to."""

    @property
    def receptive_field(self) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) in pixels of the picture: half-open, clipped at its borders."""
        pixels = self.fields[0]
        return pixels.top, pixels.left, pixels.bottom, pixels.right

    @property
    def is_padding(self) -> np.ndarray:
        """(h, w) bool: which of the window's cells lie beyond the border of the input."""
        top, left, bottom, right = self.field
        before = self.fields[-2]
        rows, columns = np.arange(top, bottom), np.arange(left, right)
        outside_rows = (rows < before.top) | (rows >= before.bottom)
        outside_columns = (columns < before.left) | (columns >= before.right)
        padding: np.ndarray = outside_rows[:, None] | outside_columns[None, :]
        return padding

    @property
    def sums(self) -> np.ndarray:
        """(C_in,) float32: a convolution's sum per input channel."""
        with np.errstate(all="ignore"):  # weights that went out of hand: infinite terms of both signs
            sums: np.ndarray = self.terms.reshape(len(self.terms), -1).sum(1)
        return sums


def explain_cell(
    network: nn.Sequential | NetworkState, trace: Trace, layer: str, index: int | Sequence[int]
) -> CellExplanation:
    """Take the cell `index` of a layer apart, with the values that the network's trace holds.

    A layer is also `input`, or `softmax`, which follows the last one. `index` is (channel, row, column) in
    maps; (unit,) or unit in a fully connected layer.

    Raises:
        KeyError: there is no such layer.
        IndexError: there is no such cell.
    """
    state = network if isinstance(network, NetworkState) else _state_of(network)
    names = ["input", *(spec.name for spec in state.layers), "softmax"]
    if layer not in names:
        raise KeyError(layer)
    at = names.index(layer)
    place = (index,) if isinstance(index, int) else tuple(int(i) for i in index)
    values = [trace.input[None], *(activation.values for activation in trace.layers)]
    if at == len(values):
        values.append(_softmax(values[-1]))
    _check(place, values[at].shape)
    specs = (*state.layers, LayerSpec("softmax", "softmax", values[-1].shape, "", 0))
    spec = INPUT if at == 0 else specs[at - 1]
    with np.errstate(all="ignore"):  # numbers that went out of hand are part of the truth
        inputs, weights, terms, bias, field = _parts(spec, state, place, values[max(at - 1, 0)])
    return CellExplanation(
        layer=spec,
        before=INPUT if at <= 1 else specs[at - 2],
        index=place,
        terms=terms,
        inputs=inputs,
        weights=weights,
        bias=bias,
        value=float(values[at][place]),
        field=field,
        fields=receptive_field.fields([value.shape for value in values[: at + 1]], specs[:at], *place),
        is_switched_off=place[0] in state.silenced.get(layer, ()),
    )


def _state_of(network: nn.Sequential) -> NetworkState:
    from core.networks import trace  # imports torch, which whoever has a network has done

    return trace.state(network)


def _check(place: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if len(place) != len(shape) or not all(0 <= i < size for i, size in zip(place, shape, strict=True)):
        raise IndexError(f"no cell {place} in a layer of shape {shape}")


_Parts = tuple[np.ndarray, np.ndarray | None, np.ndarray, float | None, tuple[int, int, int, int]]
_NO_WINDOW = (0, 0, 0, 0)


def _parts(spec: LayerSpec, state: NetworkState, place: tuple[int, ...], before: np.ndarray) -> _Parts:
    """Inputs, weights, terms, bias and window of a cell; `before` is the layer's whole input."""
    if spec.kind == "convolution":
        field = _field(spec.window, place)
        inputs = _cut(before, field, 0.0)
        kernel = state.weights[f"{spec.name}.weight"][place[0]]
        return inputs, kernel, inputs * kernel, _bias(spec, state, place), field
    if spec.kind == "linear":
        weights = state.weights[f"{spec.name}.weight"][place[0]]
        return before, weights, before * weights, _bias(spec, state, place), _NO_WINDOW
    if spec.kind == "pooling":
        field = _field(spec.window, place)
        is_largest = spec.code.startswith("MaxPool2d")
        window = _cut(before[place[0]][None], field, -np.inf if is_largest else 0.0)[0]
        return window, None, window, None, field
    if spec.kind == "activation":
        number = before[place].reshape(1)
        return number, None, number, None, _NO_WINDOW
    if spec.kind == "flatten":
        number = before.reshape(-1)[place]
        return number.reshape(1), None, number.reshape(1), None, _NO_WINDOW
    if spec.kind == "softmax":
        return before, None, np.exp(before - before.max()), None, _NO_WINDOW
    return np.zeros(0, np.float32), None, np.zeros(0, np.float32), None, _NO_WINDOW


def _bias(spec: LayerSpec, state: NetworkState, place: tuple[int, ...]) -> float | None:
    biases = state.weights.get(f"{spec.name}.bias")
    return None if biases is None else float(biases[place[0]])


def _field(window: Window | None, place: tuple[int, ...]) -> tuple[int, int, int, int]:
    assert window is not None  # convolutions and poolings have one
    top = place[1] * window.stride[0] - window.padding[0]
    left = place[2] * window.stride[1] - window.padding[1]
    return top, left, top + window.size[0], left + window.size[1]


def _cut(maps: np.ndarray, field: tuple[int, int, int, int], outside: float) -> np.ndarray:
    """A window of maps (C, H, W), with `outside` beyond their borders."""
    top, left, bottom, right = field
    _, height, width = maps.shape
    window = np.full((len(maps), bottom - top, right - left), outside, np.float32)
    inside = maps[:, max(top, 0) : max(min(bottom, height), 0), max(left, 0) : max(min(right, width), 0)]
    first_row, first_column = max(-top, 0), max(-left, 0)
    window[:, first_row : first_row + inside.shape[1], first_column : first_column + inside.shape[2]] = inside
    return window


def _softmax(logits: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):  # an infinite logit
        exponentials = np.exp(logits - logits.max())
        shares: np.ndarray = exponentials / exponentials.sum()
    return shares
