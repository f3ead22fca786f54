"""The sentences beside the evidence: what each sum and each map is, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.explaining.evidence_records import Evidence, Feeding, MapCell
from core.records import LayerSpec, NetworkState
from gui.tabs.why.descent import Step, activation_after, is_piecewise_linear
from gui.tabs.why.term_split import Split
from gui.words import translate
from gui.words.numbers import number


def result(evidence: Evidence, split: Split, read: int) -> str:
    """What came out, in one sentence; `read` is the digit that the network reads."""
    decimals = split.decimals
    logits = evidence.logits[[evidence.digit, evidence.rival]].tolist()
    first, second = (round(logit, decimals) for logit in logits)
    makes = round(first - second, decimals) == split.shown_total
    fields = {
        "read": read,
        "digit": evidence.digit,
        "rival": evidence.rival,
        "first": number(first, decimals),
        "second": number(second, decimals),
        "difference": ("" if makes else "≈ ") + number(split.shown_total, decimals),
    }
    if evidence.digit == read:
        words = translate("Evidence", "The network reads {digit}, not {rival}: ")
    else:
        words = translate("Evidence", "The network reads {read}. Of {digit} and {rival}: ")
    words += translate(
        "Evidence",
        "{digit}'s logit is {first}, {rival}'s is {second}. These make the difference of {difference}:",
    )
    return words.format(**fields)


def place_name(step: Step) -> str:
    """What a step leads to."""
    if not step.is_channel:
        return translate("Evidence", "{layer} unit {index}").format(layer=step.layer, index=step.index)
    if not step.layer:
        return translate("Evidence", "the drawing")
    return translate("Evidence", "{layer} channel {index}").format(layer=step.layer, index=step.index)


def row_names(record: Evidence | Feeding, split: Split) -> tuple[str, str, str]:
    """What a term is called, with its {number}; what remains; and the total."""
    is_maps = split.cells is not None or split.by_gradient
    term = translate("Evidence", "channel {number}") if is_maps else translate("Evidence", "unit {number}")
    if isinstance(record, Evidence):
        fields = {"digit": record.digit, "rival": record.rival}
        remainder = translate("Evidence", "bias of {digit} − bias of {rival}").format(**fields)
        total = translate("Evidence", "{digit}'s logit − {rival}'s logit").format(**fields)
    else:
        remainder = translate("Evidence", "bias")
        total = translate("Evidence", "{layer}, unit {unit}").format(layer=record.layer, unit=record.unit)
    return term, translate("Evidence", "what channels leave out") if split.by_gradient else remainder, total


def sides(record: Evidence | Feeding) -> tuple[str, str]:
    """What negative and positive terms do."""
    if isinstance(record, Evidence):
        return (
            translate("Evidence", "for {digit}").format(digit=record.rival),
            translate("Evidence", "for {digit}").format(digit=record.digit),
        )
    return translate("Evidence", "lowers it"), translate("Evidence", "raises it")


def sum_words(record: Evidence | Feeding, split: Split, network: NetworkState, path: Sequence[Step]) -> str:
    """What is added up here, and what becomes of it."""
    if split.by_gradient:
        return _by_gradient_words(split, network.layers)
    if isinstance(record, Evidence):
        fields = {
            "count": len(split.terms), "layer": _source(split),
            "digit": record.digit, "rival": record.rival,
        }  # fmt: skip
        if split.cells is not None:
            words = translate(
                "Evidence",
                "What the cells of {layer} give, times their weights for {digit} less those for {rival}, "
                "summed over each channel. Click a channel to see its cells.",
            )
        else:
            words = translate(
                "Evidence",
                "What each of the {count} units of {layer} gives, times its weight for {digit} less its "
                "weight for {rival}. Click a unit to see what feeds it.",
            )
        return words.format(**fields)
    return _unit_words(record, network, path)


def _unit_words(feeding: Feeding, network: NetworkState, path: Sequence[Step]) -> str:
    activation = activation_after(network.layers, feeding.layer)
    if _is_off(feeding, network, activation):
        return translate("Evidence", "This unit is switched off: it gives 0, whatever comes in.")
    fields = {
        "layer": feeding.layer,
        "unit": feeding.unit,
        "value": number(feeding.value, 2),
        "activation": activation,
        "given": number(feeding.activation, 2),
    }
    words = translate("Evidence", "{layer}'s unit {unit} gets {value}, the sum below.")
    if activation is not None:
        words = translate(
            "Evidence", "{layer}'s unit {unit} gets {value}, the sum below; {activation} makes {given} of it."
        )
    return words.format(**fields) + " " + _where_it_goes(path)


def _where_it_goes(path: Sequence[Step]) -> str:
    units = [step for step in path if not step.is_channel]
    if len(units) < 2:
        return translate("Evidence", "With that it enters the difference above.")
    return translate("Evidence", "With that it feeds {place}.").format(place=place_name(units[-2]))


def _is_off(feeding: Feeding, network: NetworkState, activation: str | None) -> bool:
    silent = (network.silenced.get(name or "", frozenset()) for name in (feeding.layer, activation))
    return any(feeding.unit in units for units in silent)


def _by_gradient_words(split: Split, layers: Sequence[LayerSpec]) -> str:
    words = translate(
        "Evidence", "What each channel of {layer} gives, times its gradient, summed over its cells. "
    )
    left_out = translate("Evidence", "What they leave out: the biases of the layers after it.")
    if not is_piecewise_linear(layers):
        left_out = translate("Evidence", "What they leave out: the biases and bends of the layers after it.")
    return words.format(layer=split.source) + left_out


def channel_words(record: Evidence | Feeding, split: Split, channel: int) -> str:
    """What the cells of a channel do, and how much they add."""
    assert split.cells is not None
    _, _, height, width = split.cells.shape
    if isinstance(record, Evidence):
        words = translate("Evidence",
            "The {height}×{width} cells of {source} have a weight each: for {digit} less for {rival}. "
            "Together they add {sum}."
        ).format(
            height=height, width=width, source=_channel(split, channel), digit=record.digit,
            rival=record.rival, sum=number(float(split.terms[channel]), split.decimals),
        )  # fmt: skip
        return words
    return translate("Evidence",
        "The {height}×{width} cells of {source} are inputs of {layer}'s unit {unit}, each with a weight of "
        "its own. Together they add {sum}."
    ).format(
        height=height, width=width, source=_channel(split, channel), layer=record.layer,
        unit=record.unit, sum=number(float(split.terms[channel]), split.decimals),
    )  # fmt: skip


def _channel(split: Split, channel: int) -> str:
    return place_name(Step(split.source, channel, is_channel=True))


def _source(split: Split) -> str:
    return split.source or translate("Evidence", "the drawing")


def cell_words(grids: np.ndarray, row: int, column: int) -> str:
    """One cell's part in the sum, from (3, H, W): what each gives, its weight, its term."""
    given, weight, term = grids[:, row, column].tolist()
    return translate(
        "Evidence",
        "Row {row}, column {column}:\n{given} × {weight}\n= {term}\n\nAt the right: what this cell sees of "
        "the drawing. Click another one, or use the arrow keys.",
    ).format(row=row, column=column, given=number(given, 4), weight=number(weight, 4), term=number(term, 4))


def cell_sides() -> tuple[str, str]:
    """What negative and positive pixels do to what a cell gives."""
    return translate("Evidence", "lowers it"), translate("Evidence", "raises it")


def cell_map_words(
    cell: MapCell, split: Split, record: Evidence | Feeding, layers: Sequence[LayerSpec]
) -> str:
    """What a cell adds to the sum, and which pixels it has that from."""
    assert split.cells is not None
    weight = float(split.cells[1][cell.channel, cell.row, cell.column])
    mapped = float(cell.input_x_gradient.sum(dtype=np.float64))
    shown, shown_map = round(cell.value, 3), round(mapped, 3)
    if isinstance(record, Evidence):
        what = translate("Evidence", "the difference of {digit}'s and {rival}'s logits").format(
            digit=record.digit, rival=record.rival
        )
    else:
        what = translate("Evidence", "{layer}'s unit {unit}").format(layer=record.layer, unit=record.unit)
    fields = {"value": number(shown, 3), "term": number(cell.value * weight, 3), "what": what}
    if not cell.input_x_gradient.any():
        words = translate(
            "Evidence",
            "This cell gives {value} and adds {term} to {what}. It sees the framed pixels, but none of them "
            "would change it by a little more ink.",
        )
        return words.format(**fields)
    words = translate(
        "Evidence",
        "This cell gives {value} and so adds {term} to {what}. The ink it sees "
        "(framed), times the gradient, adds up to {mapped}. ",
    ).format(**fields, mapped=number(shown_map, 3))
    rest = number(round(shown - shown_map, 3), 3)
    return words + _left_out(layers, translate("Evidence", "The other {rest} comes").format(rest=rest))


def gradient_map_words(record: Evidence | Feeding, layers: Sequence[LayerSpec], decimals: int) -> str:
    """What input × gradient adds up to, and what it leaves out."""
    mapped = float(record.input_x_gradient.sum(dtype=np.float64))
    total = record.difference if isinstance(record, Evidence) else record.value
    if isinstance(record, Evidence):
        what = translate("Evidence", "the difference of {digit}'s and {rival}'s logits").format(
            digit=record.digit, rival=record.rival
        )
    else:
        what = translate("Evidence", "what {layer}'s unit {unit} sums up").format(
            layer=record.layer, unit=record.unit
        )
    shown_total, shown_map = round(total, decimals), round(mapped, decimals)
    words = translate(
        "Evidence",
        "Each pixel's ink times the gradient of {what}. All pixels add up to {mapped} of {total}. ",
    ).format(what=what, mapped=number(shown_map, decimals), total=number(shown_total, decimals))
    rest = number(round(shown_total - shown_map, decimals), decimals)
    return words + _left_out(layers, translate("Evidence", "The other {rest} comes").format(rest=rest))


def _left_out(layers: Sequence[LayerSpec], what_comes: str) -> str:
    if is_piecewise_linear(layers):
        return translate("Evidence", "{what} from the biases, which have no place in the drawing.").format(
            what=what_comes
        )
    return translate(
        "Evidence",
        "{what} from the biases and the activations' bends, of which gradients know nothing: it can be most.",
    ).format(what=what_comes)


def occlusion_words(digit: int, rival: int) -> str:
    """What occlusion's numbers are, and that one cannot add them up."""
    return translate(
        "Evidence",
        "How far {digit}'s lead over {rival}, in logits, falls when 5×5 pixels of paper are laid around a "
        "pixel. Positive: what is covered speaks for {digit}. Patches overlap, so the sum of these numbers "
        "has no meaning.",
    ).format(digit=digit, rival=rival)


def pixel_words(row: int, column: int, value: float, ink: float) -> str:
    """One pixel of input × gradient."""
    return translate("Evidence", "row {row}, column {column}: {value} (ink {ink})").format(
        row=row, column=column, value=_signed(value), ink=number(ink, 2)
    )


def covered_words(row: int, column: int, value: float, digit: int) -> str:
    """One pixel of occlusion."""
    words = (
        translate("Evidence", "paper around row {row}, column {column}: {digit}'s lead falls by {value}")
        if value >= 0
        else translate("Evidence", "paper around row {row}, column {column}: {digit}'s lead grows by {value}")
    )
    return words.format(row=row, column=column, digit=digit, value=number(abs(value), 3))


def term_words(split: Split, index: int, record: Evidence | Feeding, can_open: bool) -> str:
    """One row of the list, in words with more decimals."""
    term = number(float(split.terms[index]), 4)
    if split.factors is None:
        words = translate("Evidence", "channel {index}: {term}").format(index=index, term=term)
    else:
        given, weight = (number(factor, 4) for factor in split.factors[:, index].tolist())
        words = translate("Evidence", "unit {index} gives {given}, × {weight} = {term}").format(
            index=index, given=given, weight=weight, term=term
        )
        if isinstance(record, Evidence):
            words = translate(
                "Evidence",
                "unit {index} gives {given}, × {weight} (weight for {digit} − for {rival}) = {term}",
            )
            words = words.format(
                index=index, given=given, weight=weight, term=term, digit=record.digit, rival=record.rival
            )
    if not can_open:
        return words
    return words + (
        translate("Evidence", " · click: what feeds it")
        if split.cells is None
        else translate("Evidence", " · click: its cells")
    )


def _signed(value: float) -> str:
    text = number(value, 3)
    return text if text.startswith("−") else f"+{text}"
