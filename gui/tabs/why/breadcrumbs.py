"""The steps down into a sum, as buttons that lead back up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from gui.paint.text import set_text
from gui.widgets.construct import STRETCH, in_row, named

DEPTH = 4  # a difference, a unit, a unit that feeds it, a channel that feeds that


class Breadcrumbs(QWidget):
    """A button for each step; the last one is bold: its sum is shown."""

    chosen = Signal(int)
    """The number of steps below the top that are to remain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crumbs")
        self._buttons: list[QToolButton] = []
        self._signs: list[QLabel] = []
        self._row = in_row(STRETCH, on=self, spacing=2)
        for _ in range(DEPTH):
            self._add_place()

    def _add_place(self) -> None:
        depth = len(self._buttons)
        tip = self.tr("Back up to here (Escape goes one step up)")
        button = named(QToolButton(self, autoRaise=True), f"crumb_{depth}", tip, clicked=self._on_clicked)
        sign = QLabel("›", self)
        self._buttons.append(button)
        self._signs.append(sign)
        for widget in (sign, button):
            self._row.insertWidget(self._row.count() - 1, widget)

    def set_places(self, names: Sequence[str]) -> None:
        """Show these names, from the top down."""
        while len(self._buttons) < len(names):
            self._add_place()
        for depth, (sign, button) in enumerate(zip(self._signs, self._buttons, strict=True)):
            is_there = depth < len(names)
            sign.setVisible(is_there and depth > 0)
            button.setVisible(is_there)
            if is_there:
                button.setText(names[depth])
                button.setAccessibleName(names[depth])
                set_text(button, is_bold=depth == len(names) - 1)

    @Slot()
    def _on_clicked(self) -> None:
        sender = self.sender()
        assert isinstance(sender, QToolButton)
        self.chosen.emit(self._buttons.index(sender))
