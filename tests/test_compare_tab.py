from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driving import LEFT_BUTTON, SEVEN, Kind, child, click, tab_of, text, wait_for_files
from ink_replay import draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core import networks
from core.errors import LabError
from core.ink import preprocess
from core.networks import trace, weight_files
from core.pen_digits.samples import SAMPLE_FORMS
from core.processes import inference
from core.reading.classifier import Classifier
from core.reading.comparison import PAD, UNTRAINED, WEIGHTS, NetworkChoice
from core.records import NetworkState, Snapshot
from core.training import runs
from core.training.config import TrainingConfig
from gui.layers.maps_view import MapsView
from gui.layers.units_view import UnitsView
from gui.main_window import MainWindow
from gui.pad.drawing_canvas import GRID
from gui.processes.engine import Engine
from gui.tabs.compare.compare_view import CompareView
from gui.tabs.compare.compared_side import LEFT, RIGHT, ComparedSide
from gui.tabs.compare.layer_pair import LayerPair
from gui.tabs.compare.network_chooser import NetworkChooser
from gui.widgets.steady_label import SteadyLabel, SteadyText
from gui.window.settings import Settings

LENET_PEN, LENET = NetworkChoice(WEIGHTS, "lenet_pen"), NetworkChoice(WEIGHTS, "lenet")
SIGMOID = NetworkChoice(WEIGHTS, "lenet_sigmoid")


class Compared:
    """A window whose Compare tab is in sight, and every pair of sides that it has shown."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.sides: list[tuple[ComparedSide, ComparedSide]] = []
        self.go_to("compare")
        window._pages.page("compare").build()
        self.tab = self.child(CompareView, "compare_tab")
        self.layers: LayerPair = self.tab.layers
        assert tab_of(window, "compare") is not None
        tab_of(window, "compare")._answers.changed.connect(self._on_changed)

    def _on_changed(self, left: ComparedSide, right: ComparedSide) -> None:
        self.sides.append((left, right))

    def child(self, kind: type[Kind], name: str) -> Kind:
        return child(self.window, kind, name)

    def words(self, name: str) -> str:
        return text(self.window, name)

    def go_to(self, page: str) -> None:
        QTest.mouseClick(self.child(QAbstractButton, f"{page}_place"), LEFT_BUTTON)

    def click(self, name: str) -> None:
        button = self.child(QToolButton, name)
        assert button.isEnabled() and button.isVisible()
        QTest.mouseClick(button, LEFT_BUTTON)

    def choose(self, side: int, choice: NetworkChoice) -> None:
        """With the keys, as somebody without a mouse does."""
        chooser: NetworkChooser = self.tab.answers.heads[side].chooser
        chooser.setFocus()
        QTest.keyClick(chooser, Qt.Key.Key_Home)
        for _ in range(chooser.count()):
            if chooser.choice == choice:
                return
            QTest.keyClick(chooser, Qt.Key.Key_Down)
        raise AssertionError(f"{choice} is not offered")

    def wait(
        self, condition: Callable[[ComparedSide, ComparedSide], bool]
    ) -> tuple[ComparedSide, ComparedSide]:
        """The sides that are shown, once they are of the newest drawing and the condition holds."""

        def is_there() -> bool:
            if not self.sides:
                return False
            ink = self.window.canvas.ink()
            known = [side.prediction for side in self.sides[-1] if side.prediction is not None]
            newest = preprocess.to_mnist(ink)
            are_newest = all(np.array_equal(prediction.trace.picture, newest) for prediction in known)
            return are_newest and condition(*self.sides[-1])

        self.qtbot.waitUntil(is_there, timeout=60_000)
        return self.sides[-1]

    def wait_for_answers(self) -> tuple[ComparedSide, ComparedSide]:
        return self.wait(lambda left, right: left.prediction is not None and right.prediction is not None)


@pytest.fixture
def compared(window: MainWindow, qtbot: QtBot) -> Compared:
    return Compared(window, qtbot)


def probabilities(model: str, ink: np.ndarray) -> np.ndarray:
    return Classifier.open(model, "cpu").classify(ink).probabilities


def random_weights(path: Path, scale: float = 1.0, **about: Any) -> Path:
    weights = trace.state(networks.build("lenet", 3)).weights
    scaled = {name: value * scale for name, value in weights.items()}
    weight_files.save(path, scaled, {"architecture": "lenet", **about})
    return path


# Two answers


def test_a_drawing_is_answered_by_both_networks_and_the_difference_is_theirs(compared: Compared) -> None:
    draw(compared.window.canvas, SEVEN)
    left, right = compared.wait_for_answers()
    ink = compared.window.canvas.ink()
    expected = [probabilities(model, ink) for model in ("lenet_pen", "lenet")]
    assert left.prediction is not None and right.prediction is not None
    np.testing.assert_allclose(left.prediction.probabilities, expected[0], rtol=1e-6)
    np.testing.assert_allclose(right.prediction.probabilities, expected[1], rtol=1e-6)
    shown = compared.tab.answers.difference.differences
    assert shown is not None
    np.testing.assert_allclose(shown, expected[0] - expected[1], atol=1e-6)
    assert compared.words("compare_left_digit") == compared.words("compare_right_digit") == "7"
    assert "sure" in compared.words("compare_left_verdict")
    assert compared.words("compare_sentence").startswith("Both read 7. LeNet for pen strokes: ")
    assert compared.words("compare_right_origin") == "trained on MNIST's 60,000 digits, 61,706\xa0parameters"


def test_what_is_a_guess_on_the_pad_is_one_here_unless_nothing_was_learnt(compared: Compared) -> None:
    draw(compared.window.canvas, SEVEN)
    left, _ = compared.wait_for_answers()
    assert left.prediction is not None
    judged = compared.window._context.familiarity.judged
    for familiarity, is_guess in ((0.001, True), (0.5, False)):
        judged.emit(replace(left.prediction, familiarity=familiarity))
        for side in ("left", "right"):
            assert compared.words(f"compare_{side}_verdict").startswith("a guess") == is_guess
    other = replace(left.prediction.trace, input=left.prediction.trace.input / 2)
    judged.emit(replace(left.prediction, trace=other, familiarity=0.001))  # of an earlier drawing
    assert "sure" in compared.words("compare_left_verdict")
    compared.choose(RIGHT, NetworkChoice(UNTRAINED, "lenet"))
    compared.wait(lambda _, right: right.name.startswith("Untrained") and right.prediction is not None)
    judged.emit(replace(left.prediction, familiarity=0.001))
    assert compared.words("compare_left_verdict").startswith("a guess")
    assert not compared.words("compare_right_verdict").startswith("a guess")


def test_both_sides_are_always_answers_to_one_drawing(compared: Compared) -> None:
    compared.choose(LEFT, NetworkChoice(PAD))
    canvas = compared.window.canvas
    QTest.mousePress(canvas, LEFT_BUTTON, pos=QPoint(60, 60))
    for step in range(30):
        QTest.mouseMove(canvas, QPoint(60 + 4 * step, 60 + 4 * step))
    QTest.mouseRelease(canvas, LEFT_BUTTON, pos=QPoint(176, 176))
    compared.wait_for_answers()
    pairs = [pair for pair in compared.sides if all(side.prediction is not None for side in pair)]
    assert pairs
    for left, right in pairs:
        assert left.prediction is not None and right.prediction is not None
        np.testing.assert_array_equal(left.prediction.trace.picture, right.prediction.trace.picture)


def test_bare_paper_has_no_answers_and_says_what_to_do(compared: Compared) -> None:
    compared.wait(lambda left, right: bool(left.table and right.table))
    assert compared.words("compare_left_verdict") == "nothing drawn yet"
    assert "Draw a digit" in compared.words("compare_sentence")
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    QTest.keyClick(compared.window, Qt.Key.Key_Delete)
    compared.wait(lambda left, right: left.prediction is None and right.prediction is None)
    assert compared.words("compare_right_digit") == ""
    assert compared.tab.answers.difference.differences is None


def test_out_of_sight_nothing_is_asked_and_in_sight_it_catches_up(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = Engine.ask

    def counted(self: Engine, question: str, *arguments: Any) -> int:
        asked.append(question)
        return ask(self, question, *arguments)

    monkeypatch.setattr(Engine, "ask", counted)
    with qtbot.waitSignal(window.predicted):
        draw(window.canvas, SEVEN)
    qtbot.wait(60)  # longer than the pause before a question
    assert "compare" not in asked
    compared = Compared(window, qtbot)
    compared.wait_for_answers()
    assert "compare" in asked


@pytest.mark.slow
def test_the_real_process_answers_for_both_and_after_it_has_died_again(qtbot: QtBot) -> None:
    engine = Engine()
    window = MainWindow(engine=engine)
    qtbot.addWidget(window)
    with qtbot.waitSignal(engine.loaded, timeout=60_000):
        window.show()
    compared = Compared(window, qtbot)
    compared.click("form_upstroke_1")
    left, right = compared.wait_for_answers()
    assert left.prediction is not None and left.prediction.digit == 1
    assert right.prediction is not None and right.prediction.digit == 7
    (victim,) = engine.process_ids
    with qtbot.waitSignal(engine.restarted, timeout=60_000):
        os.kill(victim, signal.SIGKILL)
    compared.click("form_open_4")
    compared.wait_for_answers()
    window.close()


# Forms to try


@pytest.mark.parametrize("form", SAMPLE_FORMS)
def test_a_click_draws_a_form_and_one_undo_brings_the_drawing_back(compared: Compared, form: str) -> None:
    canvas = compared.window.canvas
    draw(canvas, SEVEN)
    before = canvas.ink()
    compared.click(f"form_{form}")
    ink = canvas.ink()
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    assert rows[-1] - rows[0] == pytest.approx(GRID * 5 / 7 + canvas.brush(), abs=3)
    assert rows[0] + rows[-1] == pytest.approx(GRID, abs=3)
    assert columns[0] + columns[-1] == pytest.approx(GRID, abs=3)
    compared.wait_for_answers()
    QTest.keyClick(compared.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(canvas.ink(), before)


def test_what_is_said_of_a_form_stands_until_something_else_is_drawn(compared: Compared) -> None:
    lesson: SteadyText = compared.child(SteadyText, "compare_lesson")
    general = lesson.text()
    assert "American" in general
    compared.click("form_crossed_7")
    assert "MNIST's 7s" in lesson.text()
    draw(compared.window.canvas, [np.array([[30.0, 30.0], [40.0, 40.0]])])
    assert lesson.text() == general


def test_all_that_is_said_can_be_read_in_the_smallest_window(compared: Compared) -> None:
    compared.window.resize(1100, 700)
    QApplication.processEvents()
    lesson: SteadyText = compared.child(SteadyText, "compare_lesson")
    assert lesson.is_whole()
    for form in SAMPLE_FORMS:
        compared.click(f"form_{form}")
        assert lesson.is_whole(), form
        button = compared.child(QToolButton, f"form_{form}")
        assert button.width() >= button.sizeHint().width(), form
    compared.wait_for_answers()
    for name in ("compare_left_origin", "compare_right_origin", "compare_left_verdict"):
        assert compared.child(SteadyText, name).is_whole(), name
    sentence = compared.child(SteadyLabel, "compare_sentence")
    assert sentence.fontMetrics().horizontalAdvance(sentence.text()) <= sentence.width()
    assert compared.window.minimumSizeHint().height() <= 700
    assert compared.window.minimumSizeHint().width() <= 1100


# The two networks


def test_choices_are_made_with_the_keys_and_remembered(
    compared: Compared, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    compared.choose(LEFT, NetworkChoice(UNTRAINED, "lenet"))
    compared.choose(RIGHT, LENET)
    draw(compared.window.canvas, SEVEN)
    left, right = compared.wait_for_answers()
    assert (left.name, right.name) == (
        "Untrained LeNet (ReLU, max pooling)",
        "LeNet of MNIST alone (ReLU, max pooling)",
    )
    assert "not trained" in left.origin
    compared.window.close()
    again = Compared(open_window(), qtbot)
    heads = again.tab.answers.heads
    assert [head.chooser.choice for head in heads] == [NetworkChoice(UNTRAINED, "lenet"), LENET]


def test_nonsense_in_the_settings_gives_the_networks_of_the_first_time(
    own_settings: Path, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    Settings().set_compared(LEFT, "untrained:nobody")
    compared = Compared(open_window(), qtbot)
    assert compared.tab.answers.heads[LEFT].chooser.choice == NetworkChoice(PAD)


def test_the_pad_s_network_is_shown_as_it_was_changed_by_hand(compared: Compared) -> None:
    compared.choose(LEFT, NetworkChoice(PAD))
    compared.choose(RIGHT, LENET)
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    state = trace.state(Classifier.open("lenet", "cpu").network)
    silenced = NetworkState(state.table, state.weights, {"conv1": frozenset({0, 2, 3})})
    compared.window._engine.edit(silenced)
    left, right = compared.wait(lambda left, right: "modified by hand" in left.origin)
    assert left.prediction is not None and right.prediction is not None
    assert not left.prediction.trace.layers[0].values[[0, 2, 3]].any()
    assert right.prediction.trace.layers[0].values[0].any()
    np.testing.assert_allclose(
        right.prediction.probabilities, probabilities("lenet", compared.window.canvas.ink()), rtol=1e-6
    )


def test_a_network_in_training_is_followed_and_the_other_is_not_asked_again(
    compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared.choose(LEFT, NetworkChoice(PAD))
    draw(compared.window.canvas, SEVEN)
    _, first = compared.wait_for_answers()

    def refuse(*arguments: Any) -> None:
        raise AssertionError("the drawing has not changed")

    monkeypatch.setattr(inference.networks.compared, "answers", refuse)
    for step in (0, 100):
        weights = trace.state(networks.build("lenet", step)).weights
        compared.window._engine.follow(Snapshot("lenet", step, weights, {}))
        left, right = compared.wait(lambda left, right, step=step: f"step {step} " in left.origin)
        assert right is first and left.prediction is not None
        logits, _ = trace.run(networks.build("lenet", step), left.prediction.trace.picture)
        np.testing.assert_allclose(left.prediction.logits, logits, rtol=1e-5)


def test_a_file_of_weights_is_chosen_and_says_what_it_has_learnt_from(
    compared: Compared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(architecture="lenet", epochs=3, validation=5000)
    path = random_weights(tmp_path / "mine.safetensors", config=config.to_json())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(path), ""))
    compared.click("compare_right_file_button")
    draw(compared.window.canvas, SEVEN)
    _, right = compared.wait(lambda left, right: right.name == "mine.safetensors" and bool(right.prediction))
    assert right.origin.startswith("trained on 55,000 of MNIST's digits, 3 epochs, 61,706")
    assert Settings().compared(RIGHT) == f"weights:{path}" and Settings().folder == str(tmp_path)


def test_runs_that_have_weights_are_offered(compared: Compared, qtbot: QtBot, own_runs: Path) -> None:
    config = TrainingConfig(architecture="lenet", epochs=1)
    with_weights, without = (runs.create(own_runs, config, 430, 430) for _ in range(2))
    random_weights(with_weights.weights_path, config=config.to_json())
    chooser = compared.tab.answers.heads[RIGHT].chooser
    chooser.showPopup()
    wait_for_files(qtbot, compared.window)
    chooser.hidePopup()
    offered = [chooser.itemData(index) for index in range(chooser.count())]
    assert f"weights:{with_weights.weights_path}" in offered
    assert f"weights:{without.weights_path}" not in offered
    compared.choose(RIGHT, NetworkChoice(WEIGHTS, str(with_weights.weights_path)))
    draw(compared.window.canvas, SEVEN)
    _, right = compared.wait_for_answers()
    assert right.name == with_weights.info().name


def test_a_file_is_called_by_its_network_once_that_is_open(
    compared: Compared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = {"model": "lenet_pen", "digits": 3, "created": "2026-01-01T12:00:00"}
    path = random_weights(tmp_path / "mine.safetensors", taught=taught)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(path), ""))
    compared.click("compare_left_file_button")
    chooser = compared.tab.answers.heads[LEFT].chooser
    assert chooser.currentText() == "mine.safetensors"
    draw(compared.window.canvas, SEVEN)
    left, _ = compared.wait_for_answers()
    assert left.name == chooser.currentText() == "LeNet for pen strokes, taught 3 of my digits"
    assert chooser.toolTip().startswith("LeNet for pen strokes, taught 3 of my digits. ")
    compared.choose(LEFT, NetworkChoice(WEIGHTS, "lenet"))
    assert "taught" not in chooser.currentText()


def test_what_cannot_answer_says_so_on_its_side_and_the_other_goes_on(
    compared: Compared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = random_weights(tmp_path / ("long_name_without_a_place_to_break_it" * 4 + ".safetensors"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(path), ""))
    compared.click("compare_left_file_button")
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    widths = [compared.child(QWidget, name).width() for name in ("compare_left", "compare_right")]
    path.unlink()
    compared.click("form_open_4")
    compared.wait(lambda left, right: bool(left.problem) and right.prediction is not None)
    problem = compared.child(QPlainTextEdit, "compare_left_problem")
    said = problem.toPlainText()
    assert problem.isVisible() and "no file" in said and path.name in said
    assert compared.words("compare_left_digit") == "–" and compared.words("compare_right_digit") != ""
    assert not compared.child(QToolButton, "compare_left_use_button").isEnabled()
    assert "gives no answer" in compared.words("compare_sentence")
    assert compared.tab.answers.difference.differences is None
    QApplication.processEvents()
    assert [compared.child(QWidget, name).width() for name in ("compare_left", "compare_right")] == widths
    random_weights(path)
    compared.click("form_crossed_7")
    compared.wait_for_answers()
    assert not problem.isVisible()


@pytest.mark.filterwarnings("ignore:(overflow|invalid value):RuntimeWarning")
def test_numbers_that_are_too_large_are_said_to_be_no_answer(
    compared: Compared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = random_weights(tmp_path / "huge.safetensors", 1e30)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(path), ""))
    compared.click("compare_right_file_button")
    draw(compared.window.canvas, SEVEN)
    compared.wait(lambda left, right: right.name == "huge.safetensors" and right.prediction is not None)
    compared.window.grab()
    assert compared.words("compare_right_verdict") == "no answer: the network's numbers are too large"
    assert compared.words("compare_sentence").endswith("huge.safetensors gives no answer.")
    assert compared.tab.answers.difference.points(3) == "–"


def test_a_question_that_fails_as_a_whole_is_told_on_both_sides_and_the_pad_s_goes_on(
    compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared.choose(LEFT, NetworkChoice(PAD))

    def fail(*arguments: Any) -> None:
        raise LabError("The process has ended twice over this.")

    monkeypatch.setattr(inference.networks.compared, "answers", fail)
    draw(compared.window.canvas, SEVEN)
    left, right = compared.wait(lambda left, right: left.prediction is not None)
    assert right.problem == "The process has ended twice over this." and not left.problem
    monkeypatch.undo()
    compared.click("form_open_4")
    compared.wait_for_answers()


# The pad's network


def test_a_button_puts_a_side_s_network_on_the_pad(compared: Compared, qtbot: QtBot) -> None:
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    left, right = (compared.child(QToolButton, f"compare_{side}_use_button") for side in ("left", "right"))
    assert not left.isEnabled() and "already" in left.toolTip()  # it is the pad's
    compared.choose(LEFT, LENET_PEN)
    assert not left.isEnabled() and "already" in left.toolTip()
    with qtbot.waitSignal(compared.window._engine.loaded) as loaded:
        compared.click("compare_right_use_button")
    assert loaded.args[0].model == "lenet"
    qtbot.waitUntil(lambda: left.isEnabled() and not right.isEnabled())
    compared.choose(RIGHT, NetworkChoice(UNTRAINED, "lenet"))
    assert not right.isEnabled() and "file" in right.toolTip()


def test_at_first_the_left_side_is_the_network_on_the_pad_and_follows_whatever_answers(
    compared: Compared, tmp_path: Path
) -> None:
    left = compared.tab.answers.heads[LEFT].chooser
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    assert left.currentText() == "On the pad: LeNet for pen strokes (ReLU, max pooling)"
    path = random_weights(tmp_path / "mine.safetensors")
    compared.window._network.use(str(path))
    shown, _ = compared.wait(lambda left, right: left.name == "mine.safetensors")
    assert left.currentText() == "On the pad: mine.safetensors"
    assert shown.prediction is not None
    expected = probabilities(str(path), compared.window.canvas.ink())
    np.testing.assert_allclose(shown.prediction.probabilities, expected, rtol=1e-5)
    compared.window._engine.follow(Snapshot("lenet", 5, trace.state(networks.build("lenet", 1)).weights, {}))
    compared.wait(lambda left, right: left.name == "The network in training")
    assert left.currentText() == "On the pad: The network in training"
    assert "The network in training" in compared.words("compare_sentence")


def test_the_model_menu_leads_to_a_comparison_of_the_pad_s_network(window: MainWindow, qtbot: QtBot) -> None:
    action = child(window, QAction, "compare")
    assert action is not None and action.text() == "&Compare with…"
    action.trigger()
    tab = child(window, CompareView, "compare_tab")
    assert tab is not None and tab.isVisible()
    left, right = (head.chooser for head in tab.answers.heads)
    assert left.choice == NetworkChoice(PAD)
    qtbot.waitUntil(lambda: right.view().isVisible())
    right.hidePopup()


# Layers


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def column_at(compared: Compared, side: int, layer: int) -> QPoint:
    column = compared.layers.strips[side]._columns[layer]
    return QPoint(round(column.center().x()), 8)


def test_both_strips_have_one_range(compared: Compared) -> None:
    draw(compared.window.canvas, SEVEN)
    left, right = compared.wait_for_answers()
    assert left.prediction is not None and right.prediction is not None
    first, second = (strip._limits for strip in compared.layers.strips)
    assert first == second
    assert left.table is not None
    for layer in range(len(left.table.layers)):
        largest = max(np.abs(each.prediction.trace.layers[layer].values).max() for each in (left, right))
        assert first[layer + 1] == pytest.approx(largest)
    compared.child(QAction, "shared_range").trigger()
    assert len(set(compared.layers.strips[LEFT]._limits)) == 1


def test_a_click_on_a_layer_selects_it_in_both_and_shows_both_large(compared: Compared) -> None:
    compared.choose(RIGHT, SIGMOID)
    draw(compared.window.canvas, SEVEN)
    left, right = compared.wait_for_answers()
    QTest.mouseClick(compared.layers.strips[RIGHT], LEFT_BUTTON, pos=column_at(compared, RIGHT, 4))
    assert [strip._selected for strip in compared.layers.strips] == [4, 4]
    close_up = compared.layers.close_up
    assert close_up.isVisible() and "conv2" in compared.child(QLabel, "close_pair_title").text()
    assert left.prediction is not None and right.prediction is not None
    for view, side in zip(close_up.views, (left, right), strict=True):
        assert view.currentWidget().isVisible() and side.prediction is not None
        np.testing.assert_array_equal(view._values, side.prediction.trace.layers[3].values)
    limit = compared.layers.strips[LEFT]._limits[4]
    assert [view._limit for view in close_up.views] == [limit, limit]
    QTest.keyClick(focused(), Qt.Key.Key_PageDown)
    assert "relu2 | sigmoid2" in compared.child(QLabel, "close_pair_title").text()
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert not close_up.isVisible() and compared.layers.strips[LEFT].isVisible()
    QTest.keyClick(focused(), Qt.Key.Key_Right)
    assert [strip._selected for strip in compared.layers.strips] == [6, 6]
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert close_up.isVisible()
    compared.click("all_layers_button")
    assert not close_up.isVisible()


def test_layers_that_are_large_follow_the_drawing(compared: Compared) -> None:
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    large = compared.layers.close_up.views[RIGHT]
    for layer, kind in ((1, MapsView), (12, UnitsView)):
        compared.layers.show_all()
        QTest.mouseClick(compared.layers.strips[LEFT], LEFT_BUTTON, pos=column_at(compared, LEFT, layer))
        compared.click("form_open_4" if layer == 1 else "form_curled_9")
        _, right = compared.wait_for_answers()
        view = large.currentWidget()
        assert right.prediction is not None and isinstance(view, kind) and view.isVisible()
        np.testing.assert_array_equal(view._values, right.prediction.trace.layers[layer - 1].values)


def test_a_cell_is_read_in_both_networks(compared: Compared) -> None:
    draw(compared.window.canvas, SEVEN)
    left, right = compared.wait_for_answers()
    assert left.prediction is not None and right.prediction is not None
    strip = compared.layers.strips[LEFT]
    maps = strip._maps[1]
    cell = maps.cell_at(maps.rect.center() + QPoint(3, 3))
    assert cell is not None
    QTest.mouseMove(strip, (maps.rect.center() + QPoint(3, 3)).toPoint())
    reading: SteadyLabel = compared.child(SteadyLabel, "compare_reading")
    place = cell.channel, cell.row, cell.column
    for side in (left, right):
        assert side.prediction is not None
        value = f"{side.prediction.trace.layers[0].values[place]:.4f}".replace("-", "−")
        assert value in reading.text()


def test_a_map_that_is_opened_is_opened_on_both_sides(compared: Compared, qtbot: QtBot) -> None:
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    QTest.mouseClick(compared.layers.strips[LEFT], LEFT_BUTTON, pos=column_at(compared, LEFT, 1))
    QApplication.processEvents()
    left, right = (view.currentWidget() for view in compared.layers.close_up.views)
    assert isinstance(left, MapsView) and isinstance(right, MapsView)
    at = left._maps.rect.center() + QPoint(5, 5)
    click(left, at)
    assert left.channel is not None and right.channel == left.channel
    click(right, QPoint(20, 20), twice=True)
    assert left.channel is None and right.channel is None
    click(right, at)
    assert left.channel is not None
    QTest.keyClick(right, Qt.Key.Key_Escape)
    assert left.channel is None and right.channel is None and left.isVisible()
    QTest.keyClick(right, Qt.Key.Key_Escape)
    assert not left.isVisible()


def test_networks_of_different_depth_are_compared_as_far_as_both_go(qtbot: QtBot) -> None:
    pair = LayerPair()
    qtbot.addWidget(pair)
    pair.resize(800, 400)
    pair.show()
    ink = np.zeros((GRID, GRID), np.uint8)
    ink[60:220, 130:150] = 255
    classifier = Classifier.open("lenet", "cpu")
    whole, table = classifier.classify(ink), classifier.info.table
    layers = table.layers[:3], table.layers[-1:]
    short = type(whole)(
        whole.probabilities,
        whole.logits,
        type(whole.trace)(whole.trace.input, (*whole.trace.layers[:3], *whole.trace.layers[-1:])),
        1.0,
    )
    sides = (
        ComparedSide("whole", table=table, prediction=whole),
        ComparedSide("short", table=replace(table, layers=(*layers[0], *layers[1])), prediction=short),
    )
    pair.show_sides(sides)
    pair.select(9)
    pair.open_selected()
    pair.grab()
    assert isinstance(pair.close_up.views[LEFT].currentWidget(), UnitsView)
    pair.show_sides((sides[1], sides[1]))  # what was selected is not there any more
    assert pair.strips[LEFT]._selected == 5
    pair.grab()
    pair.show_sides((ComparedSide("a"), ComparedSide("b", problem="gone")))
    pair.grab()


def test_a_window_that_goes_dark_paints_all_anew(compared: Compared) -> None:
    draw(compared.window.canvas, SEVEN)
    compared.wait_for_answers()
    for theme in ("dark", "light"):
        compared.child(QAction, f"theme_{theme}").trigger()
        QApplication.processEvents()
        icon = compared.child(QToolButton, "form_open_4").icon().pixmap(30, 30).toImage()
        inked = [icon.pixelColor(x, y) for x in range(30) for y in range(30)]
        lightness = {colour.lightness() for colour in inked if colour.alpha() == 255}
        assert (min(lightness) > 128) == (theme == "dark")
        compared.tab.grab()
