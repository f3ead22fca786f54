"""The patches of digits that excite a channel most, and the whole digit of one of them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.explaining.exciting_patches import SHOWN, ExcitingPatches
from gui.widgets.captioned_grid import CaptionedGrid
from gui.widgets.construct import named
from gui.widgets.digit_picture import DigitPicture
from gui.words.numbers import figure
from gui.words.tool_tips import wrapped

_GAP = 16  # pixels between the patches and the whole digit
_MOST_OF_WIDTH = 0.42  # for the whole digit


class PatchesView(CaptionedGrid):
    """Up to nine patches, the strongest first; at the right the whole digit of the current one, framed there.

    Where patches are whole digits already, there is none at the right.
    """

    digit_chosen = Signal(object)
    """The picture (H, W) uint8, 0 = paper, that was clicked."""

    preferred_size = QSize(300, 170)
    smallest_size = QSize(200, 100)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "What this channel looks for: the parts of MNIST's training digits for which it gives its "
            "largest numbers, each with the digit's label and that number. Point at one to see where it lies "
            "in its digit; click it to put that digit on the pad. There it is cropped and centred anew, as "
            "all ink is, so its numbers differ a little."
        )
        accessible = self.tr("The patches that excite the channel most")
        super().__init__("patches_view", accessible, wrapped(tip), SHOWN, parent)
        named(self, "patches_view", small=True, pale=True)
        self.marks_always = True
        self._found: ExcitingPatches | None = None
        self._channel = 0
        self._digit = DigitPicture(self)
        self._digit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._digit.hide()
        self.pointed.connect(self._show_digit)
        self.chosen.connect(self._on_chosen)

    def set_patches(self, found: ExcitingPatches | None, channel: int) -> None:
        """Show a channel's patches; None: none are known yet."""
        if found is self._found and channel == self._channel:
            return
        self._found, self._channel = found, channel
        if found is None:
            self.set_pictures((), ())
        else:
            values, labels = found.values[channel].tolist(), found.labels[channel].tolist()
            captions = [
                (*(f"{label} · {figure(value, digits, 'NaN')}" for digits in (3, 2)), str(label))
                for label, value in zip(labels, values, strict=True)
            ]
            self.set_pictures([found.patch(channel, rank) for rank in range(len(values))], captions)
        self._show_digit()

    def digit_rect(self) -> QRectF:
        """Return the rectangle of the whole digit; empty where the patches are whole digits."""
        return self._digit.square().translated(self._digit.pos()) if self._has_digit() else QRectF()

    def room(self) -> QRectF:
        """Return the rectangle that patches may fill: at the left of the digit."""
        return super().room().adjusted(0, 0, -(self._digit.width() + _GAP if self._has_digit() else 0), 0)

    def _has_digit(self) -> bool:
        if self._found is None or not len(self._pictures):
            return False
        return self._pictures[0].shape != self._found.pictures.shape[2:]

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = min(self.height() - 2 - self._line(), self.width() * _MOST_OF_WIDTH)
        pixels = 28 if self._found is None else max(self._found.pictures.shape[2:])
        side = max(side // pixels, 1) * pixels + 2
        self._digit.setGeometry(int(self.width() - side), 0, int(side), int(side))

    @Slot()
    def _show_digit(self) -> None:
        self._digit.setVisible(self._has_digit())
        if self._has_digit() and self._found is not None:
            self._digit.set_picture(self._found.pictures[self._channel, self._current])
            self._digit.set_field(self._found.field(self._channel, self._current))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_digit() or self._found is None:
            return
        at, rect = (self._channel, self._current), self.digit_rect()
        label, digit = self._found.labels[at], self._found.digits[at]
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            below = QRectF(rect.left(), rect.bottom() + 1, rect.width(), self._line())
            forms = self.tr("digit {number}, a {label}"), self.tr("no. {number}: {label}")
            texts = [form.format(number=digit, label=label) for form in forms]
            fits = painter.fontMetrics().horizontalAdvance(texts[0]) <= below.width()
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, texts[0 if fits else 1])

    @Slot(int)
    def _on_chosen(self, rank: int) -> None:
        assert self._found is not None  # else there is no patch
        self.digit_chosen.emit(self._found.pictures[self._channel, rank])
