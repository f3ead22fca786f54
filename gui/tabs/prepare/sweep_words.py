"""What a plot along a slider shows, in words: where the answer flips, and what undoes it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.ink.preprocess import Steps
from core.reading.variation_records import Reading, Sweep, Variation
from gui.words.numbers import number


def _tr(text: str) -> str:
    return QCoreApplication.translate("SweepWords", text)


def amount(kind: str, value: float) -> str:
    """An amount with its unit, and its sign where there are both."""
    text = tick(kind, value)
    return text if kind in ("rotation", "size") else _tr("{amount} px").format(amount=text)


def tick(kind: str, value: float) -> str:
    """The same, for an axis: pixels go without saying."""
    text = number(value, 0)
    if kind == "size":
        return _tr("{amount} %").format(amount=text)
    text = f"+{text}" if value > 0 else text
    return _tr("{amount}°").format(amount=text) if kind == "rotation" else text


def readings(sweep: Sweep, at: int) -> str:
    """Where the answer at an amount flips; or why there is none."""
    found = sweep.readings()
    here = next((index for index, reading in enumerate(found) if reading.first <= at <= reading.last), None)
    if here is None:
        if not found and sweep.inked.all():
            return _tr("No answer: the network's numbers are too large.")
        return _tr("No ink is left here.")
    reading = found[here]
    before = _neighbour(found, here - 1, reading.first)
    after = _neighbour(found, here + 1, reading.last)
    fields = {
        "digit": reading.digit,
        "first": amount(sweep.kind, reading.first),
        "last": amount(sweep.kind, reading.last),
        "before": before,
        "after": after,
    }
    if before and after:
        return _tr(
            "Read as {digit} from {first} to {last}; before that as {before}, then as {after}."
        ).format(**fields)
    if before:
        return _tr("Read as {digit} from {first} on; before that as {before}.").format(**fields)
    if after:
        return _tr("Read as {digit} up to {last}; from there on as {after}.").format(**fields)
    if reading.first == sweep.amounts[0] and reading.last == sweep.amounts[-1]:
        return _tr("Read as {digit} all along.").format(**fields)
    return _tr("Read as {digit} wherever ink is left.").format(**fields)


def _neighbour(found: list[Reading], index: int, border: float) -> str:
    """The digit that is read beyond a border; empty where none is."""
    if 0 <= index < len(found) and border in (found[index].first, found[index].last):
        return str(found[index].digit)
    return ""


def undone(kind: str, steps: Steps) -> str:
    """Which steps undo a kind of variation, and how to see what the network makes of it; empty for none."""
    if kind in ("right", "down"):
        if steps.crop and steps.centre:
            return _tr("Crop and Centre undo a shift: switch both off to see what the network tolerates.")
        if steps.crop:
            return _tr("Crop undoes a shift: switch it off to see what the network tolerates.")
        if steps.centre:
            return _tr("Centre undoes a shift: switch it off to see what the network tolerates.")
    if kind == "size" and steps.crop and steps.scale:
        return _tr("Crop and Scale undo this: switch Scale off to see what the network tolerates.")
    return ""


def neutral(kind: str) -> int:
    """The amount at which nothing is varied."""
    value: int = getattr(Variation(), kind)
    return value
