"""What a cell is called, and how much of the picture it sees, in words."""

from __future__ import annotations

from core.explaining.cells import CellExplanation
from core.explaining.receptive_field import sizes
from core.records import LayerSpec
from gui.tabs.inspect.subject import Subject
from gui.words import translate

_NO_BREAK = "\u00a0"  # a space at which no line ends


def cell_name(layer: LayerSpec, index: tuple[int, ...]) -> str:
    """The place of a cell within its layer."""
    if layer.kind == "input":
        return translate("Arithmetic", "row {row}, column {column}").format(row=index[1], column=index[2])
    if len(index) == 3:
        return translate("Arithmetic", "channel {channel}, row {row}, column {column}").format(
            channel=index[0], row=index[1], column=index[2]
        )
    return (
        translate("Arithmetic", "digit {unit}")
        if layer.shape == (10,)
        else translate("Arithmetic", "unit {unit}")
    ).format(unit=index[0])


def field_words(subject: Subject, explanation: CellExplanation) -> list[str]:
    """The cell's receptive field: how large, where; then, for maps, how its size and stride come about."""
    top, left, bottom, right = explanation.receptive_field
    if explanation.layer.kind == "input":
        return []
    if top >= bottom or left >= right:
        return [translate("Arithmetic", "Sees nothing of the picture: its window lies in the padding alone.")]
    _, height, width = subject.layers[0].shape
    if (top, left, bottom, right) == (0, 0, height, width):
        words = translate(
            "Arithmetic", "Receptive field: the whole picture, {height}×{width} pixels."
        ).format(height=height, width=width)
    else:
        words = translate(
            "Arithmetic",
            "Receptive field: {height}×{width} pixels, rows {top}–{bottom}, columns {left}–{right}.",
        )
        words = words.format(
            height=bottom - top, width=right - left, top=top, bottom=bottom - 1, left=left, right=right - 1
        )
    specs = subject.layers[1 : subject.layer + 1]
    growth = sizes(specs)
    if len(growth) < len(specs):  # units, or kinds that are not known
        return [words]
    size, stride = growth[-1].size, growth[-1].stride
    if (bottom - top, right - left) != size:
        words += " " + translate("Arithmetic", "Clipped at the border: inside it is {size}.").format(
            size=_pair(size)
        )
    words += " " + translate("Arithmetic", "The next cell looks {stride} further.").format(
        stride=_pixels(stride)
    )
    worked = _worked_out(specs)
    return [words, worked] if worked else [words]


def _pair(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


def _pixels(stride: tuple[int, int]) -> str:
    if stride[0] == stride[1]:
        return (
            translate("Arithmetic", "1 pixel")
            if stride[0] == 1
            else translate("Arithmetic", "{count} pixels").format(count=stride[0])
        )
    return translate("Arithmetic", "{rows} rows or {columns} columns").format(
        rows=stride[0], columns=stride[1]
    )


def _worked_out(specs: tuple[LayerSpec, ...]) -> str:
    """Size + (window − 1) · step so far, layer by layer: `conv1 1 + 4·1 = 5, pool1 5 + 1·1 = 6`.

    The step is that from one cell of the layer before to the next, in pixels: the product of its strides.
    """
    windows = [spec.window for spec in specs if spec.window is not None]
    is_square = all(
        window.size[0] == window.size[1] and window.stride[0] == window.stride[1] for window in windows
    )
    if not windows:
        return ""
    if is_square:
        return translate("Arithmetic", "Size + (window − 1) · step so far: {steps}.").format(
            steps=_steps(specs, 0)
        )
    return translate(
        "Arithmetic", "Size + (window − 1) · step so far: rows {rows}; columns {columns}."
    ).format(rows=_steps(specs, 0), columns=_steps(specs, 1))


def _steps(specs: tuple[LayerSpec, ...], axis: int) -> str:
    size = stride = 1
    steps = []
    for spec, growth in zip(specs, sizes(specs), strict=True):
        if spec.window is not None:
            further = spec.window.size[axis] - 1
            step = f"{spec.name} {size} + {further}·{stride} = {growth.size[axis]}"
            steps.append(step.replace(" ", _NO_BREAK))
        size, stride = growth.size[axis], growth.stride[axis]
    return ", ".join(steps)
