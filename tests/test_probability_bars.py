from __future__ import annotations

import numpy as np
import pytest
from driving import child
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from core.records import Prediction, Trace
from gui.pad.answer_panel import AnswerPanel
from gui.pad.modified_bar import ModifiedBar
from gui.paint.theme import answer_colour, frame_colour
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.steady_label import SteadyLabel


def prediction(now: list[float], before: list[float] | None = None) -> Prediction:
    return Prediction(
        np.array(now, np.float32),
        np.zeros(10, np.float32),
        Trace(np.zeros((1, 28, 28), np.float32), ()),
        1.0,
        original=None if before is None else np.array(before, np.float32),
    )


NOW = [0.0, 0.3, 0.0, 0.7, 0, 0, 0, 0, 0, 0]
BEFORE = [0.0, 0.9, 0.0, 0.1, 0, 0, 0, 0, 0, 0]


@pytest.fixture
def bars(qtbot: QtBot) -> ProbabilityBars:
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(320, 220)
    bars.show()
    return bars


def columns_of(image: QImage, colour: QColor, row: int) -> list[int]:
    y = int((row + 0.5) * image.height() / 10)
    return [x for x in range(image.width()) if image.pixelColor(x, y) == colour]


def test_a_changed_network_s_difference_is_told_in_percentage_points(bars: ProbabilityBars) -> None:
    bars.set_prediction(prediction(NOW, BEFORE))
    assert [bars.difference(digit) for digit in (0, 1, 3)] == ["0.0 pp", "−60.0 pp", "+60.0 pp"]


def test_an_unchanged_network_has_no_difference(bars: ProbabilityBars) -> None:
    bars.set_prediction(prediction(NOW))
    assert bars.difference(3) == ""
    bars.set_prediction(None)
    assert bars.difference(3) == ""


def test_a_line_marks_what_the_original_gives(bars: ProbabilityBars) -> None:
    bars.set_prediction(prediction(NOW, BEFORE))
    image = bars.grab().toImage()
    palette = bars.palette()
    winner = columns_of(image, answer_colour(palette), 3)
    track = len(winner) / 0.7  # of which the line hides two pixels
    line = [x for x in columns_of(image, frame_colour(palette), 3) if x > winner[0]]
    assert line[0] == pytest.approx(winner[0] + 0.1 * track, abs=3)


def test_the_answer_s_bar_has_a_colour_of_its_own(bars: ProbabilityBars) -> None:
    bars.set_prediction(prediction(NOW))
    image, palette = bars.grab().toImage(), bars.palette()
    winner, other = answer_colour(palette), palette.color(QPalette.ColorRole.Mid)
    of_winner = columns_of(image, winner, 3)
    of_other = columns_of(image, other, 1)
    assert len(of_winner) == pytest.approx(len(of_other) * 7 / 3, abs=3) and of_other
    assert not columns_of(image, other, 3) and not columns_of(image, winner, 1)
    assert not columns_of(image, other, 5) and not columns_of(image, winner, 5)  # 0 %


def test_numbers_do_not_move_the_columns(bars: ProbabilityBars) -> None:
    bars.set_prediction(prediction(NOW, BEFORE))
    first = bars._columns()
    bars.set_prediction(prediction(BEFORE, NOW))
    assert bars._columns() == first


def test_probabilities_that_are_no_numbers_are_said_to_be_none(qtbot: QtBot) -> None:
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.set_prediction(prediction([float("nan")] * 10, BEFORE))
    panel.grab()
    assert panel.bars.difference(1) == "–"
    assert "too large" in panel._verdict.text()


def test_the_modified_bar_says_so_moves_nothing_and_leads_back(qtbot: QtBot) -> None:
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    places = panel.bars.geometry(), panel.input_preview.geometry()
    assert not panel.modified_bar.isVisible()
    panel.modified_bar.set_text("Modified: conv1 channel 3 off")
    qtbot.wait(10)
    assert panel.modified_bar.isVisible() and "channel 3" in panel.modified_bar.text()
    assert (panel.bars.geometry(), panel.input_preview.geometry()) == places
    button = child(panel, QToolButton, "modified_revert_button")
    with qtbot.waitSignal(panel.modified_bar.revert_wanted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    panel.modified_bar.set_text("")
    assert not panel.modified_bar.isVisible()


def test_what_the_modified_bar_says_is_complete_at_any_width(qtbot: QtBot) -> None:
    bar = ModifiedBar()
    qtbot.addWidget(bar)
    bar.show()
    words = child(bar, SteadyLabel, "modified_text")
    for width in (700, 200, 700, 1):
        bar.resize(max(width, bar.minimumSizeHint().width()), bar.height())
        bar.set_text("Modified: 12 channels off, 3 kernels edited", "Modified: 15 changes")
        assert words.text() == (bar.text() if width == 700 else "Modified: 15 changes")
        assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()
        assert words.toolTip() == "Modified: 12 channels off, 3 kernels edited"
