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
    return f"{layer.name}, {_cell(place)}" + (f": {layer.code}" if layer.code else "")


def _cell(place: tuple[int, ...]) -> str:
    if len(place) == 3:
        return f"channel {place[0]}, row {place[1]}, column {place[2]}"
    return f"unit {place[0]}"


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
        f"rows {top} to {bottom - 1}, columns {left} to {right - 1} of the map of "
        f"{explanation.before[0].name}"
    )


def _bias_line(explanation: CellExplanation) -> str:
    return "bias: none" if explanation.bias is None else f"bias: {_short(explanation.bias)}"


def _convolution_text(explanation: CellExplanation) -> Iterable[str]:
    assert explanation.weights is not None
    yield f"window × kernel = products; the window is {_where(explanation)}"
    if explanation.is_padding.any():
        yield "beyond the border of the map stand zeros (padding)"
    sums = explanation.sums
    parts = zip(explanation.inputs, explanation.weights, explanation.terms, strict=True)
    for channel, own, grids in zip(explanation.channels, sums.tolist(), parts, strict=True):
        yield f"input channel {channel}: window | kernel | products"
        yield from _grid(*grids)
        yield f"  sum of the products: {_short(own)}"
    yield f"sum of all channels: {_short(_sum(sums))}"
    yield _bias_line(explanation)


def _sum(numbers: np.ndarray) -> float:
    with np.errstate(all="ignore"):  # infinite ones of both signs
        return float(numbers.sum(dtype=np.float64))


def _pooling_text(explanation: CellExplanation) -> Iterable[str]:
    is_largest = explanation.layer.takes_largest
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
    yield formulas[explanation.layer.function]


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


def _copied_text(explanation: CellExplanation) -> Iterable[str]:
    if explanation.source is None:
        yield "beyond the border of the map stand zeros (padding)"
    else:
        source, place = explanation.source
        yield f"the same number as in {_cell(place)} of {source.name}"


def _scaled_text(explanation: CellExplanation) -> Iterable[str]:
    assert explanation.weights is not None and explanation.bias is not None
    x, weight = (_short(float(each[0])) for each in (explanation.inputs, explanation.weights))
    if explanation.layer.kind == "normalise":
        options = explanation.layer.options
        yield f"(x − mean) / std = ({x} − {_short(options['mean'])}) / {_short(options['std'])}"
    else:
        yield "what this channel's mean, variance, weight and bias come to: x × factor + shift"
        yield f"{x} × {weight} + {_short(explanation.bias)}"


def _mean_text(explanation: CellExplanation) -> Iterable[str]:
    yield f"mean of the {explanation.inputs.size} numbers of the map of {explanation.before[0].name}:"
    yield from _grid(explanation.inputs)


def _resize_text(explanation: CellExplanation) -> Iterable[str]:
    assert explanation.weights is not None
    yield f"between {_where(explanation)}: numbers | weights | products, which are added up"
    yield from _grid(explanation.inputs, explanation.weights, explanation.terms)


def _add_text(explanation: CellExplanation) -> Iterable[str]:
    yield f"the numbers in {_cell(explanation.index)} of each, added up:"
    for spec, term in zip(explanation.before, explanation.terms.tolist(), strict=True):
        yield f"  {spec.name}: {_short(term)}"


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
    "flatten": _copied_text,
    "concatenate": _copied_text,
    "pad": _copied_text,
    "dropout": _copied_text,
    "normalise": _scaled_text,
    "batch normalisation": _scaled_text,
    "global mean": _mean_text,
    "resize": _resize_text,
    "add": _add_text,
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
    function = "max_pool2d" if explanation.layer.takes_largest else "avg_pool2d"
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
        + f"value = torch.{explanation.layer.function.lower()}(x)\n"
    )


def _softmax_program(explanation: CellExplanation) -> str:
    return (
        _tensor("logits", explanation.inputs, "the output of the last layer")
        + f"value = F.softmax(logits, dim=0)[{explanation.index[0]}]\n"
    )


def _flatten_program(explanation: CellExplanation) -> str:
    assert explanation.source is not None
    before, cell = explanation.source
    unit, place = explanation.index[0], ", ".join(str(at) for at in cell)
    return (
        f"# what {before.name} gives; only the number that is asked for is filled in\n"
        f"maps = torch.zeros({', '.join(str(size) for size in before.shape)})\n"
        f"maps[{place}] = {_digits(float(explanation.inputs[0]))}\n"
        f"value = maps.flatten()[{unit}]  # row after row, map after map\n"
    )


def _scaled_program(explanation: CellExplanation) -> str:
    assert explanation.weights is not None and explanation.bias is not None
    return (
        _tensor("x", explanation.inputs[0], "the number that goes in")
        + f"value = x * {_digits(float(explanation.weights[0]))} + {_digits(explanation.bias)}\n"
    )


def _mean_program(explanation: CellExplanation) -> str:
    return _tensor("values", explanation.inputs, "the whole map") + "value = values.mean()\n"


def _resize_program(explanation: CellExplanation) -> str:
    assert explanation.weights is not None
    return (
        _tensor("values", explanation.inputs, "the numbers around the place that is looked up")
        + _tensor("weights", explanation.weights, "the nearer, the larger")
        + "value = (values * weights).sum()\n"
    )


def _add_program(explanation: CellExplanation) -> str:
    names = " and ".join(spec.name for spec in explanation.before)
    return _tensor("values", explanation.inputs, f"what {names} give") + "value = values.sum()\n"


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
    "normalise": _scaled_program,
    "batch normalisation": _scaled_program,
    "global mean": _mean_program,
    "resize": _resize_program,
    "add": _add_program,
}
