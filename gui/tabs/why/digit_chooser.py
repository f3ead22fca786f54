"""A choice of a digit: one that follows the drawing, or a fixed one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

_CLASSES = 10


class DigitChooser(QComboBox):
    """The first entry follows the drawing; the ten below it are fixed digits.

    Its text is `following`, with a place for the `{digit}`, or `nothing` while there is no drawing to follow.
    """

    digit_changed = Signal()
    """Another entry was chosen."""

    def __init__(self, following: str, nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        """The chosen digit."""
        return self._followed if self.is_following else self.currentIndex() - 1

    @property
    def is_following(self) -> bool:
        """Whether the digit follows the drawing."""
        return self.currentIndex() == 0

    def follow(self) -> None:
        """Choose the first entry."""
        self.setCurrentIndex(0)

    def set_followed(self, digit: int) -> None:
        """Set the digit of the first entry, without a signal."""
        self._followed = digit
        self._say(self._following.format(digit=digit))

    def follow_nothing(self) -> None:
        """Let the first entry say that there is no drawing to follow."""
        self._say(self._nothing)

    def _say(self, text: str) -> None:
        if self.itemText(0) != text:
            with QSignalBlocker(self):
                self.setItemText(0, text)
            self.update()

    def choose(self, digit: int) -> None:
        """Choose this digit, whatever is drawn."""
        self.setCurrentIndex(digit + 1)
