"""The learning rate over a run, as a small curve."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.config import TrainingConfig
from core.training.schedules import learning_rate

_CURVE = 44.0  # pixels high


class ScheduleSketch(QWidget):
    """The rate from the first step to the last, by a config's schedule; 0 is at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schedule_sketch")
        self.setAccessibleName(self.tr("The learning rate over the run"))
        self.setToolTip(self.tr("The learning rate from the first step (left) to the last; its foot is 0."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._config: TrainingConfig | None = None

    def set_config(self, config: TrainingConfig | None) -> None:
        """Draw this config's rates; None: there is nothing to draw yet."""
        self._config = config
        self.update()

    def rates(self, points: int) -> list[float]:
        """The rate at so many steps, evenly over the run; empty without a config."""
        if self._config is None:
            return []
        config, last = self._config, max(points - 1, 1)
        steps = config.steps
        return [
            learning_rate(config.schedule, config.learning_rate, round(x / last * (steps - 1)), steps)
            for x in range(points)
        ]

    def sizeHint(self) -> QSize:
        return QSize(200, int(_CURVE + QFontMetricsF(self.font()).height() + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        room = QRectF(1, 4, self.width() - 2, _CURVE)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid)))
            painter.drawLine(room.bottomLeft(), room.bottomRight())
            if self._config is None:
                return
            self._paint_curve(painter, room, self._config.learning_rate)
            self._paint_ends(painter, room, self._config)

    def _paint_curve(self, painter: QPainter, room: QRectF, largest: float) -> None:
        rates = self.rates(max(2, int(room.width())))
        step = room.width() / (len(rates) - 1)
        points = [
            QPointF(room.left() + x * step, room.bottom() - rate / largest * room.height())
            for x, rate in enumerate(rates)
        ]
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 50))
        painter.drawPolygon(QPolygonF([room.bottomLeft(), *points, room.bottomRight()]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2))
        painter.drawPolyline(QPolygonF(points))

    def _paint_ends(self, painter: QPainter, room: QRectF, config: TrainingConfig) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        below = QRectF(room.left(), room.bottom() + 1, room.width(), QFontMetricsF(self.font()).height())
        rates = self.rates(2)
        first, last = (f"{rate:.2g}" if rate > config.learning_rate / 1000 else "≈ 0" for rate in rates)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, last)
        steps = self.tr("{steps} steps").format(steps=f"{config.steps:,}")
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, steps)
