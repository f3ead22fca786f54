"""The sentences beside the evidence: what each sum and each map is, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.explaining.evidence_records import Evidence, Feeding, MapCell
from core.records import LayerSpec, NetworkState
from gui.tabs.why.descent import Step, is_piecewise_linear
from gui.tabs.why.term_split import Split
from gui.words import translate
from gui.words.numbers import number

_ONE_SIGN = 0.8  # of the numbers' size: nine tenths lie on one side


def result(evidence: Evidence, split: Split, read: int) -> str:
    """Return both logits and their difference in a sentence; `read` is the network's answer."""
    decimals = split.decimals
    logits = evidence.logits[[evidence.digit, evidence.rival]].tolist()
    first, second = (round(logit, decimals) for logit in logits)
    makes = round(first - second, decimals) == split.shown_total
    if evidence.digit == read:
        words = translate("Evidence", "The network reads {digit}, not {rival}: ")
    else:
        words = translate("Evidence", "The network reads {read}. Of {digit} and {rival}: ")
    words += translate(
        "Evidence",
        "{digit}'s logit is {first}, {rival}'s is {second}. These make the difference of {difference}:",
    )
    return words.format(
        **_names(evidence),
        read=evidence.classes[read],
        first=number(first, decimals),
        second=number(second, decimals),
        difference=("" if makes else "≈ ") + number(split.shown_total, decimals),
    )


def _names(record: Evidence | Feeding) -> dict[str, object]:
    """Return the fields that sentences name the sum by: both digits, or the layer and its unit."""
    if isinstance(record, Evidence):
        digit, rival = record.names
        return {"digit": digit, "rival": rival}
    return {"layer": record.layer, "unit": record.unit}


def place_name(step: Step) -> str:
    """Return the name of the unit or channel that a step leads to."""
    if not step.is_channel:
        return translate("Evidence", "{layer} unit {index}").format(layer=step.layer, index=step.index)
    if not step.layer:
        return translate("Evidence", "the drawing")
    return translate("Evidence", "{layer} channel {index}").format(layer=step.layer, index=step.index)


def row_names(record: Evidence | Feeding, split: Split) -> tuple[str, str, str]:
    """Return the labels of a term, with a place for its {number}, of the remainder, and of the total."""
    is_maps = split.cells is not None or split.by_gradient
    term = translate("Evidence", "channel {number}") if is_maps else translate("Evidence", "unit {number}")
    if isinstance(record, Evidence):
        remainder = translate("Evidence", "bias of {digit} − bias of {rival}")
        total = translate("Evidence", "{digit}'s logit − {rival}'s logit")
    else:
        remainder, total = translate("Evidence", "bias"), translate("Evidence", "{layer}, unit {unit}")
    if split.by_gradient:
        remainder = translate("Evidence", "what channels leave out")
    return term, remainder.format(**_names(record)), total.format(**_names(record))


def sides(record: Evidence | Feeding) -> tuple[str, str]:
    """Return what negative and positive terms do."""
    if isinstance(record, Evidence):
        words = translate("Evidence", "for {digit}")
        digit, rival = record.names
        return words.format(digit=rival), words.format(digit=digit)
    return cell_sides()


def sum_words(record: Evidence | Feeding, split: Split, network: NetworkState, path: Sequence[Step]) -> str:
    """Return what is added up in a sum, and what the network does with it."""
    if split.by_gradient:
        return _by_gradient_words(split, network.layers)
    if isinstance(record, Evidence):
        if split.cells is not None:
            words = translate(
                "Evidence",
                "What the cells of {layer} give, times their weights for {digit} less those for {rival}, "
                "summed over each channel. Click a channel to see its cells.",
            )
        else:
            words = translate(
                "Evidence",
                "Each of the {count} units of {layer}: its output × (its weight for {digit} − its weight "
                "for {rival}). Click a unit to see what feeds it.",
            )
        return words.format(**_names(record), count=len(split.terms), layer=_source(split))
    return _unit_words(record, network, path)


def _unit_words(feeding: Feeding, network: NetworkState, path: Sequence[Step]) -> str:
    following = network.table.activation_of(feeding.layer)
    activation = None if following is None else following.name
    if _is_off(feeding, network, activation):
        return translate("Evidence", "This unit is switched off: it gives 0, whatever comes in.")
    words = translate("Evidence", "{layer}'s unit {unit} gets {value}, the sum below.")
    if activation is not None:
        words = translate(
            "Evidence", "{layer}'s unit {unit} gets {value}, the sum below; {activation} makes {given} of it."
        )
    value, given = number(feeding.value, 2), number(feeding.activation, 2)
    words = words.format(**_names(feeding), value=value, activation=activation, given=given)
    units = [step for step in path if not step.is_channel]
    if len(units) < 2:
        return words + " " + translate("Evidence", "With that it enters the difference above.")
    feeds = translate("Evidence", "With that it feeds {place}.")
    return words + " " + feeds.format(place=place_name(units[-2]))


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
    """Return how the cells of a channel are weighted, and how much they add."""
    assert split.cells is not None
    _, _, height, width = split.cells.shape
    if isinstance(record, Evidence):
        words = translate(
            "Evidence",
            "The {height}×{width} cells of {source} have a weight each: for {digit} less for {rival}. "
            "Together they add {sum}.",
        )
    else:
        words = translate(
            "Evidence",
            "The {height}×{width} cells of {source} are inputs of {layer}'s unit {unit}, each with a weight "
            "of its own. Together they add {sum}.",
        )
    source = place_name(Step(split.source, channel, is_channel=True))
    total = number(float(split.terms[channel]), split.decimals)
    return words.format(**_names(record), height=height, width=width, source=source, sum=total)


def _source(split: Split) -> str:
    return split.source or translate("Evidence", "the drawing")


def cell_words(grids: np.ndarray, row: int, column: int) -> str:
    """Return one cell's part in the sum, from (3, H, W): each cell's output, weight and term."""
    given, weight, term = grids[:, row, column].tolist()
    return translate(
        "Evidence",
        "Row {row}, column {column}:\n{given} × {weight}\n= {term}\n\nAt the right: what this cell sees of "
        "the drawing. Click another one, or use the arrow keys.",
    ).format(row=row, column=column, given=number(given, 4), weight=number(weight, 4), term=number(term, 4))


def cell_sides() -> tuple[str, str]:
    """Return what negative and positive pixels do to a cell's output."""
    return translate("Evidence", "lowers it"), translate("Evidence", "raises it")


def cell_map_words(
    cell: MapCell, split: Split, record: Evidence | Feeding, layers: Sequence[LayerSpec]
) -> str:
    """Return what a cell adds to the sum, and how much of that its pixels account for."""
    assert split.cells is not None
    weight = float(split.cells[1][cell.channel, cell.row, cell.column])
    mapped = float(cell.input_x_gradient.sum(dtype=np.float64))
    shown, shown_map = round(cell.value, 3), round(mapped, 3)
    what = translate("Evidence", "{layer}'s unit {unit}")
    if isinstance(record, Evidence):
        what = translate("Evidence", "the difference of {digit}'s and {rival}'s logits")
    what = what.format(**_names(record))
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
    return words + _left_out(layers, number(round(shown - shown_map, 3), 3))


def gradient_map_words(record: Evidence | Feeding, layers: Sequence[LayerSpec], decimals: int) -> str:
    """Return the sum of input × gradient, and what it leaves out."""
    mapped = float(record.input_x_gradient.sum(dtype=np.float64))
    total = record.difference if isinstance(record, Evidence) else record.value
    what = translate("Evidence", "what {layer}'s unit {unit} sums up")
    if isinstance(record, Evidence):
        what = translate("Evidence", "the difference of {digit}'s and {rival}'s logits")
    shown_total, shown_map = round(total, decimals), round(mapped, decimals)
    words = translate(
        "Evidence",
        "Each pixel shows its ink times the gradient of {what}, which is {total}. "
        "The pixels add up to {mapped}. ",
    ).format(
        what=what.format(**_names(record)),
        mapped=number(shown_map, decimals),
        total=number(shown_total, decimals),
    )
    return words + _left_out(layers, number(round(shown_total - shown_map, decimals), decimals))


def _left_out(layers: Sequence[LayerSpec], rest: str) -> str:
    words = translate(
        "Evidence",
        "{what} from the biases and the bends of the activations, which gradients do not see.",
    )
    if is_piecewise_linear(layers):
        words = translate("Evidence", "{what} from the biases, which belong to no pixel.")
    return words.format(what=translate("Evidence", "The difference, {rest}, comes").format(rest=rest))


def occlusion_words(digit: str, rival: str, falls: np.ndarray | None) -> str:
    """Return what occlusion's numbers (H, W) are, and why nearly all may have one sign."""
    words = translate(
        "Evidence",
        "How far {digit}'s lead over {rival}, in logits, falls when 5×5 pixels of paper cover the drawing "
        "there. Patches overlap, so the sum of these numbers has no meaning.",
    ).format(digit=digit, rival=rival)
    whole = 0.0 if falls is None else float(np.abs(falls).sum())
    if falls is None or not whole or abs(falls.sum()) < _ONE_SIGN * whole:
        return words
    reason = translate(
        "Evidence", "Nearly all have one sign: whatever ink is taken away, {digit}'s lead grows."
    )
    if falls.sum() > 0:
        reason = translate(
            "Evidence",
            "Nearly all have one sign: whatever ink is taken away, a clear {digit} becomes less clear. "
            "Compare how strong the colours are.",
        )
    return words + " " + reason.format(digit=digit)


def pixel_words(row: int, column: int, value: float, ink: float) -> str:
    """Return the value of one pixel of input × gradient in words."""
    text = translate("Evidence", "row {row}, column {column}: {value} (ink {ink})")
    return text.format(row=row, column=column, value=_signed(value), ink=number(ink, 2))


def covered_words(row: int, column: int, value: float, digit: str) -> str:
    """Return the value of one pixel of occlusion in words."""
    words = translate("Evidence", "paper around row {row}, column {column}: {digit}'s lead grows by {value}")
    if value >= 0:
        words = translate(
            "Evidence", "paper around row {row}, column {column}: {digit}'s lead falls by {value}"
        )
    return words.format(row=row, column=column, digit=digit, value=number(abs(value), 3))


def term_words(split: Split, index: int, record: Evidence | Feeding, can_open: bool) -> str:
    """Return a term of the list in words, with more decimals."""
    given = weight = ""
    if split.factors is None:
        words = translate("Evidence", "channel {index}: {term}")
    else:
        given, weight = (number(factor, 4) for factor in split.factors[:, index].tolist())
        words = translate("Evidence", "unit {index} gives {given}, × {weight} = {term}")
        if isinstance(record, Evidence):
            words = translate(
                "Evidence",
                "unit {index} gives {given}, × {weight} (weight for {digit} − for {rival}) = {term}",
            )
    if can_open and split.cells is None:
        words += translate("Evidence", " · click: what feeds it")
    elif can_open:
        words += translate("Evidence", " · click: its cells")
    term = number(float(split.terms[index]), 4)
    return words.format(**_names(record), index=index, given=given, weight=weight, term=term)


def _signed(value: float) -> str:
    text = number(value, 3)
    return text if text.startswith("−") else f"+{text}"
