"""What feeds a cell, and what it feeds: each connection with its weight times its activation. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.explaining.cells import CellExplanation, explain_cell
from core.records import SOFTMAX, LayerSpec, NetworkState, Trace

_WEIGHTED = ("convolution", "linear")
_ONE_TO_ONE = ("activation", "pooling", "dropout")


@dataclass(frozen=True)
class Connection:
    """One map or unit that a cell is connected with."""

    layer: str
    channel: int
    """Of the map, or the unit."""
    strength: float
    """Weight × activation, summed over the window: what goes into the cell from there, or what the cell adds
    to all of that map together. Where nothing is weighted, the number that is passed on."""


def feeding(network: NetworkState, trace: Trace, layer: str, index: tuple[int, ...]) -> list[Connection]:
    """What goes into a cell, at (channel, row, column) or (unit,), as `cells.explain_cell` has it.

    Its strengths and the bias add up to the value of a convolution's cell or a linear unit. Nothing goes into
    the picture, or is known of layers of other kinds.

    Raises:
        KeyError: there is no such layer.
        IndexError: there is no such cell.
    """
    cell = explain_cell(network, trace, layer, index)
    if not cell.before:
        return []
    before = cell.before[0].name
    if cell.layer.kind == "convolution":
        pairs = zip(cell.channels, cell.sums.tolist(), strict=True)
        return [Connection(before, channel, strength) for channel, strength in pairs]
    if cell.layer.kind == "linear":
        return [Connection(before, unit, strength) for unit, strength in enumerate(cell.terms.tolist())]
    return _passed_on(cell)


def _passed_on(cell: CellExplanation) -> list[Connection]:
    """What comes from one map alone."""
    if cell.source is not None:
        spec, index = cell.source
        return [Connection(spec.name, index[0], float(cell.inputs.ravel()[0]))]
    if cell.layer.kind in ("pooling", "global mean", SOFTMAX):
        return [Connection(cell.before[0].name, cell.index[0], cell.value)]
    return []


def fed(network: NetworkState, trace: Trace, layer: str, index: tuple[int, ...]) -> list[Connection]:
    """What a cell, at (channel, row, column) or (unit,), goes into, with its weight times the cell's number.

    An activation or pooling layer has no weights, and reads the cell in the map, or unit, of the same number:
    what it reads is the cell's number.

    Raises:
        KeyError: there is no such layer.
        IndexError: there is no such cell.
    """
    if layer == SOFTMAX:
        return []
    activation = float(trace.values[layer][index])
    found = []
    for reader in network.table.readers(layer):
        if reader.kind in _ONE_TO_ONE:
            found.append(Connection(reader.name, index[0], activation))
            continue
        weights = network.weights.get(f"{reader.name}.weight")
        if weights is None or reader.kind not in _WEIGHTED:
            continue
        off = network.silenced.get(reader.name, frozenset())
        with np.errstate(all="ignore"):  # weights that went out of hand
            for channel, weight in _weights_on(reader, weights, index, network.table[layer]):
                strength = 0.0 if channel in off else activation * weight
                found.append(Connection(reader.name, channel, strength))
    return found


def _weights_on(
    reader: LayerSpec, weights: np.ndarray, index: tuple[int, ...], layer: LayerSpec
) -> list[tuple[int, float]]:
    """The channels of a reader that a cell goes into, each with all of its weights that meet the cell."""
    if reader.kind == "linear":
        return list(enumerate(weights[:, index[0]].astype(float).tolist()))
    assert reader.window is not None  # a convolution has one
    group = layer.shape[0] // reader.groups
    per_group = len(weights) // reader.groups
    first = index[0] // group * per_group
    own = weights[first : first + per_group, index[0] % group].astype(float)
    rows, columns = (
        _meets(place, size, pad, stride, gap, length)
        for place, size, pad, stride, gap, length in zip(
            index[1:],
            reader.window.size,
            reader.window.padding,
            reader.window.stride,
            reader.window.dilation,
            reader.shape[1:],
            strict=True,
        )
    )
    sums = own[:, rows][:, :, columns].sum((1, 2))
    return list(enumerate(sums.tolist(), start=first))


def _meets(place: int, size: int, pad: int, stride: int, gap: int, length: int) -> np.ndarray:
    """Which of a kernel's `size` rows, or columns, lie on this place in some window: (size,) bool."""
    offset = place + pad - np.arange(size) * gap
    meets: np.ndarray = (offset % stride == 0) & (offset // stride >= 0) & (offset // stride < length)
    return meets
