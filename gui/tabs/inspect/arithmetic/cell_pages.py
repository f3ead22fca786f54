"""The arithmetic of a cell as a page: for each kind of layer its formula, its numbers, and its grids."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from core.explaining.cells import CellExplanation
from core.finite import largest_finite
from gui.tabs.inspect.arithmetic.activation_plot import FunctionPlot
from gui.tabs.inspect.arithmetic.cell_words import cell_name, field_words
from gui.tabs.inspect.arithmetic.decimals import added, exact, fine_places, places, relation, rounded_sum
from gui.tabs.inspect.arithmetic.page_parts import Grid, Grids, Line, Part, Row, Summands, Words
from gui.tabs.inspect.subject import Subject
from gui.words import translate

_LARGEST_TERMS = 12
_POOLING_CELL = 64  # pixels: with room for four decimals


def page(subject: Subject, explanation: CellExplanation) -> list[Part]:
    """Return a cell's page, from its formula to every number that enters it."""
    parts: list[Part] = []
    if explanation.is_switched_off:
        off = translate("Arithmetic", "{cell} is switched off: its output is 0, whatever comes in.")
        name = translate("Arithmetic", "Unit {unit}")
        if len(explanation.index) == 3:
            name = translate("Arithmetic", "Channel {unit}")
        parts.append(Words(off.format(cell=name.format(unit=explanation.index[0])), is_bold=True))
    parts += _PAGES.get(explanation.layer.kind, _unknown)(subject, explanation)
    return parts


def decimals_of(subject: Subject, layer: int) -> int:
    """Return the decimals that all numbers of a layer are shown with, by its largest one."""
    return places(float(np.abs(subject.values[layer]).max()))


def _widest(subject: Subject, decimals: int) -> str:
    """Return a text as long as any number of the layer or of the one before."""
    largest = max(largest_finite(subject.values[layer]) for layer in (_before(subject), subject.layer))
    return f"≈ {exact(-max(largest, 1.0), decimals)}"


def _notes(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    words = " ".join(field_words(subject, explanation))
    if words:
        yield Words(words, is_note=True)


def _before(subject: Subject) -> int:
    """Return the index of the first layer that enters the shown one; its own for the picture."""
    return subject.place(subject.before[0].name) if subject.before else subject.layer


def _limit_before(subject: Subject) -> float:
    return subject.limits[_before(subject)]


# Convolution


def _convolution(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    assert explanation.weights is not None
    bias = "" if explanation.bias is None else " + b"
    yield Words(f"y = Σ x[c, i, j] · w[c, i, j]{bias}", is_bold=True)
    yield from _sum_of_channels(subject, explanation)
    yield from _following_activation(subject, explanation)
    yield from _notes(subject, explanation)
    legend = translate(
        "Arithmetic",
        "Below, for each input channel c: window x × kernel w = products. Grids are rounded, sums are not.",
    )
    if explanation.is_padding.any():
        legend += " " + translate("Arithmetic", "Hatched: padding, zeros around the map.")
    yield Words(legend, is_note=True)
    yield from _channel_grids(subject, explanation)
    yield from _ledger(subject, explanation)


def _sum_of_channels(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    decimals = decimals_of(subject, subject.layer)
    sums = explanation.sums.tolist()
    total, bias = _total(explanation), explanation.bias
    shown = rounded_sum(sums if bias is None else [*sums, bias], decimals)
    end = "" if bias is None else f"{added(bias, decimals)} (b) "
    result = f"{relation(shown, total, decimals)} {exact(total, decimals)}"
    if len(sums) == 1:
        yield Line(f"y = {exact(sums[0], decimals)} {end}{result}")
        return
    texts = [f"= {exact(sums[0], decimals)}", *(added(part, decimals) for part in sums[1:])]
    yield Summands(tuple(texts), _widest(subject, decimals))
    yield Line(f"    {end}{result}")


def _total(explanation: CellExplanation) -> float:
    """Return the sum of terms and bias: the cell's value, unless its channel is switched off."""
    if not explanation.is_switched_off:
        return explanation.value
    with np.errstate(all="ignore"):
        return float(explanation.terms.sum(dtype=np.float64)) + (explanation.bias or 0.0)


def _following_activation(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    """Yield the value behind the activation that reads the layer, if only that does."""
    following = subject.network.table.activation_of(explanation.layer.name)
    if following is not None:
        place = subject.place(following.name)
        value = float(subject.values[place][explanation.index])
        decimals = decimals_of(subject, subject.layer)
        shown = explanation.value, value, decimals, decimals_of(subject, place)
        yield Line(f"{following.name}: {_applied(following.function, *shown)}")


def _channel_grids(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    assert explanation.weights is not None
    decimals = decimals_of(subject, subject.layer)
    before = explanation.before[0].name
    product_limit = largest_finite(explanation.terms)
    padding = explanation.is_padding
    for channel, total in enumerate(explanation.sums.tolist()):
        read = explanation.channels[channel]
        yield Grids(
            translate("Arithmetic", "{layer}, channel {channel}").format(layer=before, channel=read),
            translate("Arithmetic", "sum {total}").format(total=exact(total, decimals)),
            (
                Grid(explanation.inputs[channel], _limit_before(subject), padding=padding),
                Grid(explanation.weights[channel], subject.weight_limit, is_kernel=True),
                Grid(explanation.terms[channel], product_limit, padding=padding),
            ),
            ("×", "="),
        )


def _ledger(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    """Yield the sum of all terms, the bias, and the result, one below the other."""
    decimals = decimals_of(subject, subject.layer)
    with np.errstate(all="ignore"):
        total = float(explanation.terms.sum(dtype=np.float64))
    is_table = explanation.layer.kind == "linear"
    widest = _widest(subject, decimals)

    def row(name: str, text: str, is_bold: bool = False) -> Row:
        return Row(name, (text,), is_bold=is_bold, has_bars=is_table, widest=widest)

    name = translate("Arithmetic", "sum of all products")
    if is_table:
        name = translate("Arithmetic", "all {count} terms").format(count=explanation.terms.size)
    yield row(name, exact(total, decimals))
    shown = round(total, decimals) if math.isfinite(total) else total
    if explanation.bias is not None:
        yield row(translate("Arithmetic", "bias"), added(explanation.bias, decimals))
        shown += rounded_sum([explanation.bias], decimals)
    result = _total(explanation)
    sign = relation(shown, result, decimals)
    yield row(explanation.layer.name, f"{sign} {exact(result, decimals)}", is_bold=True)


# Pooling


def _pooling(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    is_largest = explanation.layer.takes_largest
    before = explanation.before[0].name
    numbers = explanation.inputs.reshape(-1).tolist()
    decimals = decimals_of(subject, subject.layer)
    texts = [exact(number, decimals) for number in numbers]
    value = exact(explanation.value, decimals)
    marked = None
    if is_largest:
        row, column = divmod(int(explanation.inputs.argmax()), explanation.inputs.shape[1])
        marked = row, column
        yield Words(translate("Arithmetic", "y = max x[i, j] over the window"), is_bold=True)
        yield Summands((*(f"{text}," for text in texts[:-1]), texts[-1]), _widest(subject, decimals))
        yield Line(translate("Arithmetic", "the largest: {value}").format(value=value))
        words = translate(
            "Arithmetic", "Found first at row {row}, column {column} of {layer}, channel {channel}."
        )
        if numbers.count(max(numbers)) == 1:
            words = translate(
                "Arithmetic", "Found at row {row}, column {column} of {layer}, channel {channel}."
            )
        row, column = int(explanation.rows[row]), int(explanation.columns[column])
        yield Line(words.format(row=row, column=column, layer=before, channel=explanation.index[0]))
    else:
        count = len(numbers)
        with np.errstate(all="ignore"):
            total = float(explanation.inputs.sum(dtype=np.float64))
        yield Words(translate("Arithmetic", "y = Σ x[i, j] / {count}").format(count=count), is_bold=True)
        sign = relation(rounded_sum(numbers, decimals), total, decimals)
        summands = (texts[0], *(added(number, decimals) for number in numbers[1:]))
        yield Summands((*summands, f"{sign} {exact(total, decimals)}"), _widest(subject, decimals))
        sign = relation(rounded_sum([total], decimals) / count, explanation.value, decimals)
        yield Line(f"y = {exact(total, decimals)} / {count} {sign} {value}")
    yield from _notes(subject, explanation)
    if explanation.is_padding.any():
        words = translate("Arithmetic", "Hatched: padding, zeros that count in the mean.")
        if is_largest:
            words = translate("Arithmetic", "Hatched: padding, which never is the largest.")
        yield Words(words, is_note=True)
    caption = translate("Arithmetic", "{layer}, channel {channel}")
    caption = caption.format(layer=before, channel=explanation.index[0])
    grid = Grid(explanation.inputs, _limit_before(subject), padding=explanation.is_padding, marked=marked)
    yield Grids(caption, "", (grid,), decimals=decimals, largest_cell=_POOLING_CELL)


# Activation


def _activation(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    function = explanation.layer.function
    x = float(explanation.inputs[0])
    decimals = decimals_of(subject, _before(subject))
    formulas = {"ReLU": "y = max(0, x)", "Sigmoid": "y = 1 / (1 + exp(−x))", "Tanh": "y = tanh(x)"}
    yield Words(formulas[function], is_bold=True)
    source = translate("Arithmetic", "x = {x}, from {layer}")
    yield Line(source.format(x=exact(x, decimals), layer=explanation.before[0].name))
    applied = _applied(function, x, explanation.value, decimals, decimals_of(subject, subject.layer))
    yield Line(f"y = {applied}")
    yield FunctionPlot(function, x, explanation.value)
    yield from _notes(subject, explanation)


def _applied(function: str, x: float, y: float, decimals: int, result_decimals: int) -> str:
    """Return an activation with its numbers: `max(0, −0.12) = 0.00`."""
    number = exact(x, decimals)
    rounded = round(x, decimals) if math.isfinite(x) else x
    text, shown = {
        "ReLU": (f"max(0, {number})", max(0.0, rounded)),
        "Sigmoid": (f"1 / (1 + exp({exact(-x, decimals)}))", 0.5 + 0.5 * math.tanh(rounded / 2)),
        "Tanh": (f"tanh({number})", math.tanh(rounded)),
    }[function]
    return f"{text} {relation(shown, y, result_decimals)} {exact(y, result_decimals)}"


# Fully connected


def _linear(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    assert explanation.weights is not None
    decimals = decimals_of(subject, subject.layer)
    terms = explanation.terms
    order = np.argsort(-np.abs(terms), kind="stable")[:_LARGEST_TERMS]
    with np.errstate(all="ignore"):
        largest = float(terms[order].sum(dtype=np.float64))
        rest = float(terms.sum(dtype=np.float64)) - largest
    bias = explanation.bias
    yield Words(f"y = Σ x[i] · w[i]{'' if bias is None else ' + b'}", is_bold=True)
    total = _total(explanation)
    summands = [largest, rest] if bias is None else [largest, rest, bias]
    sign = relation(rounded_sum(summands, decimals), total, decimals)
    end = "" if bias is None else f" {added(bias, decimals)} (b)"
    yield Line(f"y = {exact(largest, decimals)} {added(rest, decimals)}{end} {sign} {exact(total, decimals)}")
    parts = translate(
        "Arithmetic", "The {count} largest of the {all} terms, the others together, and the bias (b)."
    )
    yield Words(parts.format(count=len(order), all=terms.size), is_note=True)
    yield from _following_activation(subject, explanation)
    yield from _notes(subject, explanation)
    widest = _widest(subject, decimals)
    head = (
        translate("Arithmetic", "input"), translate("Arithmetic", "× weight"),
        translate("Arithmetic", "= term"),
    )  # fmt: skip
    yield Row(translate("Arithmetic", "from"), head, is_head=True, widest=widest)
    limit = max(largest_finite(terms[order]), abs(rest) if math.isfinite(rest) else 0.0) or 1.0
    for unit in order.tolist():
        yield _term(subject, explanation, unit, limit, widest)
    others = terms.size - len(order)
    if others:
        name = translate("Arithmetic", "the other {count} terms together").format(count=others)
        yield Row(name, (added(rest, decimals),), _bar(rest, limit), widest=widest)
    yield from _ledger(subject, explanation)


def _term(subject: Subject, explanation: CellExplanation, unit: int, limit: float, widest: str) -> Row:
    decimals = decimals_of(subject, subject.layer)
    assert explanation.weights is not None
    parts = explanation.inputs, explanation.weights, explanation.terms
    number, weight, term = (float(part[unit]) for part in parts)
    shown = rounded_sum([number], decimals) * rounded_sum([weight], decimals)
    numbers = (
        exact(number, decimals),
        f"× {exact(weight, decimals)}",
        f"{relation(shown, term, decimals)} {exact(term, decimals)}",
    )
    return Row(_source(subject, unit), numbers, _bar(term, limit), widest=widest)


def _bar(value: float, limit: float) -> float:
    return value / limit if math.isfinite(value) else 0.0


def _source(subject: Subject, unit: int) -> str:
    """Return the name of a fully connected layer's input; behind a flatten, of its cell in the maps."""
    (before,) = subject.before
    if before.kind != "flatten":
        return f"{before.name} [{unit}]"
    (maps,) = subject.network.table.before(before)
    place = np.unravel_index(unit, maps.shape)
    return f"{maps.name} [{', '.join(str(at) for at in place)}]"


# The rest


def _softmax(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    decimals = 4
    logits, terms = explanation.inputs.tolist(), explanation.terms.tolist()
    with np.errstate(all="ignore"):
        total = float(explanation.terms.sum(dtype=np.float64))
        shares = (explanation.terms / np.float32(total)).tolist()
    unit = explanation.index[0]
    largest = float(explanation.inputs.max())
    yield Words(translate("Arithmetic", "p = exp(x − max) / Σ exp(x[k] − max)"), is_bold=True)
    of_term, of_share = fine_places(terms[unit]), fine_places(explanation.value)
    shown = rounded_sum([terms[unit]], of_term) / (rounded_sum([total], decimals) or 1.0)
    sign = relation(shown, explanation.value, of_share)
    parts = f"{exact(terms[unit], of_term)} / {exact(total, decimals)}"
    yield Line(f"p = {parts} {sign} {exact(explanation.value, of_share)}")
    note = translate(
        "Arithmetic",
        "max is the largest logit: taking it away changes no share, and no exponential gets too large.",
    )
    yield Words(note, is_note=True)
    widest = translate("Arithmetic", "exp(x − max)")
    head = translate("Arithmetic", "logit x"), widest, translate("Arithmetic", "share")
    yield Row(translate("Arithmetic", "digit"), head, is_head=True, widest=widest)
    rows = zip(subject.network.table.classes, logits, terms, shares, strict=True)
    for place, (name, logit, term, part) in enumerate(rows):
        numbers = exact(logit, decimals), exact(term, decimals), exact(part, decimals)
        yield Row(name, numbers, _bar(part, 1.0), is_bold=place == unit, widest=widest)
    ends = exact(largest, decimals), exact(total, decimals), exact(sum(shares), decimals)
    yield Row(translate("Arithmetic", "maximum; sums"), ends, widest=widest)


def _flatten(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    assert explanation.source is not None
    maps, place = explanation.source
    decimals = decimals_of(subject, subject.layer)
    words = translate(
        "Arithmetic", "y = x[channel, row, column]: the same numbers in one row, channel after channel."
    )
    yield Words(words, is_bold=True)
    yield _source_line(subject, explanation, decimals)
    if len(maps.shape) == 3:
        _, height, width = maps.shape
        channel, row, column = place
        yield Line(f"{explanation.index[0]} = {channel} · {height}·{width} + {row} · {width} + {column}")
    yield from _notes(subject, explanation)


def _source_line(subject: Subject, explanation: CellExplanation, decimals: int) -> Line:
    """Return where the one number that goes in comes from, and the number."""
    assert explanation.source is not None
    layer, place = explanation.source
    words = translate("Arithmetic", "{layer}: {place}: {value}")
    name, value = (
        cell_name(subject.network.table, layer, place),
        exact(float(explanation.inputs[0]), decimals),
    )
    return Line(words.format(layer=layer.name, place=name, value=value))


def _copied(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    formulas = {
        "concatenate": translate(
            "Arithmetic", "y = x: the channels of all that enters, one layer's after the other's."
        ),
        "pad": translate("Arithmetic", "y = x, with zeros around each map."),
        "dropout": translate("Arithmetic", "y = x: dropout leaves numbers out in training alone."),
    }
    yield Words(formulas[explanation.layer.kind], is_bold=True)
    if explanation.source is None:
        yield Line(translate("Arithmetic", "This cell lies beyond the map's border: it is 0."))
    else:
        yield _source_line(subject, explanation, decimals_of(subject, subject.layer))
    yield from _notes(subject, explanation)


def _scaled(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    assert explanation.weights is not None and explanation.bias is not None
    decimals = max(decimals_of(subject, subject.layer), decimals_of(subject, _before(subject)))
    x, weight, bias = float(explanation.inputs[0]), float(explanation.weights[0]), explanation.bias
    yield Words("y = x · w + b", is_bold=True)
    yield _source_line(subject, explanation, decimals)
    total = _total(explanation)
    sign = relation(
        rounded_sum([x], decimals) * rounded_sum([weight], decimals) + rounded_sum([bias], decimals),
        total,
        decimals,
    )
    parts = f"{exact(x, decimals)} · {exact(weight, decimals)} {added(bias, decimals)}"
    yield Line(f"y = {parts} {sign} {exact(total, decimals)}")
    words = translate(
        "Arithmetic", "w is 1 / {std}, b is −{mean} / {std}: the training pictures' deviation and mean."
    )
    if explanation.layer.kind == "batch normalisation":
        words = translate(
            "Arithmetic",
            "w and b are this channel's: from the mean and variance that training has met, and from the two "
            "numbers that it has learnt.",
        )
    yield Words(words.format(**explanation.layer.options), is_note=True)
    yield from _following_activation(subject, explanation)
    yield from _notes(subject, explanation)


def _global_mean(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    decimals, count = decimals_of(subject, subject.layer), explanation.inputs.size
    with np.errstate(all="ignore"):
        total = float(explanation.inputs.sum(dtype=np.float64))
    yield Words(translate("Arithmetic", "y = Σ x[i, j] / {count}").format(count=count), is_bold=True)
    sign = relation(rounded_sum([total], decimals) / count, explanation.value, decimals)
    yield Line(f"y = {exact(total, decimals)} / {count} {sign} {exact(explanation.value, decimals)}")
    yield from _notes(subject, explanation)
    caption = translate("Arithmetic", "{layer}, channel {channel}")
    caption = caption.format(layer=explanation.before[0].name, channel=explanation.index[0])
    yield Grids(caption, "", (Grid(explanation.inputs, _limit_before(subject)),), decimals=decimals)


def _resize(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    assert explanation.weights is not None
    decimals = decimals_of(subject, subject.layer)
    yield Words(translate("Arithmetic", "y = Σ x[i, j] · w[i, j] over the nearest pixels"), is_bold=True)
    terms = explanation.terms.reshape(-1).tolist()
    sign = relation(rounded_sum(terms, decimals), explanation.value, decimals)
    texts = [exact(terms[0], decimals), *(added(term, decimals) for term in terms[1:])]
    yield Line(f"y = {' '.join(texts)} {sign} {exact(explanation.value, decimals)}")
    note = translate(
        "Arithmetic", "The place of this cell lies between pixels: the nearer one is, the more it counts."
    )
    yield Words(note, is_note=True)
    yield from _notes(subject, explanation)
    caption = translate("Arithmetic", "{layer}, channel {channel}")
    grids = (
        Grid(explanation.inputs, _limit_before(subject)),
        Grid(explanation.weights, 1.0, is_kernel=True),
        Grid(explanation.terms, _limit_before(subject)),
    )
    caption = caption.format(layer=explanation.before[0].name, channel=explanation.index[0])
    yield Grids(caption, "", grids, ("×", "="), decimals=decimals)


def _add(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    decimals = decimals_of(subject, subject.layer)
    terms = explanation.terms.tolist()
    yield Words(translate("Arithmetic", "y = x + x′: the same cell of each layer that enters"), is_bold=True)
    sign = relation(rounded_sum(terms, decimals), _total(explanation), decimals)
    texts = [exact(terms[0], decimals), *(added(term, decimals) for term in terms[1:])]
    yield Line(f"y = {' '.join(texts)} {sign} {exact(_total(explanation), decimals)}")
    yield Words(" + ".join(spec.name for spec in explanation.before), is_note=True)
    yield from _following_activation(subject, explanation)
    yield from _notes(subject, explanation)


def _input(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    yield Words(
        translate("Arithmetic", "A pixel of the picture that the network sees: 0 is paper, 1 is ink.")
    )


def _unknown(subject: Subject, explanation: CellExplanation) -> Iterator[Part]:
    shape = "×".join(str(size) for size in explanation.layer.shape)
    words = translate(
        "Arithmetic",
        "{code} gives {shape} numbers. LeNet Lab has no special view for layers of this kind: it shows "
        "their shape and values, not how these come about.",
    )
    yield Words(words.format(code=explanation.layer.code, shape=shape))
    yield from _following_activation(subject, explanation)


_PAGES: dict[str, Callable[[Subject, CellExplanation], Iterator[Part]]] = {
    "convolution": _convolution,
    "pooling": _pooling,
    "activation": _activation,
    "linear": _linear,
    "softmax": _softmax,
    "flatten": _flatten,
    "concatenate": _copied,
    "pad": _copied,
    "dropout": _copied,
    "normalise": _scaled,
    "batch normalisation": _scaled,
    "global mean": _global_mean,
    "resize": _resize,
    "add": _add,
    "input": _input,
}
