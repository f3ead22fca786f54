"""Which digit is meant: one that follows the drawing, or one that was chosen."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

_CLASSES = 10


class DigitChooser(QComboBox):
    """The first entry follows the drawing; the ten below it stay what they are.

    Args:
        following: the first entry's words, with a place for the `{digit}`.
        nothing: its words while there is no drawing to follow.
        name: the object name.
    """

    digit_changed = Signal()
    """Another digit is meant, or it was chosen whether to follow."""

    def __init__(self, following: str, nothing: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._following, self._nothing = following, nothing
        self._followed = 0
        widest = max(following.format(digit=0), nothing, key=len)
        self.addItems(["", *(str(digit) for digit in range(_CLASSES))])
        # A box that grows with its text would move what is beside it.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(len(widest))
        self.follow_nothing()
        self.setMaxVisibleItems(_CLASSES + 1)
        self.currentIndexChanged.connect(self.digit_changed)

    @property
    def digit(self) -> int:
        """The digit that is meant."""
        return self._followed if self.is_following else self.currentIndex() - 1

    @property
    def is_following(self) -> bool:
        """Whether the digit follows the drawing."""
        return self.currentIndex() == 0

    def follow(self) -> None:
        """Choose the first entry."""
        self.setCurrentIndex(0)

    def set_followed(self, digit: int) -> None:
        """The digit that the first entry means now; nobody is told."""
        self._followed = digit
        self._say(self._following.format(digit=digit))

    def follow_nothing(self) -> None:
        """There is no drawing that the first entry could follow."""
        self._say(self._nothing)

    def _say(self, text: str) -> None:
        if self.itemText(0) != text:
            with QSignalBlocker(self):
                self.setItemText(0, text)
            self.update()

    def choose(self, digit: int) -> None:
        """Choose this digit, whatever is drawn."""
        self.setCurrentIndex(digit + 1)
