"""Curves of plots and their styles."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPen

from gui.paint.theme import is_dark


@dataclass(frozen=True)
class CurveStyle:
    """How one curve is drawn; colours for light and dark windows."""

    light: str
    dark: str
    width: float = 1.0
    dashed: bool = False
    symbol: str | None = None
    """A mark at each point, by pyqtgraph's letters."""
    filled: bool = False
    """Down to 0, faintly."""

    def pen(self, palette: QPalette) -> QPen:
        """Return the pen for windows of this palette."""
        pen = QPen(QColor(self.dark if is_dark(palette) else self.light))
        pen.setWidthF(self.width)
        pen.setCosmetic(True)
        if self.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve: values (n,) at steps (n,), which rise; NaN leaves a gap. The label is its name for people."""

    name: str
    label: str
    style: CurveStyle
    steps: np.ndarray
    values: np.ndarray

    def at(self, step: int | None) -> float:
        """Return the last value up to a step, or of all; NaN where there is none."""
        count = len(self.steps) if step is None else int(np.searchsorted(self.steps, step, side="right"))
        return float(self.values[count - 1]) if count else np.nan

    def within(self, first: float, last: float) -> Curve:
        """Return the part between two steps, with one more point at either end."""
        begin = max(int(np.searchsorted(self.steps, first)) - 1, 0)
        end = int(np.searchsorted(self.steps, last, side="right")) + 1
        return replace(self, steps=self.steps[begin:end], values=self.values[begin:end])


BATCHES = CurveStyle("#b9c9dd", "#45566b")
SMOOTHED = CurveStyle("#1f6fc4", "#5aa9f2", width=2)
TRAINING = CurveStyle("#14406f", "#b5d6f7", symbol="o")
VALIDATION = CurveStyle("#d55e00", "#ff9a4d", width=1.5, symbol="s")
RATE = CurveStyle("#1f6fc4", "#5aa9f2", width=1.5)
FAINT = CurveStyle("#b8b8b8", "#5a5a5a")
PLANNED_RATE = CurveStyle("#308cc6", "#308cc6", width=2, filled=True)
TARGET = CurveStyle("#5f6670", "#a9b0ba", dashed=True)

_RUNS = (("#007a5e", "#35c9a0"), ("#a34b85", "#e39ac6"), ("#8a6d00", "#e0c341"), ("#7050b0", "#b49bea"))

# Ten colours after Petroff (2021, arXiv:2107.02270), moved apart by a search: in CIELAB any two are at
# least 34 apart, and 24 where protanopia or deuteranopia is simulated (Machado et al. 2009). Their
# contrast with the charts' paper is at least 2.4 in light and 3.2 in dark windows.
_DIGITS_LIGHT = (
    "#2660ff", "#f38c02", "#8d2b26", "#74acd3", "#5c0185",
    "#a97f80", "#cb3200", "#92ab5f", "#7d457d", "#6d84e3",
)  # fmt: skip
_DIGITS_DARK = (
    "#1d65ff", "#ffdc00", "#ce4022", "#a898d2", "#9359c5",
    "#b15655", "#ec8300", "#93dd82", "#93a5a2", "#7af9ff",
)  # fmt: skip


def digit_style(digit: int, width: float = 1.0) -> CurveStyle:
    """Return the style of one class's probability; colours repeat after ten."""
    place = digit % len(_DIGITS_LIGHT)
    return CurveStyle(_DIGITS_LIGHT[place], _DIGITS_DARK[place], width)


def run_style(index: int, symbol: str | None = None) -> CurveStyle:
    """Return the style of an earlier run; colours repeat after four."""
    return CurveStyle(*_RUNS[index % len(_RUNS)], dashed=True, symbol=symbol)
