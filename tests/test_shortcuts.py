"""Each key that the sheet of keys names, pressed with the focus in different places."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from driving import SEVEN, action, button, child, press, settle, tab_of, view_of
from example_digits import mnist
from ink_replay import draw
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QSpinBox, QTabWidget, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from core.my_digits.store import MyDigits
from core.training import runs
from core.training.config import TrainingConfig
from gui.main_window import MainWindow
from gui.processes.training_run import RunState
from gui.tabs.my_digits.gallery import Gallery
from gui.window.help_dialogs import ShortcutsDialog

pytestmark = pytest.mark.slow  # keys by the hundred


def setting(window: MainWindow, name: str) -> QWidget:
    """The field of a run's setting."""
    field: QWidget = view_of(window, "train").form._column.fields[name]
    return field


PLACES: dict[str, tuple[str, Callable[[MainWindow], QWidget]]] = {
    "the sheet": ("inspect", lambda window: window.canvas),
    "the brush": ("inspect", lambda window: window._pad.brush_slider),
    "a button of the pad": ("inspect", lambda window: button(window, "clear_button")),
    "the pages": ("inspect", lambda window: button(window, "inspect_place")),
    "Inspect": ("inspect", lambda window: view_of(window, "inspect")),
    "Prepare": ("prepare", lambda window: view_of(window, "prepare")),
    "Why": ("why", lambda window: view_of(window, "why")),
    "a number in Train": ("train", lambda window: setting(window, "epochs")),
    "a text in Train": ("train", lambda window: setting(window, "learning_rate")),
    "a list in Train": ("train", lambda window: setting(window, "optimizer")),
    "the runs": ("train", lambda window: child(view_of(window, "train"), QTreeWidget, "runs_tree")),
    "the gallery": ("my_digits", lambda window: child(view_of(window, "my_digits"), Gallery)),
    "Compare": ("compare", lambda window: view_of(window, "compare")),
}
# What acts on the place itself, or is typed there: the sheet says so.
KEPT = {"the gallery": {"clear", "undo"}, "Why": {"clear"}}
DIGITS_TO_SHOW = {f"test_digit_{digit}" for digit in range(10)}  # Shift and a digit
TYPED = {"pen", "eraser", "thinner", "thicker", "clear", "test_digit", *DIGITS_TO_SHOW}
EDITING = {"undo", "redo", "copy", "paste"}


@pytest.fixture
def window(store: MyDigits, open_window: Callable[..., MainWindow]) -> MainWindow:
    """A window with a digit in its gallery."""
    store.add(mnist("test").images[0].repeat(10, 0).repeat(10, 1), 7)
    window = open_window()
    window.open_tab("my_digits")
    return window


def focused(window: MainWindow, place: str, qtbot: QtBot) -> QWidget:
    """The widget of that place, which has the focus in the active window."""
    page, find = PLACES[place]
    window.open_tab(page)
    if page == "train":
        left = child(window, QTabWidget, "train_left")
        left.setCurrentIndex(1 if place == "the runs" else 0)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    widget = find(window)
    qtbot.waitUntil(widget.isVisible)
    widget.setFocus()
    assert widget.hasFocus() or widget.focusProxy() is not None, (place, window.focusWidget())
    return widget


def press_keys(widget: QWidget, keys: QKeySequence) -> None:
    combination = keys[0]  # type: ignore[index]  # PySide's stubs lack it
    QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())
    settle()


def named_keys(window: MainWindow) -> list[QAction]:
    """The actions on the sheet of keys, but for the labels'."""
    return [
        each
        for each in window.findChildren(QAction)
        if each.shortcuts() and not each.objectName().startswith("is_a_")
    ]


def note(pressed: list[str], name: str, *_: object) -> None:
    pressed.append(name)


def test_every_key_of_the_window_works_wherever_the_focus_is(window: MainWindow, qtbot: QtBot) -> None:
    draw(window.canvas, SEVEN * 2)
    window.canvas.undo()  # so that there is something to undo, to redo and to clear
    pressed: list[str] = []
    keys = named_keys(window)
    assert len(keys) > 30
    for each in keys:
        each.triggered.disconnect()  # among them is Quit
        each.triggered.connect(partial(note, pressed, each.objectName()))
        each.setCheckable(False)  # a switch would hide what has the focus
    for place in PLACES:
        widget = focused(window, place, qtbot)
        pressed.clear()
        kept = KEPT.get(place, set())
        if isinstance(widget, QLineEdit | QSpinBox):
            kept = TYPED | EDITING
        for each in keys:
            press_keys(widget, each.shortcut())
        assert pressed == [each.objectName() for each in keys if each.objectName() not in kept], place


def test_the_keys_of_a_run_go_on_working_after_it_was_paused(window: MainWindow, qtbot: QtBot) -> None:
    window.open_tab("train")
    transport = view_of(window, "train").transport
    pressed: list[str] = []
    for name in ("start", "go_on", "pause", "step", "epoch", "stop"):
        getattr(transport, f"{name}_pressed").disconnect()
        getattr(transport, f"{name}_pressed").connect(partial(note, pressed, name))
    for state, keys, expected in [
        (RunState.IDLE, "F5", "start"),
        (RunState.RUNNING, "F6", "pause"),
        (RunState.PAUSED, "F7", "step"),
        (RunState.PAUSED, "F8", "epoch"),
        (RunState.PAUSED, "F5", "go_on"),
        (RunState.RUNNING, "Shift+F5", "stop"),
        (RunState.IDLE, "F5", "start"),
    ]:
        transport.set_state(state)
        for place in PLACES:
            pressed.clear()
            press_keys(focused(window, place, qtbot), QKeySequence(keys))
            assert pressed == [expected], (keys, place)


def test_who_starts_a_run_by_its_key_sees_it_and_who_pauses_one_stays_where_one_is(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = window._context.run
    asked: list[str] = []
    monkeypatch.setattr(run, "start", lambda *_: asked.append("start"))
    monkeypatch.setattr(run, "pause", lambda: asked.append("pause"))
    press_keys(focused(window, "Inspect", qtbot), QKeySequence("F6"))  # there is no run
    assert window.page == "inspect" and not asked
    press_keys(focused(window, "Inspect", qtbot), QKeySequence("F5"))
    assert window.page == "train" and asked == ["start"]
    monkeypatch.setattr(type(run), "state", RunState.RUNNING)
    tab_of(window, "train").desk._on_state_changed(RunState.RUNNING)
    press_keys(focused(window, "the gallery", qtbot), QKeySequence("F6"))
    assert window.page == "my_digits" and asked == ["start", "pause"]


def test_f2_renames_the_selected_run_wherever_the_focus_is(window: MainWindow, qtbot: QtBot) -> None:
    window.open_tab("train")
    tree = child(window, QTreeWidget, "runs_tree")
    folder = tab_of(window, "train").desk._folder
    path = runs.create(folder, TrainingConfig(), 10, 5).path
    tab_of(window, "train").desk._kept.show(path)
    child(window, QTabWidget, "train_left").setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(tree.selectedItems()))
    for widget in (window.canvas, button(window, "run_open_button"), tree):
        widget.setFocus()
        press(widget, Qt.Key.Key_F2)
        editor = child(tree.viewport(), QLineEdit)
        assert editor.isVisible()
        press(editor, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: tree.findChild(QLineEdit) is None)


def test_nothing_on_the_sheet_of_keys_is_cut_off(window: MainWindow) -> None:
    action(window, "shortcuts").trigger()
    dialog = child(window, ShortcutsDialog)
    settle()
    for label in dialog.findChildren(QLabel):
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= needed and label.width() >= label.minimumSizeHint().width(), label.text()
    dialog.close()
