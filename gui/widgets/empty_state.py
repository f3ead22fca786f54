"""What stands in a view's place while there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui.widgets.construct import STRETCH, in_column, message, named


class EmptyState(QWidget):
    """A sentence that says what will be here; below it a button that makes it come, where there is one."""

    test_digit_wanted = Signal()
    """One of MNIST's test digits is to be put on the pad."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message = message(self, name)
        text, tip = self.tr("Show a test digit"), self.tr("Put one of MNIST's test digits on the pad (R)")
        self._button = named(QPushButton(self), f"{name}_button", tip, text=text)
        self._button.clicked.connect(self.test_digit_wanted)
        self._button.hide()
        centre = Qt.AlignmentFlag.AlignHCenter
        content = (STRETCH, self._message, 12, (self._button, 0, centre), STRETCH)
        in_column(*content, on=self, margins=(60, 20, 60, 20))

    @property
    def text(self) -> str:
        """The sentence."""
        return self._message.text()

    def say(self, sentence: str, with_test_digit: bool = False) -> None:
        """Show a sentence; with a button, where a test digit would do."""
        self._message.setText(sentence)
        self._button.setVisible(with_test_digit)
