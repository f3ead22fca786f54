"""One's own digits as the items of a list, newest first."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.my_digits.store import MyDigit
from gui.tabs.my_digits.readings import Reading
from gui.words.numbers import percent

DIGIT = Qt.ItemDataRole.UserRole
"""The MyDigit of an item."""
READING = DIGIT + 1
"""The network's Reading of an item's digit; None while it is not known."""

_MANY = 100  # rows: one by one, thousands would take a second

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class GalleryModel(QAbstractListModel):
    """An item a digit, with the Reading that `reading_of` returns for it."""

    def __init__(
        self, reading_of: Callable[[MyDigit], Reading | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._reading_of = reading_of
        self._digits: list[MyDigit] = []

    def digit(self, row: int) -> MyDigit:
        """The digit of a row."""
        return self._digits[row]

    def set_digits(self, digits: Sequence[MyDigit]) -> None:
        """Show these digits. Those that stay keep their selection, unless more than 100 come or go."""
        new = {digit.path.name for digit in digits}
        old = {digit.path.name for digit in self._digits}
        if len(new ^ old) > _MANY:
            self.beginResetModel()
            self._digits = list(digits)
            self.endResetModel()
            return
        for row in reversed(range(len(self._digits))):
            if self._digits[row].path.name not in new:
                self.beginRemoveRows(_NOWHERE, row, row)
                del self._digits[row]
                self.endRemoveRows()
        for row, digit in enumerate(digits):
            if digit.path.name not in old:
                self.beginInsertRows(_NOWHERE, row, row)
                self._digits.insert(row, digit)
                self.endInsertRows()
        self._digits = list(digits)  # some have other labels now
        if digits:
            self.dataChanged.emit(self.index(0), self.index(len(digits) - 1))

    def on_readings_changed(self) -> None:
        """Show the readings anew."""
        if self._digits:
            self.dataChanged.emit(self.index(0), self.index(len(self._digits) - 1), [READING])

    # Qt's model interface

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._digits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        digit = self._digits[index.row()]
        if role == DIGIT:
            return digit
        if role == READING:
            return self._reading_of(digit)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._in_words(digit, self._reading_of(digit))
        return None

    def _in_words(self, digit: MyDigit, reading: Reading | None) -> str:
        words = self.tr("Labelled {label}.").format(label=digit.label)
        if reading is not None:
            read = self.tr("Misread as {digit} ({percent} %).")
            if reading.digit == digit.label:
                read = self.tr("Read as {digit} ({percent} %).")
            words += " " + read.format(digit=reading.digit, percent=percent(reading.probability))
        with contextlib.suppress(ValueError):  # a file of another name says nothing of its time
            kept = datetime.strptime(digit.path.name[:15], "%Y%m%d-%H%M%S")
            words += " " + self.tr("Kept {time}.").format(time=f"{kept:%Y-%m-%d %H:%M}")
        return words
