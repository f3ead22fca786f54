"""A line that says that the network was changed by hand, and leads back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QWidget

from gui.paint.text import fit_to_text
from gui.paint.theme import warning_colour
from gui.widgets.construct import bold, in_row, named
from gui.widgets.steady_label import SteadyLabel

_STRIPE = 5


class ModifiedBar(QFrame):
    """Keeps its place whether it says something or not: nothing moves under a pen."""

    revert_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modified_bar")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self._words = bold(named(_Words(self), "modified_text"))
        self._words.setForegroundRole(QPalette.ColorRole.ToolTipText)
        brief = self.tr("Modified: {count} changes").format(count=99)
        fit_to_text(self._words, lambda it: it.setMinimumWidth(it.fontMetrics().horizontalAdvance(brief) + 4))
        tip = self.tr("Take all changes back: the network as it was opened. The Change tool can undo that.")
        name, text = "modified_revert_button", self.tr("Revert")
        revert = named(QToolButton(self), name, tip, text=text, clicked=self.revert_wanted)
        in_row((self._words, 1), revert, on=self, margins=(_STRIPE + 6, 1, 1, 1))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def text(self) -> str:
        """Return the text in full; empty while the network is as it was opened."""
        return self._words.toolTip()

    def set_text(self, text: str, brief: str = "") -> None:
        """Show which network answers and what was changed, in brief if there is no room; hide if empty.

        The full text is the tool tip as well.
        """
        self._words.set_words(text, brief or text)
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.fillRect(0, 0, _STRIPE, self.height(), warning_colour(self.palette()))


class _Words(SteadyLabel):
    """Shows the full text where it fits, else the brief one: neither is ever cut off."""

    _brief = ""

    def set_words(self, text: str, brief: str) -> None:
        self._brief = brief
        self.setToolTip(text)
        self._choose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._choose()

    def _choose(self) -> None:
        text = self.toolTip()
        has_room = self.fontMetrics().horizontalAdvance(text) <= self.width()
        self.set_text(text if has_room else self._brief)
