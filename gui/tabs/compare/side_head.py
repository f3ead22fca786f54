"""Which network a side shows, and what it has learnt from."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from core.reading.comparison import WEIGHTS
from gui.paint.theme import small_font
from gui.tabs.compare.compared_side import LEFT, Side, side_colour
from gui.tabs.compare.network_chooser import NetworkChooser
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyText

_STRIPE = 3


class SideHead(QWidget):
    """A stripe in the side's colour; the chooser, a file, and a button that puts the network on the pad.

    Args:
        side: LEFT or RIGHT.
        name: the first part of its parts' object names.
    """

    file_wanted = Signal()
    """A file of weights is to be asked for."""
    use_wanted = Signal(str)
    """The shipped name, or the path, of weights that are to answer on the pad."""

    def __init__(self, side: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._is_broken = False
        self.chooser = NetworkChooser(f"{name}_chooser", self)
        self.chooser.setAccessibleName(
            self.tr("Network at the left") if side == LEFT else self.tr("Network at the right")
        )
        self._file = named(
            QToolButton(self),
            f"{name}_file_button",
            self.tr("Choose a file of weights"),
            self.tr("Choose a file of weights"),
        )
        self._file.setText(self.tr("…"))
        self._file.clicked.connect(self.file_wanted)
        self._use = named(QToolButton(self), f"{name}_use_button")
        self._use.setText(self.tr("To the pad"))
        self._use.clicked.connect(self._on_use)
        self._origin = named(SteadyText(2, self), f"{name}_origin")
        self._origin.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._origin.setFont(small_font(self.font()))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.chooser, 1)
        row.addWidget(self._file)
        row.addWidget(self._use)
        layout = spaced(QVBoxLayout(self), 3, margins=(0, _STRIPE + 3, 0, 0))
        layout.addLayout(row)
        layout.addWidget(self._origin)

    def show_side(self, side: Side) -> None:
        """Say what the network has learnt from."""
        self._origin.set_text(side.origin)
        self._origin.setToolTip(side.origin)  # a file may have much to tell
        self._is_broken = bool(side.problem)

    def set_opened(self, model: str) -> None:
        """The weights that answer on the pad as they were opened; empty where something else does."""
        choice = self.chooser.choice
        if choice.kind != WEIGHTS:
            hindrance = self.tr("Only weights that are kept in a file can be put on the pad.")
        elif self._is_broken:
            hindrance = self.tr("This network cannot answer.")
        elif choice.name == model:
            hindrance = self.tr("This network answers on the pad already.")
        else:
            hindrance = ""
        self._use.setEnabled(not hindrance)
        self._use.setToolTip(
            hindrance or self.tr("Let this network answer on the pad, and be looked at in Inspect and Why")
        )

    def _on_use(self) -> None:
        self.use_wanted.emit(self.chooser.choice.name)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), _STRIPE, side_colour(self._side, self.palette()))
