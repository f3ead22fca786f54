"""The list of runs in the real window, where a run is at work elsewhere, or came from a stranger."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import child, click_button, message, view_of
from example_networks import weights
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


def listed(window: MainWindow, run: Run) -> QTreeWidget:
    """The list, in sight, with the run selected."""
    window.open_tab("train")
    panel = view_of(window, "train")
    panel.left.setCurrentWidget(panel.runs)
    panel.runs.select(run.path)
    return child(window, QTreeWidget, "runs_tree")


def test_a_run_of_another_window_is_shown_as_such_and_can_be_looked_at(held: Run, window: MainWindow) -> None:
    tree = listed(window, held)
    assert tree.topLevelItem(0).text(3) == "at work in another window"
    click_button(window, "run_open_button")
    assert view_of(window, "train").form.config() == CONFIG and message(window) == ""


def test_a_run_of_another_window_is_not_deleted(
    held: Run, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = listed(window, held)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    click_button(window, "run_delete_button")
    assert "at work in another window. Stop it there first" in message(window)
    assert held.has_weights and tree.topLevelItemCount() == 1


@pytest.mark.slow
def test_a_run_of_another_window_does_not_go_on_here(held: Run, window: MainWindow, qtbot: QtBot) -> None:
    listed(window, held)
    before = {path.name: path.read_bytes() for path in held.path.iterdir()}
    with qtbot.waitSignal(window._context.run.failed, timeout=60_000):
        click_button(window, "run_resume_button")
    assert "at work in another window. Stop it there first" in message(window)
    assert {path.name: path.read_bytes() for path in held.path.iterdir()} == before


def test_a_run_that_is_over_is_shown_as_over_though_its_lock_is_not_open_yet(
    held: Run, window: MainWindow
) -> None:
    held.finish(RunResult("epochs", 12, 0.1, 0.9))
    assert listed(window, held).topLevelItem(0).text(3) == "finished"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes need rights on Windows")
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_weights_that_are_none_of_the_run_s_are_neither_saved_nor_used(
    run: Run, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "link":
        run.weights_path.rename(tmp_path / "elsewhere")
        run.weights_path.symlink_to(tmp_path / "elsewhere")
    else:
        run.weights_path.unlink()
        os.mkfifo(run.weights_path)
    listed(window, run)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved"), ""))
    said: list[str] = []
    window.statusBar().messageChanged.connect(said.append)
    for name in ("run_weights_button", "run_use_button"):
        click_button(window, name)
        assert "no weights yet" in said[-1]
    assert not (tmp_path / "saved").exists()
    assert window._engine.opened.model != str(run.weights_path)


def test_weights_that_go_while_a_name_is_chosen_are_told(
    run: Run, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(*_: object) -> tuple[str, str]:
        run.weights_path.unlink()
        return str(tmp_path / "saved"), ""

    listed(window, run)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    click_button(window, "run_weights_button")
    assert "There is no file" in message(window)


def test_weights_are_saved_as_they_are(
    run: Run, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(window, run)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved.safetensors"), ""))
    click_button(window, "run_weights_button")
    assert (tmp_path / "saved.safetensors").read_bytes() == run.weights_path.read_bytes()
