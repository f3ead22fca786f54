"""Correct me: the right label of the drawing, in one click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLabel, QSizePolicy, QToolButton, QWidget

from gui.paint.text import fit_to_text
from gui.widgets.construct import STRETCH, in_column, in_row, named, stacked


class LabelRow(QWidget):
    """Ten digits, of which the drawing's label is marked. Its size never changes."""

    label_chosen = Signal(int)
    take_back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("label_row")
        self._ask = QLabel(self.tr("Label as"), self)
        self._kept = QLabel(self.tr("Labelled"), self)
        tip = self.tr("Undo the choice made last: My digits is as it was before")
        text = self.tr("Remove label")
        self._take_back = named(
            QToolButton(self), "take_back_button", tip, text=text, clicked=self.take_back_wanted
        )
        # One place for all three: nothing moves under a pen.
        self._words = stacked(self, self._ask, self._kept, self._take_back)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._take_back.setProperty("tight", True)
        digits = in_row(*((self._button(label), 1) for label in range(10)), spacing=2)
        in_column(in_row(self._words, STRETCH), digits, on=self, spacing=2)
        self._group.buttonClicked.connect(self._on_clicked)
        self.set_state(None, is_empty=True)

    def _button(self, label: int) -> QToolButton:
        accessible, name = self.tr("Label as {label}").format(label=label), f"is_a_{label}_button"
        digit = named(QToolButton(self), name, accessible=accessible, text=str(label), checkable=True)
        digit.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        digit.setProperty("tight", True)
        fit_to_text(digit, lambda it: it.setMinimumWidth(it.fontMetrics().horizontalAdvance("0") + 9))
        digit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._group.addButton(digit, label)
        return digit

    def set_state(self, kept: int | None, is_empty: bool, can_take_back: bool = False) -> None:
        """Mark the label under which My digits has the drawing, None if it does not.

        It can be taken back if it was chosen last; on an empty sheet no label can be chosen.
        """
        words: QWidget = self._ask
        if kept is not None:
            words = self._take_back if can_take_back else self._kept
        self._words.setCurrentWidget(words)
        self._ask.setEnabled(not is_empty)
        tip: Callable[[int], str] = self._why_not if is_empty else self._tip
        for button in self._group.buttons():
            label = self._group.id(button)
            with QSignalBlocker(button):
                button.setChecked(label == kept)
            button.setEnabled(not is_empty)
            button.setToolTip(tip(label))

    def _tip(self, label: int) -> str:
        return self.tr(
            "Tell the program that the drawing is a {label}, whether it was read so or not. It is kept in My "
            "digits, from which the network can be taught. (On the pad: {label})"
        ).format(label=label)

    def _why_not(self, label: int) -> str:
        return self.tr(
            "Draw a digit first. Then tell here which it is: it is kept in My digits, from which the network "
            "can be taught."
        )

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        label = self._group.id(button)
        button.setChecked(not button.isChecked())  # it is what is kept that is marked, not what is clicked
        self.label_chosen.emit(label)
