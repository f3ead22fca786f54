"""Digits that people wrote with a pen, drawn again on the program's canvas by mouse events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from gui.pad.drawing_canvas import GRID, DrawingCanvas

FILE = Path(__file__).resolve().parents[2] / "shared" / "ink" / "pen_digits_dev.npz"

_MOUSE_INTERVAL = 8  # milliseconds: 125 times a second


class PenDigits:
    """Digits as strokes: the arrays of the file are described in the README beside it."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as arrays:
            self._points = arrays["points"]
            self._strokes = arrays["stroke_offsets"]
            self._samples = arrays["sample_offsets"]
            self.labels = arrays["labels"]
            self.sources = arrays["sources"][arrays["source"]]
            self.writers = arrays["writers"][arrays["writer"]]
            self.slashed_zero = arrays["slashed_zero"]

    def __len__(self) -> int:
        return len(self.labels)

    def strokes(
        self, index: int, size: float = 200.0, place: tuple[float, float] = (0.5, 0.5)
    ) -> list[np.ndarray]:
        """A digit's strokes (n, 2), its longer side `size` of the canvas's pixels.

        `place` says where in the room that is left: from 0, left or top, to 1, right or bottom.
        """
        first, last = self._samples[index], self._samples[index + 1]
        strokes = [self._points[self._strokes[s] : self._strokes[s + 1]] for s in range(first, last)]
        points = np.concatenate(strokes)
        low, high = points.min(0), points.max(0)
        scale = size / max(float((high - low).max()), 1e-6)
        corner = (GRID - (high - low) * scale) * np.array(place)
        return [(stroke - low) * scale + corner for stroke in strokes]


def draw(canvas: DrawingCanvas, strokes: list[np.ndarray], as_mouse: bool = False) -> None:
    """Draw strokes (n, 2), in the canvas's own grid, with mouse events on a canvas of any size.

    With `as_mouse` points lie on whole pixels of the widget, as a mouse's do, and come 8 ms apart.
    """
    side = min(canvas.width(), canvas.height())
    corner = np.array([(canvas.width() - side) / 2, 0])
    time = 0
    for stroke in strokes:
        points = stroke * (side / GRID) + corner
        if as_mouse:
            points = points.round()
        kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(points) - 1)]
        for kind, point in zip(kinds, points, strict=True):
            time += _MOUSE_INTERVAL
            _mouse(canvas, kind, point, time)
        _mouse(canvas, QEvent.Type.MouseButtonRelease, points[-1], time + _MOUSE_INTERVAL)


def _mouse(canvas: DrawingCanvas, kind: QEvent.Type, point: np.ndarray, time: int) -> None:
    position = QPointF(float(point[0]), float(point[1]))
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind, position, QPointF(canvas.mapToGlobal(position)), button, held, Qt.KeyboardModifier.NoModifier
    )
    event.setTimestamp(time)
    QApplication.sendEvent(canvas, event)


def inks(canvas: DrawingCanvas, digits: PenDigits, chosen: np.ndarray) -> Iterator[np.ndarray]:
    """The canvas's ink after each of the chosen digits was drawn on it."""
    for index in chosen:
        canvas.clear()
        draw(canvas, digits.strokes(int(index)))
        yield canvas.ink()
