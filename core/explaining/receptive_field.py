"""Which cells of each earlier layer a cell depends on, through all layers, down to the picture's pixels."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.convolution.operators import resizing
from core.records import INPUT, LayerSpec, NetworkTable, Window

_WITHOUT_WINDOW = Window((1, 1), (1, 1), (0, 0))


@dataclass(frozen=True)
class Field:
    """Rows top … bottom − 1 and columns left … right − 1 of a layer's maps, clipped at their borders.

    A fully connected layer's units are channels of one row and one column. Where a stride is larger than its
    window, some of the rows and columns in between do not count; nor do those that a dilated window leaves
    out, or that lie between what two branches see.
    """

    top: int
    left: int
    bottom: int
    right: int
    channel: int | None = None
    """The only channel that counts; None: all of them, or several."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it counts."""
        return self.top >= self.bottom or self.left >= self.right

    def joined(self, other: Field) -> Field:
        """The smallest field that holds both."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Field(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
            self.channel if self.channel == other.channel else None,
        )


NOTHING = Field(0, 0, 0, 0)


def fields(table: NetworkTable, layer: str, channel: int, row: int = 0, column: int = 0) -> dict[str, Field]:
    """The receptive fields of a cell, by name: in the picture, “input”, in each layer before it; and itself.

    The channel is a unit's number where there are no maps. A field is empty where a window lies in the
    padding alone; a layer that the cell does not depend on is left out, but never the picture. A layer of
    unknown kind is taken to depend on all of its input.

    Raises:
        KeyError: there is no such layer.
    """
    names = [spec.name for spec in table.shown]
    at = names.index(table[layer].name)
    found = {layer: Field(row, column, row + 1, column + 1, channel)}
    for spec in reversed(table.shown[1 : at + 1]):
        if spec.name not in found:
            continue
        entering = table.before(spec)
        for before, field in zip(entering, _fields_before(spec, found[spec.name], entering), strict=True):
            found[before.name] = found[before.name].joined(field) if before.name in found else field
    return {INPUT: NOTHING} | {name: found[name] for name in names if name in found}


def _fields_before(spec: LayerSpec, field: Field, entering: tuple[LayerSpec, ...]) -> list[Field]:
    """The fields on each of a layer's inputs, from the one on its output."""
    if field.is_empty:
        return [NOTHING for _ in entering]
    if spec.kind == "concatenate":
        return _of_concatenated(field, entering)
    rule = _RULES.get(spec.kind, _everything)
    return [rule(spec, field, before) for before in entering]


def _of_concatenated(field: Field, entering: tuple[LayerSpec, ...]) -> list[Field]:
    if field.channel is None:
        return [field for _ in entering]
    first, found = 0, []
    for before in entering:
        own = field.channel - first
        is_here = 0 <= own < before.shape[0]
        found.append(Field(field.top, field.left, field.bottom, field.right, own) if is_here else NOTHING)
        first += before.shape[0]
    return found


def _everything(spec: LayerSpec, field: Field, before: LayerSpec) -> Field:
    return Field(0, 0, *_size(before))


def _same(spec: LayerSpec, field: Field, before: LayerSpec) -> Field:
    return field


def _flattened(spec: LayerSpec, field: Field, before: LayerSpec) -> Field:
    height, width = _size(before)
    if field.channel is None:
        return Field(0, 0, height, width)
    channel, rest = divmod(field.channel, height * width)
    row, column = divmod(rest, width)
    return Field(row, column, row + 1, column + 1, channel)


def _whole_map(spec: LayerSpec, field: Field, before: LayerSpec) -> Field:
    return Field(0, 0, *_size(before), field.channel)


def _windows(spec: LayerSpec, field: Field, before: LayerSpec) -> Field:
    top, bottom, left, right = _spans(field, spec.window or _WITHOUT_WINDOW, before)
    return Field(top, left, bottom, right, _channel_read(spec, field, before))


def _channel_read(spec: LayerSpec, field: Field, before: LayerSpec) -> int | None:
    """The only channel that a convolution or pooling reads; None: several."""
    if spec.kind == "pooling" or before.shape[0] == 1:
        return 0 if before.shape[0] == 1 else field.channel
    if field.channel is None or before.shape[0] != spec.groups:
        return None
    return field.channel * spec.groups // spec.shape[0]  # each group reads a channel of its own


def _padded(spec: LayerSpec, field: Field, before: LayerSpec) -> Field:
    size = int(spec.options["size"])
    top, bottom, left, right = _spans(field, Window((1, 1), (1, 1), (size, size)), before)
    return Field(top, left, bottom, right, field.channel)


def _resized(spec: LayerSpec, field: Field, before: LayerSpec) -> Field:
    top, bottom = _looked_up(field.top, field.bottom, before.shape[1], spec.shape[1])
    left, right = _looked_up(field.left, field.right, before.shape[2], spec.shape[2])
    return Field(top, left, bottom, right, field.channel)


def _looked_up(first: int, end: int, length: int, wanted: int) -> tuple[int, int]:
    """The cells, along an axis of `length`, that bilinear resizing reads for its cells first … end − 1."""
    read = np.flatnonzero(resizing(length, wanted)[first:end].any(0))
    return int(read[0]), int(read[-1]) + 1


_RULES: dict[str, Callable[[LayerSpec, Field, LayerSpec], Field]] = {
    "convolution": _windows,
    "pooling": _windows,
    "activation": _same,
    "normalise": _same,
    "batch normalisation": _same,
    "dropout": _same,
    "add": _same,
    "flatten": _flattened,
    "global mean": _whole_map,
    "pad": _padded,
    "resize": _resized,
}


def _size(spec: LayerSpec) -> tuple[int, int]:
    """Rows and columns of a layer's maps; units have one of each."""
    return (spec.shape[1], spec.shape[2]) if len(spec.shape) == 3 else (1, 1)


def _spans(field: Field, window: Window, before: LayerSpec) -> tuple[int, int, int, int]:
    """From rows and columns of the output to those of the input: top, bottom, left, right."""
    height, width = _size(before)
    top, bottom = _span(field.top, field.bottom, window, 0, height)
    left, right = _span(field.left, field.right, window, 1, width)
    return top, bottom, left, right


def _span(first: int, end: int, window: Window, axis: int, length: int) -> tuple[int, int]:
    """From cells first … end − 1 of the output to those of the input, along an axis of `length` cells."""
    stride, padding, gap = window.stride[axis], window.padding[axis], window.dilation[axis]
    start = first * stride - padding
    stop = (end - 1) * stride - padding + window.reach[axis]
    if gap > 1 and (start < 0 or stop > length):  # the cells at the border may be some that do not count
        read = np.add.outer(np.arange(first, end) * stride - padding, np.arange(window.size[axis]) * gap)
        inside = read[(read >= 0) & (read < length)]
        return (int(inside.min()), int(inside.max()) + 1) if inside.size else (0, 0)
    return max(start, 0), min(stop, length)


@dataclass(frozen=True)
class FieldSize:
    """How a layer's receptive field grows: cells of the picture, (rows, columns) each, before clipping."""

    size: tuple[int, int]
    """How much of the picture one cell depends on."""
    stride: tuple[float, float]
    """How far apart in the picture two neighbouring cells look; after a resizing it need not be whole."""


def sizes(table: NetworkTable) -> dict[str, FieldSize]:
    """Size and stride of the receptive field after each layer that gives maps; units see the whole picture.

    size = size + (window − 1) · stride; stride = stride · the window's (Araujo et al. 2019, Distill). Where
    branches meet, the larger ones count. Layers after one of unknown kind are left out.
    """
    found: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {INPUT: ((1, 1), (1, 1))}
    for spec in table.layers:
        if len(spec.shape) != 3 or not all(name in found for name in spec.inputs):
            continue
        if spec.kind not in _RULES and spec.kind != "concatenate":
            continue
        size, stride = (
            tuple(max(found[name][part][axis] for name in spec.inputs) for axis in (0, 1)) for part in (0, 1)
        )
        reach, step = _reach_and_step(spec, table.before(spec)[0])
        found[spec.name] = (
            (size[0] + (reach[0] - 1) * stride[0], size[1] + (reach[1] - 1) * stride[1]),
            (stride[0] * step[0], stride[1] * step[1]),
        )
    del found[INPUT]
    return {
        name: FieldSize((math.ceil(size[0]), math.ceil(size[1])), stride)
        for name, (size, stride) in found.items()
    }


def _reach_and_step(spec: LayerSpec, before: LayerSpec) -> tuple[tuple[int, int], tuple[float, float]]:
    if spec.kind == "resize":
        rows, columns = (before.shape[axis] / spec.shape[axis] for axis in (1, 2))
        return (2 - (rows == 1), 2 - (columns == 1)), (rows, columns)
    window = spec.window or _WITHOUT_WINDOW
    return window.reach, window.stride
