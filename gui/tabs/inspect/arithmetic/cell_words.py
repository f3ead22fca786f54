"""A cell's name and receptive field in words."""

from __future__ import annotations

from core.explaining.cells import CellExplanation
from core.explaining.receptive_field import sizes
from core.records import LayerSpec
from gui.tabs.inspect.subject import Subject
from gui.words import translate

_NO_BREAK = "\u00a0"  # a space at which no line ends


def cell_name(layer: LayerSpec, index: tuple[int, ...]) -> str:
    """Return the place of a cell within its layer in words."""
    if layer.kind == "input":
        words = translate("Arithmetic", "row {row}, column {column}")
    elif len(index) == 3:
        words = translate("Arithmetic", "channel {channel}, row {row}, column {column}")
    elif layer.shape == (10,):
        words = translate("Arithmetic", "digit {channel}")
    else:
        words = translate("Arithmetic", "unit {channel}")
    channel, row, column = (*index, 0, 0)[:3]
    return words.format(channel=channel, row=row, column=column)


def field_words(subject: Subject, explanation: CellExplanation) -> list[str]:
    """Return the cell's receptive field in words; for maps, also how its size and stride come about."""
    top, left, bottom, right = explanation.receptive_field
    if explanation.layer.kind == "input":
        return []
    if top >= bottom or left >= right:
        return [translate("Arithmetic", "Sees nothing of the picture: its window lies in the padding alone.")]
    _, height, width = subject.layers[0].shape
    if (top, left, bottom, right) == (0, 0, height, width):
        words = translate("Arithmetic", "Receptive field: the whole picture, {height}×{width} pixels.")
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
        clipped = translate("Arithmetic", "Clipped at the border: inside it is {size}.")
        words += " " + clipped.format(size=f"{size[0]}×{size[1]}")
    further = translate("Arithmetic", "The next cell looks {stride} further.")
    words += " " + further.format(stride=_pixels(*stride))
    worked = _worked_out(specs)
    return [words, worked] if worked else [words]


def _pixels(rows: int, columns: int) -> str:
    words = translate("Arithmetic", "{rows} pixels")
    if rows != columns:
        words = translate("Arithmetic", "{rows} rows or {columns} columns")
    elif rows == 1:
        words = translate("Arithmetic", "1 pixel")
    return words.format(rows=rows, columns=columns)


def _worked_out(specs: tuple[LayerSpec, ...]) -> str:
    """Return size + (window − 1) · step so far, layer by layer: `conv1 1 + 4·1 = 5, pool1 5 + 1·1 = 6`.

    The step is that from one cell of the layer before to the next, in pixels: the product of its strides.
    """
    windows = [spec.window for spec in specs if spec.window is not None]
    if not windows:
        return ""
    words = translate("Arithmetic", "Size + (window − 1) · step so far: rows {rows}; columns {columns}.")
    if all(len({*window.size}) == len({*window.stride}) == 1 for window in windows):
        words = translate("Arithmetic", "Size + (window − 1) · step so far: {rows}.")
    return words.format(rows=_steps(specs, 0), columns=_steps(specs, 1))


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
