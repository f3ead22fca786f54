"""What each step does to the drawing, or what it costs that it is left out: a few words below its picture."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.ink.preprocess import BOX, CENTRE, SIZE, Placement, Stages, Steps
from core.reading.variation_records import Prepared, Variation, Varied
from gui.words.numbers import number

_NEAR = 0.05  # of the picture's pixels: less is not told
_LITTLE = 0.005  # of the ink: less is not told


def _tr(text: str) -> str:
    return QCoreApplication.translate("StageWords", text)


def of_ink(varied: Varied, variation: Variation) -> str:
    """Of the sheet."""
    if varied.lost >= _LITTLE:
        return _tr("{share} % of the ink has left the sheet and is lost.").format(
            share=round(varied.lost * 100)
        )
    if variation != Variation():
        return _tr("Your drawing, varied by the sliders below.")
    height, width = varied.ink.shape
    return _tr("Your drawing, {height}×{width} pixels.").format(height=height, width=width)


def of_crop(stages: Stages, steps: Steps) -> str:
    """Of what is cut away."""
    if steps.crop:
        return _tr("The paper around is cut away: {height}×{width} are left.").format(
            height=stages.digit.height, width=stages.digit.width
        )
    return _tr("Not cropped: the paper around counts as part of the digit.")


def of_scale(stages: Stages, steps: Steps) -> str:
    """Of how large the digit gets."""
    longer = max(stages.ink.height, stages.ink.width) * stages.scaled.scale
    if steps.scale and steps.crop:
        return _tr("The longer side becomes {size} px, as MNIST's.").format(size=BOX)
    if steps.scale:
        return _tr("All of the sheet becomes {box} px; the digit only {size}.").format(
            box=BOX, size=number(longer, 1)
        )
    return _tr("Not scaled: the digit is {size} px, MNIST's are {box}.").format(
        box=BOX, size=number(longer, 1)
    )


def of_centre(stages: Stages, steps: Steps) -> str:
    """Of where the digit goes."""
    if steps.centre:
        moved = _way(stages.placed.left - stages.scaled.left, stages.placed.top - stages.scaled.top)
        if not moved:
            return _tr("The centre of mass lies on the cross already.")
        if max(map(abs, _off_centre(stages, stages.placed))) > _NEAR:
            return _tr("{way}: as near to the cross as the picture allows.").format(way=moved)
        return _tr("{way}: the centre of mass is on the cross.").format(way=moved)
    off = _way(*_off_centre(stages, stages.placed))
    if not off:
        return _tr("Not centred, but it lies where MNIST's digits do.")
    return _tr("Not centred: the digit lies {way} of where MNIST's lie.").format(way=off)


def of_antialias(stages: Stages, steps: Steps) -> str:
    """Of how pixels are made."""
    count = 1 / stages.placed.scale
    if steps.antialias:
        return _tr("Each of the {size}×{size} pixels is the mean of the ink around it.").format(size=SIZE)
    if count < 1.5:
        return _tr("Each pixel is one of the drawing's: edges are jagged.")
    return _tr("Each pixel is 1 of the drawing's {count}×{count}: jagged, thin strokes break.").format(
        count=round(count)
    )


def of_nothing(prepared: Prepared) -> str:
    """Why there is no answer."""
    if prepared.varied.lost > 0:
        return _tr("no ink is left on the sheet")
    return _tr("no ink is left: too thin")


def _off_centre(stages: Stages, where: Placement) -> tuple[float, float]:
    """How far right and down of where MNIST's lie the centre of mass is."""
    down, right = stages.centre
    return where.left + right * where.scale - CENTRE, where.top + down * where.scale - CENTRE


def _way(right: float, down: float) -> str:
    """1.2 px left and 0.4 px up; empty for hardly anything."""
    parts = []
    for amount, forth, back in ((right, _tr("right"), _tr("left")), (down, _tr("down"), _tr("up"))):
        if abs(amount) >= _NEAR:
            parts.append(
                _tr("{amount} px {direction}").format(
                    amount=number(abs(amount), 1), direction=forth if amount > 0 else back
                )
            )
    return _tr(", ").join(parts)
