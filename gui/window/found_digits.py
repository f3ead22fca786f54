"""The digits that were found in a picture, as boxes in it: each a click from the pad."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QSizePolicy, QWidget

from core.ink.preprocess import Box, to_mnist
from core.ink.sheets import Sheet
from core.processes import questions
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.widgets.construct import in_column, named

_MARGIN = 4  # pixels around a box, and as much room for its answer above it
_LARGEST = QSize(720, 540)


class FoundDigits(QDialog):
    """Stays beside the window, so that one digit after another can be put on the pad."""

    chosen = Signal(object)
    """The ink (H, W) uint8 of the digit that is to be on the pad."""

    def __init__(self, sheet: Sheet, name: str, engine: Engine, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("found_digits")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Digits in {name}").format(name=name))
        self._sheet = sheet
        self.view = BoxesView(sheet, self)
        self.view.chosen.connect(self._on_chosen)
        said = self.tr(
            "{count} digits were found, and the largest is on the pad. Click another to put it there."
        ).format(count=len(sheet.digits))
        if any(digit.may_be_several for digit in sheet.digits):
            said += " " + self.tr("A wide box may hold several digits that touch: they are read as one.")
        sentence = named(QLabel(said, self, wordWrap=True), "found_digits_text")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        in_column(sentence, (self.view, 1), buttons, on=self, margins=None)
        self._question = Question("found digits", engine, self)
        self._question.answered.connect(self._on_answered)
        engine.answering_changed.connect(self._ask)
        self._ask()
        self.view.setFocus()

    @Slot()
    def _ask(self) -> None:
        pictures = np.stack([to_mnist(digit.ink) for digit in self._sheet.digits])
        self._question.ask(None, questions.read_pictures, pictures)

    @Slot(object, object)
    def _on_answered(self, answer: tuple[np.ndarray, np.ndarray], _about: object) -> None:
        self.view.set_answers([str(digit) for digit in answer[0]])

    @Slot(int)
    def _on_chosen(self, number: int) -> None:
        self.chosen.emit(self._sheet.ink(number))


class BoxesView(QWidget):
    """A picture with a box around each digit; the chosen one is marked. Mouse, arrows and Enter choose."""

    chosen = Signal(int)
    """The number of a digit."""

    def __init__(self, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "boxes_view", accessible=self.tr("Picture with boxes around its digits"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        height, width = sheet.picture.shape[:2]
        self._picture = QImage(
            sheet.picture.data, width, height, 3 * width, QImage.Format.Format_RGB888
        ).copy()
        self._boxes = [digit.box for digit in sheet.digits]
        self._answers: list[str] = []
        self._current = sheet.largest

    def set_answers(self, answers: list[str]) -> None:
        """Show what the network reads, above each box."""
        self._answers = answers
        self.update()

    def sizeHint(self) -> QSize:
        return self._picture.size().scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 180)

    def place_of(self, number: int) -> QRectF:
        """Where a digit's box is, in the widget's pixels."""
        box, scale, corner = self._boxes[number], self._scale(), self._corner()
        placed = QRectF(box.left * scale, box.top * scale, box.width * scale, box.height * scale)
        return placed.translated(corner).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def _scale(self) -> float:
        return min(self.width() / self._picture.width(), self.height() / self._picture.height())

    def _corner(self) -> QPointF:
        scale = self._scale()
        return QPointF(
            (self.width() - self._picture.width() * scale) / 2,
            (self.height() - self._picture.height() * scale) / 2,
        )

    def _at(self, place: QPointF) -> int | None:
        """The digit whose box is there; of several the smallest."""
        there = [number for number in range(len(self._boxes)) if self.place_of(number).contains(place)]
        return min(there, key=lambda number: _area(self._boxes[number]), default=None)

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_there = self._at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_there else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose((self._current + step) % len(self._boxes))

    def _choose(self, number: int) -> None:
        self._current = number
        self.chosen.emit(number)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self._picture.size() * self._scale()
            painter.drawImage(QRectF(self._corner(), size), self._picture)
            marked = self.palette().color(QPalette.ColorRole.Highlight)
            for number in range(len(self._boxes)):
                is_current = number == self._current
                place = self.place_of(number)
                painter.setPen(
                    QPen(marked if is_current else QColor(128, 128, 128), 3 if is_current else 1.5)
                )
                painter.drawRect(place)
                if number < len(self._answers):
                    self._paint_answer(painter, place, self._answers[number], marked if is_current else None)

    def _paint_answer(self, painter: QPainter, place: QRectF, answer: str, ground: QColor | None) -> None:
        """A label at the box's upper left corner, legible on any picture."""
        metrics = painter.fontMetrics()
        label = QRectF(0, 0, metrics.horizontalAdvance(answer) + 8, metrics.height())
        label.moveBottomLeft(place.topLeft())
        if label.top() < 0:
            label.moveTopLeft(place.topLeft())
        painter.fillRect(label, ground or QColor(70, 70, 70))
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, answer)


def _area(box: Box) -> int:
    return box.width * box.height
