"""A line for errors and notes; it stops nobody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton, QWidget

from gui.widgets.construct import in_row, named

_MARGIN = 8  # pixels around it


class MessageBar(QFrame):
    """Hidden until there is a message; a button closes it."""

    def __init__(self, parent: QWidget | None = None, name: str = "message") -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_bar")
        self.setProperty("note", True)
        text = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text = named(text, f"{name}_text")
        self._text.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self._close = named(
            QToolButton(self, autoRaise=True),
            f"{name}_close_button",
            self.tr("Put this message away"),
            self.tr("Close message"),
            text="✕",
            clicked=self.hide,
        )
        self._act: Callable[[], object] | None = None  # what the button does
        self._button = named(QPushButton(self), f"{name}_button", clicked=self._on_clicked)
        self._row = in_row((self._text, 1), self._button, self._close, on=self, margins=None)
        self.hide()

    def text(self) -> str:
        """Return the newest message, shown or not."""
        return self._text.text()

    def say(self, sentence: str) -> None:
        """Show a message in place of the one before."""
        self._show(sentence, "", None)

    def offer(self, sentence: str, button: str, act: Callable[[], object]) -> None:
        """Show a message with a button that does something, in place of the message before."""
        self._show(sentence, button, act)

    def withdraw(self) -> None:
        """Put an offer away that nobody needs any more; a message stays."""
        if self._act is not None:
            self.hide()

    def _show(self, sentence: str, button: str, act: Callable[[], object] | None) -> None:
        self._text.setText(sentence)
        self._button.setText(button)
        self._button.setVisible(act is not None)
        self._act = act
        self.show()

    @Slot()
    def _on_clicked(self) -> None:
        act = self._act
        self.hide()
        if act is not None:
            act()


class FloatingBar(MessageBar):
    """Lies over the foot of its parent: nothing that one aims at moves when it comes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        parent.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._under:
            self._place()
        return False

    def _show(self, sentence: str, button: str, act: Callable[[], object] | None) -> None:
        super()._show(sentence, button, act)
        self._place()

    def _place(self) -> None:
        room = self._under.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        room.setTop(room.bottom() + 1 - max(self.heightForWidth(room.width()), self.sizeHint().height()))
        self.setGeometry(room)
        self.raise_()
