"""A choice of a digit: one that follows the drawing, or a fixed one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from core.records import DIGITS
from gui.widgets.combo_box import ComboBox

_MOST_VISIBLE = 11
_LONGEST = 24  # letters that a box makes room for


class DigitChooser(ComboBox):
    """The first entry follows the drawing; those below it are the network's classes.

    Its text is `following`, with a place for the `{digit}`, or `nothing` while there is no drawing to follow.
    """

    digit_changed = Signal()
    """Another entry was chosen."""

    def __init__(self, following: str, nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
        self._following, self._nothing = following, nothing
        self._followed = 0
        self._classes: tuple[str, ...] = ()
        self.setMaxVisibleItems(_MOST_VISIBLE)
        self.set_classes(DIGITS)
        self.currentIndexChanged.connect(self.digit_changed)

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Offer a network's classes, without a signal; others than before are followed again."""
        if classes == self._classes:
            return
        self._classes, self._followed = classes, 0
        texts = [self._following.format(digit=name) for name in classes]
        with QSignalBlocker(self):
            self.clear()
            self.addItems(["", *classes])
        self.setMinimumContentsLength(min(max(map(len, (*texts, self._nothing))), _LONGEST))
        self.follow_nothing()

    @property
    def digit(self) -> int:
        """The chosen class."""
        return self._followed if self.is_following else self.currentIndex() - 1

    @property
    def is_following(self) -> bool:
        """Whether the digit follows the drawing."""
        return self.currentIndex() == 0

    def follow(self) -> None:
        """Choose the first entry."""
        self.setCurrentIndex(0)

    def set_followed(self, digit: int) -> None:
        """Set the class of the first entry, without a signal."""
        self._followed = digit
        self._say(self._following.format(digit=self._classes[digit]))

    def follow_nothing(self) -> None:
        """Let the first entry say that there is no drawing to follow."""
        self._say(self._nothing)

    def _say(self, text: str) -> None:
        if self.itemText(0) != text:
            with QSignalBlocker(self):
                self.setItemText(0, text)
            self.update()

    def choose(self, digit: int) -> None:
        """Choose this class, whatever is drawn, if there is one."""
        if digit < len(self._classes):
            self.setCurrentIndex(digit + 1)
