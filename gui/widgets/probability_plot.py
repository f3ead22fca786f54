"""The probabilities of the classes along a slider."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.paint.curve_style import FAINT, Curve, digit_style
from gui.widgets.plot import Plot

LEFT = 40  # pixels beside the curves, for the numbers of the axis
RIGHT = 20  # and for half of what stands below their end

_SHARES = (0.0, 0.5, 1.0)  # that have a line and a number
_NONE = np.empty((0, 10))
_MOST_CURVES = 40  # of a thousand classes nobody sees the faint ones


class ProbabilityPlot(Plot):
    """Some digits have their colours, the others are faint; dots mark values at the slider's place.

    Painted by hand, a new sweep took 4.6 ms (p95 7.5) in place of 4.9 (6.9), a move of the slider 5.3 in
    place of 0.6 (medians, in turns).
    """

    chosen = Signal(int)
    """The place on the slider under the pressed mouse button."""

    _is_smooth = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._places, self._probabilities = _NONE[:, 0], _NONE
        self._dotted: Collection[int] = ()
        self._at = 0
        shares, bottom = self.axes
        shares.setWidth(LEFT)
        shares.setTicks([[(s, self.tr("{share} %").format(share=round(100 * s))) for s in _SHARES]])
        bottom.setHeight(QFontMetricsF(self.small_font()).height() + 5)
        self._dress_axes(tickLength=-3, tickTextOffset=3, hideOverlappingLabels=LEFT)
        self.setYRange(0, 1, padding=0)
        self.pointed.connect(self._on_pointed)

    def set_slider(self, low: float, high: float, ticks: Sequence[tuple[float, str]]) -> None:
        """Set the slider's range, and the labels below its places."""
        self.setXRange(low, high, padding=0)
        self.axes[1].setTicks([list(ticks)])
        self.paint_anew()

    def set_curves(
        self,
        places: np.ndarray = _NONE[:, 0],
        probabilities: np.ndarray = _NONE,
        coloured: Collection[int] = (),
        strong: Collection[int] = (),
        dotted: Collection[int] = (),
    ) -> None:
        """Show probabilities (n, K) at places (n,), or none; NaN leaves a gap.

        Args:
            places: rising.
            probabilities: of the K classes.
            coloured: the digits that have their colours.
            strong: those of them whose curves are thick.
            dotted: those with a dot at the slider's place.
        """
        self._places = np.asarray(places, np.float64)
        self._probabilities = np.asarray(probabilities, np.float64)
        self._dotted = dotted
        if not len(places):
            self.draw([])
            return
        classes = range(self._probabilities.shape[1])
        order = sorted(classes, key=lambda digit: (digit in coloured, digit in strong))[-_MOST_CURVES:]
        styles = [digit_style(n, 2.5 if n in strong else 1.5) if n in coloured else FAINT for n in classes]
        self.draw([Curve(str(n), str(n), styles[n], self._places, self._probabilities[:, n]) for n in order])

    def set_place(self, at: int) -> None:
        """Mark this place of the slider."""
        if at != self._at:
            self._at = at
            self.viewport().update()

    def probabilities_at(self, place: float) -> np.ndarray:
        """Return the curves' values at a place: float64 (K,), NaN where there are none."""
        if not len(self._places):
            return np.full(self._probabilities.shape[1], np.nan)
        return np.array([np.interp(place, self._places, curve) for curve in self._probabilities.T])

    @Slot(float)
    def _on_pointed(self, x: float) -> None:
        low, high = self.view.viewRange()[0]
        self.chosen.emit(round(min(max(x, low), high)))

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawBackground(painter, rect)
        room = self.room()
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 0.5))
        for share in _SHARES:  # as pyqtgraph's grid they would cost the outermost labels their place
            y = self.point(0, share).y()
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))

    def _paint_over(self, painter: QPainter, room: QRectF) -> None:
        self._paint_cursor(painter, room, self._at)
        if self._is_dimmed:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Base), 1))
        values = self.probabilities_at(self._at)
        for digit in self._dotted:
            if np.isfinite(values[digit]):
                painter.setBrush(digit_style(digit).pen(self.palette()).color())
                painter.drawEllipse(self.point(self._at, values[digit]), 3.5, 3.5)
