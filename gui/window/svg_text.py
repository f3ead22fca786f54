"""What Qt's SVG lacks to be printed: its size to the hundredth, and cells with sharp edges everywhere."""

from __future__ import annotations

import base64
import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage

_LARGEST = 2400  # pixels of an enlarged picture's longer side
_FAIR, _CELL = 400, 8  # pixels of a picture's longer side, and of a cell: smaller ones are enlarged
_SIZE = re.compile(r'<svg width="[^"]*" height="[^"]*"')
_PICTURE = re.compile(r'image-rendering="optimizeSpeed" xlink:href="data:image/png;base64,([^"]*)"')


def finished(svg: str, width: float, height: float) -> str:
    """Return an SVG of Qt's with this size in millimetres, and pictures that no program blurs."""
    svg = _SIZE.sub(f'<svg width="{width:.2f}mm" height="{height:.2f}mm"', svg, count=1)
    return _PICTURE.sub(_sharp, svg)


def _sharp(match: re.Match[str]) -> str:
    """Enlarge a picture whose pixels are cells: programs that do not know `pixelated` blur little then."""
    picture = QImage.fromData(QByteArray(base64.b64decode(match[1])), b"PNG")
    longest = max(picture.width(), picture.height(), 1)
    times = min(max(_CELL, -(-_FAIR // longest)), _LARGEST // longest)
    encoded = match[1]
    if times > 1:
        larger = picture.scaled(picture.size() * times, Qt.AspectRatioMode.IgnoreAspectRatio)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        larger.save(buffer, b"PNG")
        encoded = base64.b64encode(bytes(buffer.data().data())).decode()
    # `optimizeSpeed` is what Qt, Inkscape and librsvg know; browsers keep to the style.
    return (
        'image-rendering="optimizeSpeed" style="image-rendering:pixelated" '
        f'xlink:href="data:image/png;base64,{encoded}"'
    )
