"""The words below the picture of each step: what it does to the drawing, or what leaving it out does."""

from __future__ import annotations

from core.ink.preprocess import Placement, Stages, Steps
from core.reading.variation_records import Prepared, Variation, Varied
from gui.words import translate
from gui.words.numbers import number

_NEAR = 0.05  # of the picture's pixels: smaller distances are not mentioned
_LITTLE = 0.005  # of the ink: smaller losses are not mentioned


def of_ink(varied: Varied, variation: Variation) -> str:
    """Return the words about the sheet."""
    if varied.lost >= _LITTLE:
        text = translate("StageWords", "{share} % of the ink has left the sheet and is lost.")
        return text.format(share=round(varied.lost * 100))
    if variation != Variation():
        return translate("StageWords", "Your drawing, varied by the sliders below.")
    height, width = varied.ink.shape
    words = translate("StageWords", "Your drawing, {height}×{width} pixels.")
    return words.format(height=height, width=width)


def of_crop(stages: Stages, steps: Steps) -> str:
    """Return the words about the crop."""
    if steps.crop:
        text = translate("StageWords", "The paper around is cut away: {height}×{width} are left.")
        return text.format(height=stages.digit.height, width=stages.digit.width)
    return translate("StageWords", "Not cropped: the paper around counts as part of the digit.")


def of_scale(stages: Stages, steps: Steps) -> str:
    """Return the words about the digit's size."""
    longer = max(stages.ink.height, stages.ink.width) * stages.scaled.scale
    if steps.scale and steps.crop:
        return translate("StageWords", "The longer side becomes {size} px, as MNIST's.").format(
            size=f"{stages.box:.3g}"
        )
    if steps.scale:
        text = translate("StageWords", "All of the sheet becomes {box} px; the digit only {size}.")
        return text.format(box=f"{stages.box:.3g}", size=number(longer, 1))
    text = translate("StageWords", "Not scaled: the digit is {size} px, MNIST's are {box}.")
    return text.format(box=f"{stages.box:.3g}", size=number(longer, 1))


def of_centre(stages: Stages, steps: Steps) -> str:
    """Return the words about the digit's place."""
    if steps.centre:
        moved = _way(stages.placed.left - stages.scaled.left, stages.placed.top - stages.scaled.top)
        if not moved:
            return translate("StageWords", "The centre of mass lies on the cross already.")
        if max(map(abs, _off_centre(stages, stages.placed))) > _NEAR:
            words = translate("StageWords", "{way}: as near to the cross as the picture allows.")
        else:
            words = translate("StageWords", "{way}: the centre of mass is on the cross.")
        return words.format(way=moved)
    off = _way(*_off_centre(stages, stages.placed))
    if not off:
        return translate("StageWords", "Not centred, but it lies where MNIST's digits do.")
    return translate("StageWords", "Not centred: the digit lies {way} of where MNIST's lie.").format(way=off)


def of_antialias(stages: Stages, steps: Steps) -> str:
    """Return the words about the pixels."""
    count = 1 / stages.placed.scale
    if steps.antialias:
        text = translate(
            "StageWords", "Each of the {rows}×{columns} pixels is the mean of the ink around it."
        )
        rows, columns = stages.picture.shape
        return text.format(rows=rows, columns=columns)
    if count < 1.5:
        return translate("StageWords", "Each pixel is one of the drawing's: edges are jagged.")
    return translate(
        "StageWords", "Each pixel is 1 of the drawing's {count}×{count}: jagged, thin strokes break."
    ).format(count=round(count))


def of_nothing(prepared: Prepared) -> str:
    """Return why there is no answer."""
    if prepared.varied.lost > 0:
        return translate("StageWords", "no ink is left on the sheet")
    return translate("StageWords", "no ink is left: too thin")


def _off_centre(stages: Stages, where: Placement) -> tuple[float, float]:
    """Return how far right and down of MNIST's the centre of mass is."""
    down, right = stages.centre
    to_down, to_right = stages.target
    return where.left + right * where.scale - to_right, where.top + down * where.scale - to_down


def _way(right: float, down: float) -> str:
    """Return a direction with its pixels, “1.2 px left, 0.4 px up”; empty where both are tiny."""
    parts = []
    for amount, forth, back in (
        (right, translate("StageWords", "right"), translate("StageWords", "left")),
        (down, translate("StageWords", "down"), translate("StageWords", "up")),
    ):
        if abs(amount) >= _NEAR:
            words, direction = (
                translate("StageWords", "{amount} px {direction}"),
                forth if amount > 0 else back,
            )
            parts.append(words.format(amount=number(abs(amount), 1), direction=direction))
    return translate("StageWords", ", ").join(parts)
