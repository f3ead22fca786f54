"""Have I seen this? The window tells drawings that are like digits from those that are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from driving import SEVEN, InlineExecutor, child, text, view_of
from example_digits import mnist
from ink_replay import draw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.errors import LabError
from core.processes import questions
from core.records import UNFAMILIAR, NetworkState, Prediction, Resemblance, Snapshot
from gui.main_window import MainWindow
from gui.pad.answer_panel import AnswerPanel
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.tabs.why.nearest_view import NearestView

SEVENS = mnist("test").images[mnist("test").labels == 7]


def scribble() -> list[np.ndarray]:
    """Strokes that nobody takes for a digit: lines to and fro, across and down."""
    ends = np.linspace(50, 230, 10)
    across = np.array([(50 if number % 2 else 230, end) for number, end in enumerate(ends)], float)
    return [across, across[:, ::-1]]


@pytest.fixture
def familiar(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window whose network knows the training digits."""
    qtbot.waitUntil(lambda: not window._context.familiarity._learning.is_running, timeout=60_000)
    return window


def judged(window: MainWindow, qtbot: QtBot, act: Callable[[], object]) -> Prediction:
    """The answer to an act, with its familiarity, when the pen rests."""
    with qtbot.waitSignal(window._context.familiarity.judged, timeout=10_000) as told:
        act()
    prediction: Prediction = told.args[0]
    return prediction


def test_a_scribble_gets_no_percentage_but_is_called_a_guess(familiar: MainWindow, qtbot: QtBot) -> None:
    prediction = judged(familiar, qtbot, lambda: draw(familiar.canvas, scribble()))
    assert prediction.is_unlike_digits
    assert "guess" in text(familiar, "answer_verdict") and "%" not in text(familiar, "answer_verdict")


def test_a_digit_is_not(familiar: MainWindow, qtbot: QtBot) -> None:
    prediction = judged(familiar, qtbot, lambda: familiar.canvas.place(SEVENS[0]))
    assert prediction.familiarity is not None and not prediction.is_unlike_digits
    assert "sure" in text(familiar, "answer_verdict")


def test_the_nearest_training_digits_are_shown_and_one_comes_onto_the_pad(
    familiar: MainWindow, qtbot: QtBot
) -> None:
    judged(familiar, qtbot, lambda: draw(familiar.canvas, SEVEN))
    familiar.open_tab("why")
    view_of(familiar, "why").pages.setCurrentWidget(view_of(familiar, "why").seen)
    view = child(familiar, NearestView, "nearest_view")
    qtbot.waitUntil(lambda: len(view._pictures) == 9, timeout=10_000)
    assert view._nearest is not None
    assert (np.diff(view._nearest.distances) >= 0).all()
    assert list(view._nearest.labels).count(7) >= 5
    before = familiar.canvas.ink()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.picture_rect(0).center().toPoint())
    assert not np.array_equal(familiar.canvas.ink(), before)
    familiar.canvas.undo()
    assert np.array_equal(familiar.canvas.ink(), before)


def test_what_was_drawn_before_the_digits_were_known_is_judged_when_they_are(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window._context.familiarity.judged, timeout=60_000) as told:
        draw(window.canvas, SEVEN)
    assert told.args[0].familiarity is not None


def test_a_changed_network_is_not_what_the_drawing_is_compared_by(familiar: MainWindow, qtbot: QtBot) -> None:
    before = judged(familiar, qtbot, lambda: familiar.canvas.place(SEVENS[0]))
    state = view_of(familiar, "inspect")._network
    assert state is not None
    off = NetworkState(state.table, state.weights, {"conv1": frozenset(range(6))})
    after = judged(familiar, qtbot, lambda: familiar._engine.edit(off))
    assert after.familiarity == before.familiarity


def test_a_network_in_training_says_nothing_of_familiarity(familiar: MainWindow, qtbot: QtBot) -> None:
    judged(familiar, qtbot, lambda: draw(familiar.canvas, scribble()))
    assert "guess" in text(familiar, "answer_verdict")
    state = view_of(familiar, "inspect")._network
    assert state is not None
    told: list[Prediction] = []
    familiar._context.familiarity.judged.connect(told.append)
    with qtbot.waitSignal(familiar._engine.answered, timeout=10_000):
        familiar._engine.follow(Snapshot("lenet", 3, state.weights, {}))
    assert not told and "guess" not in text(familiar, "answer_verdict")


def test_another_network_gets_to_know_the_digits_anew(qtbot: QtBot, few_references: None) -> None:
    engine = Engine(new_executor=InlineExecutor)
    learning = Question("familiarity", engine)
    shares: list[float] = []
    learning.advanced.connect(shares.append)
    for model in ("lenet", "lenet_sigmoid"):
        with qtbot.waitSignal(engine.loaded, timeout=30_000):
            engine.open(model, "cpu")
        assert questions.resemblance(np.zeros((28, 28), np.float32)) is None
        with qtbot.waitSignal(learning.finished, timeout=60_000):
            learning.work(questions.get_familiar)
        assert questions.resemblance(SEVENS[0] / np.float32(255)) is not None
    assert min(shares) >= 0 and max(shares) < 1
    engine.close()


def test_the_verdict_follows_the_familiarity(familiar: MainWindow, qtbot: QtBot) -> None:
    panel = child(familiar, AnswerPanel, "answer_panel")
    prediction = judged(familiar, qtbot, lambda: familiar.canvas.place(SEVENS[0]))
    panel.set_prediction(replace(prediction, familiarity=UNFAMILIAR / 2))
    assert "guess" in text(familiar, "answer_verdict")
    panel.set_prediction(replace(prediction, familiarity=UNFAMILIAR))
    assert "sure" in text(familiar, "answer_verdict")


def test_the_note_says_what_the_limit_means_and_what_distances_are_between(
    familiar: MainWindow, qtbot: QtBot
) -> None:
    judged(familiar, qtbot, lambda: draw(familiar.canvas, SEVEN))
    familiar.open_tab("why")
    view_of(familiar, "why").pages.setCurrentWidget(view_of(familiar, "why").seen)
    note = child(familiar, QLabel, "seen_meaning")
    qtbot.waitUntil(note.isVisible, timeout=10_000)
    assert "If fewer than 1.25 %" in note.text()
    assert "between the 84 outputs of the last hidden layer" in note.text()


def test_trouble_with_the_process_is_told_where_the_nearest_digits_would_be(
    familiar: MainWindow, qtbot: QtBot
) -> None:
    familiar.open_tab("why")
    view_of(familiar, "why").pages.setCurrentWidget(view_of(familiar, "why").seen)
    familiar._context.familiarity._resemblance.failed.emit(LabError("The process has ended."), None)
    told = child(familiar, QLabel, "seen_verdict")
    assert told.text() == "The process has ended."
    familiar._context.familiarity._learning.work(questions.get_familiar)
    familiar._engine._process._running = None
    familiar._engine.failed.emit(LabError("The process ends again and again."))
    assert told.text() == "The process ends again and again."
    assert not familiar._context.familiarity._learning.is_running


@pytest.mark.parametrize("count", [0, 1, 9])
def test_any_number_of_nearest_digits_can_be_shown(qtbot: QtBot, count: int) -> None:
    view = NearestView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.set_nearest(
        Resemblance(0.5, SEVENS[:count], np.full(count, 7, np.uint8), np.arange(count, dtype=np.float32))
    )
    chosen: list[np.ndarray] = []
    view.digit_chosen.connect(chosen.append)
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    view.grab()
    assert len(chosen) == min(count, 1)
