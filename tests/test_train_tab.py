"""The Train tab in the real window: set up, watch, control, scrub, keep."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driving import action, button, child, click_button, tab_of, text, view_of, wait_for_files
from example_digits import mnist
from file_work import drained
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QSlider, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from core.errors import FileProblem
from core.networks import weight_files
from core.reading.classifier import Classifier
from core.records import Prediction
from core.training import runs
from core.training.config import TrainingConfig
from core.training.hints import PROBLEMS, Hint
from core.training.runs import Run
from gui.main_window import MainWindow
from gui.processes.training_run import RunState
from gui.tabs.train.hint_bar import HintBar
from gui.widgets.steady_label import SteadyLabel

pytestmark = pytest.mark.slow  # runs are trained in the window

WAIT = 90_000
SLICE = TrainingConfig(
    epochs=6, digits=8000, validation=1000, batch_size=64, learning_rate=0.004, device="cpu", seed=3
)
SHORT = dataclasses.replace(SLICE, digits=700, validation=100, epochs=2)


@pytest.fixture
def train(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window whose Train tab is in sight."""
    window.open_tab("train")
    return window


def followed(window: MainWindow) -> Any:
    """The moment of a run whose network answers; None for another network."""
    answering = window._engine.answering
    return None if answering is None else answering.snapshot


def run_to_its_end(qtbot: QtBot, window: MainWindow, config: TrainingConfig) -> Path:
    view_of(window, "train").form.set_config(config)
    with qtbot.waitSignal(window._context.run.ended, timeout=WAIT) as ended:
        click_button(window, "start_button")
    wait_for_files(qtbot, window)
    return ended.args[0].path


@pytest.mark.parametrize("where", ["seed_field", "start_button"])
def test_a_run_that_begins_gives_the_keys_to_nothing_that_would_end_it(
    qtbot: QtBot, train: MainWindow, where: str
) -> None:
    train.activateWindow()
    qtbot.waitUntil(train.isActiveWindow)
    panel, run = view_of(train, "train"), train._context.run
    panel.form.set_config(SHORT)
    child(train, QWidget, where).setFocus()
    with qtbot.waitSignal(run.ended, timeout=WAIT):
        action(train, "run_start").trigger()
        assert panel.views.tabBar().hasFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: run.state is RunState.RUNNING, timeout=WAIT)
        assert panel.views.tabBar().hasFocus()


def test_the_main_job_train_draw_pause_scrub_save_reopen(
    qtbot: QtBot, train: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, page = train, train._pages.page("train")
    desk, panel, run = page.tab.desk, page.view, train._context.run
    answers: list[Prediction] = []
    window.predicted.connect(answers.append)
    window.canvas.place(mnist("test").images[0])  # a plain 7
    panel.form.set_config(SLICE)

    # It starts from knowing nothing, and the pad's answer changes while it learns.
    with qtbot.waitSignal(run.started, timeout=WAIT):
        click_button(window, "start_button")
    qtbot.waitUntil(lambda: followed(window) is not None, timeout=WAIT)
    untrained = Classifier.untrained("lenet", "cpu")
    untrained.use(desk.open_run.run.snapshot(0))
    first = untrained.classify(window.canvas.ink()).probabilities
    assert first.max() < 0.3
    assert "by the run, step" in child(window, SteadyLabel, "answer_source").text()

    # Pause, one step, another rate, go on.
    click_button(window, "pause_button")
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=WAIT)
    step = desk.open_run.history.step
    click_button(window, "step_button")
    qtbot.waitUntil(lambda: desk.open_run.history.step == step + 1, timeout=WAIT)
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=WAIT)
    panel.transport._rate.setText("0.003")
    qtbot.keyClick(panel.transport._rate, Qt.Key.Key_Return)
    with qtbot.waitSignal(run.ended, timeout=WAIT) as ended:
        click_button(window, "start_button")  # which says “Go on” now

    history = desk.open_run.history
    accuracies = [epoch.validation_accuracy or 0.0 for epoch in history.epochs]
    assert accuracies[-1] > 0.9
    assert accuracies[-1] > accuracies[0]
    assert history.learning_rates.max() <= 0.0031
    assert ended.args[0].result.test_accuracy > 0.9
    assert "test digits" in text(window, "run_said")
    qtbot.waitUntil(lambda: followed(window).step == history.step, timeout=WAIT)
    assert answers[-1].digit == 7
    assert np.abs(answers[-1].probabilities - first).max() > 0.5

    # Back to the beginning: step, weights, layers and answer are all of that moment.
    slider = child(window, QSlider, "scrub_slider")
    slider.setValue(0)
    qtbot.waitUntil(lambda: followed(window).step == 0, timeout=WAIT)
    assert np.allclose(answers[-1].probabilities, first, atol=1e-6)
    assert "step 0 " in child(window, SteadyLabel, "scrub_label").text()

    # Save, and reopen as the network of the pad.
    path = tmp_path / "mine.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    panel.left.setCurrentWidget(panel.runs)
    click_button(window, "run_weights_button")
    wait_for_files(qtbot, window)
    saved = weight_files.load(path)
    assert saved.about["config"] == SLICE.to_json()
    assert saved.about["metrics"]["validation_accuracy"] == accuracies[-1]
    assert saved.about["classes"] == [str(digit) for digit in range(10)]
    with qtbot.waitSignal(window._engine.loaded, timeout=WAIT):
        click_button(window, "run_use_button")
    assert not panel.transport.follow.isChecked()
    qtbot.waitUntil(lambda: followed(window) is None and answers[-1] is not None and answers[-1].digit == 7)
    assert window._settings.model == str(Run(ended.args[0].path).weights_path)


def test_the_drawing_is_answered_by_every_kept_snapshot_again_when_it_changes(
    qtbot: QtBot, train: MainWindow
) -> None:
    run_to_its_end(qtbot, train, SHORT)
    open_run = tab_of(train, "train").desk.open_run
    for digit in (1, 4):
        train._context.exchange.show_test_digit(digit)
        kept = set(open_run.run.snapshot_steps())
        qtbot.waitUntil(lambda kept=kept: set(open_run._answers) >= kept, timeout=WAIT)
        assert all(abs(row.sum() - 1) < 1e-4 for row in open_run._answers.values())
    train.canvas.clear()
    assert open_run._answers == {}


def test_an_earlier_run_opens_with_its_settings_curves_and_moments(qtbot: QtBot, train: MainWindow) -> None:
    first = run_to_its_end(qtbot, train, SHORT)
    second = run_to_its_end(qtbot, train, dataclasses.replace(SHORT, seed=9, optimizer="sgd"))
    desk, panel = tab_of(train, "train").desk, view_of(train, "train")
    assert desk.open_run.path == second
    panel.left.setCurrentWidget(panel.runs)
    panel.runs.select(first)
    click_button(train, "run_open_button")
    wait_for_files(qtbot, train)
    assert desk.open_run.path == first
    assert panel.form.config() == SHORT
    assert len(desk.open_run.history.losses) == SHORT.steps
    qtbot.waitUntil(lambda: followed(train) is not None and followed(train).step == SHORT.steps, timeout=WAIT)


def test_a_run_that_starts_is_shown_and_not_the_one_that_was_being_read(
    qtbot: QtBot, train: MainWindow
) -> None:
    first = run_to_its_end(qtbot, train, SHORT)
    desk, panel = tab_of(train, "train").desk, view_of(train, "train")
    opened: list[Any] = []
    desk.open_run.opened.connect(opened.append)
    desk.open(first)
    second = run_to_its_end(qtbot, train, dataclasses.replace(SHORT, seed=9))
    assert opened == [] and desk.open_run.path == second != first
    desk.open(first)
    desk.resume(second)  # it is finished: that fails
    qtbot.waitUntil(lambda: train._context.run.state is RunState.IDLE, timeout=WAIT)
    wait_for_files(qtbot, train)
    assert opened == [] and panel.form.config().seed == 9


def test_runs_are_renamed_compared_and_deleted(
    qtbot: QtBot, train: MainWindow, monkeypatch: pytest.MonkeyPatch, own_runs: Path
) -> None:
    first = run_to_its_end(qtbot, train, SHORT)
    run_to_its_end(qtbot, train, SHORT)
    panel = view_of(train, "train")
    panel.left.setCurrentWidget(panel.runs)
    tree = child(train, QTreeWidget, "runs_tree")
    overlays: list[Any] = []
    monkeypatch.setattr(panel.curves, "set_overlays", overlays.append)
    item = tree.topLevelItem(1)
    item.setText(0, "the first one")
    wait_for_files(qtbot, train)
    item = tree.topLevelItem(1)
    assert Run(first).info().name == "the first one"
    item.setCheckState(0, Qt.CheckState.Checked)
    wait_for_files(qtbot, train)
    assert [name for name, _ in overlays[-1]] == ["the first one"]
    panel.runs.select(first)
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: QMessageBox.StandardButton.No)
    click_button(train, "run_delete_button")
    wait_for_files(qtbot, train)
    assert first.exists()
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: QMessageBox.StandardButton.Yes)
    click_button(train, "run_delete_button")
    wait_for_files(qtbot, train)
    assert not first.exists()
    assert len(drained(runs.all_runs(own_runs))) == tree.topLevelItemCount() == 1


def test_a_stopped_run_goes_on_from_the_list(qtbot: QtBot, train: MainWindow) -> None:
    run, panel = train._context.run, view_of(train, "train")
    panel.form.set_config(dataclasses.replace(SHORT, epochs=300))
    with qtbot.waitSignals([run.started, run.advanced], timeout=WAIT):
        click_button(train, "start_button")
    with qtbot.waitSignal(run.ended, timeout=WAIT) as ended:
        click_button(train, "stop_button")
    step = ended.args[0].result.step
    assert "can go on" in text(train, "run_said")
    wait_for_files(qtbot, train)
    panel.left.setCurrentWidget(panel.runs)
    panel.runs.select(ended.args[0].path)
    with qtbot.waitSignal(run.started, timeout=WAIT) as resumed:
        click_button(train, "run_resume_button")
    assert resumed.args[0].step == step
    wait_for_files(qtbot, train)
    assert len(tab_of(train, "train").desk.open_run.history.losses) >= step
    assert not button(train, "run_delete_button").isEnabled()
    run.stop()
    qtbot.waitUntil(lambda: run.state is RunState.IDLE, timeout=WAIT)


def test_a_rate_that_is_too_high_is_told_with_the_change_that_helps(qtbot: QtBot, train: MainWindow) -> None:
    wild = dataclasses.replace(
        SHORT, optimizer="sgd", learning_rate=900.0, schedule="constant", momentum=0.0, weight_decay=0.0
    )
    path = run_to_its_end(qtbot, train, wild)
    assert Run(path).info().result.reason == "diverged"
    bar = view_of(train, "train").hint_bar
    assert bar.isVisibleTo(train)
    assert "not a finite number" in bar._text.text()
    click_button(train, "hint_apply_button")
    assert view_of(train, "train").form.config().learning_rate == 90
    qtbot.waitUntil(lambda: followed(train) is not None)
    assert all(np.isfinite(value).all() for value in followed(train).weights.values())


def test_without_following_the_chosen_network_answers_and_the_run_is_still_shown(
    qtbot: QtBot, train: MainWindow
) -> None:
    panel = view_of(train, "train")
    panel.transport.follow.setChecked(False)
    train.canvas.place(mnist("test").images[18])  # a plain 3
    qtbot.waitUntil(lambda: train._pad.answer._digit.text() == "3")
    run_to_its_end(qtbot, train, SHORT)
    assert followed(train) is None
    assert f"step {SHORT.steps} " in child(train, SteadyLabel, "scrub_label").text()
    panel.transport.follow.setChecked(True)
    qtbot.waitUntil(lambda: followed(train) is not None)
    panel.transport.follow.setChecked(False)
    qtbot.waitUntil(lambda: followed(train) is None and train._pad.answer._digit.text() == "3")


def test_choosing_a_network_in_the_menu_ends_the_following(qtbot: QtBot, train: MainWindow) -> None:
    run_to_its_end(qtbot, train, SHORT)
    qtbot.waitUntil(lambda: followed(train) is not None)
    with qtbot.waitSignal(train._engine.loaded, timeout=WAIT):
        train._menus.model.actions()[2].trigger()
    assert followed(train) is None
    assert view_of(train, "inspect")._layers[2].name == "sigmoid1"


def test_settings_and_curves_go_to_files_and_settings_come_back(
    qtbot: QtBot, train: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_its_end(qtbot, train, SHORT)
    panel = view_of(train, "train")
    saved = tmp_path / "settings.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    panel.form.save_wanted.emit()
    assert TrainingConfig.from_json(json.loads(saved.read_text())) == SHORT
    panel.form.set_config(SLICE)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(saved), ""))
    panel.form.open_wanted.emit()
    wait_for_files(qtbot, train)
    assert panel.form.config() == SHORT
    panel.left.setCurrentWidget(panel.runs)
    for name, file in (("run_csv_button", "curves.csv"), ("run_picture_button", "curves.png")):
        target = tmp_path / file
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, to=target: (str(to), ""))
        click_button(train, name)
        wait_for_files(qtbot, train)
    table = (tmp_path / "curves.csv").read_text().splitlines()
    assert len(table) == SHORT.steps + 1
    assert table[0].startswith("step,epoch,loss,learning_rate")
    picture = QImage(str(tmp_path / "curves.png"))
    assert picture.width() >= 2 * panel.curves.width()


def test_the_layers_of_an_architecture_are_shown_before_the_start(qtbot: QtBot, train: MainWindow) -> None:
    view_of(train, "train").form.table_wanted.emit()
    desk = tab_of(train, "train").desk
    qtbot.waitUntil(lambda: desk._table is not None and desk._table.isVisible())
    assert "6×1×5×5 + 6 = 156" in desk._table.text()
    desk._table.close()


def test_the_time_of_an_epoch_is_measured_before_the_start(qtbot: QtBot, train: MainWindow) -> None:
    view_of(train, "train").form.set_config(SHORT)
    note = child(train, QLabel, "epochs_note")
    qtbot.waitUntil(lambda: "measured)" in note.text(), timeout=WAIT)


def test_closing_the_window_in_mid_run_keeps_the_run(
    qtbot: QtBot, open_window: Callable[..., MainWindow], own_runs: Path
) -> None:
    window = open_window()
    window._pages.page("train").build()
    view_of(window, "train").form.set_config(dataclasses.replace(SHORT, epochs=300))
    run = window._context.run
    with qtbot.waitSignals([run.started, run.advanced], timeout=WAIT):
        tab_of(window, "train").desk.start()
    window.close()
    (info,) = drained(runs.all_runs(own_runs))
    assert info.result is None
    assert Run(info.path).load_state()[1]["step"] > 0


def test_one_step_starts_a_run_that_then_waits(qtbot: QtBot, train: MainWindow) -> None:
    view_of(train, "train").form.set_config(SHORT)
    click_button(train, "step_button")
    qtbot.waitUntil(lambda: train._context.run.state is RunState.PAUSED, timeout=WAIT)
    assert tab_of(train, "train").desk.open_run.history.step == 1
    click_button(train, "epoch_button")
    spe = SHORT.steps_per_epoch
    qtbot.waitUntil(lambda: tab_of(train, "train").desk.open_run.history.step == spe, timeout=WAIT)
    qtbot.waitUntil(lambda: train._context.run.state is RunState.PAUSED, timeout=WAIT)
    with qtbot.waitSignal(train._context.run.ended, timeout=WAIT):
        click_button(train, "stop_button")


def test_the_rate_proposed_for_a_run_that_diverged_goes_with_that_run(
    qtbot: QtBot, train: MainWindow
) -> None:
    other = run_to_its_end(qtbot, train, SHORT)
    wild = dataclasses.replace(SHORT, optimizer="sgd", learning_rate=900.0, schedule="constant", momentum=0.5)
    path = run_to_its_end(qtbot, train, wild)
    click_button(train, "hint_apply_button")
    desk, panel = tab_of(train, "train").desk, view_of(train, "train")
    panel.left.setCurrentWidget(panel.runs)
    panel.runs.select(other)
    assert not button(train, "run_resume_button").isEnabled()  # it is finished
    panel.runs.select(path)
    with qtbot.waitSignal(train._context.run.started, timeout=WAIT) as started:
        click_button(train, "run_resume_button")
    assert (started.args[0].learning_rate, started.args[0].momentum) == (90, 0.5)
    assert desk._rates == (90, 0.5)
    qtbot.waitUntil(lambda: train._context.run.state is RunState.IDLE, timeout=WAIT)


def test_a_deleted_run_leaves_nothing_behind(
    qtbot: QtBot, train: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    train.canvas.place(mnist("test").images[0])
    path = run_to_its_end(qtbot, train, SHORT)
    qtbot.waitUntil(lambda: followed(train) is not None)
    panel = view_of(train, "train")
    panel.left.setCurrentWidget(panel.runs)
    panel.runs.select(path)
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: QMessageBox.StandardButton.Yes)
    click_button(train, "run_delete_button")
    wait_for_files(qtbot, train)
    assert followed(train) is None
    assert "No run yet" in text(train, "run_said")
    assert not window_slider(train).isEnabled()
    qtbot.waitUntil(lambda: train._pad.answer._digit.text() == "7")


def window_slider(window: MainWindow) -> QSlider:
    return child(window, QSlider, "scrub_slider")


def test_a_layer_clicked_in_the_tab_is_seen_large_in_inspect(qtbot: QtBot, train: MainWindow) -> None:
    run_to_its_end(qtbot, train, SHORT)
    view_of(train, "train").strip.layer_selected.emit(4)
    assert train.page == "inspect"
    assert view_of(train, "inspect")._selected == 4


def test_a_hint_put_away_comes_back_only_after_the_problem_had_gone(qtbot: QtBot) -> None:
    bar = HintBar()
    qtbot.addWidget(bar)
    bar.set_hint(Hint("stuck", 0.01))
    assert not bar.isHidden()
    bar._on_put_away()
    bar.set_hint(Hint("stuck", 0.01))
    assert bar.isHidden()
    bar.set_hint(Hint("diverged", 0.001))
    assert not bar.isHidden()
    assert "not a finite number" in bar._text.text()
    bar._on_put_away()
    bar.set_hint(None)
    bar.set_hint(Hint("diverged", 0.001))
    assert not bar.isHidden()


@pytest.mark.parametrize("rate", [None, 0.01])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_hint_has_a_sentence(qtbot: QtBot, problem: str, rate: float | None) -> None:
    bar = HintBar()
    qtbot.addWidget(bar)
    bar.set_hint(Hint(problem, rate))
    assert not bar.isHidden()
    assert len(bar._text.text()) > 40
    assert bar._apply.isHidden() == (rate is None)


def test_a_setting_without_sense_says_which_field_is_to_be_mended(train: MainWindow) -> None:
    form = view_of(train, "train").form
    field = child(form, QWidget, "learning_rate_field")
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "none")
    assert form.config() is None
    assert text(train, "run_said") == "Fix the field marked in red."


def test_what_could_not_be_kept_is_told_at_the_end(
    qtbot: QtBot, train: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise FileProblem("The disk is full.")

    monkeypatch.setattr(Run, "save_weights", full)
    run_to_its_end(qtbot, train, SHORT)
    assert "not all of it could be kept" in text(train, "run_said")
    assert "The disk is full." in train._message_bar.text()


def test_a_start_that_takes_too_long_can_be_given_up(qtbot: QtBot, train: MainWindow) -> None:
    run = train._context.run
    view_of(train, "train").form.set_config(SHORT)
    click_button(train, "start_button")
    assert run.state is RunState.STARTING
    click_button(train, "stop_button")
    assert run.state is RunState.IDLE
    assert button(train, "start_button").isEnabled()
    run_to_its_end(qtbot, train, SHORT)  # in another process


def test_weights_have_the_colours_that_they_have_in_inspect(train: MainWindow) -> None:
    looks, view = train._context.looks, view_of(train, "train")
    assert not np.array_equal(looks.maps, looks.kernels)
    assert np.array_equal(view.weights.kernels._colours, looks.kernels)
    assert np.array_equal(view.strip._colours, looks.maps)
