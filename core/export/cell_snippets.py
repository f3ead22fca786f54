"""The arithmetic of one cell to take along: as plain text, and as a program that prints the same number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from core.explaining.cells import CellExplanation


def as_text(explanation: CellExplanation) -> str:
    """Every number that enters the cell, and how it comes to its value: aligned for a fixed-width font.

    Numbers have six digits.
    """
    arithmetic = _TEXTS.get(explanation.layer.kind, _no_text)(explanation)
    lines = [_title(explanation), *arithmetic]
    if explanation.is_switched_off:
        lines.append("The channel is switched off: its outputs are 0, whatever comes in.")
    lines.append(f"value = {_short(explanation.value)}")
    return "\n".join(lines) + "\n"


def as_pytorch(explanation: CellExplanation) -> str:
    """A program that computes the cell from the numbers that enter it, and prints its value.

    It needs torch alone. It writes out every float32 with as many digits as tell it from its neighbours; what
    it prints can differ from the trace by float32 rounding, because terms may be added in another order.
    """
    arithmetic = _PROGRAMS.get(explanation.layer.kind, _constant)(explanation)
    if explanation.is_switched_off:
        arithmetic += "\nvalue = torch.zeros(())  # the channel is switched off\n"
    return (
        f"# {_title(explanation)}\n"
        "import torch\n"
        "from torch.nn import functional as F\n\n"
        f"{arithmetic}"
        f"print(value.item())  # the program had {_digits(explanation.value)}\n"
    )


def _title(explanation: CellExplanation) -> str:
    layer, place = explanation.layer, explanation.index
    if len(place) == 3:
        where = f"channel {place[0]}, row {place[1]}, column {place[2]}"
    else:
        where = f"unit {place[0]}"
    return f"{layer.name}, {where}" + (f": {layer.code}" if layer.code else "")


# As text


def _short(value: float) -> str:
    return f"{value + 0.0:.6g}"  # −0 + 0 is 0: nobody wants to read of a negative nought


def _grid(*grids: np.ndarray) -> Iterable[str]:
    """Grids (h, w) side by side, their columns as wide as the widest number."""
    cells = [[[_short(number) for number in row] for row in grid.tolist()] for grid in grids]
    width = max(len(text) for grid in cells for row in grid for text in row)
    for rows in zip(*cells, strict=True):
        yield "  " + "  |  ".join(" ".join(text.rjust(width) for text in row) for row in rows)


def _where(explanation: CellExplanation) -> str:
    top, left, bottom, right = explanation.field
    return (
        f"rows {top} to {bottom - 1}, columns {left} to {right - 1} of the map of {explanation.before.name}"
    )


def _bias_line(explanation: CellExplanation) -> str:
    return "bias: none" if explanation.bias is None else f"bias: {_short(explanation.bias)}"


def _convolution_text(explanation: CellExplanation) -> Iterable[str]:
    assert explanation.weights is not None
    yield f"window × kernel = products; the window is {_where(explanation)}"
    if explanation.is_padding.any():
        yield "beyond the border of the map stand zeros (padding)"
    sums = explanation.sums
    for channel, parts in enumerate(
        zip(explanation.inputs, explanation.weights, explanation.terms, strict=True)
    ):
        yield f"input channel {channel}: window | kernel | products"
        yield from _grid(*parts)
        yield f"  sum of the products: {_short(float(sums[channel]))}"
    yield f"sum of all channels: {_short(_sum(sums))}"
    yield _bias_line(explanation)


def _sum(numbers: np.ndarray) -> float:
    with np.errstate(all="ignore"):  # infinite ones of both signs
        return float(numbers.sum(dtype=np.float64))


def _pooling_text(explanation: CellExplanation) -> Iterable[str]:
    is_largest = explanation.layer.code.startswith("MaxPool2d")
    what = "largest" if is_largest else "mean"
    yield f"{what} of the window, {_where(explanation)}:"
    yield from _grid(explanation.inputs)
    if not is_largest:
        numbers = explanation.inputs.reshape(-1).tolist()
        summands = " + ".join(_short(number) for number in numbers)
        yield f"({summands}) / {len(numbers)}"


def _linear_text(explanation: CellExplanation) -> Iterable[str]:
    assert explanation.weights is not None
    yield "input × weight = term, the largest first"
    parts = np.stack([explanation.inputs, explanation.weights, explanation.terms], 1)
    for unit in np.argsort(-np.abs(explanation.terms), kind="stable").tolist():
        number, weight, term = parts[unit].tolist()
        yield f"  input {unit:4d}: {_short(number):>12} × {_short(weight):>12} = {_short(term):>12}"
    yield f"sum of the terms: {_short(_sum(explanation.terms))}"
    yield _bias_line(explanation)


def _activation_text(explanation: CellExplanation) -> Iterable[str]:
    number = _short(float(explanation.inputs[0]))
    formulas = {
        "ReLU": f"max(0, x) = max(0, {number})",
        "Sigmoid": f"1 / (1 + exp(-x)) = 1 / (1 + exp(-({number})))",
        "Tanh": f"tanh(x) = tanh({number})",
    }
    yield formulas[_function(explanation)]


def _function(explanation: CellExplanation) -> str:
    """`ReLU` of `ReLU()`."""
    return explanation.layer.code.partition("(")[0]


def _softmax_text(explanation: CellExplanation) -> Iterable[str]:
    largest = explanation.inputs.max()
    total = _short(_sum(explanation.terms))
    yield f"logit x, exp(x - max) with max = {_short(float(largest))}"
    for unit, (logit, term) in enumerate(
        zip(explanation.inputs.tolist(), explanation.terms.tolist(), strict=True)
    ):
        yield f"  {unit}: {_short(logit):>12}  {_short(term):>12}"
    yield f"sum of the exponentials: {total}"
    own = float(explanation.terms[explanation.index])
    yield f"{_short(own)} / {total}"


def _flatten_text(explanation: CellExplanation) -> Iterable[str]:
    place = _place_before(explanation)
    if len(place) == 3:
        channel, row, column = place
        where = f"channel {channel}, row {row}, column {column} of {explanation.before.name}"
    else:
        where = f"unit {place[0]} of {explanation.before.name}"
    yield f"the same number as in {where}"


def _place_before(explanation: CellExplanation) -> tuple[int, ...]:
    """The index of a flattened number in the layer before."""
    place = np.unravel_index(explanation.index[0], explanation.before.shape)
    return tuple(int(at) for at in place)


def _no_text(explanation: CellExplanation) -> Iterable[str]:
    if explanation.layer.kind == "input":
        yield "a pixel of the picture: 0 is paper, 1 is ink"
    else:
        yield "how it comes about is not known to this program"


_TEXTS: dict[str, Callable[[CellExplanation], Iterable[str]]] = {
    "convolution": _convolution_text,
    "pooling": _pooling_text,
    "linear": _linear_text,
    "activation": _activation_text,
    "softmax": _softmax_text,
    "flatten": _flatten_text,
}


# As a program


def _digits(value: float) -> str:
    """As Python reads it back: the shortest digits that give the same float32."""
    if math.isfinite(value):
        return str(np.float32(value) + np.float32(0))  # −0 + 0 is 0
    return f'float("{value}")'


def _tensor(name: str, values: np.ndarray, comment: str) -> str:
    return f"# {comment}\n{name} = torch.tensor({_nested(values, '    ')})\n"


def _nested(values: np.ndarray, indent: str) -> str:
    """Nested lists, the innermost on a line each."""
    if values.ndim == 0:
        return _digits(float(values))
    if values.ndim == 1:
        return "[" + ", ".join(_digits(value) for value in values.tolist()) + "]"
    inner = "".join(f"{indent}{_nested(part, indent + '    ')},\n" for part in values)
    return f"[\n{inner}{indent[4:]}]"


def _convolution_program(explanation: CellExplanation) -> str:
    assert explanation.weights is not None
    padding = " (0 where it lies beyond the border)" if explanation.is_padding.any() else ""
    return (
        _tensor("window", explanation.inputs, f"the window, (channels, rows, columns){padding}")
        + _tensor("kernel", explanation.weights, "the weights, one for each number of the window")
        + _with_bias(explanation, "F.conv2d(window[None], kernel[None]")
    )


def _with_bias(explanation: CellExplanation, call: str) -> str:
    """The call with the bias, if there is one, as its last argument."""
    if explanation.bias is None:
        return f"value = {call}, None)\n"
    return f"bias = torch.tensor([{_digits(explanation.bias)}])\nvalue = {call}, bias)\n"


def _pooling_program(explanation: CellExplanation) -> str:
    function = "max_pool2d" if explanation.layer.code.startswith("MaxPool2d") else "avg_pool2d"
    return (
        _tensor("window", explanation.inputs, "the window, (rows, columns)")
        + f"value = F.{function}(window[None, None], tuple(window.shape))\n"
    )


def _linear_program(explanation: CellExplanation) -> str:
    assert explanation.weights is not None
    return (
        _tensor("inputs", explanation.inputs, "what the layer before gives")
        + _tensor("weights", explanation.weights, "one weight for each input")
        + _with_bias(explanation, "F.linear(inputs, weights[None]")
    )


def _activation_program(explanation: CellExplanation) -> str:
    return (
        _tensor("x", explanation.inputs[0], "the number that goes in")
        + f"value = torch.{_function(explanation).lower()}(x)\n"
    )


def _softmax_program(explanation: CellExplanation) -> str:
    return (
        _tensor("logits", explanation.inputs, "the output of the last layer")
        + f"value = F.softmax(logits, dim=0)[{explanation.index[0]}]\n"
    )


def _flatten_program(explanation: CellExplanation) -> str:
    before, unit = explanation.before, explanation.index[0]
    place = ", ".join(str(at) for at in _place_before(explanation))
    return (
        f"# what {before.name} gives; only the number that is asked for is filled in\n"
        f"maps = torch.zeros({', '.join(str(size) for size in before.shape)})\n"
        f"maps[{place}] = {_digits(float(explanation.inputs[0]))}\n"
        f"value = maps.flatten()[{unit}]  # row after row, map after map\n"
    )


def _constant(explanation: CellExplanation) -> str:
    comment = next(iter(_TEXTS.get(explanation.layer.kind, _no_text)(explanation)))
    return _tensor("value", np.array(explanation.value, np.float32), comment)


_PROGRAMS: dict[str, Callable[[CellExplanation], str]] = {
    "convolution": _convolution_program,
    "pooling": _pooling_program,
    "linear": _linear_program,
    "activation": _activation_program,
    "softmax": _softmax_program,
    "flatten": _flatten_program,
}
