"""The window's own thread opens none of its user's files: neither a slow disk nor a stranger blocks it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from driving import SEVEN, action, child, click_button, tab_of, view_of, wait_for_files
from example_digits import ink
from example_networks import weights
from ink_replay import draw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QSlider, QTreeWidget
from pytestqt.qtbot import QtBot
from watched import files_opened

from core.data.datasets import mnist_folder
from core.files import tensor_files
from core.my_digits.store import MyDigits
from core.records import Snapshot, StepMetrics
from core.training import runs
from core.training.config import TrainingConfig
from core.training.runs import Run
from gui.main_window import MainWindow

ROOT = Path(__file__).parents[1]
CONFIG = TrainingConfig(epochs=3, digits=600, validation=100, device="cpu")


@pytest.fixture
def run(own_runs: Path) -> Run:
    made = runs.create(own_runs, CONFIG, 12, 4)
    for step in (0, 4, 8):
        made.save_snapshot(Snapshot("lenet", step, weights(seed=step), {"conv1": 0.5}))
    made.append(StepMetrics(8, 12, np.ones(8, np.float32), np.ones(8), 0.9, 1.0))
    made.save_weights(weights(), None)
    return made


def test_opening_files_is_found_out(tmp_path: Path) -> None:
    with files_opened(tmp_path) as opened:
        (tmp_path / "a").write_text("a")
        list(tmp_path.iterdir())
        MyDigits(tmp_path).listed()
    assert {str(tmp_path / "a"), str(tmp_path)} <= set(opened) and len(opened) > 3


def test_runs_are_looked_at_without_opening_a_file_here(
    run: Run,
    open_window: Callable[..., MainWindow],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window()
    other = runs.create(run.path.parent, CONFIG, 12, 4)
    (tmp_path / "settings.json").write_text("{}")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "settings.json"), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved"), ""))
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: QMessageBox.StandardButton.Yes)
    with files_opened(tmp_path) as opened:
        window.open_tab("train")
        wait_for_files(qtbot, window)
        panel = view_of(window, "train")
        panel.left.setCurrentWidget(panel.runs)
        panel.transport.follow.setChecked(False)
        panel.runs.select(run.path)
        for name in ("open", "weights", "csv"):
            click_button(window, f"run_{name}_button")
            wait_for_files(qtbot, window)
        assert tab_of(window, "train").desk.open_run.path == run.path
        child(window, QSlider, "scrub_slider").setValue(0)
        wait_for_files(qtbot, window)
        assert tab_of(window, "train").desk.open_run._shown.step == 0
        tree = child(window, QTreeWidget, "runs_tree")
        tree.topLevelItem(0).setText(0, "another")
        tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Checked)
        wait_for_files(qtbot, window)
        panel.form.open_wanted.emit()
        wait_for_files(qtbot, window)
        panel.runs.select(other.path)
        click_button(window, "run_delete_button")
        wait_for_files(qtbot, window)
        window.open_tab("compare")
        wait_for_files(qtbot, window)
    assert opened == []
    assert tree.topLevelItemCount() == 1 and not other.path.exists()
    assert (tmp_path / "saved.safetensors").exists() and (tmp_path / "saved.csv").exists()


def test_own_digits_and_networks_are_looked_at_without_opening_a_file_here(
    store: MyDigits, open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    for label in range(3):
        store.add(ink(label), label)
    taught = {"model": "lenet", "digits": 3, "created": "2026-01-01T12:00:00"}
    (tmp_path / "taught").mkdir()
    path = tmp_path / "taught" / "a.safetensors"
    tensor_files.write_weights(path, weights(), {"architecture": "lenet", "taught": taught})
    with files_opened(tmp_path) as opened:
        window = open_window()
        window.open_tab("my_digits")
        wait_for_files(qtbot, window)
        assert len(window._context.collection) == 3
        tab = tab_of(window, "my_digits")
        tab._on_digit_chosen(window._context.collection.digits[0])
        wait_for_files(qtbot, window)
        assert window.canvas.ink().any()
        with qtbot.waitSignal(window._engine.loaded, timeout=30_000):
            click_button(window, "use_again_button")
        assert "taught 3 of my digits" in window._network_label.text()
        draw(window.canvas, SEVEN)
        wait_for_files(qtbot, window)
        action(window, "undo").trigger()
    assert [each for each in opened if "settings" not in each] == []


# Functions of core that read: the window hands them to a Job.
READERS = {"all_runs", "read_run", "read_curves", "snapshot_steps", "read_weights", "load_state", "metrics"}
READERS |= {"read_new", "listed", "tidy", "newest", "read_bytes", "read_text", "iterdir", "glob", "rglob"}
READERS |= {"scandir", "listdir", "load_model", "read_sheet", "look_into", "open_labelled", "read_about"}


def test_nothing_that_reads_is_called_in_gui() -> None:
    called = set()
    for path in (ROOT / "gui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                if name in READERS:
                    called.add((path.relative_to(ROOT).as_posix(), name))
    assert called == set()


def test_the_test_digits_are_unpacked_elsewhere(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window()
    with files_opened(mnist_folder()) as opened, qtbot.waitSignal(window._context.exchange.placed):
        action(window, "test_digit").trigger()
    assert opened == [] and not window.canvas.is_empty()
