"""Digits that people wrote with a pen, drawn again on the program's canvas by mouse events.

Run it to see how many of them the shipped networks read:
    QT_QPA_PLATFORM=offscreen python tests/ink_replay.py FILE.npz [--every N] [--model NAME]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gui.pad.drawing_canvas import GRID, DrawingCanvas

FILE = Path(__file__).resolve().parents[2] / "shared" / "ink" / "pen_digits_dev.npz"


class PenDigits:
    """Digits as strokes: the arrays of the file are described in the README beside it."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as arrays:
            self._points = arrays["points"]
            self._strokes = arrays["stroke_offsets"]
            self._samples = arrays["sample_offsets"]
            self.labels = arrays["labels"]
            self.sources = arrays["sources"][arrays["source"]]
            self.slashed_zero = arrays["slashed_zero"]

    def __len__(self) -> int:
        return len(self.labels)

    def strokes(self, index: int, size: float = 200.0) -> list[np.ndarray]:
        """A digit's strokes (n, 2), its longer side `size` of the canvas's pixels, in its middle."""
        first, last = self._samples[index], self._samples[index + 1]
        strokes = [self._points[self._strokes[s] : self._strokes[s + 1]] for s in range(first, last)]
        points = np.concatenate(strokes)
        low, high = points.min(0), points.max(0)
        scale = size / max(float((high - low).max()), 1e-6)
        return [(stroke - (low + high) / 2) * scale + GRID / 2 for stroke in strokes]


def draw(canvas: DrawingCanvas, strokes: list[np.ndarray]) -> None:
    """Draw strokes (n, 2), in the canvas's own grid, with mouse events on a canvas of any size."""
    side = min(canvas.width(), canvas.height())
    corner = np.array([(canvas.width() - side) / 2, 0])
    for stroke in strokes:
        points = stroke * (side / GRID) + corner
        _mouse(canvas, QEvent.Type.MouseButtonPress, points[0])
        for point in points[1:]:
            _mouse(canvas, QEvent.Type.MouseMove, point)
        _mouse(canvas, QEvent.Type.MouseButtonRelease, points[-1])


def _mouse(canvas: DrawingCanvas, kind: QEvent.Type, point: np.ndarray) -> None:
    position = QPointF(float(point[0]), float(point[1]))
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind, position, QPointF(canvas.mapToGlobal(position)), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas, event)


def inks(canvas: DrawingCanvas, digits: PenDigits, chosen: np.ndarray) -> Iterator[np.ndarray]:
    """The canvas's ink after each of the chosen digits was drawn on it."""
    for index in chosen:
        canvas.clear()
        draw(canvas, digits.strokes(int(index)))
        yield canvas.ink()


def main() -> int:
    """Print accuracy per source, slashed zeros apart."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    parser.add_argument("--every", type=int, default=1, help="replay one digit in this many")
    parser.add_argument("--brush", type=int, help="the brush's width in the canvas's pixels")
    parser.add_argument("--model", default="lenet")
    arguments = parser.parse_args()

    from core.classifier import Classifier

    app = QApplication(sys.argv[:1])
    canvas = DrawingCanvas()
    canvas.resize(GRID, GRID)
    if arguments.brush:
        canvas.set_brush(arguments.brush)
    digits = PenDigits(arguments.file)
    chosen = np.arange(0, len(digits), arguments.every)
    classifier = Classifier.open(arguments.model, "cpu")
    started = time.perf_counter()
    read = np.array([classifier.classify(ink).digit for ink in inks(canvas, digits, chosen)])
    seconds = time.perf_counter() - started
    right = read == digits.labels[chosen]
    slashed = digits.slashed_zero[chosen]
    for source in np.unique(digits.sources):
        group = (digits.sources[chosen] == source) & ~slashed
        print(f"{source:16s} {right[group].mean():7.2%} of {group.sum():6,}")
    print(f"{'slashed zeros':16s} {right[slashed].mean():7.2%} of {slashed.sum():6,}")
    print(f"{len(chosen) / seconds:.0f} digits a second")
    del app
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
