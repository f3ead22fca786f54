"""A monkey that uses the program at random, by real events, and files for it to open."""

from __future__ import annotations

import collections
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import mutations
import numpy as np
import seed_files
from ink_replay import draw
from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QTabBar,
    QWidget,
)

from core.ink import digit_png
from core.pen_digits import generator
from core.pen_digits.forms import FORMS
from core.training.config import TrainingConfig
from gui.main_window import MainWindow
from gui.processes.training_run import RunState
from gui.tabs import entries

LONGEST_RUN = 45.0  # seconds, after which a run is stopped
MOST_DIGITS = 150  # in the collection: beyond that it would grow as it should

_KEYS = "rpe[]"
_LEFT, _SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


class Monkey(QObject):
    """Acts every few milliseconds, in whatever window or dialog is on top."""

    def __init__(self, window: MainWindow, chance: Random, inputs: Path, pause: int = 20) -> None:
        super().__init__(window)
        self._pause = pause  # milliseconds between two acts
        self.window, self.chance, self.inputs = window, chance, inputs
        self.acts = collections.Counter[str]()
        window._menus.quit.setEnabled(False)  # it would find it
        self._is_over = False
        self._run_began = time.monotonic()
        self.ways: list[tuple[float, Callable[[], None]]] = [
            (6, self.draw),
            (4, self.undo_or_redo),
            (8, self.press_key),
            (40, self.click_anything),
            (3, self.change_tab),
            (2, self.label),
            (0.5, self.open_picture),
            (0.2, self.import_digits),
            (0.1, self.train),
            (0.3, self.resize),
        ]

    def begin(self) -> None:
        QTimer.singleShot(self._pause, self.act)

    def end(self) -> None:
        self._is_over = True

    @Slot()
    def act(self) -> None:
        """Do one thing. The next comes even where this one opens a dialog that waits for an answer."""
        if self._is_over:
            return
        self.begin()
        run = self.window._context.run
        if run.state is RunState.IDLE:
            self._run_began = time.monotonic()
        popup, dialog = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None:
            QTest.keyClick(popup, self.chance.choice((Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape)))
        elif isinstance(dialog, QFileDialog):
            self._choose_file(dialog)
        elif dialog is not None:
            self._answer(dialog)
        elif time.monotonic() - self._run_began > LONGEST_RUN:
            run.stop()
            self._run_began = time.monotonic()
        else:
            weights, ways = zip(*self.ways, strict=True)
            (way,) = self.chance.choices(ways, weights)
            self.acts[way.__name__] += 1
            way()

    # Ways

    def draw(self) -> None:
        if self.chance.random() < 0.4:
            self.window.canvas.clear()
        form = self.chance.choice(FORMS)
        strokes = generator.write(form, np.random.default_rng(self.chance.randrange(2**32)))
        draw(self.window.canvas, strokes)

    def undo_or_redo(self) -> None:
        key = self.chance.choice((Qt.Key.Key_Z, Qt.Key.Key_Z, Qt.Key.Key_Y))
        QTest.keyClick(self.window, key, Qt.KeyboardModifier.ControlModifier)

    def press_key(self) -> None:
        if self.chance.random() < 0.1:
            QTest.keyClick(self.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        elif self.chance.random() < 0.3:
            QTest.keyClick(self.window, Qt.Key(Qt.Key.Key_0 + self.chance.randrange(10)), _SHIFT)
        else:
            QTest.keyClicks(self.window, self.chance.choice(_KEYS))

    def click_anything(self) -> None:
        shown = [widget for widget in self.window.findChildren(QWidget) if _can_be_clicked(widget)]
        if shown:
            self._use(self.chance.choice(shown))

    def change_tab(self) -> None:
        self.window.open_tab(self.chance.choice(sorted(entry.name for entry in entries())))

    def label(self) -> None:
        collection = self.window._context.collection
        if len(collection) > MOST_DIGITS:
            collection.delete(collection.digits[: MOST_DIGITS // 2])
        self.press_label()

    def press_label(self) -> None:
        key = Qt.Key(Qt.Key.Key_0 + self.chance.randrange(10))
        QTest.keyClick(self.window, key, Qt.KeyboardModifier.ControlModifier)

    def open_picture(self) -> None:
        self.window._menus.open_picture.trigger()

    def import_digits(self) -> None:
        tab: Any = self.window.open_tab("my_digits")
        self.chance.choice((tab.files.choose_pictures, tab.files.choose_files))()

    def train(self) -> None:
        tab: Any = self.window.open_tab("train")
        config = TrainingConfig(
            digits=self.chance.choice((1000, 3000)), validation=500, epochs=self.chance.randint(1, 4)
        )
        tab.view.form.set_config(config)
        tab.view.transport.start_pressed.emit()

    def resize(self) -> None:
        self.window.resize(self.chance.randint(1100, 1500), self.chance.randint(700, 950))

    # Widgets

    def _use(self, widget: QWidget) -> None:
        chance = self.chance
        at = QPoint(chance.randrange(max(widget.width(), 1)), chance.randrange(max(widget.height(), 1)))
        if isinstance(widget, QComboBox | QAbstractSpinBox | QAbstractSlider):
            QTest.keyClick(widget, chance.choice((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp)))
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            rows = widget.model().rowCount(QModelIndex())
            if rows:
                place = widget.visualRect(widget.model().index(chance.randrange(rows), 0)).center()
                QTest.mouseClick(widget.viewport(), _LEFT, pos=place)
        else:
            QTest.mouseMove(widget, at)
            QTest.mouseClick(widget, _LEFT, pos=at)

    def _choose_file(self, dialog: QFileDialog) -> None:
        """Type a name that fits, and press Enter; where the dialog does not take it, leave it."""
        self.acts["file dialog"] += 1
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        if name is None or dialog.property("tried"):
            dialog.reject()
            return
        dialog.setProperty("tried", True)
        filters = " ".join(dialog.nameFilters())
        if dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave:
            path = self.inputs / "saved" / f"{self.chance.randrange(3)}"
        elif dialog.fileMode() is QFileDialog.FileMode.Directory:
            path = self.inputs / "folder"
        else:
            kind = "sets" if "ubyte" in filters else "pictures" if ".png" in filters else "others"
            path = self.chance.choice(sorted((self.inputs / kind).iterdir()))
        name.setText(str(path))
        QTest.keyClick(name, Qt.Key.Key_Return)

    def _answer(self, dialog: QWidget) -> None:
        self.acts["dialog"] += 1
        buttons = [each for each in dialog.findChildren(QAbstractButton) if _can_be_clicked(each)]
        if buttons and self.chance.random() < 0.7:
            QTest.mouseClick(self.chance.choice(buttons), _LEFT)
        elif isinstance(dialog, QDialog):
            dialog.reject()
        else:
            dialog.close()


def _can_be_clicked(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and not isinstance(widget, QTabBar)


def make_inputs(folder: Path, chance: Random) -> None:
    """Files to open: pictures, whole and damaged, sets of digits, a folder of labelled pictures."""
    for kind in ("pictures", "sets", "others", "saved", *(f"folder/{digit}" for digit in range(10))):
        (folder / kind).mkdir(parents=True)
    for suffix, contents in seed_files.pictures().items():
        for number, content in enumerate(contents):
            (folder / "pictures" / f"{number}{suffix}").write_bytes(content)
            (folder / "pictures" / f"{number}_{suffix}").write_bytes(mutations.of_bytes(chance, [content]))
    (folder / "sets" / "few.npz").write_bytes(seed_files.arrays()[0])
    (folder / "sets" / "damaged.npz").write_bytes(seed_files.arrays()[0][:500])
    (folder / "others" / "settings.json").write_bytes(seed_files.training_settings()[0])
    (folder / "others" / "damaged.safetensors").write_bytes(seed_files.few_weights()[0])
    for number in range(20):
        content = digit_png.encode(seed_files.drawing(number))
        (folder / "folder" / str(number % 10) / f"{number}.png").write_bytes(content)
