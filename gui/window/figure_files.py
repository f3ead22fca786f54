"""Figures as files: PNG, and what Qt's SVG lacks: its size to the hundredth, and sharp cells everywhere."""

from __future__ import annotations

import base64
import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter

_LARGEST = 2400  # pixels of an enlarged picture's longer side
_FAIR, _CELL = 400, 8  # pixels of a picture's longer side, and of a cell: smaller ones are enlarged
_SIZE = re.compile(r'<svg width="[^"]*" height="[^"]*"')
_NOTHING = re.compile(r'<path [^>]*\bd="\s*"\s*/>')  # the line of a curve with one point
_PICTURE = re.compile(r'image-rendering="optimizeSpeed" xlink:href="data:image/png;base64,([^"]*)"')


def png_bytes(picture: QImage, **texts: str) -> bytes:
    """Return a picture as a PNG file with these texts in it; for any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    for key, text in texts.items():
        writer.setText(key, text)
    writer.write(picture)
    return bytes(buffer.data().data())


def finished(svg: str, width: float, height: float) -> str:
    """Return an SVG of Qt's with this size in millimetres, and pictures that no program blurs."""
    svg = _SIZE.sub(f'<svg width="{width:.2f}mm" height="{height:.2f}mm"', svg, count=1)
    return _PICTURE.sub(_sharp, _NOTHING.sub("", svg))


def _sharp(match: re.Match[str]) -> str:
    """Enlarge a picture whose pixels are cells: programs that do not know `pixelated` blur little then."""
    picture = QImage.fromData(base64.b64decode(match[1]))
    longest = max(picture.width(), picture.height(), 1)
    times = min(max(_CELL, -(-_FAIR // longest)), _LARGEST // longest)
    encoded = match[1]
    if times > 1:
        larger = picture.scaled(picture.size() * times, Qt.AspectRatioMode.IgnoreAspectRatio)
        encoded = base64.b64encode(png_bytes(larger)).decode()
    # `optimizeSpeed` is what Qt, Inkscape and librsvg know; browsers keep to the style.
    return (
        'image-rendering="optimizeSpeed" style="image-rendering:pixelated" '
        f'xlink:href="data:image/png;base64,{encoded}"'
    )
