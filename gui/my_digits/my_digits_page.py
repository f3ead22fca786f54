"""The My digits tab as the window has it: empty until it is first shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class MyDigitsPage(QWidget):
    """Its content takes a tenth of a second to import and build: the window does not wait for that."""

    needed = Signal()
    """Somebody looks, and there is nothing here yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("my_digits_page")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def set_content(self, content: QWidget) -> None:
        """This is to be seen here."""
        self._layout.addWidget(content)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the content."""
        super().showEvent(event)
        if self._layout.isEmpty():
            self.needed.emit()
