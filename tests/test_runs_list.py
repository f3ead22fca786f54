"""The list of runs in the real window, where a run is at work elsewhere, or came from a stranger."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import child, click_button, message, tab_of, text, view_of, wait_for_files
from example_networks import weights
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QTreeWidget
from pytestqt.qtbot import QtBot

from core.records import RunResult
from core.training import runs
from core.training.config import TrainingConfig
from core.training.runs import Run
from gui.main_window import MainWindow

CONFIG = TrainingConfig(epochs=3, digits=600, validation=100, device="cpu")


@pytest.fixture
def run(own_runs: Path) -> Run:
    run = runs.create(own_runs, CONFIG, 12, 4)
    run.save_weights(weights(), None)
    run.save_state({}, {})
    return run


@pytest.fixture
def held(run: Run) -> Iterator[Run]:
    """A run that another window has at work."""
    lock = run.hold()
    yield run
    lock.release()


def listed(window: MainWindow, qtbot: QtBot, run: Run) -> QTreeWidget:
    """The list, in sight, with the run selected."""
    window.open_tab("train")
    wait_for_files(qtbot, window)
    panel = view_of(window, "train")
    panel.left.setCurrentWidget(panel.runs)
    panel.runs.select(run.path)
    return child(window, QTreeWidget, "runs_tree")


def test_a_run_of_another_window_is_shown_as_such_and_can_be_looked_at(
    held: Run, window: MainWindow, qtbot: QtBot
) -> None:
    tree = listed(window, qtbot, held)
    assert tree.topLevelItem(0).text(3) == "at work elsewhere"
    click_button(window, "run_open_button")
    wait_for_files(qtbot, window)
    assert view_of(window, "train").form.config() == CONFIG and message(window) == ""


def test_beside_a_list_of_runs_nobody_says_that_there_is_none(
    run: Run, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(window, qtbot, run)
    assert text(window, "run_said").startswith("No run is open. ")
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: QMessageBox.StandardButton.Yes)
    click_button(window, "run_delete_button")
    wait_for_files(qtbot, window)
    assert text(window, "run_said").startswith("No run yet. ")


def test_a_run_of_another_window_is_not_deleted(
    held: Run, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = listed(window, qtbot, held)
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: QMessageBox.StandardButton.Yes)
    click_button(window, "run_delete_button")
    wait_for_files(qtbot, window)
    assert "at work in another window. Stop it there first" in message(window)
    assert held.has_weights and tree.topLevelItemCount() == 1


def test_a_run_that_is_open_stays_open_where_it_cannot_be_deleted(
    held: Run, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(window, qtbot, held)
    click_button(window, "run_open_button")
    wait_for_files(qtbot, window)
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: QMessageBox.StandardButton.Yes)
    click_button(window, "run_delete_button")
    wait_for_files(qtbot, window)
    assert tab_of(window, "train").desk.open_run.path == held.path


def test_names_and_ticks_outlast_what_happens_meanwhile(
    run: Run, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = runs.create(run.path.parent, CONFIG, 12, 4)
    tree = listed(window, qtbot, run)
    drawn: list[list[str]] = []
    curves = view_of(window, "train").curves
    monkeypatch.setattr(curves, "set_overlays", lambda each: drawn.append([name for name, _ in each]))
    for row in range(2):
        tree.topLevelItem(row).setCheckState(0, Qt.CheckState.Checked)
    tree.topLevelItem(1).setText(0, "older")  # which asks to compare again
    tree.topLevelItem(0).setText(0, "newer")
    wait_for_files(qtbot, window)
    assert drawn == [["newer", "older"]]  # once, with the names of now
    assert [each.info().name for each in (run, other)] == ["older", "newer"]
    assert [tree.topLevelItem(row).text(0) for row in range(2)] == ["newer", "older"]
    tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Unchecked)  # while the curves are being read
    wait_for_files(qtbot, window)
    assert drawn[-1] == []


def test_a_new_name_stays_though_the_list_was_being_read(run: Run, window: MainWindow, qtbot: QtBot) -> None:
    tree = listed(window, qtbot, run)
    desk, stale = tab_of(window, "train").desk._kept, [run.info()]
    desk.show()
    tree.topLevelItem(0).setText(0, "another")
    desk._on_listed(stale)  # read before the new name was on the disk
    wait_for_files(qtbot, window)
    assert tree.topLevelItem(0).text(0) == run.info().name == "another"


def test_a_name_that_cannot_be_kept_is_taken_back(run: Run, window: MainWindow, qtbot: QtBot) -> None:
    tree = listed(window, qtbot, run)
    before = tree.topLevelItem(0).text(0)
    content = (run.path / "run.json").read_bytes()
    (run.path / "run.json").write_text("{}")
    tree.topLevelItem(0).setText(0, "another")
    qtbot.waitUntil(lambda: "not a training run" in message(window), timeout=20_000)
    (run.path / "run.json").write_bytes(content)
    tab_of(window, "train").desk._kept.show()
    wait_for_files(qtbot, window)
    assert tree.topLevelItem(0).text(0) == before


@pytest.mark.slow
def test_a_run_of_another_window_does_not_go_on_here(held: Run, window: MainWindow, qtbot: QtBot) -> None:
    listed(window, qtbot, held)
    before = {path.name: path.read_bytes() for path in held.path.iterdir()}
    with qtbot.waitSignal(window._context.run.failed, timeout=60_000):
        click_button(window, "run_resume_button")
    assert "at work in another window. Stop it there first" in message(window)
    assert {path.name: path.read_bytes() for path in held.path.iterdir()} == before


def test_a_run_that_is_over_is_shown_as_over_though_its_lock_is_not_open_yet(
    held: Run, window: MainWindow, qtbot: QtBot
) -> None:
    held.finish(RunResult("epochs", 12, 0.1, 0.9))
    assert listed(window, qtbot, held).topLevelItem(0).text(3) == "finished"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes need rights on Windows")
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_weights_that_are_none_of_the_run_s_are_neither_saved_nor_used(
    run: Run, window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "link":
        run.weights_path.rename(tmp_path / "elsewhere")
        run.weights_path.symlink_to(tmp_path / "elsewhere")
    else:
        run.weights_path.unlink()
        os.mkfifo(run.weights_path)
    listed(window, qtbot, run)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved"), ""))
    said: list[str] = []
    window.statusBar().messageChanged.connect(said.append)
    for name in ("run_weights_button", "run_use_button"):
        click_button(window, name)
        wait_for_files(qtbot, window)
        assert "no weights yet" in said[-1]
    assert not (tmp_path / "saved").exists()
    assert window._engine.opened.model != str(run.weights_path)


def test_weights_that_go_while_a_name_is_chosen_are_told(
    run: Run, window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(*_: object) -> tuple[str, str]:
        run.weights_path.unlink()
        return str(tmp_path / "saved"), ""

    listed(window, qtbot, run)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    click_button(window, "run_weights_button")
    wait_for_files(qtbot, window)
    assert "There is no file" in message(window)


def test_weights_are_saved_as_they_are(
    run: Run, window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(window, qtbot, run)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved.safetensors"), ""))
    click_button(window, "run_weights_button")
    wait_for_files(qtbot, window)
    assert (tmp_path / "saved.safetensors").read_bytes() == run.weights_path.read_bytes()
