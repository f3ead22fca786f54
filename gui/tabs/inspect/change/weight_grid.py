"""A kernel as a grid of numbers that can be edited."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.paint.number_grid import cell_at, cell_rect, paint_number_grid
from gui.paint.printing import is_printing
from gui.widgets.construct import named
from gui.widgets.painted import ARROWS, Painted
from gui.words.numbers import number

LARGEST_WEIGHT = 1_000_000.0
"""Beyond that, the numbers of the layers behind would soon be infinite."""

_STEPS = 40  # from zero to the strongest colour: of the wheel, and of four pixels of a drag
_NO_DRAG = 3  # pixels
_LARGEST_CELL = 64
_LOWEST_CELL = 22  # a number can be read in it, and hit


class WeightGrid(Painted):
    """Values (h, w) in colours; click or go to a number and type, drag, or turn the wheel."""

    value_changed = Signal(int, int, float)
    """A number was changed: row, column, value."""
    place_changed = Signal()
    """Another number was selected."""
    noted = Signal(str)
    """Why the typed text is refused; empty when editing ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("weight_grid", self.tr("Weights of the kernel"), parent=parent, has_keys=True)
        self._values = np.zeros((1, 1), np.float32)
        self._limit = 1.0
        self._row, self._column = 0, 0
        self._dragged: tuple[float, float] | None = None  # from which height, and which value
        self._has_moved = False
        self._wheel = 0  # eighths of a degree that make no whole step yet
        self._field = named(
            QLineEdit(self, frame=False, alignment=Qt.AlignmentFlag.AlignCenter),
            "weight_field",
            accessible=self.tr("New weight"),
        )
        self._field.installEventFilter(self)
        self._field.editingFinished.connect(self._on_editing_finished)
        self._field.hide()

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the selected number."""
        return self._row, self._column

    def set_values(self, values: np.ndarray, limit: float) -> None:
        """Show values (h, w); `limit` gets the strongest colour."""
        if values.shape != self._values.shape:
            self._row = self._column = 0
            self.updateGeometry()
        self._values, self._limit = values, limit
        self.update()

    def stop_editing(self) -> None:
        """Hide the field, and drop the text that was typed in it."""
        if self._field.isVisible():
            with_focus = self._field.hasFocus()
            self._field.setModified(False)
            self._field.hide()
            self.noted.emit("")
            if with_focus:
                self.setFocus()

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(self._values.shape[1] * 40, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        height, width = self._values.shape
        return QSize(min(width * 30, 180), height * _LOWEST_CELL + 1)

    def _grid(self) -> QRectF:
        height, width = self._values.shape
        across = min((self.width() - 1) // width, 2 * _LARGEST_CELL)
        down = min((self.height() - 1) // height, _LARGEST_CELL)
        return QRectF(0, 0, max(across, 4) * width, max(down, 4) * height)

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return the rectangle of a number."""
        return cell_rect(self._grid(), self._values.shape, row, column)

    def _place_at(self, point: QPointF) -> tuple[int, int] | None:
        return cell_at(self._grid(), self._values.shape, point)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_field()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            has_keys = self.hasFocus() or self._field.isVisible()
            marked = self.place if has_keys and not is_printing() else None
            paint_number_grid(
                painter, self._grid(), self._values, self._limit, self._colours, marked=marked, decimals=3
            )
            painter.setPen(self.palette().mid().color())
            painter.drawRect(self._grid())

    # Changing

    def _choose(self, row: int, column: int) -> None:
        height, width = self._values.shape
        self._row, self._column = row % height, column % width
        self.place_changed.emit()
        self.update()

    def _walk(self, steps: int) -> None:
        """Go `steps` numbers on, row by row."""
        height, width = self._values.shape
        self._choose(*divmod((self._row * width + self._column + steps) % (height * width), width))

    def _change(self, value: float) -> None:
        value = min(max(value, -LARGEST_WEIGHT), LARGEST_WEIGHT)
        if value != float(self._values[self.place]):
            self.value_changed.emit(self._row, self._column, value)

    def _step(self) -> float:
        """Return a round number near a fortieth of the limit."""
        fine = self._limit / _STEPS if self._limit > 0 else 0.01
        return float(f"{fine:.0e}")

    def _edit(self, text: str) -> None:
        self._place_field()
        self._field.setText(text)
        self._field.show()
        self._field.setFocus()
        self._field.selectAll()

    def _place_field(self) -> None:
        cell = self.cell_rect(self._row, self._column)
        wide = max(cell.width(), self.fontMetrics().horizontalAdvance("−0.00000") + 8)
        high = max(cell.height(), self.fontMetrics().height() + 4.0)
        field = QRect(0, 0, int(wide), int(high))
        field.moveCenter(cell.center().toPoint())
        field.moveLeft(max(min(field.left(), self.width() - field.width()), 0))
        field.moveTop(max(min(field.top(), self.height() - field.height()), 0))
        self._field.setGeometry(field)

    def _take(self) -> bool:
        """Take the typed number; return False where it is none that a weight can be."""
        value = self._typed()
        if value is None:
            return False
        self.stop_editing()
        self._change(value)
        return True

    def _typed(self) -> float | None:
        text = self._field.text().strip()
        try:
            value = float(text.replace("−", "-").replace(",", "."))
        except ValueError:
            self.noted.emit(self.tr("“{text}” is no number. Type one like −0.25.").format(text=text))
            return None
        if not math.isfinite(value) or abs(value) > LARGEST_WEIGHT:
            self.noted.emit(self.tr("A weight is a number between −1,000,000 and 1,000,000."))
            return None
        return value

    @Slot()
    def _on_editing_finished(self) -> None:
        """Take the typed number, if it is one, when the field loses the focus."""
        if self._field.isVisible() and not self._field.hasFocus() and not self._take():
            self.stop_editing()

    # Events

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Let Enter, Tab and the arrows take the typed number and go on, and Escape drop it."""
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            width = self._values.shape[1]
            steps = {
                Qt.Key.Key_Return: width, Qt.Key.Key_Enter: width, Qt.Key.Key_Down: width,
                Qt.Key.Key_Up: -width, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1,
            }.get(Qt.Key(event.key()))  # fmt: skip
            if event.key() == Qt.Key.Key_Escape:
                self.stop_editing()
                return True
            if steps is not None:
                if self._take():
                    self._walk(steps)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let arrows go to other numbers; Enter, or the first sign of a number, begins to edit."""
        key = event.key()
        if key in ARROWS:
            down, right = ARROWS[key]
            self._choose(self._row + down, self._column + right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._edit(number(float(self._values[self.place]), 5))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._change(0.0)
        elif event.text() and event.text() in "0123456789-−+.,":
            self._edit("")
            self._field.insert(event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a number; dragging up or down from here changes it."""
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._place_at(event.position())
            if place is not None:
                self._choose(*place)
                self._dragged = event.position().y(), float(self._values[place])
                self._has_moved = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None:
            return
        start, value = self._dragged
        risen = start - event.position().y()
        self._has_moved |= abs(risen) > _NO_DRAG
        if self._has_moved:
            self._change(value + round(risen / 4) * self._step())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._place_at(event.position()) is not None:
            self._edit(number(float(self._values[self.place]), 5))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the selected number by steps; elsewhere the page scrolls."""
        if not self.hasFocus() or self._place_at(event.position()) != self.place:
            event.ignore()
            return
        self._wheel += event.angleDelta().y()
        turns, self._wheel = int(self._wheel / 120), int(math.fmod(self._wheel, 120))
        if turns:
            self._change(float(self._values[self.place]) + turns * self._step())

    def reading_at(self, point: QPointF) -> str:
        place = self._place_at(point)
        if place is None:
            return ""
        text = self.tr(
            "Row {row}, column {column}: {value}\nClick it and type a number; Enter takes it. Dragging up or "
            "down, or the wheel, changes the chosen one."
        )
        value = number(float(self._values[place]), 5)
        return text.format(row=place[0], column=place[1], value=value)
