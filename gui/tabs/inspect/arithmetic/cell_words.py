"""A cell's name and receptive field in words."""

from __future__ import annotations

from core.explaining.cells import CellExplanation
from core.explaining.receptive_field import FieldSize, sizes
from core.records import DIGITS, INPUT, LayerSpec, NetworkTable
from gui.tabs.inspect.subject import Subject
from gui.words import translate

_NO_BREAK = "\u00a0"  # a space at which no line ends


def cell_name(table: NetworkTable, layer: LayerSpec, index: tuple[int, ...]) -> str:
    """Return the place of a cell within its layer in words; units that stand for classes by their names."""
    if table.classes and layer in table.shown[-2:]:
        words = translate("Arithmetic", "class {name}")
        if table.classes == DIGITS:
            words = translate("Arithmetic", "digit {name}")
        return words.format(name=table.classes[index[0]])
    if layer.kind == "input":
        words = translate("Arithmetic", "row {row}, column {column}")
    elif len(index) == 3:
        words = translate("Arithmetic", "channel {channel}, row {row}, column {column}")
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
    growth, layer = sizes(subject.network.table), explanation.layer
    if layer.kind == "concatenate" and explanation.source is not None:
        layer = explanation.source[0]  # the other branches see more, or less
    own = growth.get(layer.name)
    if own is None:  # units, or kinds that are not known
        return [words]
    size, stride = own.size, own.stride
    is_at_border = top == 0 or left == 0 or bottom == height or right == width
    if is_at_border and (bottom - top, right - left) != size:
        clipped = translate("Arithmetic", "Clipped at the border: inside it is {size}.")
        words += " " + clipped.format(size=f"{size[0]}×{size[1]}")
    further = translate("Arithmetic", "The next cell looks {stride} further.")
    words += " " + further.format(stride=_pixels(*stride))
    worked = _worked_out(_path(subject.network.table, layer, growth), growth)
    return [words, worked] if worked else [words]


def _path(table: NetworkTable, layer: LayerSpec, growth: dict[str, FieldSize]) -> tuple[LayerSpec, ...]:
    """Return the layers from the picture to one; where branches meet, through the one that sees most."""
    path: list[LayerSpec] = []
    while layer.name != INPUT:
        path.append(layer)
        layer = max(
            table.before(layer), key=lambda spec: growth[spec.name].size if spec.name in growth else (0,)
        )
    return tuple(reversed(path))


def _pixels(rows: float, columns: float) -> str:
    rows, columns = round(rows, 2), round(columns, 2)
    words = translate("Arithmetic", "{rows:g} pixels")
    if rows != columns:
        words = translate("Arithmetic", "{rows:g} rows or {columns:g} columns")
    elif rows == 1:
        words = translate("Arithmetic", "1 pixel")
    return words.format(rows=rows, columns=columns)


def _worked_out(specs: tuple[LayerSpec, ...], growth: dict[str, FieldSize]) -> str:
    """Return size + (window − 1) · step so far, layer by layer: `conv1 1 + 4·1 = 5, pool1 5 + 1·1 = 6`.

    The step is that from one cell of the layer before to the next, in pixels: the product of its strides.
    """
    windows = [spec.window for spec in specs if spec.window is not None]
    if not windows:
        return ""
    if any(spec.kind == "resize" for spec in specs):
        return ""  # its steps are no whole numbers of pixels
    words = translate(
        "Arithmetic",
        "How it grows: size before + (window − 1) × the strides before, multiplied: rows {rows}; columns "
        "{columns}.",
    )
    if all(len({*window.reach}) == len({*window.stride}) == 1 for window in windows):
        words = translate(
            "Arithmetic", "How it grows: size before + (window − 1) × the strides before, multiplied: {rows}."
        )
    return words.format(rows=_steps(specs, growth, 0), columns=_steps(specs, growth, 1))


def _steps(specs: tuple[LayerSpec, ...], growth: dict[str, FieldSize], axis: int) -> str:
    size, stride = 1, 1.0
    steps = []
    for spec in specs:
        own = growth[spec.name]
        if spec.window is not None:
            further = spec.window.reach[axis] - 1
            step = f"{spec.name} {size} + {further}·{stride:g} = {own.size[axis]}"
            steps.append(step.replace(" ", _NO_BREAK))
        size, stride = own.size[axis], own.stride[axis]
    return ", ".join(steps)
