from __future__ import annotations

import numpy as np
import pytest
from ink_replay import draw
from pytestqt.qtbot import QtBot

from core.ink.preprocess import to_mnist
from core.pen_digits.painting import paint
from gui.pad.drawing_canvas import GRID, DrawingCanvas


@pytest.mark.parametrize("width", [8, 24, 40])
def test_strokes_are_painted_as_the_canvas_paints_them(qtbot: QtBot, width: int) -> None:
    canvas = DrawingCanvas()
    canvas.resize(GRID, GRID)
    qtbot.addWidget(canvas)
    canvas.set_brush(width)
    random = np.random.default_rng(width)
    for _ in range(20):
        strokes = [random.uniform(50, 230, (count, 2)).astype(np.float32) for count in (5, 2, 9)]
        canvas.clear()
        draw(canvas, strokes)
        ours, theirs = paint(strokes, width, GRID).astype(int), canvas.ink().astype(int)
        assert ours.any()
        # Only edges may differ, and by less than the network's picture can show.
        assert np.abs(ours - theirs).mean() < 0.5
        assert ((ours > 0) == (theirs > 0)).mean() > 0.99
        seen = np.abs(to_mnist(ours.astype(np.uint8)) - to_mnist(theirs.astype(np.uint8)))
        assert seen.max() < 0.1  # at the border of the crop; 0.02 elsewhere


def test_a_stroke_of_one_point_is_a_dot() -> None:
    ink = paint([np.array([[20.0, 30.0]])], 10, 60)
    rows, columns = np.nonzero(ink)
    assert (rows.mean(), columns.mean()) == (29.5, 19.5)  # a pixel's number is that of its upper left corner
    assert ink.sum() / 255 == pytest.approx(np.pi * 25, rel=0.01)


def test_what_lies_beyond_the_sheet_is_lost() -> None:
    whole = paint([np.array([[30.0, 10.0], [30.0, 90.0]])], 8, 100)
    cut = paint([np.array([[30.0, 10.0], [30.0, 90.0]])], 8, 50)
    assert np.array_equal(cut, whole[:50, :50])
    assert not paint([np.array([[-300.0, 500.0], [-200.0, 500.0]])], 8, 50).any()
