"""The plot of the probabilities on the way from a drawing to its smallest change, and beyond."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

from core.explaining.evidence_records import ChangePath
from gui.paint.curve_style import digit_style
from gui.widgets.construct import named
from gui.widgets.probability_plot import RIGHT, ProbabilityPlot


class PathPlot(ProbabilityPlot):
    """Curves for both digits, faint ones for the others, and a mark where the answer flips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = self.tr(
            "How the network's answer changes on the straight way from the drawing to the changed "
            "picture. Faint: the other digits. Click to go to a point."
        )
        named(self, "path_plot", tip, self.tr("The probabilities along the way"))
        self._path: ChangePath | None = None
        self.getPlotItem().layout.setContentsMargins(0, 7, RIGHT, 0)
        self.set_path(None)

    def set_path(self, path: ChangePath | None) -> None:
        """Show a way; None shows nothing."""
        self._path = path
        if path is None:
            self.set_slider(0, 1, [])
            self.set_curves()
            return
        last = len(path.positions) - 1
        ticks = [
            (0, self.tr("the drawing")),
            (path.flip, self.tr("read as {rival} from here").format(rival=path.names[1])),
            (last, self.tr("{share} %").format(share=round(100 * float(path.positions[-1])))),
        ]
        self.set_slider(0, last, ticks)
        both = path.digit, path.rival
        self.set_curves(np.arange(last + 1), path.probabilities, coloured=both, strong=both, dotted=both)

    def sizeHint(self) -> QSize:
        return QSize(500, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 80)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Paint a line at the flip, and both digits beside the ends of their curves."""
        if self._path is None:
            return
        room, path = self.room(), self._path
        painter.setFont(self.small_font())
        line = painter.fontMetrics().height()
        for digit in (path.digit, path.rival):
            end = self.point(len(path.positions) - 1, float(np.nan_to_num(path.probabilities[-1, digit])))
            painter.setPen(digit_style(digit).pen(self.palette()))
            beside = QRectF(end.x() + 6, end.y() - line / 2, RIGHT - 6, line)
            painter.drawText(beside, Qt.AlignmentFlag.AlignLeft, path.classes[digit])
        x = self.point(path.flip, 0).x()
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
