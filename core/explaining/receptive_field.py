"""Which cells of each earlier layer a cell depends on, through all layers, down to the picture's pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.records import LayerSpec, Window

_WITHOUT_WINDOW = Window((1, 1), (1, 1), (0, 0))


@dataclass(frozen=True)
class Field:
    """Rows top … bottom − 1 and columns left … right − 1 of a layer's maps, clipped at their borders.

    A fully connected layer's units are channels of one row and one column. Where a stride is larger than its
    window, some of the rows and columns in between do not count.
    """

    top: int
    left: int
    bottom: int
    right: int
    channel: int | None = None
    """The only channel that counts; None: all of them."""


def fields(
    shapes: Sequence[tuple[int, ...]],
    layers: Sequence[LayerSpec],
    channel: int,
    row: int = 0,
    column: int = 0,
) -> tuple[Field, ...]:
    """The receptive fields of a cell of the last layer: in the picture, each layer, and last the cell itself.

    `shapes` are those of the input, (C, H, W), and of every layer's output: one more than `layers`. The
    channel is a unit's number where there are no maps. A field is empty (top ≥ bottom or left ≥ right) where
    a window lies in the padding alone. A layer of unknown kind is taken to depend on all of its input.
    """
    found = [Field(row, column, row + 1, column + 1, channel)]
    for layer, before in zip(reversed(layers), reversed(shapes[:-1]), strict=True):
        found.append(_before(layer, found[-1], before))
    return tuple(reversed(found))


def _before(layer: LayerSpec, field: Field, shape: tuple[int, ...]) -> Field:
    """The field on a layer's input of `shape`, (C, H, W) or (N,), from the one on its output."""
    channels, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
    everything = Field(0, 0, height, width)
    if field.top >= field.bottom or field.left >= field.right:
        return Field(0, 0, 0, 0)
    if layer.kind == "flatten":
        if field.channel is None:
            return everything
        channel, rest = divmod(field.channel, height * width)
        row, column = divmod(rest, width)
        return Field(row, column, row + 1, column + 1, channel)
    if layer.kind not in ("convolution", "pooling", "activation"):
        return everything
    window = layer.window or _WITHOUT_WINDOW
    top, bottom = _span(field.top, field.bottom, window, 0, height)
    left, right = _span(field.left, field.right, window, 1, width)
    mixes = layer.kind == "convolution" and channels > 1
    one_channel = 0 if channels == 1 else field.channel
    return Field(top, left, bottom, right, None if mixes else one_channel)


def _span(first: int, end: int, window: Window, axis: int, length: int) -> tuple[int, int]:
    """From cells first … end − 1 of the output to those of the input, along an axis of `length` cells."""
    start = first * window.stride[axis] - window.padding[axis]
    stop = (end - 1) * window.stride[axis] - window.padding[axis] + window.size[axis]
    return max(start, 0), min(stop, length)


@dataclass(frozen=True)
class FieldSize:
    """How a layer's receptive field grows: cells of the picture, (rows, columns) each, before clipping."""

    layer: str
    size: tuple[int, int]
    """How much of the picture one cell depends on."""
    stride: tuple[int, int]
    """How far apart in the picture two neighbouring cells look."""


def sizes(layers: Sequence[LayerSpec]) -> tuple[FieldSize, ...]:
    """Size and stride of the receptive field after each layer, up to the first without maps.

    size = size + (window − 1) · stride; stride = stride · the window's (Araujo et al. 2019, Distill).
    """
    size, stride = (1, 1), (1, 1)
    found = []
    for layer in layers:
        if layer.kind not in ("convolution", "pooling", "activation") or len(layer.shape) != 3:
            break
        window = layer.window or _WITHOUT_WINDOW
        size = size[0] + (window.size[0] - 1) * stride[0], size[1] + (window.size[1] - 1) * stride[1]
        stride = stride[0] * window.stride[0], stride[1] * window.stride[1]
        found.append(FieldSize(layer.name, size, stride))
    return tuple(found)
