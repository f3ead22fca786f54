"""The choice of one side's network, and its training data."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from core.reading.comparison import PAD, WEIGHTS, NetworkChoice
from gui.tabs.compare.compared_side import LEFT, ComparedSide, side_colour
from gui.tabs.compare.network_chooser import NetworkChooser
from gui.widgets.construct import in_row, named, symbol
from gui.widgets.steady_label import SteadyText

_STRIPE = 3


class SideHead(QWidget):
    """A stripe in the colour of its side, LEFT or RIGHT; the chooser; buttons for a file and for the pad.

    `name` begins its parts' object names.
    """

    file_wanted = Signal()
    use_wanted = Signal(str)
    """The shipped name, or the path, of the weights to put on the pad."""

    def __init__(self, side: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._is_broken = False
        self.chooser = NetworkChooser(f"{name}_chooser", self)
        self.chooser.setAccessibleName(
            self.tr("Network at the left") if side == LEFT else self.tr("Network at the right")
        )
        tip = self.tr("Open a file of weights…")
        file = named(QToolButton(self), f"{name}_file_button", tip, tip, clicked=self.file_wanted)
        symbol(file, "open")
        text = self.tr("To the pad")
        self._use = named(QToolButton(self), f"{name}_use_button", text=text, clicked=self._on_use)
        self.origin = named(SteadyText(2), f"{name}_origin", small=True, pale=True)
        """What the network was trained on; for others to lay out."""
        in_row((self.chooser, 1), file, self._use, on=self, spacing=4, margins=(0, _STRIPE + 3, 0, 0))

    def show_side(self, side: ComparedSide) -> None:
        """Show the network's training data."""
        self.origin.set_text(side.origin)
        self.origin.setToolTip(side.origin)  # that of a file may be long
        self._is_broken = bool(side.problem)

    def set_opened(self, model: str) -> None:
        """Offer this side's weights to the pad, if others than `model` answer there."""
        choice, refusal = self.chooser.choice, ""
        if choice.kind == PAD or choice == NetworkChoice(WEIGHTS, model):
            refusal = self.tr("This network answers on the pad already.")
        elif choice.kind != WEIGHTS:
            refusal = self.tr("Only weights that are kept in a file can be put on the pad.")
        elif self._is_broken:
            refusal = self.tr("This network cannot answer.")
        tip = self.tr("Let this network answer on the pad, and be looked at in Inspect and Why")
        self._use.setEnabled(not refusal)
        self._use.setToolTip(refusal or tip)

    def _on_use(self) -> None:
        self.use_wanted.emit(self.chooser.choice.name)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), _STRIPE, side_colour(self._side, self.palette()))
