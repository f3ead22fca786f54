"""Figures as pictures of pixels, or as SVG in which text is text; always in the window's thread."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QImage, QPainter, QPicture, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from gui.paint.text import small_font
from gui.paint.theme import LIGHT
from gui.window.figure import Figure
from gui.window.figure_files import finished
from gui.window.looks import Looks
from gui.window.posing import posed

DOTS_PER_INCH = 300
MOST_PIXELS = 100_000_000
"""Of a PNG: 400 MB of memory while it is made."""

_CM_PER_INCH = 2.54
_MARGIN = 8  # of the window's pixels, around all
_GAP = 8  # between widgets, and above the caption
_RIM = 2  # around what is not empty
_CAPTION_POINTS = 9.0  # as printed
_SMALL_POINTS = 6.2  # of small letters, as printed, in views that have a layout for paper
_FEWEST_LETTERS = 45  # in a line of the caption: in a narrow figure its letters are smaller
_WORDS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True)
class Sheet:
    """Where all is, in the window's pixels: the figure's widgets from the top down, and the caption."""

    figure: Figure
    size: QSize
    parts: tuple[QRect, ...]
    """Of each widget, what is taken: all but the empty paper above and below."""
    caption: str
    font: QFont
    place: QRectF
    """Of the caption."""

    def paint(self, painter: QPainter, by_record: bool = False) -> None:
        """Paint it all on a painter whose unit is the window's pixel.

        With `by_record` widgets are painted from a QPicture: Qt's SVG has clips in the wrong place where
        `QWidget.render` makes them (6.11), and lets a widget paint beyond its own edges. Views of graphics
        have another `render` of their own.
        """
        painter.fillRect(QRectF(QPointF(), self.size.toSizeF()), LIGHT.paper)
        tops = accumulate((part.height() + _GAP for part in self.parts), initial=_MARGIN)
        # From below: viewers without clips show the empty rows above a widget, over what stands there.
        for widget, part, top in reversed(list(zip(self.figure.widgets, self.parts, tops, strict=False))):
            painter.save()
            if by_record:
                record = QPicture()
                with QPainter(record) as recorder:
                    QWidget.render(widget, recorder, QPoint(), QRegion(part))
                painter.setClipRect(QRect(QPoint(_MARGIN, top), part.size()))
                painter.drawPicture(_MARGIN, top, record)
            else:
                QWidget.render(widget, painter, QPoint(_MARGIN, top), QRegion(part))
            painter.restore()
        if self.caption:
            painter.setFont(self.font)
            painter.setPen(LIGHT.text)
            painter.drawText(self.place, int(_WORDS), self.caption)


@contextlib.contextmanager
def _laid_out(figure: Figure, looks: Looks, width: float, caption: str) -> Iterator[Sheet]:
    """Give the sheet of a figure, `width` centimetres wide, while its widgets are posed."""
    legible = _SMALL_POINTS / 72 * _CM_PER_INCH / _small_pixels(figure)  # cm a pixel, at least
    with posed(figure, looks, round(width / legible) - 2 * _MARGIN):
        parts = tuple(_inked_part(widget) for widget in figure.widgets)
        top = _MARGIN + sum(part.height() + _GAP for part in parts)
        across = max(widget.width() for widget in figure.widgets)
        font = QApplication.font()
        in_pixels = _CAPTION_POINTS / 72 * _CM_PER_INCH * (across + 2 * _MARGIN) / width
        font.setPixelSize(max(round(min(in_pixels, across / _FEWEST_LETTERS * 2)), 1))
        place = QRectF(_MARGIN, top, across, 0)
        if caption:
            room = QRectF(0, 0, across, 1e6)
            place.setHeight(math.ceil(QFontMetricsF(font).boundingRect(room, int(_WORDS), caption).height()))
            top += round(place.height()) + _GAP
        size = QSize(across + 2 * _MARGIN, top - _GAP + _MARGIN)
        yield Sheet(figure, size, parts, caption, font, place)


def _small_pixels(figure: Figure) -> int:
    return QFontInfo(small_font(figure.main.font())).pixelSize()


def _inked_part(widget: QWidget) -> QRect:
    """Return a widget's rectangle without the empty rows above and below; all of it where all is empty."""
    picture = QImage(widget.size(), QImage.Format.Format_RGB32)
    picture.fill(LIGHT.paper)
    paper = picture.pixel(0, 0) & 0xFFFFFF
    QWidget.render(widget, picture)
    rows: np.ndarray = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), -1)
    inked = np.flatnonzero((rows & 0xFFFFFF != paper).any(axis=1))
    whole = widget.rect()
    if not len(inked):
        return whole
    whole.setTop(max(int(inked[0]) - _RIM, 0))
    whole.setBottom(min(int(inked[-1]) + _RIM, widget.height() - 1))
    return whole


def pixels_of(size: QSize, width: float) -> QSize:
    """Return the pixels of a picture of this shape that is `width` centimetres wide."""
    across = max(round(width / _CM_PER_INCH * DOTS_PER_INCH), 1)
    return QSize(across, max(round(across * size.height() / max(size.width(), 1)), 1))


def is_too_large(size: QSize) -> bool:
    """Return whether a picture has more than `MOST_PIXELS`."""
    return size.width() * size.height() > MOST_PIXELS


def picture_of(figure: Figure, looks: Looks, width: float, caption: str) -> QImage:
    """Return the figure at 300 dots per inch, `width` centimetres wide; a null picture where it is too large.

    Too large is what has more than `MOST_PIXELS`, or for what there is no memory.
    """
    with _laid_out(figure, looks, width, caption) as sheet:
        size = pixels_of(sheet.size, width)
        picture = QImage() if is_too_large(size) else _painted(sheet, size)
    dots = round(DOTS_PER_INCH / _CM_PER_INCH * 100)
    picture.setDotsPerMeterX(dots)
    picture.setDotsPerMeterY(dots)
    return picture


class Preview(NamedTuple):
    """A figure as large as fits a room, and what it is going to be."""

    picture: QImage
    size: QSize
    """Of `picture_of`, in pixels."""
    letters: float
    """The height of small letters, as in axes and captions of maps, in points."""

    def height_at(self, width: float) -> float:
        """Return the figure's height in centimetres where it is `width` wide."""
        return width * self.size.height() / self.size.width()


def preview_of(figure: Figure, looks: Looks, width: float, caption: str, room: QSize) -> Preview:
    """Return the preview of a figure `width` centimetres wide, for a room in pixels."""
    with _laid_out(figure, looks, width, caption) as sheet:
        size = sheet.size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        letters = _small_pixels(figure) / sheet.size.width() * width / _CM_PER_INCH * 72
        return Preview(_painted(sheet, size), pixels_of(sheet.size, width), letters)


def _painted(sheet: Sheet, size: QSize) -> QImage:
    picture = QImage(size, QImage.Format.Format_RGB32)
    if not picture.isNull():
        picture.fill(Qt.GlobalColor.white)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            painter.scale(size.width() / sheet.size.width(), size.height() / sheet.size.height())
            sheet.paint(painter)
    return picture


def svg_of(figure: Figure, looks: Looks, width: float, caption: str) -> bytes:
    """Return the figure as an SVG file, `width` centimetres wide: texts as text, maps as sharp pictures."""
    from PySide6.QtSvg import QSvgGenerator  # no window needs it to start

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    with _laid_out(figure, looks, width, caption) as sheet:
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # Tiny 1.2 cuts nothing off
        generator.setOutputDevice(buffer)
        generator.setResolution(figure.main.logicalDpiX())  # else points would not be as many pixels as there
        generator.setSize(sheet.size)
        generator.setViewBox(QRectF(QPointF(), sheet.size.toSizeF()))
        generator.setTitle(figure.title)
        generator.setDescription(caption or figure.title)
        with QPainter(generator) as painter:
            sheet.paint(painter, by_record=True)
        height = width * sheet.size.height() / sheet.size.width()
    return finished(bytes(buffer.data().data()).decode(), width * 10, height * 10).encode()
