"""A tour of the window in five steps: each points at a part of it, and is done by doing it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gui.paint.text import pixels
from gui.paint.theme import colours_of
from gui.widgets.construct import STRETCH, bold, in_column, in_row, named

_FOLLOWING = 150  # milliseconds between two looks at where the part is: pages are built late, windows resized
_WIDTH = 320  # pixels
_GAP = 12  # pixels between a part and what is said of it
_EDGE = 3  # pixels around a part


class TourStep(NamedTuple):
    """What to do, at which part of the window, and what is said once it is done."""

    name: str
    """What the window calls it when it was done."""
    parts: tuple[str, ...]
    """The object names of what to point at: the first one that is in sight."""
    title: str
    text: str
    done: str
    clear: tuple[str, ...] = ()
    """The object names of what it speaks about as well, and should not lie upon."""


class _Outline(QWidget):
    """A line around a part of the window; what is clicked lies below."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour_outline")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours_of(self.palette()).accent), _EDGE))
            inset = _EDGE / 2
            painter.drawRoundedRect(self.rect().toRectF().adjusted(inset, inset, -inset, -inset), 8, 8)


class Tour(QFrame):
    """A card beside the part that it is about. It can be left at any step; its window goes on as before."""

    left = Signal()
    """The tour is over."""
    page_wanted = Signal(str)
    """The page of this name is to be in sight: the step is about something on it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window = window
        self._steps = self._all_steps()
        self._at = 0
        self._is_done = False
        self._outline = _Outline(window)
        self._count = named(QLabel(self), "tour_count", small=True, pale=True)
        self._title = bold(named(QLabel(self), "tour_title"), 1.15)
        self._text = named(QLabel(self, wordWrap=True), "tour_text")
        tip = self.tr("Leave the tour (Esc); the Help menu begins it again")
        self._leave = named(QPushButton(self), "tour_leave", tip, text=self.tr("Leave"), clicked=self.leave)
        self._next = named(QPushButton(self), "tour_next", clicked=self._on_next)
        buttons = in_row(self._count, STRETCH, self._leave, self._next, spacing=8)
        in_column(self._title, self._text, 4, buttons, on=self, spacing=6, margins=(14, 12, 14, 12))
        self.setFixedWidth(pixels(self, _WIDTH))
        self._timer = QTimer(self, interval=_FOLLOWING)
        self._timer.timeout.connect(self._follow)
        self._show_step()
        self._timer.start()

    def _all_steps(self) -> tuple[TourStep, ...]:
        return (
            TourStep(
                "draw",
                ("drawing_canvas",),
                self.tr("1. Draw a digit"),
                self.tr("Draw over the sample. The network answers while the stroke still moves."),
                self.tr("It was read while you drew. Ctrl+Z takes a stroke back."),
                ("layer_strip", "answer_panel"),
            ),
            TourStep(
                "layer",
                ("layer_strip",),
                self.tr("2. Choose a layer"),
                self.tr(
                    "Your drawing goes through these layers from left to right. Click one, for example "
                    "conv2: it is shown large below."
                ),
                self.tr(
                    "The colour scale above it says which colour means which number: one side is above zero, "
                    "the other below, the palest is zero. Page Down and Page Up go on from layer to layer."
                ),
                ("layer_strip", "large_view", "legend"),
            ),
            TourStep(
                "cell",
                ("large_view",),
                self.tr("3. Open a cell"),
                self.tr("Each cell is a number. Click any of them to see the sum that made it."),
                self.tr(
                    "The sum stands at the right. Press Slide there to watch the window move, number by "
                    "number. Esc lets the cell go."
                ),
                ("inspect_tools", "layer_strip"),
            ),
            TourStep(
                "why",
                ("why_place",),
                self.tr("4. Ask why"),
                self.tr("Open Why: it says what in your drawing speaks for the answer, and what against it."),
                self.tr("The strongest reasons stand first. Open one to follow it back to the drawing."),
                ("why_result", "term_bars"),
            ),
            TourStep(
                "train",
                ("start_button", "train_place"),
                self.tr("5. Train a network"),
                self.tr(
                    "Open Train and press Start: a new network learns, and reads your drawing meanwhile."
                ),
                self.tr(
                    "It is learning. Pause and Stop are beside Start; what was learnt is kept. Back, above "
                    "the bars of the answer, lets the first network read your drawing again."
                ),
                ("transport", "curves_view"),
            ),
        )

    @property
    def step(self) -> str:
        """The name of the step that is shown; empty at the end."""
        return "" if self._at == len(self._steps) else self._steps[self._at].name

    @Slot(str)
    def did(self, name: str) -> None:
        """Something was done in the window: if the step asks for it, it says so."""
        if name == self.step and not self._is_done:
            self._is_done = True
            self._text.setText(self._steps[self._at].done)
            self._title.setText(self.tr("✓ {title}").format(title=self._steps[self._at].title))
            self._show_buttons()

    @Slot()
    def leave(self) -> None:
        """End the tour."""
        self._timer.stop()
        self._outline.hide()
        self._outline.deleteLater()
        self.left.emit()
        self.close()

    @Slot()
    def _on_next(self) -> None:
        if self._at == len(self._steps):
            self.leave()
            return
        self._at += 1
        self._show_step()

    def _show_step(self) -> None:
        self._is_done = False
        if self._at == len(self._steps):
            self._title.setText(self.tr("That was it"))
            self._text.setText(
                self.tr(
                    "Ctrl+K finds whatever there is, Shift+F1 explains what you point at, F1 lists the keys. "
                    "The Help menu begins the tour again."
                )
            )
        else:
            self._title.setText(self._steps[self._at].title)
            self._text.setText(self._steps[self._at].text)
            if self.step in ("layer", "cell"):
                self.page_wanted.emit("inspect")
        self._show_buttons()
        self._follow()
        self.show()
        self.raise_()

    def _show_buttons(self) -> None:
        is_end = self._at == len(self._steps)
        of = self.tr("{step} of {steps}").format(step=self._at + 1, steps=len(self._steps))
        self._count.setText("" if is_end else of)
        self._leave.setVisible(not is_end)
        can_go_on = is_end or self._is_done
        on = self.tr("Close") if is_end else self.tr("Next") if self._is_done else self.tr("Skip")
        self._next.setText(on)
        self._next.setProperty("main", can_go_on)
        self._next.style().polish(self._next)
        self.adjustSize()

    # Beside the part

    @Slot()
    def _follow(self) -> None:
        """Be beside the part, wherever it is now."""
        part = self._part()
        around = QRect() if part is None else QRect(part.mapTo(self._window, QPoint()), part.size())
        self._outline.setVisible(part is not None)
        if part is not None:
            self._outline.setGeometry(around.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE))
            self._outline.raise_()
        self.resize(self.width(), self.heightForWidth(self.width()))
        at = self._place_beside(around, self._to_be_clear())
        if at != self.pos():
            self.move(at)
        self.raise_()

    def _part(self) -> QWidget | None:
        names = () if self._at == len(self._steps) else self._steps[self._at].parts
        return next(
            (each for name in names for each in self._window.findChildren(QWidget, name) if each.isVisible()),
            None,
        )

    def _to_be_clear(self) -> list[QRect]:
        """Return where what the step speaks about is, besides the part."""
        names = () if self._at == len(self._steps) else self._steps[self._at].clear
        found = (each for name in names for each in self._window.findChildren(QWidget, name))
        return [QRect(each.mapTo(self._window, QPoint()), each.size()) for each in found if each.isVisible()]

    def _place_beside(self, part: QRect, clear: list[QRect]) -> QPoint:
        """Return a place within the window that covers as little as may be of what the step is about."""
        room, size = self._window.rect().adjusted(_GAP, _GAP, -_GAP, -_GAP), self.size()
        if part.isNull():
            return room.center() - QRect(QPoint(), size).center()
        middle = part.center() - QRect(QPoint(), size).center()
        beside = [
            QPoint(part.right() + _GAP, middle.y()),
            QPoint(part.left() - _GAP - size.width(), middle.y()),
            QPoint(middle.x(), part.bottom() + _GAP),
            QPoint(middle.x(), part.top() - _GAP - size.height()),
            QPoint(part.right() + _GAP, room.bottom()),
            QPoint(part.left(), room.bottom()),
            QPoint(room.right(), room.bottom()),
        ]
        cards = [QRect(at, size) for at in beside]
        for card in cards:
            card.moveTop(min(max(card.top(), room.top()), room.bottom() - size.height()))
            card.moveLeft(min(max(card.left(), room.left()), room.right() - size.width()))

        def covered(card: QRect) -> int:
            others = sum(_area(card.intersected(each)) for each in clear)
            return 10 * _area(card.intersected(part)) + others

        return min(cards, key=covered).topLeft()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def _area(rect: QRect) -> int:
    return max(rect.width(), 0) * max(rect.height(), 0)
