"""One's own digits as the items of a list: those that are wanted, newest first."""

from __future__ import annotations

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
"""What the network reads in it, a Reading; None while that is not known."""

_MANY = 100  # rows: one by one, thousands would take a second

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class GalleryModel(QAbstractListModel):
    """An item a digit.

    Args:
        reading_of: tells what the network reads in a digit.
        parent: whose child this is.
    """

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
        """Show these. What stays, stays selected, unless much has changed at once."""
        wanted = {digit.path.name for digit in digits}
        there = {digit.path.name for digit in self._digits}
        if len(wanted ^ there) > _MANY:
            self.beginResetModel()
            self._digits = list(digits)
            self.endResetModel()
            return
        for row in reversed(range(len(self._digits))):
            if self._digits[row].path.name not in wanted:
                self.beginRemoveRows(_NOWHERE, row, row)
                del self._digits[row]
                self.endRemoveRows()
        for row, digit in enumerate(digits):
            if digit.path.name not in there:
                self.beginInsertRows(_NOWHERE, row, row)
                self._digits.insert(row, digit)
                self.endInsertRows()
        self._digits = list(digits)  # some have other labels now
        if digits:
            self.dataChanged.emit(self.index(0), self.index(len(digits) - 1))

    def on_readings_changed(self) -> None:
        """Other things are known of what the network reads."""
        if self._digits:
            self.dataChanged.emit(self.index(0), self.index(len(self._digits) - 1), [READING])

    # What Qt asks

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
        said = self.tr("Labelled {label}.").format(label=digit.label)
        if reading is not None:
            read = self.tr("Misread as {digit} ({percent} %).")
            if reading.digit == digit.label:
                read = self.tr("Read as {digit} ({percent} %).")
            said += " " + read.format(digit=reading.digit, percent=percent(reading.probability))
        kept = _kept_at(digit)
        return said if kept is None else said + " " + self.tr("Kept {time}.").format(time=kept)


def _kept_at(digit: MyDigit) -> str | None:
    """When a digit was kept, from its file's name."""
    try:
        return f"{datetime.strptime(digit.path.name[:15], '%Y%m%d-%H%M%S'):%Y-%m-%d %H:%M}"
    except ValueError:
        return None
