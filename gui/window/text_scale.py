"""How large text and graphics are: by the system's font, the window's size, and what the user chose."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize

from gui.paint.text import system_line_height

ZOOMS = (50, 60, 70, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300)
"""Percentages of the usual size that the user can choose."""

_USUAL_LINE = 14.0  # pixels: a line of text at 96 dots an inch
_ROOMY, _TIGHT = (1366, 768), (1280, 700)  # at this size of window and larger text grows; below it, shrinks
_GROWTH = 0.6  # text grows less than the window: a larger one has room for more as well
_SMALLEST = 0.6
_STEP = 0.05
_WIDE = 1500


def body_scale(window: QSize, zoom: int) -> float:
    """Return how many times as large as the system's text that of a window is, at a zoom of `ZOOMS`."""
    unit = system_line_height() / _USUAL_LINE
    share = _share(window, _ROOMY) / unit
    scale = share**_GROWTH if share >= 1 else min(_share(window, _TIGHT) / unit, 1.0)
    return max(math.floor(scale / _STEP + 1e-9) * _STEP, _SMALLEST) * zoom / 100


def is_wide(window: QSize, scale: float) -> bool:
    """Return whether a window of text of this scale has room for more than what is needed."""
    return window.width() >= _WIDE * scale * system_line_height() / _USUAL_LINE


def _share(window: QSize, of: tuple[int, int]) -> float:
    return min(window.width() / of[0], window.height() / of[1])
