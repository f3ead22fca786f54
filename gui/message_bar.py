"""A line below the work for what went wrong or needs to be known; it stops nobody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget


class MessageBar(QFrame):
    """Hidden until there is something to say; a button puts it away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self._text = QLabel(self)
        self._text.setObjectName("message_text")
        self._text.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton(self)
        close.setObjectName("message_close_button")
        close.setText("✕")
        close.setAutoRaise(True)
        close.setToolTip(self.tr("Put this message away"))
        close.setAccessibleName(self.tr("Close message"))
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(close)
        self.hide()

    def text(self) -> str:
        """What is said now, or was last."""
        return self._text.text()

    def say(self, sentence: str) -> None:
        """Show a sentence in place of what was there."""
        self._text.setText(sentence)
        self.show()
