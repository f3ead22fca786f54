"""One of the two networks of a comparison, with its answer to the drawing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

from core.records import NetworkTable, Prediction
from gui.paint.theme import is_dark

LEFT, RIGHT = 0, 1

# Violet and amber: they stay apart for those who see no red or no green, and no map of values has both.
_COLOURS = {False: ("#7050b0", "#a87b00"), True: ("#b49bea", "#e0c341")}


@dataclass(frozen=True, eq=False)
class ComparedSide:
    """A network and its prediction for the drawing."""

    name: str
    origin: str = ""
    """Its training data and number of parameters: two lines at most."""
    table: NetworkTable | None = None
    """None while it is not known."""
    prediction: Prediction | None = None
    """None for bare paper, and where there is no answer."""
    problem: str = ""
    """Why it cannot answer, as a sentence."""


def side_colour(side: int, palette: QPalette) -> QColor:
    """The colour that stands for a side, LEFT or RIGHT, on windows of this palette."""
    return QColor(_COLOURS[is_dark(palette)][side])
