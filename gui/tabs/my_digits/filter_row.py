"""The filter of one's own digits, with the count of each kind."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from core.my_digits.store import MyDigit
from gui.paint.text import fit_to_text
from gui.tabs.my_digits.readings import Readings
from gui.widgets.construct import named, spaced

ALL, MISREAD = 10, 11
"""Choices beside the labels 0 to 9."""


class FilterRow(QWidget):
    """A button each for all digits, for those misread now, and for each label."""

    choice_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("my_digits_filter")
        self._group = QButtonGroup(self)
        row = spaced(QHBoxLayout(self), 2)
        self._add(row, ALL, "all", self.tr("All digits, the newest first"))
        self._add(row, MISREAD, "misread", self.tr("Those that the network which answers now reads wrongly"))
        for label in range(10):
            self._add(row, label, str(label), self.tr("Those labelled {label}").format(label=label))
        self._group.button(ALL).setChecked(True)
        self._group.buttonClicked.connect(self.choice_changed)
        self.set_counts((), None)

    def _add(self, row: QHBoxLayout, choice: int, name: str, tip: str) -> None:
        button = named(QToolButton(self), f"filter_{name}_button", tip, tip, checkable=True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widest = self.tr("Misread") if choice == MISREAD else "000"
        button.setProperty("tight", True)
        fit_to_text(button, lambda it: it.setMinimumSize(_size(it, widest)))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group.addButton(button, choice)
        row.addWidget(button, 2 if choice in (ALL, MISREAD) else 1)

    @property
    def choice(self) -> int:
        """A label, or `ALL`, or `MISREAD`."""
        return self._group.checkedId()

    def set_counts(self, digits: Sequence[MyDigit], readings: Readings | None) -> None:
        """Show the number of digits of each kind."""
        counts = [0] * 10
        for digit in digits:
            counts[digit.label] += 1
        misread = 0 if readings is None else sum(readings.is_misread(digit) for digit in digits)
        self._group.button(ALL).setText(self.tr("All\n{count}").format(count=f"{len(digits):,}"))
        self._group.button(MISREAD).setText(self.tr("Misread\n{count}").format(count=f"{misread:,}"))
        for label, count in enumerate(counts):
            self._group.button(label).setText(f"{label}\n{count or '–'}")

    def accepts(self, digit: MyDigit, readings: Readings) -> bool:
        """Return whether a digit passes the filter."""
        if self.choice == ALL:
            return True
        return readings.is_misread(digit) if self.choice == MISREAD else digit.label == self.choice


def _size(button: QToolButton, widest: str) -> QSize:
    metrics = button.fontMetrics()
    return QSize(metrics.horizontalAdvance(widest) + 8, 2 * metrics.height() + 14)
