"""Lines and squares that paper is ruled with: found by running right across it, and taken away."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

_TILTS = np.linspace(-0.1, 0.1, 81)  # rows for each column: up to six degrees
_FULL = 0.5  # of the sheet's width: a line is seen on no less
_THICKEST = 0.015  # of the sheet's shorter side, beside two pixels
_FEWEST = 2  # lines: one alone may be a stroke


def find_lines(marks: np.ndarray) -> np.ndarray:
    """The marks (H, W) bool that are lines alone, level or upright, that run from edge to edge of the sheet.

    Where a stroke crosses a line, it stays whole.
    """
    found: np.ndarray = _lines(marks) | _lines(marks.T).T
    return found


def _lines(marks: np.ndarray) -> np.ndarray:
    """The marks of level lines alone, (H, W) bool."""
    nothing = np.zeros_like(marks)
    thickest = round(_THICKEST * min(marks.shape)) + 2
    # A stroke is higher than a line; where it is not, it cannot be told from one.
    thin = marks & ~ndimage.binary_opening(marks, np.ones((thickest + 1, 1), bool))
    rows, columns = thin.nonzero()
    height, width = marks.shape
    if len(rows) < _FEWEST * _FULL * width:
        return nothing
    slopes = [np.bincount(_along(rows, columns, slope, width), minlength=height) for slope in _TILTS]
    best = int(np.argmax([float((profile.astype(float) ** 2).sum()) for profile in slopes]))
    places = _along(rows, columns, _TILTS[best], width)
    # A line a few pixels thick is spread over as many rows, and rounded to one more at each side.
    profile = ndimage.maximum_filter1d(slopes[best], 3)
    near_full = profile >= _FULL * width / 2
    bands, count = ndimage.label(near_full)
    seen = np.zeros((count + 1, width), bool)
    seen[bands[places], columns] = True
    edge = max(width // 10, 1)  # a stroke ends before it
    is_line = (seen.sum(1) >= _FULL * width) & seen[:, :edge].any(1) & seen[:, -edge:].any(1)
    lines = np.flatnonzero(is_line)
    lines = lines[lines > 0]
    if len(lines) < _FEWEST:
        return nothing
    nothing[rows, columns] = np.isin(bands[places], lines)
    return nothing


def _along(rows: np.ndarray, columns: np.ndarray, slope: float, width: int) -> np.ndarray:
    """The row in which a line of that slope that passes through each place crosses the sheet's middle."""
    places: np.ndarray = np.maximum(np.rint(rows - slope * (columns - width / 2)).astype(int), 0)
    return places
