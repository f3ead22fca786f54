"""A line below the work for what went wrong or needs to be known; it stops nobody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from gui.widgets.construct import named


class MessageBar(QFrame):
    """Hidden until there is something to say; a button puts it away."""

    def __init__(self, parent: QWidget | None = None, name: str = "message") -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_bar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self._text = named(QLabel(self), f"{name}_text")
        self._text.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = named(
            QToolButton(self),
            f"{name}_close_button",
            self.tr("Put this message away"),
            self.tr("Close message"),
        )
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._close)
        self.hide()

    def text(self) -> str:
        """What is said now, or was last."""
        return self._text.text()

    def say(self, sentence: str) -> None:
        """Show a sentence in place of what was there."""
        self._text.setText(sentence)
        self.show()
