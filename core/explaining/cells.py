"""The arithmetic of one cell of one layer: every number that enters, the operation, and the result.

NumPy only, so that the window can explain a cell without waiting for another process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.convolution.operators import batch_normalisation, resizing, softmax
from core.explaining import receptive_field
from core.explaining.receptive_field import Field
from core.records import INPUT, SOFTMAX, LayerSpec, NetworkState, Trace, Window

if TYPE_CHECKING:
    from core.networks.table import Network


@dataclass(frozen=True, eq=False)
class CellExplanation:
    """The arithmetic of one cell. Arrays are float32, as the network's own.

    What `terms` holds depends on the layer's kind:

    * convolution: (C_in, h, w), each input of the window times its weight; they and the bias add up to the
      value. With groups, C_in are the channels of the cell's own group.
    * pooling: (h, w), the window of the cell's own channel, whose largest number or mean is the value.
    * global mean: (H, W), the whole map, whose mean is the value.
    * linear: (N_in,), each input times its weight; they and the bias add up to the value.
    * normalise, batch normalisation: (1,), the one number that goes in, times its weight; it and the bias add
      up to the value.
    * resize: (h, w), the up to four numbers around the place that is looked up, times their weights; they add
      up to the value.
    * add: (n,), the numbers of the n layers that go in; they add up to the value.
    * activation, dropout, flatten, concatenate, pad: (1,), the one number that goes in. It is 0 where it lies
      in the padding.
    * softmax: (N,), the exponentials of the logits, each less the largest; the cell's own divided by
      their sum is the value.
    * input and other kinds: empty.
    """

    layer: LayerSpec
    before: tuple[LayerSpec, ...]
    """The layers whose outputs go in, in that order; into the input nothing goes."""
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
    fields: dict[str, Field]
    """Its receptive field in the picture and in the layers that it depends on, and the cell itself."""
    source: tuple[LayerSpec, tuple[int, ...]] | None = None
    """The layer and the cell in it whose one number goes in; None where there is not just one."""
    is_switched_off: bool = False
    """The channel's outputs are 0, whatever the terms add up to."""

    @property
    def receptive_field(self) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) in pixels of the picture: half-open, clipped at its borders."""
        pixels = self.fields[INPUT]
        return pixels.top, pixels.left, pixels.bottom, pixels.right

    @property
    def channels(self) -> range:
        """The channels of the layer before that a convolution's cell reads."""
        count = len(self.terms)
        first = self.index[0] // (self.layer.shape[0] // self.layer.groups) * count
        return range(first, first + count)

    @property
    def rows(self) -> np.ndarray:
        """(h,) int64: the rows of the layer's input that the window's rows are; some may lie beyond it."""
        return self._places(0)

    @property
    def columns(self) -> np.ndarray:
        """(w,) int64: the same for columns."""
        return self._places(1)

    def _places(self, axis: int) -> np.ndarray:
        gap = self.layer.window.dilation[axis] if self.layer.window else 1
        return np.arange(self.field[axis], self.field[axis + 2], gap)

    @property
    def is_padding(self) -> np.ndarray:
        """(h, w) bool: which of the window's cells lie beyond the border of the input."""
        _, height, width = self.before[0].shape
        outside_rows = (self.rows < 0) | (self.rows >= height)
        outside_columns = (self.columns < 0) | (self.columns >= width)
        padding: np.ndarray = outside_rows[:, None] | outside_columns[None, :]
        return padding

    @property
    def sums(self) -> np.ndarray:
        """(C_in,) float32: a convolution's sum per input channel."""
        with np.errstate(all="ignore"):  # weights that went out of hand: infinite terms of both signs
            sums: np.ndarray = self.terms.reshape(len(self.terms), -1).sum(1)
        return sums


def explain_cell(
    network: Network | NetworkState, trace: Trace, layer: str, index: int | Sequence[int]
) -> CellExplanation:
    """Take the cell `index` of a layer apart, with the values that the network's trace holds.

    A layer is also `input`, or `softmax`, which follows the last one where the network has classes. `index`
    is (channel, row, column) in maps; (unit,) or unit in a fully connected layer.

    Raises:
        KeyError: there is no such layer.
        IndexError: there is no such cell.
    """
    state = network if isinstance(network, NetworkState) else _state_of(network)
    spec = state.table[layer]
    place = (index,) if isinstance(index, int) else tuple(int(i) for i in index)
    before = state.table.before(spec)
    entering = tuple(trace.values[each.name] for each in before)
    values = softmax(entering[0]) if layer == SOFTMAX else trace.values[layer]
    _check(place, values.shape)
    with np.errstate(all="ignore"):  # numbers that went out of hand are part of the truth
        parts = _PARTS.get(spec.kind, _no_parts)(_Cell(spec, state, place, before, entering))
    return CellExplanation(
        layer=spec,
        before=before,
        index=place,
        terms=parts.inputs if parts.terms is None else parts.terms,
        inputs=parts.inputs,
        weights=parts.weights,
        bias=parts.bias,
        value=float(values[place]),
        field=parts.field,
        fields=receptive_field.fields(state.table, layer, *place),
        source=parts.source,
        is_switched_off=place[0] in state.silenced.get(layer, ()),
    )


def _state_of(network: Network) -> NetworkState:
    from core.networks import trace  # imports torch, which whoever has a network has done

    return trace.state(network)


def _check(place: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if len(place) != len(shape) or not all(0 <= i < size for i, size in zip(place, shape, strict=True)):
        raise IndexError(f"no cell {place} in a layer of shape {shape}")


@dataclass(frozen=True)
class _Cell:
    """What an explanation starts from."""

    spec: LayerSpec
    state: NetworkState
    place: tuple[int, ...]
    before: tuple[LayerSpec, ...]
    entering: tuple[np.ndarray, ...]  # the whole outputs of these

    def weights(self, name: str = "weight") -> np.ndarray:
        """The cell's own channel's weights."""
        values: np.ndarray = self.state.weights[f"{self.spec.name}.{name}"][self.place[0]]
        return values

    @property
    def bias(self) -> float | None:
        """The cell's own channel's."""
        return float(self.weights("bias")) if f"{self.spec.name}.bias" in self.state.weights else None


@dataclass(frozen=True)
class _Parts:
    """As in `CellExplanation`; without terms, they are the inputs."""

    inputs: np.ndarray
    weights: np.ndarray | None = None
    terms: np.ndarray | None = None
    bias: float | None = None
    field: tuple[int, int, int, int] = (0, 0, 0, 0)
    source: tuple[LayerSpec, tuple[int, ...]] | None = None


def _no_parts(cell: _Cell) -> _Parts:
    return _Parts(np.zeros(0, np.float32))


def _convolution(cell: _Cell) -> _Parts:
    field, kernel = _field(cell.spec.window, cell.place), cell.weights()
    first = cell.place[0] // (cell.spec.shape[0] // cell.spec.groups) * len(kernel)
    inputs = _cut(cell.entering[0][first : first + len(kernel)], field, cell.spec.window, 0.0)
    return _Parts(inputs, kernel, inputs * kernel, cell.bias, field)


def _pooling(cell: _Cell) -> _Parts:
    field = _field(cell.spec.window, cell.place)
    outside = -np.inf if cell.spec.takes_largest else 0.0
    window = _cut(cell.entering[0][cell.place[0]][None], field, cell.spec.window, outside)[0]
    return _Parts(window, field=field)


def _global_mean(cell: _Cell) -> _Parts:
    values = cell.entering[0][cell.place[0]]
    return _Parts(values, field=(0, 0, *values.shape))


def _linear(cell: _Cell) -> _Parts:
    inputs, weights = cell.entering[0], cell.weights()
    return _Parts(inputs, weights, inputs * weights, cell.bias)


def _scaled(cell: _Cell, weight: float, bias: float) -> _Parts:
    number, factor = cell.entering[0][cell.place].reshape(1), np.array([weight], np.float32)
    return _Parts(number, factor, number * factor, bias, source=(cell.before[0], cell.place))


def _normalise(cell: _Cell) -> _Parts:
    mean, std = cell.spec.options["mean"], cell.spec.options["std"]
    return _scaled(cell, 1 / std, -mean / std)


def _batch_normalisation(cell: _Cell) -> _Parts:
    scale, shift = batch_normalisation(cell.spec, cell.state.weights)
    return _scaled(cell, float(scale[cell.place[0]]), float(shift[cell.place[0]]))


def _resize(cell: _Cell) -> _Parts:
    channel, row, column = cell.place
    values = cell.entering[0][channel]
    down = resizing(values.shape[0], cell.spec.shape[1])[row]
    across = resizing(values.shape[1], cell.spec.shape[2])[column]
    rows, columns = np.flatnonzero(down), np.flatnonzero(across)
    cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    weights = np.outer(down[cut[0]], across[cut[1]])
    field = int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
    return _Parts(values[cut], weights, values[cut] * weights, field=field)


def _add(cell: _Cell) -> _Parts:
    return _Parts(np.array([values[cell.place] for values in cell.entering], np.float32))


def _same(cell: _Cell) -> _Parts:
    return _copied(cell, 0, cell.place)


def _flatten(cell: _Cell) -> _Parts:
    return _copied(cell, 0, np.unravel_index(cell.place[0], cell.entering[0].shape))


def _concatenate(cell: _Cell) -> _Parts:
    channel, at = cell.place[0], 0
    while channel >= len(cell.entering[at]):
        channel -= len(cell.entering[at])
        at += 1
    return _copied(cell, at, (channel, *cell.place[1:]))


def _pad(cell: _Cell) -> _Parts:
    size = int(cell.spec.options["size"])
    channel, row, column = cell.place[0], cell.place[1] - size, cell.place[2] - size
    _, height, width = cell.entering[0].shape
    if not (0 <= row < height and 0 <= column < width):
        return _Parts(np.zeros(1, np.float32))
    return _copied(cell, 0, (channel, row, column))


def _copied(cell: _Cell, which: int, place: Sequence[Any]) -> _Parts:
    """The one number that enters, from a cell of one of the layers before."""
    where = tuple(int(at) for at in place)
    return _Parts(cell.entering[which][where].reshape(1), source=(cell.before[which], where))


def _softmax(cell: _Cell) -> _Parts:
    logits = cell.entering[0]
    return _Parts(logits, terms=np.exp(logits - logits.max()))


_PARTS: dict[str, Callable[[_Cell], _Parts]] = {
    "convolution": _convolution,
    "pooling": _pooling,
    "global mean": _global_mean,
    "linear": _linear,
    "normalise": _normalise,
    "batch normalisation": _batch_normalisation,
    "resize": _resize,
    "add": _add,
    "activation": _same,
    "dropout": _same,
    "flatten": _flatten,
    "concatenate": _concatenate,
    "pad": _pad,
    "softmax": _softmax,
}


def _field(window: Window | None, place: tuple[int, ...]) -> tuple[int, int, int, int]:
    assert window is not None  # convolutions and poolings have one
    top = place[1] * window.stride[0] - window.padding[0]
    left = place[2] * window.stride[1] - window.padding[1]
    return top, left, top + window.reach[0], left + window.reach[1]


def _cut(
    maps: np.ndarray, field: tuple[int, int, int, int], window: Window | None, outside: float
) -> np.ndarray:
    """A window of maps (C, H, W), with `outside` beyond their borders."""
    assert window is not None
    top, left, bottom, right = field
    _, height, width = maps.shape
    cut = np.full((len(maps), bottom - top, right - left), outside, np.float32)
    inside = maps[:, max(top, 0) : max(min(bottom, height), 0), max(left, 0) : max(min(right, width), 0)]
    first_row, first_column = max(-top, 0), max(-left, 0)
    cut[:, first_row : first_row + inside.shape[1], first_column : first_column + inside.shape[2]] = inside
    return cut[:, :: window.dilation[0], :: window.dilation[1]]
