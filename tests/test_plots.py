"""What all plots and grids of captioned pictures have in common."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.paint.curve_style import RATE, Curve
from gui.widgets.captioned_grid import CaptionedGrid
from gui.widgets.plot import Plot
from gui.widgets.probability_plot import ProbabilityPlot


def curve(name: str, values: np.ndarray) -> Curve:
    return Curve(name, name, RATE, np.arange(len(values), dtype=float), values)


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    plot = Plot()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.setXRange(0, 10, padding=0)
    plot.show()
    plot.grab()
    return plot


def test_a_plot_shows_the_curves_that_it_was_given_last(plot: Plot) -> None:
    plot.draw([curve("a", np.ones(4)), curve("b", np.full(4, np.nan))])
    plot.grab()  # of NaN alone, too
    plot.draw([curve("b", np.zeros(4))])
    assert not len(plot.curve("a")[0])
    np.testing.assert_array_equal(plot.curve("b")[1], np.zeros(4))


def test_a_press_tells_the_place_on_the_axis(plot: Plot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(plot.pointed) as told:
        QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.point(4, 0).toPoint())
    assert told.args[0] == pytest.approx(4, abs=0.1)


def test_the_wheel_over_a_plot_scrolls_the_page(qtbot: QtBot) -> None:
    page, plot = QWidget(), Plot()
    layout = QVBoxLayout(page)
    layout.addWidget(plot)
    layout.addStretch()
    page.setMinimumSize(200, 2000)
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidget(page)
    area.resize(300, 300)
    area.show()
    before = plot.view.viewRange()
    at = plot.viewport().mapTo(area, QPoint(50, 30))
    QTest.wheelEvent(area.windowHandle(), QPointF(at), QPoint(0, -240))
    QApplication.processEvents()
    assert area.verticalScrollBar().value() > 0
    assert plot.view.viewRange() == before


def test_a_slider_that_moves_does_not_paint_the_curves_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = ProbabilityPlot()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.set_slider(0, 20, [(0, "0"), (20, "20")])
    plot.set_curves(np.arange(21), np.full((21, 10), 0.1), told=[3], strong=[3], dotted=[3])
    before = plot.grab().toImage()
    painted = []
    render = plot.render
    monkeypatch.setattr(plot, "render", lambda *about: (painted.append(1), render(*about)))
    plot.set_place(10)
    assert plot.grab().toImage() != before
    plot.set_dimmed(True)
    plot.grab()
    assert not painted


def test_a_probability_plot_tells_whole_places_of_its_slider(qtbot: QtBot) -> None:
    plot = ProbabilityPlot()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.set_slider(0, 20, [])
    plot.show()
    chosen: list[int] = []
    plot.chosen.connect(chosen.append)
    for x in (-1, 7.3, 21):
        QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.point(x, 0.5).toPoint())
    assert chosen == [0, 7, 20]


def test_the_arrow_keys_walk_the_pictures_of_a_grid(qtbot: QtBot) -> None:
    grid = CaptionedGrid("grid")
    qtbot.addWidget(grid)
    grid.resize(300, 340)
    grid.show()
    grid.set_pictures(
        [np.zeros((28, 28), np.uint8)] * 9, [(f"picture {n} of nine", str(n)) for n in range(9)]
    )
    grid.setFocus()
    went: list[object] = []
    chosen: list[object] = []
    grid.pointed.connect(went.append)
    grid.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Space):
        QTest.keyClick(grid, key)
    assert went == [3, 4, 1] and chosen == [1]


def test_a_caption_without_room_is_given_in_a_shorter_form(qtbot: QtBot) -> None:
    grid = CaptionedGrid("grid")
    qtbot.addWidget(grid)
    grid.set_pictures([np.zeros((5, 5), np.uint8)], [("a caption that is long", "short")])
    assert grid._caption(0, 1000) == "a caption that is long"
    assert grid._caption(0, 40) == "short"
