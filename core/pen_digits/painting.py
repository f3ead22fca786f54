"""Strokes as ink, painted as the program's canvas paints them. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def paint(strokes: Sequence[np.ndarray], width: float, side: int) -> np.ndarray:
    """Strokes (n, 2), in pixels, as ink (side, side) uint8: lines with round ends and soft edges.

    A pixel holds the share of it that a line `width` pixels wide covers, estimated from the distance of its
    centre from the line. Ink beyond the sheet is lost.
    """
    starts = np.concatenate([stroke[: max(len(stroke) - 1, 1)] for stroke in strokes]).astype(np.float32)
    ends = np.concatenate([stroke[-max(len(stroke) - 1, 1) :] for stroke in strokes]).astype(np.float32)
    radius = np.float32(width / 2)
    # All lines at once, each in a window of the same size: line by line took six times as long.
    window = int(np.ceil(np.abs(ends - starts).max() + width)) + 3
    corners = np.floor(np.minimum(starts, ends) - radius - 1).clip(-window, side).astype(int)  # (lines, 2)
    x, y = (corners[:, axis, None] + np.arange(window) + 0.5 - starts[:, axis, None] for axis in (0, 1))
    x, y = x.astype(np.float32)[:, None, :], y.astype(np.float32)[:, :, None]
    along_x, along_y = ((ends - starts)[:, axis, None, None] for axis in (0, 1))
    length = np.maximum(along_x * along_x + along_y * along_y, np.float32(1e-12))  # squared
    share = np.clip((x * along_x + y * along_y) / length, 0, 1)  # of the line, where it is nearest
    distance = np.hypot(x - share * along_x, y - share * along_y)
    covered = np.clip(radius + np.float32(0.5) - distance, 0, 1)
    ink = np.zeros((side + 2 * window, side + 2 * window), np.float32)
    for (left, top), line in zip(corners + window, covered, strict=True):
        under = ink[top : top + window, left : left + window]
        np.maximum(under, line, out=under)
    levels: np.ndarray = (ink[window:-window, window:-window] * 255 + 0.5).astype(np.uint8)
    return levels
