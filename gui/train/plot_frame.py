"""A plot below its title, beside which it can be enlarged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.train.plot_axes import Plot


class _EnlargeButton(QToolButton):
    """Four corners; painted, as fonts do not agree on a sign for it."""

    def sizeHint(self) -> QSize:
        """Small: it stands in every chart."""
        return QSize(20, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint corners that point outwards, or inwards while the chart is large."""
        role = QPalette.ColorRole.WindowText if self.underMouse() else QPalette.ColorRole.PlaceholderText
        at, to = (1.5, 5.5) if self.isChecked() else (5.5, 2.0)
        with QPainter(self) as painter:
            painter.setPen(QPen(self.palette().color(role), 1.5))
            painter.translate(self.width() / 2, self.height() / 2)
            for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
                painter.drawPolyline(
                    [QPointF(x * to, y * at), QPointF(x * at, y * at), QPointF(x * at, y * to)]
                )


class PlotFrame(QWidget):
    """A plot with a title that tells the idea behind it, and room for controls beside that."""

    def __init__(self, name: str, corner: Qt.AlignmentFlag, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # equal room for all
        self.setMinimumSize(150, 90)
        self.plot = Plot(corner, self)
        self.plot.setObjectName(f"{name}_plot")
        self._title = QLabel(self)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.enlarge_button = _EnlargeButton(self)
        self.enlarge_button.setObjectName(f"{name}_enlarge")
        self.enlarge_button.setCheckable(True)
        self.enlarge_button.setToolTip(
            self.tr("This chart alone, or all four again. A double click on the title does the same.")
        )
        self.header = QHBoxLayout()
        self.header.setContentsMargins(4, 0, 0, 0)
        self.header.addWidget(self._title, 1)
        self.header.addWidget(self.enlarge_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(self.header)
        layout.addWidget(self.plot, 1)

    def set_title(self, title: str, tip: str) -> None:
        """What the chart shows, and the idea behind it."""
        self._title.setText(title)
        self._title.setToolTip(tip)
        self.plot.setAccessibleName(title)
        self.plot.setToolTip(tip)
        self.enlarge_button.setAccessibleName(self.tr("Enlarge: {title}").format(title=title))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The title enlarges as the button does."""
        if event.position().y() < self.plot.y():
            self.enlarge_button.toggle()
