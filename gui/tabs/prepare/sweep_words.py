"""The words below a slider's plot: where the answer flips, and which steps undo the variation."""

from __future__ import annotations

from core.ink.preprocess import Steps
from core.reading.variation_records import Reading, Sweep, Variation
from gui.words import translate
from gui.words.numbers import number


def amount(kind: str, value: float) -> str:
    """Return an amount with its unit, and with a sign where amounts can be negative."""
    text = tick(kind, value)
    unit = "{amount}" if kind in ("rotation", "size") else translate("SweepWords", "{amount} px")
    return unit.format(amount=text)


def tick(kind: str, value: float) -> str:
    """Return an amount as the axis has it: pixels without their unit."""
    text = number(value, 0)
    if kind == "size":
        return translate("SweepWords", "{amount} %").format(amount=text)
    text = f"+{text}" if value > 0 else text
    return translate("SweepWords", "{amount}°").format(amount=text) if kind == "rotation" else text


def readings(sweep: Sweep, at: int) -> str:
    """Return where the answer at an amount flips; or why there is no answer."""
    found = sweep.readings()
    here = next((index for index, reading in enumerate(found) if reading.first <= at <= reading.last), None)
    if here is None:
        if not found and sweep.inked.all():
            return translate("SweepWords", "No answer: the network's numbers are too large.")
        return translate("SweepWords", "No ink is left here.")
    reading = found[here]
    before = _neighbour(sweep, found, here - 1, reading.first)
    after = _neighbour(sweep, found, here + 1, reading.last)
    if before and after:
        words = translate(
            "SweepWords", "Read as {digit} from {first} to {last}; before that as {before}, then as {after}."
        )
    elif before:
        words = translate("SweepWords", "Read as {digit} from {first} on; before that as {before}.")
    elif after:
        words = translate("SweepWords", "Read as {digit} up to {last}; from there on as {after}.")
    elif reading.first == sweep.amounts[0] and reading.last == sweep.amounts[-1]:
        words = translate("SweepWords", "Read as {digit} all along.")
    else:
        words = translate("SweepWords", "Read as {digit} wherever ink is left.")
    first, last = amount(sweep.kind, reading.first), amount(sweep.kind, reading.last)
    name = sweep.classes[reading.digit]
    return words.format(digit=name, first=first, last=last, before=before, after=after)


def _neighbour(sweep: Sweep, found: list[Reading], index: int, border: float) -> str:
    """Return what is read beyond a border; empty where nothing is."""
    if 0 <= index < len(found) and border in (found[index].first, found[index].last):
        return sweep.classes[found[index].digit]
    return ""


def undone(kind: str, steps: Steps) -> str:
    """Return which steps undo a kind of variation, and how to switch them off; empty where none does."""
    if kind in ("right", "down"):
        if steps.crop and steps.centre:
            return translate(
                "SweepWords",
                "Crop and Centre undo a shift: switch both off to see what the network tolerates.",
            )
        if steps.crop:
            return translate(
                "SweepWords", "Crop undoes a shift: switch it off to see what the network tolerates."
            )
        if steps.centre:
            return translate(
                "SweepWords", "Centre undoes a shift: switch it off to see what the network tolerates."
            )
    if kind == "size" and steps.crop and steps.scale:
        return translate(
            "SweepWords", "Crop and Scale undo this: switch Scale off to see what the network tolerates."
        )
    return ""


def neutral(kind: str) -> int:
    """Return the amount at which nothing is varied."""
    value: int = getattr(Variation(), kind)
    return value
