"""The Arithmetic tool: one cell, down to the multiplications that made it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from core.explaining.cells import CellExplanation
from core.export import cell_snippets
from gui.tabs.inspect.arithmetic.arithmetic_view import ArithmeticView
from gui.tabs.inspect.arithmetic.cell_pages import decimals_of, page
from gui.tabs.inspect.arithmetic.cell_words import cell_name
from gui.tabs.inspect.arithmetic.decimals import exact
from gui.tabs.inspect.arithmetic.page_parts import Words
from gui.tabs.inspect.subject import Subject
from gui.tabs.inspect.tool import Tool
from gui.widgets.construct import STRETCH, bold, in_column, in_row, leaves_keys, named, screen_only, symbol
from gui.widgets.steady_label import SteadyLabel


class CellInspector(Tool):
    """Shows the cell's place, its value, and every number that enters it."""

    noted = Signal(str)
    """A sentence on what was copied."""

    follows_mouse = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cell_inspector")
        self._explanation: CellExplanation | None = None
        self._about = ""  # the cell, by all of its name, and its value
        self.title = bold(named(SteadyLabel(self), "cell_title"))
        tip = self.tr("The number in this cell: what the network computed for your drawing")
        self.value = bold(named(SteadyLabel(self, widest="−0000.0000"), "cell_value", tip), 1.5)
        pin_words = self.tr("pinned: Esc leaves"), self.tr("preview: click to keep")
        self._pinned_words, self._preview_words = pin_words
        state = SteadyLabel(self, max(pin_words, key=len), Qt.AlignmentFlag.AlignRight)
        self.pin_state = screen_only(named(state, "cell_pin_state", small=True))
        text, tip = self.tr("Copy text"), self.tr("Copy every number of this cell's arithmetic as plain text")
        self.copy_text = self._button("copy_text_button", text, "Ctrl+Shift+C", tip, self._on_copy_text)
        text = self.tr("Copy PyTorch")
        tip = self.tr("Copy a small program that computes this cell with PyTorch and prints the same number")
        copy = self._on_copy_pytorch
        self.copy_pytorch = self._button("copy_pytorch_button", text, "Ctrl+Shift+P", tip, copy)
        self.view = ArithmeticView(self)
        place = in_row((self.title, 1), self.pin_state, margins=(6, 6, 6, 0))
        number = in_row(self.value, STRETCH, self.copy_text, self.copy_pytorch, margins=(6, 0, 6, 0))
        in_column(place, number, (self.view, 1), on=self, spacing=2)

    def _button(self, name: str, text: str, keys: str, tip: str, clicked: Callable[[], None]) -> QPushButton:
        shortcut = QKeySequence(keys)
        tip = f"{tip} ({shortcut.toString(QKeySequence.SequenceFormat.NativeText)})"
        button = named(QPushButton(text, self), name, tip, clicked=clicked)
        button.setShortcut(shortcut)
        button.setEnabled(False)
        return leaves_keys(symbol(button, "copy"))

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        self.view.set_colours(maps, kernels)

    @property
    def about(self) -> str:
        return self._about

    def show_subject(self, subject: Subject) -> None:
        explanation = self._explanation = subject.explanation
        for button in (self.copy_text, self.copy_pytorch):
            button.setEnabled(explanation is not None)
        layer, place = subject.spec.name, ""
        if subject.index is not None:
            place = cell_name(subject.network.table, subject.spec, subject.index)
        self.title.set_text(" · ".join(filter(None, (layer, place))))
        self.pin_state.set_text(self._pin_words(subject))
        self._about = ""
        if explanation is None:
            self.value.set_text("")
            self.view.set_parts([Words(self._what_to_do(subject))])
            return
        value = exact(explanation.value, decimals_of(subject, subject.layer))
        self.value.set_text(value)
        self._about = f"{layer}, {place}: {value}"
        self.view.set_parts(page(subject, explanation))

    def _pin_words(self, subject: Subject) -> str:
        if subject.cell is None:
            return ""
        return self._pinned_words if subject.is_pinned else self._preview_words

    def _what_to_do(self, subject: Subject) -> str:
        if subject.cell is None and subject.prediction is None:
            return self.tr("Draw a digit, then point at any cell: this shows how its number comes about.")
        if subject.cell is None:
            return self.tr(
                "Point at a cell, here or in the strip above, to see how its number comes about. "
                "Click it to keep it."
            )
        return self.tr("Draw a digit: then this cell has a number, and this shows how it comes about.")

    @Slot()
    def _on_copy_text(self) -> None:
        if self._explanation is not None:
            QGuiApplication.clipboard().setText(cell_snippets.as_text(self._explanation))
            self.noted.emit(self.tr("The cell's arithmetic is on the clipboard, as text."))

    @Slot()
    def _on_copy_pytorch(self) -> None:
        if self._explanation is not None:
            QGuiApplication.clipboard().setText(cell_snippets.as_pytorch(self._explanation))
            self.noted.emit(self.tr("A PyTorch program that prints this number is on the clipboard."))
