"""Correct me, My digits and Teach it: in the window, by real events."""

from __future__ import annotations

import dataclasses
import errno
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from driving import (
    SEVEN,
    InlineExecutor,
    button,
    child,
    click_button,
    message,
    press,
    settle,
    tab_of,
    text,
    view_of,
)
from example_digits import ink, mnist
from ink_replay import draw
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QListWidget,
    QMessageBox,
)
from pytestqt.qtbot import QtBot

from core.data import datasets
from core.data.datasets import DigitSet, load_mnist
from core.files.folders import user_folder
from core.ink.preprocess import to_mnist
from core.my_digits.store import MyDigit, MyDigits
from core.networks import weight_files
from core.reading.evaluation import predict
from core.records import DIGITS, NetworkState, Snapshot
from core.teaching.teaching_records import TeachingResult, TestReading
from core.training.config import TrainingConfig
from gui.main_window import MainWindow
from gui.pad.label_row import LabelRow
from gui.processes import file_process
from gui.processes.engine import Engine
from gui.processes.training_run import RunState, TrainingRun
from gui.tabs.my_digits.gallery import Gallery
from gui.tabs.my_digits.gallery_model import READING
from gui.tabs.my_digits.my_digits_tab import MyDigitsTab
from gui.tabs.my_digits.teaching_report import TeachingReport

WAIT = 60_000
ONE = [np.array([[140.0, 50.0], [140.0, 140.0], [140.0, 230.0]])]


def store(window: MainWindow) -> MyDigits:
    return window._context.collection.store


def desk(window: MainWindow) -> MyDigitsTab:
    """What is behind the tab, whether it has been looked at or not."""
    window._pages.page("my_digits").build()
    assert tab_of(window, "my_digits") is not None
    return tab_of(window, "my_digits")


def labels(window: MainWindow) -> list[int]:
    """What is on the disk, oldest first."""
    return [int(path.parent.name) for path in store(window).listed()[0]]


def said(window: MainWindow) -> str:
    return window.statusBar().currentMessage()


def row(window: MainWindow) -> LabelRow:
    return child(window, LabelRow, "label_row")


def marked(window: MainWindow) -> list[int]:
    return [label for label in range(10) if button(window, f"is_a_{label}_button").isChecked()]


def gallery(window: MainWindow) -> Gallery:
    return child(window, Gallery, "my_digits_gallery")


def shown(window: MainWindow) -> list[MyDigit]:
    model = desk(window).model
    return [model.digit(number) for number in range(model.rowCount())]


def open_tab(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window._context.collection.read, timeout=WAIT):
        window.open_tab("my_digits")


def select(window: MainWindow, *rows: int) -> None:
    view = gallery(window)
    view.clearSelection()
    for number in rows:
        view.selectionModel().select(
            view.model().index(number, 0), view.selectionModel().SelectionFlag.Select
        )


def wait_for_row(window: MainWindow, qtbot: QtBot) -> None:
    """The row follows the drawing when the pen has rested for a moment."""
    qtbot.waitUntil(lambda: not window._label_desk._timer.isActive(), timeout=WAIT)


def drawn(window: MainWindow, qtbot: QtBot, strokes: list[np.ndarray] = SEVEN) -> np.ndarray:
    window.canvas.clear()
    draw(window.canvas, strokes)
    wait_for_row(window, qtbot)
    return window.canvas.ink()


@pytest.fixture(scope="session")
def misread() -> dict[int, np.ndarray]:
    """A 4 and a 7 of the test set, the 7 with a bar across, that the shipped network misreads."""
    tests = mnist("test")
    network = weight_files.load_model("lenet").network
    found = {}
    for label in (4, 7):
        pictures = tests.images[tests.labels == label]
        if label == 7:
            pictures[:, 14:16, 5:24] = 255
        answers = predict(network, torch.from_numpy(pictures)).argmax(1).numpy()
        found[label] = pictures[np.flatnonzero(answers != label)[0]]
    return found


@pytest.fixture
def filled(
    own_digits: Path, open_window: Callable[..., MainWindow], qtbot: QtBot, misread: dict[int, np.ndarray]
) -> MainWindow:
    """A window with four digits in the collection: 1, 7, 1 and 4; the 7 and the 4 are misread."""
    kept = MyDigits(own_digits)
    ones = mnist("test").images[mnist("test").labels == 1]
    for label, picture in ((1, ones[0]), (7, misread[7]), (1, ones[2]), (4, misread[4])):
        kept.add(picture.repeat(10, 0).repeat(10, 1), label)
    window = open_window()
    open_tab(window, qtbot)
    qtbot.waitUntil(lambda: len(desk(window).readings._fresh) == 4, timeout=WAIT)
    qtbot.waitUntil(lambda: not desk(window)._timer.isActive(), timeout=WAIT)
    return window


# Correct me


def test_one_click_keeps_the_drawing_with_its_right_label(window: MainWindow, qtbot: QtBot) -> None:
    ink = drawn(window, qtbot)
    click_button(window, "is_a_1_button")
    (path,) = store(window).listed()[0]
    assert path.parent.name == "1"
    assert np.array_equal(store(window).ink(path), ink)
    assert marked(window) == [1]
    assert said(window) == "Kept as a 1 in My digits, 1 in all."


def test_a_key_does_the_same_and_right_answers_can_be_confirmed(window: MainWindow, qtbot: QtBot) -> None:
    drawn(window, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    press(window.canvas, Qt.Key.Key_7)
    assert labels(window) == [7]
    press(window.canvas, Qt.Key.Key_7)
    assert labels(window) == [7]
    assert "already" in said(window)


def test_a_second_choice_for_the_same_drawing_gives_it_another_label(
    window: MainWindow, qtbot: QtBot
) -> None:
    drawn(window, qtbot)
    click_button(window, "is_a_1_button")
    click_button(window, "is_a_7_button")
    assert labels(window) == [7] and marked(window) == [7]
    drawn(window, qtbot, ONE)
    assert marked(window) == []
    click_button(window, "is_a_1_button")
    assert labels(window) == [7, 1]


def test_take_back_undoes_the_choice_made_last_and_ctrl_z_the_stroke(
    window: MainWindow, qtbot: QtBot
) -> None:
    drawn(window, qtbot)
    click_button(window, "is_a_1_button")
    click_button(window, "is_a_7_button")
    assert button(window, "take_back_button").isVisible()
    click_button(window, "take_back_button")
    assert labels(window) == [1] and marked(window) == [1]
    click_button(window, "take_back_button")
    assert labels(window) == [] and marked(window) == []
    assert not button(window, "take_back_button").isVisible()
    click_button(window, "is_a_7_button")
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for_row(window, qtbot)
    assert window.canvas.is_empty() and labels(window) == [7]


def test_a_drawing_that_was_kept_is_known_again_when_it_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    drawn(window, qtbot)
    click_button(window, "is_a_7_button")
    window.canvas.clear()
    wait_for_row(window, qtbot)
    assert marked(window) == []
    window.canvas.undo()
    wait_for_row(window, qtbot)
    assert marked(window) == [7]


def test_on_bare_paper_the_row_says_why_it_does_nothing(window: MainWindow) -> None:
    seven = button(window, "is_a_7_button")
    assert not seven.isEnabled() and "Draw a digit first" in seven.toolTip()
    action = child(window, QAction, "is_a_7")
    action.trigger()
    assert labels(window) == [] and "Draw a digit first" in said(window)


def test_nothing_moves_when_a_drawing_is_begun_kept_or_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    def places() -> list[Any]:
        widgets = [window.canvas, window._pad.answer, row(window)]
        return [(widget.pos(), widget.size()) for widget in widgets] + [
            button(window, f"is_a_{label}_button").geometry() for label in range(10)
        ]

    before = places()
    drawn(window, qtbot)
    assert places() == before
    click_button(window, "is_a_7_button")
    assert places() == before
    click_button(window, "take_back_button")
    assert places() == before


def test_a_disk_that_is_full_is_told_and_nothing_is_marked(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(window, qtbot)

    def full(*_: object, **_folders: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    click_button(window, "is_a_7_button")
    assert "No space left" in message(window)
    assert marked(window) == []
    monkeypatch.undo()
    click_button(window, "is_a_7_button")
    assert labels(window) == [7]


# The gallery


def test_an_empty_collection_says_what_it_is_for(window: MainWindow, qtbot: QtBot) -> None:
    open_tab(window, qtbot)
    assert "misread your hand" in text(window, "my_digits_empty")
    assert not gallery(window).isVisible()
    assert not button(window, "teach_button").isEnabled()
    assert "Label a drawing first" in text(window, "teach_said")
    assert not button(window, "export_digits_button").isEnabled()
    assert button(window, "import_digits_button").isEnabled()


def test_digits_are_shown_the_newest_first_with_what_the_network_reads(filled: MainWindow) -> None:
    assert [digit.label for digit in shown(filled)] == [4, 1, 7, 1]
    model = desk(filled).model
    readings = [model.data(model.index(number), READING) for number in range(4)]
    for digit, reading in zip(shown(filled), readings, strict=True):
        answer = filled._engine._process.executor.submit(classify, digit.picture).result()
        assert (reading.digit, pytest.approx(reading.probability, abs=1e-5)) == answer
    assert [reading.digit == digit.label for reading, digit in zip(readings, shown(filled), strict=True)] == [
        False, True, False, True
    ]  # fmt: skip
    tips = [model.data(model.index(number), Qt.ItemDataRole.ToolTipRole) for number in range(4)]
    assert tips[0].startswith("Labelled 4. Misread as ") and tips[1].startswith("Labelled 1. Read as 1 (")
    assert "Kept 20" in tips[0]


def classify(picture: np.ndarray) -> tuple[int, float]:
    from core.processes import questions

    digits, probabilities = questions.read_pictures(picture[None])
    return int(digits[0]), float(probabilities[0])


def test_filters_show_one_label_or_what_is_misread_and_count_each(filled: MainWindow) -> None:
    assert button(filled, "filter_all_button").text() == "All\n4"
    assert button(filled, "filter_misread_button").text() == "Misread\n2"
    assert button(filled, "filter_1_button").text() == "1\n2"
    assert button(filled, "filter_9_button").text() == "9\n–"
    click_button(filled, "filter_misread_button")
    assert [digit.label for digit in shown(filled)] == [4, 7]
    click_button(filled, "filter_1_button")
    assert [digit.label for digit in shown(filled)] == [1, 1]
    click_button(filled, "filter_9_button")
    assert shown(filled) == [] and "of this kind" in text(filled, "my_digits_empty")
    click_button(filled, "filter_all_button")
    assert len(shown(filled)) == 4


def test_typing_a_digit_relabels_what_is_selected_and_ctrl_z_takes_it_back(filled: MainWindow) -> None:
    view = gallery(filled)
    view.setFocus()
    select(filled, 0, 2)
    QTest.keyClick(view, Qt.Key.Key_1)
    assert [digit.label for digit in shown(filled)] == [1, 1, 1, 1]
    assert labels(filled) == [1, 1, 1, 1]
    assert len(view.selectedIndexes()) == 2
    drawing = filled.canvas.ink()
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [digit.label for digit in shown(filled)] == [4, 1, 7, 1]
    assert labels(filled) == [1, 7, 1, 4]
    assert np.array_equal(filled.canvas.ink(), drawing)


def test_delete_takes_the_selected_ones_out_and_undo_brings_them_back(
    filled: MainWindow, qtbot: QtBot
) -> None:
    drawing = drawn(filled, qtbot)
    view = gallery(filled)
    view.setFocus()
    select(filled, 1, 3)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert labels(filled) == [7, 4] and [digit.label for digit in shown(filled)] == [4, 7]
    assert "Deleted 2 digits" in said(filled)
    assert np.array_equal(filled.canvas.ink(), drawing)  # Delete elsewhere clears the pad
    assert "delete 2 digits" in button(filled, "undo_digits_button").toolTip()
    click_button(filled, "undo_digits_button")
    assert labels(filled) == [1, 7, 1, 4]
    assert not button(filled, "undo_digits_button").isEnabled()


def test_the_context_menu_does_what_the_keys_do(filled: MainWindow, qtbot: QtBot) -> None:
    view = gallery(filled)
    select(filled, 0)
    menu = view.menu_for(view.selected())
    choose, relabel, _, delete = menu.actions()
    choose.trigger()
    qtbot.waitUntil(lambda: not filled.canvas.is_empty(), timeout=WAIT)
    assert np.array_equal(filled.canvas.ink(), store(filled).ink(shown(filled)[0].path))
    chosen = relabel.menu().actions()  # type: ignore[attr-defined]
    assert [action.isChecked() for action in chosen] == [label == 4 for label in range(10)]
    chosen[9].trigger()
    assert labels(filled)[-1] == 9
    delete.trigger()
    assert len(labels(filled)) == 3
    menu.deleteLater()


def test_a_double_click_puts_a_digit_on_the_pad_where_it_is_known_again(
    filled: MainWindow, qtbot: QtBot
) -> None:
    view = gallery(filled)
    place = view.visualRect(view.model().index(2, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    digit = shown(filled)[2]
    qtbot.waitUntil(lambda: not filled.canvas.is_empty(), timeout=WAIT)
    assert np.array_equal(filled.canvas.ink(), store(filled).ink(digit.path))
    wait_for_row(filled, qtbot)
    assert marked(filled) == [7] and not button(filled, "take_back_button").isVisible()
    filled.canvas.undo()
    assert filled.canvas.is_empty()


def test_of_digits_chosen_one_after_the_other_the_last_comes_onto_the_pad(
    filled: MainWindow, qtbot: QtBot
) -> None:
    tab, placed = desk(filled), []  # type: MyDigitsTab, list[None]
    filled._context.exchange.placed.connect(lambda: placed.append(None))
    for digit in (shown(filled)[1], shown(filled)[2]):
        tab._on_digit_chosen(digit)
    qtbot.waitUntil(lambda: not tab._placing.is_running, timeout=WAIT)
    assert np.array_equal(filled.canvas.ink(), store(filled).ink(digit.path))
    assert len(placed) == 1 and f"One of your digits, a {digit.label}" in said(filled)


def test_what_is_drawn_while_a_digit_is_read_stays_on_the_pad(filled: MainWindow, qtbot: QtBot) -> None:
    tab = desk(filled)
    tab._on_digit_chosen(shown(filled)[2])
    draw(filled.canvas, ONE)
    drawn = filled.canvas.ink().copy()
    qtbot.waitUntil(lambda: not tab._placing.is_running, timeout=WAIT)
    settle()
    assert np.array_equal(filled.canvas.ink(), drawn)


def test_a_digit_that_cannot_be_read_is_told_and_leaves_the_pad(filled: MainWindow, qtbot: QtBot) -> None:
    digit = shown(filled)[2]
    digit.path.write_bytes(b"torn")
    desk(filled)._on_digit_chosen(digit)
    qtbot.waitUntil(lambda: "it is damaged" in message(filled), timeout=WAIT)
    assert filled.canvas.is_empty()


def test_another_window_that_changes_the_collection_is_noticed_and_loses_nothing(
    filled: MainWindow, qtbot: QtBot
) -> None:
    other = MyDigits(store(filled).folder)
    other.add(ink(5), 5)
    gone, moved = (other.read(path) for path in other.listed()[0][:2])
    other.delete([gone])
    other.relabel([moved], 0)
    select(filled, 2, 3)
    gallery(filled).setFocus()
    QTest.keyClick(gallery(filled), Qt.Key.Key_8)  # both are not where they were
    collection = filled._context.collection
    qtbot.waitUntil(lambda: sorted(each.label for each in collection.digits) == [0, 1, 4, 5], timeout=WAIT)
    assert sorted(labels(filled)) == [0, 1, 4, 5]


def test_a_digit_that_is_gone_cannot_be_put_on_the_pad_and_that_is_told(
    filled: MainWindow, qtbot: QtBot
) -> None:
    digit = shown(filled)[0]
    digit.path.unlink()
    with qtbot.waitSignal(filled._context.collection.read, timeout=WAIT):
        gallery(filled).digit_chosen.emit(digit)
    assert "any more" in message(filled)
    assert len(shown(filled)) == 3


def test_foreign_files_are_told_of(filled: MainWindow, qtbot: QtBot) -> None:
    (store(filled).folder / "1" / "torn.png").write_bytes(b"torn")
    (store(filled).folder / "notes.txt").write_text("mine")
    filled.open_tab("inspect")
    open_tab(filled, qtbot)
    told = child(filled, QLabel, "my_digits_foreign")
    assert told is not None and told.isVisible()
    assert "2 files" in told.text() and "torn.png" in told.toolTip()


def test_what_is_read_follows_the_network_that_answers(filled: MainWindow, qtbot: QtBot) -> None:
    state = view_of(filled, "inspect")._network
    assert state is not None
    misread = button(filled, "filter_misread_button")
    assert text(filled, "my_digits_reader") == "✓ and ✗: read by LeNet for pen strokes (ReLU, max pooling)."
    silent = NetworkState(state.table, state.weights, {"fc1": frozenset(range(120))})
    filled._engine.edit(silent)
    qtbot.waitUntil(lambda: misread.text() != "Misread\n2", timeout=WAIT)
    assert text(filled, "my_digits_reader") == "✓ and ✗: read by LeNet for pen strokes, modified by hand."
    filled._engine.edit(None)
    qtbot.waitUntil(lambda: misread.text() == "Misread\n2", timeout=WAIT)
    zero = {name: np.zeros_like(value) for name, value in state.weights.items()}
    filled._engine.follow(Snapshot("lenet", 1, zero, {}))
    qtbot.waitUntil(lambda: misread.text() == "Misread\n4", timeout=WAIT)
    assert "the network in training" in text(filled, "my_digits_reader")


def test_what_was_read_of_deleted_digits_is_forgotten(filled: MainWindow) -> None:
    collection, readings = filled._context.collection, desk(filled).readings
    first, second, *rest = collection.digits
    collection.delete([first, second])
    assert set(readings._known) == readings._fresh == {digit.digest for digit in rest}


@pytest.mark.slow
def test_thousands_of_digits_are_shown_and_painted_at_once(
    own_digits: Path, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    kept = MyDigits(own_digits)
    staging = kept.begin_import()
    for picture, label in zip(mnist("test").images[:600], mnist("test").labels, strict=False):
        kept.stage(staging, picture.repeat(10, 0).repeat(10, 1), int(label))
    kept.finish_import(staging)
    window = open_window()
    qtbot.waitUntil(lambda: len(window._context.collection) == 600, timeout=WAIT)
    open_tab(window, qtbot)
    qtbot.waitUntil(lambda: len(desk(window).readings._fresh) == 600, timeout=WAIT)
    qtbot.waitUntil(lambda: len(shown(window)) == 600, timeout=WAIT)
    gallery(window).scrollToBottom()
    gallery(window).grab()
    click_button(window, "filter_7_button")
    assert {digit.label for digit in shown(window)} == {7}
    gallery(window).grab()


# In and out


def wait_for_files(window: MainWindow, qtbot: QtBot, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(desk(window).files.job.ended, timeout=WAIT):
        act()
    qtbot.waitUntil(lambda: not window._context.collection.is_reading, timeout=WAIT)


def test_nothing_goes_in_or_out_before_all_digits_are_known(
    open_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    take = file_process.take

    def slow() -> file_process.FileProcess:
        go_on.wait(10)
        return take()

    monkeypatch.setattr(file_process, "take", slow)
    window = open_window()
    window.open_tab("my_digits")
    tab = desk(window).view
    assert not tab.import_.isEnabled() and not tab.export.isEnabled()
    with qtbot.waitSignal(window._context.collection.read, timeout=WAIT):
        go_on.set()
    assert tab.import_.isEnabled()


def test_digits_are_exported_deleted_and_imported_again(
    filled: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = desk(filled).view
    target = tmp_path / "out"
    target.mkdir()
    before = {(digit.label, digit.digest) for digit in shown(filled)}
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(target))
    wait_for_files(filled, qtbot, tab.export_pictures.trigger)
    (exported,) = target.iterdir()
    assert f"Exported 4 digits to {exported}" in said(filled)
    wait_for_files(filled, qtbot, tab.import_pictures.trigger)
    assert message(filled) == "0 digits came in. 4 were there already."
    gallery(filled).selectAll()
    gallery(filled).delete_selected()
    assert labels(filled) == []
    wait_for_files(filled, qtbot, tab.import_pictures.trigger)
    assert {(digit.label, digit.digest) for digit in shown(filled)} == before
    assert said(filled) == "4 digits came in."
    click_button(filled, "undo_digits_button")
    assert labels(filled) == []
    click_button(filled, "undo_digits_button")
    assert {(digit.label, digit.digest) for digit in shown(filled)} == before


def test_idx_files_ask_before_they_replace_and_come_in_again(
    filled: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = desk(filled).view
    name = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(name), ""))
    wait_for_files(filled, qtbot, tab.export_idx.trigger)
    files = [tmp_path / f"mine-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")]
    assert all(file.exists() for file in files)
    asked: list[str] = []

    def refuse(box: QMessageBox) -> QMessageBox.StandardButton:
        question = box.text()
        asked.append(question)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "exec", refuse)
    times = [file.stat().st_mtime_ns for file in files]
    tab.export_idx.trigger()
    assert "mine-images-idx3-ubyte.gz, mine-labels-idx1-ubyte.gz" in asked[0]
    assert not desk(filled).files.job.is_running
    assert [file.stat().st_mtime_ns for file in files] == times
    wait_for_files(filled, qtbot, tab.export_plain_idx.trigger)
    assert (tmp_path / "mine-images-idx3-ubyte").exists()
    gallery(filled).selectAll()
    gallery(filled).delete_selected()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([str(files[0])], ""))
    wait_for_files(filled, qtbot, tab.import_data.trigger)
    assert labels(filled) == [1, 7, 1, 4]


def test_an_import_that_fails_is_told_and_one_that_is_cancelled_leaves_nothing(
    filled: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = desk(filled).view
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(tmp_path / "missing"))
    wait_for_files(filled, qtbot, tab.import_pictures.trigger)
    assert "cannot be read" in message(filled)
    folder = tmp_path / "many" / "3"
    folder.mkdir(parents=True)
    for number in range(300):
        (folder / f"{number}.png").write_bytes(b"")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(folder))

    def start_and_cancel() -> None:
        tab.import_pictures.trigger()
        assert desk(filled).files.job.is_running
        click_button(filled, "files_cancel_button")
        desk(filled).files.job.cancel()

    wait_for_files(filled, qtbot, start_and_cancel)
    assert len(labels(filled)) == 4
    assert not list(store(filled).folder.glob(".import*"))
    assert button(filled, "import_digits_button").isEnabled()


def test_pictures_that_cannot_be_read_are_named(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "3"
    folder.mkdir()
    for name in "abcde":
        (folder / f"{name}.png").write_bytes(b"")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(folder))
    wait_for_files(window, qtbot, desk(window).view.import_pictures.trigger)
    assert message(window) == "0 digits came in. 5 could not be read as digits: a.png, b.png, c.png, …."


def test_dialogs_that_are_given_up_do_nothing(filled: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = desk(filled).view
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    for action in (
        tab.import_pictures, tab.import_data, tab.export_pictures, tab.export_idx, tab.export_plain_idx
    ):  # fmt: skip
        action.trigger()
        assert not desk(filled).files.job.is_running


# Teach it


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few digits to be rehearsed and tested."""

    def few(split: str) -> DigitSet:
        digits = load_mnist(split)
        return DigitSet(digits.images[:600], digits.labels[:600])

    monkeypatch.setattr(datasets, "load_mnist", few)


def taught_window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    with qtbot.waitSignal(window._context.run.taught, timeout=WAIT):
        click_button(window, "teach_button")
        assert window._context.run.state is RunState.TEACHING
        assert not button(window, "teach_button").isVisible()
    return window


def use(window: MainWindow, qtbot: QtBot, name: str) -> None:
    with qtbot.waitSignal(window._engine.loaded, timeout=WAIT):
        click_button(window, name)


@pytest.mark.slow
def test_teaching_shows_before_and_after_and_using_it_answers_the_pad(
    quick: None, filled: MainWindow, qtbot: QtBot
) -> None:
    assert text(filled, "teach_title") == "Teach LeNet for pen strokes"
    assert button(filled, "teach_button").text() == "Teach it my 4 digits"
    filled.canvas.place(store(filled).ink(shown(filled)[0].path))  # the 4
    taught_window(filled, qtbot)
    assert text(filled, "held_out_before") == text(filled, "learnt_before") == "2 of 4"
    assert text(filled, "learnt_after") == "4 of 4"
    assert text(filled, "test_before").endswith(" %") and text(filled, "test_after").endswith(" %")
    assert "each of your 4 digits was read by a network that had been taught the other 3" in text(
        filled, "held_out_words"
    )
    before = text(filled, "answer_digit")
    assert not before.startswith("4")
    use(filled, qtbot, "use_taught_button")
    qtbot.waitUntil(lambda: text(filled, "answer_digit").startswith("4"), timeout=WAIT)
    assert "LeNet for pen strokes, taught 4 of my digits" in filled._network_label.text()
    (path,) = user_folder("taught").iterdir()
    assert filled._settings.model == str(path)
    assert not button(filled, "use_taught_button").isEnabled()
    qtbot.waitUntil(lambda: button(filled, "filter_misread_button").text() == "Misread\n0", timeout=WAIT)
    use(filled, qtbot, "go_back_button")
    qtbot.waitUntil(lambda: text(filled, "answer_digit") == before, timeout=WAIT)
    assert filled._settings.model == "lenet_pen"
    assert not button(filled, "use_again_button").isVisible()  # the button above does that
    use(filled, qtbot, "use_taught_button")  # the same file again
    assert list(user_folder("taught").iterdir()) == [path]


@pytest.mark.slow
def test_after_the_next_start_the_taught_network_answers_and_the_way_back_is_there(
    quick: None, filled: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    taught_window(filled, qtbot)
    use(filled, qtbot, "use_taught_button")
    filled.close()
    later = open_window()
    assert "taught 4 of my digits" in later._network_label.text()
    open_tab(later, qtbot)
    assert text(later, "teach_title") == "Teach LeNet for pen strokes"  # not the taught one once more
    assert (
        text(later, "teach_answering")
        == "The pad is answered by LeNet for pen strokes, taught 4 of my digits."
    )
    use(later, qtbot, "go_back_button")
    assert later._settings.model == "lenet_pen"
    assert text(later, "teach_answering") == "Taught last: LeNet for pen strokes, taught 4 of my digits."
    use(later, qtbot, "use_again_button")
    assert "taught 4 of my digits" in later._network_label.text()


def result(held_out: np.ndarray | None, forgotten: int = 2) -> TeachingResult:
    """Of three digits, labelled 1, 7 and 4, read as 1, 2 and 9 before."""
    reading = TestReading(
        count=10_000, before=9958, after=9951, forgotten=forgotten,
        pictures=np.zeros((forgotten, 28, 28), np.uint8),
        labels=np.full(forgotten, 3, np.uint8), answers=np.full(forgotten, 5, np.uint8),
    )  # fmt: skip
    return TeachingResult(
        model="lenet", classes=DIGITS,
        architecture="lenet", weights={}, labels=np.array([1, 7, 4], np.uint8),
        digests=("a", "b", "c"), before=np.eye(10, dtype=np.float32)[[1, 2, 9]], held_out=held_out,
        after=np.eye(10, dtype=np.float32)[[1, 7, 4]], folds=3, test=reading, seconds=4.2,
    )  # fmt: skip


def tiles(report: TeachingReport, name: str) -> list[str]:
    found = child(report, QListWidget, name)
    return [] if found.isHidden() else [found.item(number).text() for number in range(found.count())]


def test_what_has_changed_and_what_was_forgotten_is_shown_digit_by_digit(qtbot: QtBot) -> None:
    report = TeachingReport()
    qtbot.addWidget(report)

    def words(name: str) -> str:
        label = child(report, QLabel, name)
        return label.text()

    report.show_result(result(np.eye(10, dtype=np.float32)[[2, 7, 9]]), lambda _: PICTURE)
    assert [words(f"held_out_{moment}") for moment in ("before", "after")] == ["1 of 3", "1 of 3"]
    assert [words(f"learnt_{moment}") for moment in ("before", "after")] == ["1 of 3", "3 of 3"]
    assert [words(f"test_{moment}") for moment in ("before", "after")] == ["99.58 %", "99.51 %"]
    # What changes is told of the network that is put to use, as the row “once learnt” is.
    assert tiles(report, "changes_list") == ["2 → 7 ✓", "9 → 4 ✓"]
    assert words("changes_words") == "Once learnt, 2 of your digits are read otherwise than before."
    assert tiles(report, "forgotten_list") == ["3 → 5 ✗"] * 2
    assert "LeNet of MNIST alone, taught 3 of your digits in 4 s" in words("teaching_title")
    report.show_result(result(None), lambda digest: PICTURE if digest == "c" else None)
    assert tiles(report, "changes_list") == ["9 → 4 ✓"]  # the others are not in the collection any more
    assert "2 of your digits" in words("changes_words")
    report.show_result(result(None), lambda _: None)
    assert tiles(report, "changes_list") == [] and "2 of your digits" in words("changes_words")
    learnt_nothing = np.eye(10, dtype=np.float32)[[1, 2, 9]]
    as_before = dataclasses.replace(result(learnt_nothing, forgotten=0), after=learnt_nothing)
    report.show_result(as_before, lambda _: PICTURE)
    assert tiles(report, "changes_list") == tiles(report, "forgotten_list") == []
    assert words("changes_words") == "Once learnt, all of your digits are read as before."
    assert [words(f"learnt_{moment}") for moment in ("before", "after")] == ["1 of 3", "1 of 3"]
    assert "None of MNIST's test digits has been forgotten" in words("forgotten_words")


PICTURE = np.eye(28, dtype=np.uint8) * 255


@pytest.mark.slow
def test_one_digit_can_be_taught_but_not_held_out(quick: None, window: MainWindow, qtbot: QtBot) -> None:
    drawn(window, qtbot)
    click_button(window, "is_a_2_button")
    window.open_tab("my_digits")
    assert button(window, "teach_button").text() == "Teach it my digit"
    taught_window(window, qtbot)
    assert text(window, "held_out_after") == "–"
    assert "cannot be held out" in text(window, "held_out_words")
    use(window, qtbot, "use_taught_button")
    assert "LeNet for pen strokes, taught 1 of my digits" in window._network_label.text()


def test_teaching_can_be_cancelled(filled: MainWindow, qtbot: QtBot) -> None:
    run = filled._context.run
    with qtbot.waitSignal(run.teaching_advanced, timeout=WAIT):
        click_button(filled, "teach_button")
    with qtbot.waitSignal(run.teaching_ended, timeout=WAIT):
        click_button(filled, "teach_cancel_button")
    assert "Given up" in text(filled, "teach_said")
    assert button(filled, "teach_button").isVisible() and button(filled, "teach_button").isEnabled()
    assert not button(filled, "use_taught_button").isVisible()


@pytest.mark.slow
def test_while_a_run_is_at_work_nothing_is_taught_and_the_other_way_round(
    quick: None, filled: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    run = filled._context.run
    filled._pages.page("train").build()
    config = TrainingConfig(digits=900, validation=100, batch_size=40, epochs=500, device="cpu")
    with qtbot.waitSignal(run.started, timeout=WAIT):
        run.start(config, tmp_path / "some_runs")
    assert not button(filled, "teach_button").isEnabled()
    assert "A training run is going on" in text(filled, "teach_said")
    with qtbot.waitSignal(run.ended, timeout=WAIT):
        run.stop()
    assert button(filled, "teach_button").isEnabled() and text(filled, "teach_said") == ""
    with qtbot.waitSignal(run.taught, timeout=WAIT):
        click_button(filled, "teach_button")
        assert not button(filled, "start_button").isEnabled()
        assert not button(filled, "stop_button").isEnabled()
        assert view_of(filled, "train") is not None
        assert "being taught" in view_of(filled, "train").transport._message.text()
    assert button(filled, "start_button").isEnabled()


@pytest.mark.slow
def test_a_train_tab_that_is_first_opened_while_one_teaches_knows_it(
    quick: None, filled: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(filled._context.run.taught, timeout=WAIT):
        click_button(filled, "teach_button")
        filled._pages.page("train").build()
        assert not button(filled, "start_button").isEnabled()
    assert button(filled, "start_button").isEnabled()


@pytest.mark.slow
def test_drawing_goes_on_while_the_network_is_taught(quick: None, filled: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(filled._context.run.taught, timeout=WAIT):
        click_button(filled, "teach_button")
        drawn(filled, qtbot)
        click_button(filled, "is_a_7_button")
        qtbot.waitUntil(lambda: text(filled, "answer_digit") == "7", timeout=WAIT)
    assert labels(filled)[-1] == 7
    assert text(filled, "learnt_after").endswith("of 4") or text(filled, "learnt_after").endswith("of 5")


@pytest.mark.slow
def test_where_the_taught_network_cannot_be_kept_that_is_told(
    quick: None, filled: MainWindow, qtbot: QtBot
) -> None:
    taught_window(filled, qtbot)
    user_folder("taught").write_text("in the way")
    click_button(filled, "use_taught_button")
    assert "pad's network is as it was" in message(filled)
    assert filled._settings.model == "lenet_pen"


@pytest.mark.slow
def test_a_network_that_is_gone_cannot_be_gone_back_to_and_that_is_told(
    quick: None, filled: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    own = tmp_path / "own.safetensors"
    state = view_of(filled, "inspect")._network
    assert state is not None
    from core.export import edited_weights

    edited_weights.save(own, state, "lenet", "lenet", "none")
    with qtbot.waitSignal(filled._engine.loaded, timeout=WAIT):
        filled._network.use(str(own))
    assert text(filled, "teach_title") == "Teach own.safetensors"
    taught_window(filled, qtbot)
    use(filled, qtbot, "use_taught_button")
    assert "own.safetensors, taught 4 of my digits" in filled._network_label.text()
    own.unlink()
    with qtbot.waitSignal(filled._engine.failed, timeout=WAIT):
        click_button(filled, "go_back_button")
    assert "own.safetensors" in message(filled)
    assert "taught 4 of my digits" in filled._network_label.text()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_process_is_told_on_the_card_and_the_digits_are_there(
    own_digits: Path, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    for seed in range(6):
        MyDigits(own_digits).add(ink(seed), seed)
    run = TrainingRun()
    window = open_window(run=run)
    open_tab(window, qtbot)
    with qtbot.waitSignal(run.teaching_advanced, timeout=WAIT):
        click_button(window, "teach_button")
    assert run.process_id is not None
    with qtbot.waitSignal(run.teaching_ended, timeout=WAIT):
        os.kill(run.process_id, signal.SIGKILL)
    assert "exit code -9" in text(window, "teach_said")
    assert button(window, "teach_button").isVisible()
    assert len(labels(window)) == 6


# Closing


def test_closing_in_mid_import_leaves_nothing_half_done(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    folder = tmp_path / "3"
    folder.mkdir()
    for number in range(200):
        (folder / f"{number}.png").write_bytes(b"")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(folder))
    desk(window).view.import_pictures.trigger()
    window.close()
    assert not list(store(window).folder.glob(".import*"))


def test_the_engine_without_a_network_is_asked_for_nothing(
    own_digits: Path, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    MyDigits(own_digits).add(ink(1), 1)
    engine = Engine(new_executor=InlineExecutor)
    window = open_window(engine=engine, wait=False)
    desk(window).readings.set_wanted(True)
    assert not desk(window).readings._question.is_running
    assert "loading" in text(window, "teach_said")
    with qtbot.waitSignal(engine.loaded, timeout=WAIT):
        pass
    qtbot.waitUntil(lambda: len(window._context.collection) == 1, timeout=WAIT)
    assert to_mnist(ink(1)).max() > 0
    assert isinstance(gallery(window).rootIndex(), QModelIndex)
