from __future__ import annotations

import numpy as np
import pytest
from ink_replay import FILE, PenDigits, inks
from pytestqt.qtbot import QtBot

from core.reading.classifier import Classifier
from gui.pad.drawing_canvas import GRID, DrawingCanvas

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not FILE.exists(), reason="the pen digits are not part of the program")
@pytest.mark.parametrize(("model", "least"), [("lenet", 0.95), ("lenet_pen", 0.97)])
def test_pen_strokes_of_real_writers_drawn_with_the_mouse_are_read(
    qtbot: QtBot, model: str, least: float
) -> None:
    digits = PenDigits(FILE)
    chosen = np.arange(0, len(digits), 30)
    chosen = chosen[~digits.slashed_zero[chosen]]
    canvas = DrawingCanvas()
    canvas.resize(GRID, GRID)
    qtbot.addWidget(canvas)
    classifier = Classifier.open(model, "cpu")
    read = np.array([classifier.classify(ink).digit for ink in inks(canvas, digits, chosen)])
    right = read == digits.labels[chosen]
    for source in np.unique(digits.sources):
        of_source = right[digits.sources[chosen] == source]
        print(f"{source}: {of_source.mean():.2%} of {len(of_source)}")
        assert of_source.mean() >= least, source
