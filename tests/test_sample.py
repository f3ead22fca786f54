from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from driving import SEVEN, action, button, press, settle, text
from ink_replay import draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.ink.last_drawing import keep
from core.ink.preprocess import to_mnist
from core.ink.sample import SAMPLE
from core.reading.classifier import Classifier
from gui.main_window import MainWindow
from gui.pad.drawing_canvas import DrawingCanvas
from gui.window.settings import Settings


@pytest.fixture
def sampled(open_window: Callable[..., MainWindow], qtbot: QtBot) -> MainWindow:
    window = open_window(with_sample=True)
    qtbot.waitUntil(lambda: not window._last_drawing._reading.is_running, timeout=10_000)
    return window


@pytest.mark.parametrize("model", ["lenet", "lenet_pen", "lenet_sigmoid"])
def test_the_sample_is_read_right_and_surely_by_each_shipped_network(qtbot: QtBot, model: str) -> None:
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    canvas.show_sample([SAMPLE])
    answer = Classifier.open(model, "cpu").read(to_mnist(canvas.ink()))
    assert answer.digit == 2 and answer.is_sure


def test_a_window_opens_with_a_sample_that_is_answered_and_is_nobody_s(
    sampled: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    canvas = sampled.canvas
    assert canvas.is_sample() and not canvas.can_undo()
    qtbot.waitUntil(lambda: sampled._engine.prediction is not None, timeout=10_000)
    assert text(sampled, "answer_digit") == "2"
    qtbot.wait(60)  # the label row follows
    assert not button(sampled, "is_a_2_button").isEnabled()
    press(canvas, Qt.Key.Key_2)
    settle()
    assert not list((tmp_path / "my_digits").glob("*/*.png"))
    sampled.close()
    assert not (tmp_path / "drawing" / "last.png").exists()


def test_the_first_stroke_takes_the_sample_away_and_undo_does_not_bring_it_back(sampled: MainWindow) -> None:
    canvas = sampled.canvas
    middle = QPoint(canvas.width() // 2, canvas.width() // 4)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert not canvas.is_sample()
    rows = np.flatnonzero(canvas.ink().any(1))
    assert rows.max() - rows.min() < 40  # a dot and nothing else
    action(sampled, "undo").trigger()
    assert canvas.is_empty() and not canvas.is_sample() and not canvas.can_undo()


def test_whatever_takes_its_place_is_a_drawing(qtbot: QtBot) -> None:
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    ink = np.full((280, 280), 200, np.uint8)
    changes: list[Callable[[], None]] = [
        lambda: canvas.place(ink),
        lambda: canvas.draw([SAMPLE + 5]),
        lambda: canvas.begin_with(ink),
    ]
    for change in changes:
        canvas.show_sample([SAMPLE])
        change()
        assert not canvas.is_sample() and not canvas.is_empty()
        while canvas.can_undo():
            canvas.undo()
            assert canvas.is_empty()
    canvas.show_sample([SAMPLE])
    canvas.clear()
    assert canvas.is_empty() and not canvas.is_sample() and not canvas.can_undo()


def test_the_sheet_says_that_it_is_a_sample(qtbot: QtBot) -> None:
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(280, 280)

    def foot() -> int:
        image = canvas.grab().toImage()
        return sum(image.pixelColor(x, y).lightness() < 200 for x in range(60, 220) for y in range(256, 274))

    canvas.show_sample([SAMPLE])
    said = foot()
    canvas.clear()
    assert said > 100 and foot() < said / 4


def test_a_drawing_of_last_time_is_waited_for_and_takes_the_sample_s_place(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    first = open_window(with_sample=True)
    draw(first.canvas, SEVEN)
    ink = first.canvas.ink()
    first.close()
    assert Settings().has_drawing
    second = open_window(with_sample=True, wait=False)
    assert second.canvas.is_empty()
    qtbot.waitUntil(lambda: not second.canvas.is_empty(), timeout=10_000)
    assert not second.canvas.is_sample()
    np.testing.assert_array_equal(second.canvas.ink(), ink)


@pytest.mark.parametrize("is_told", [True, False])
def test_the_settings_and_the_file_may_disagree(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, is_told: bool
) -> None:
    Settings().has_drawing = is_told
    if not is_told:
        keep(tmp_path / "drawing" / "last.png", np.full((280, 280), 200, np.uint8))
    window = open_window(with_sample=True)
    qtbot.waitUntil(lambda: window.canvas.is_sample() == is_told, timeout=10_000)
    assert not window.canvas.is_empty()
