"""The range of a layer's colours: a colour scale to drag, and whether the range is kept or shared."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolButton, QWidget

from gui.paint.icons import icon
from gui.widgets.construct import in_row, leaves_keys, named, symbol
from gui.widgets.legend import Legend

_NEAREST = 0.05  # to zero, as a share of the scale: from there on colours cannot be dragged
_STEP = 1.1  # that a key widens the range
_LEAST, _MOST = 1e-12, 1e12


class RangeLegend(Legend):
    """A colour scale whose colours can be dragged along it; zero stays where it is."""

    range_wanted = Signal(float)
    """The value that the strongest colour is to have from now on."""
    reset = Signal()
    """The range is to follow the values again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._grabbed: float | None = None  # the value whose colour follows the mouse

    def _share_at(self, x: float) -> float:
        """Return where a point is between zero, 0, and the end of the scale, 1 or −1."""
        return 2 * x / self.width() - 1 if self._signed else x / self.width()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        share = self._share_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and self._limit and abs(share) >= _NEAREST:
            self._grabbed = share * self._limit

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            share = self._share_at(event.position().x()) * (1 if self._grabbed > 0 else -1)
            self._want(abs(self._grabbed) / max(share, _NEAREST))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right narrow and widen the range; Home lets it follow the values."""
        key = event.key()
        if key == Qt.Key.Key_Home:
            self.reset.emit()
        elif self._limit and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._want(self._limit * (_STEP if key == Qt.Key.Key_Right else 1 / _STEP))
        else:
            super().keyPressEvent(event)

    def _want(self, limit: float) -> None:
        self.range_wanted.emit(min(max(limit, _LEAST), _MOST))


class RangeBar(QWidget):
    """The scale, and beside it two switches: keep this range while one draws; the same for all layers."""

    range_wanted = Signal(float)
    """The value that the strongest colour is to have from now on."""
    keep_wanted = Signal(bool)
    """Whether all layers' ranges are to stay as they are, or to follow the values."""
    reset_wanted = Signal()
    """This range is to follow the values again."""
    share_wanted = Signal(bool)
    """Whether all layers are to share one range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_kept = False
        self.legend = RangeLegend(self)
        self.legend.setToolTip(
            self.tr(
                "Zero is always the neutral colour, so a silent map looks silent. The range is the largest "
                "value in this layer, or in all layers. Drag along the scale for stronger or paler colours; "
                "double-click: as before."
            )
        )
        tip = self.tr("Keep the ranges of all layers while you draw: the same colour stays the same number")
        self._keep = named(QToolButton(self), "keep_range", tip, self.tr("Keep the ranges"), checkable=True)
        tip = self.tr("One range for all layers: a colour means the same number in each (Ctrl+R)")
        self._share = named(QToolButton(self), "share_range", tip, self.tr("Share the range"), checkable=True)
        for button, name in ((self._keep, "unlock"), (self._share, "shared")):
            button.setAutoRaise(True)
            leaves_keys(symbol(button, name))
        in_row(self.legend, self._keep, self._share, on=self, spacing=4)
        self.legend.range_wanted.connect(self.range_wanted)
        self.legend.reset.connect(self.reset_wanted)
        self._keep.clicked.connect(self.keep_wanted)
        self._share.clicked.connect(self.share_wanted)

    def set_range(self, values: np.ndarray | None, limit: float) -> None:
        """Show the range of these values, whose strongest colour has the limit; None: no values yet."""
        self.legend.set_range_of(values, limit)

    def set_state(self, is_kept: bool, is_shared: bool) -> None:
        """Show whether the range is kept, and whether all layers share it."""
        if is_kept != self._is_kept:  # asked at each stroke
            self._is_kept = is_kept
            self._keep.setIcon(icon("lock" if is_kept else "unlock"))
        self._keep.setChecked(is_kept)
        self._share.setChecked(is_shared)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        self.legend.set_colours(colours)
