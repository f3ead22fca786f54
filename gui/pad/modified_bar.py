"""A line that says that the network was changed by hand, and leads back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from gui.paint.theme import warning_colour
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyLabel

_STRIPE = 5


class ModifiedBar(QFrame):
    """Keeps its place whether it says something or not: nothing moves under a pen."""

    revert_wanted = Signal()
    """All changes are to be taken back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modified_bar")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self._words = named(_Words(self), "modified_text")
        self._words.setForegroundRole(QPalette.ColorRole.ToolTipText)
        font = self.font()
        font.setBold(True)
        self._words.setFont(font)
        self._words.setMinimumWidth(
            self._words.fontMetrics().horizontalAdvance(self.tr("Modified: {count} changes").format(count=99))
            + 4
        )
        self._revert = named(
            QToolButton(self),
            "modified_revert_button",
            self.tr("Take all changes back: the network as it was opened. The Change tool can undo that."),
        )
        self._revert.setText(self.tr("Revert"))
        self._revert.clicked.connect(self.revert_wanted)
        layout = spaced(QHBoxLayout(self), margins=(_STRIPE + 6, 1, 1, 1))
        layout.addWidget(self._words, 1)
        layout.addWidget(self._revert)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def text(self) -> str:
        """What it says, in full; empty while the network is as it was opened."""
        return self._words.toolTip()

    def set_text(self, text: str, brief: str = "") -> None:
        """Say what answers and what was changed; empty: nothing was.

        Args:
            text: that, in full; it is the tool tip as well.
            brief: what to say where there is no room for that.
        """
        self._words.set_words(text, brief or text)
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.fillRect(0, 0, _STRIPE, self.height(), warning_colour(self.palette()))


class _Words(SteadyLabel):
    """Says it in full where there is room, and else in few words: what can be read is complete."""

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
