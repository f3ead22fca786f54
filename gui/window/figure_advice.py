"""What is said of a figure that no page holds, or whose letters nobody reads on paper."""

from __future__ import annotations

import math

from gui.window.figure_print import Preview
from gui.words import translate

TALLEST = 24.0
"""Centimetres: the type area of a page of A4."""
SMALLEST = 6.0
"""Points: smaller letters cannot be read on paper."""


def warnings_of(width: float, shown: Preview) -> list[str]:
    """Return what is wrong with a figure `width` centimetres wide, and what helps, as sentences."""
    return [*_of_height(width, shown), *_of_letters(width, shown)]


def _of_height(width: float, shown: Preview) -> list[str]:
    height = shown.height_at(width)
    if height <= TALLEST:
        return []
    fits = math.floor(width * TALLEST / height * 10) / 10
    if shown.letters * fits / width >= SMALLEST:
        text = translate(
            "FigureDialog", "{height} cm tall: more than a page. {fits} cm wide, it fits on one."
        )
    else:
        text = translate(
            "FigureDialog",
            "{height} cm tall: more than a page, and {fits} cm wide, as fits on one, its letters would be "
            "too small. Spread it over pages, or show less: a convolution's cell that reads fewer channels.",
        )
    return [text.format(height=f"{height:.1f}", fits=f"{fits:.1f}")]


def _of_letters(width: float, shown: Preview) -> list[str]:
    if shown.letters >= SMALLEST:
        return []
    text = translate(
        "FigureDialog",
        "Letters from {points} pt: too small to read on paper. {wide} cm wide, they are {least}.",
    )
    wide = math.ceil(width * SMALLEST / shown.letters * 10) / 10
    return [text.format(points=f"{shown.letters:.1f}", wide=f"{wide:.1f}", least=f"{SMALLEST:g} pt")]
