"""Figures as files: PNG, and what Qt's SVG lacks: its true size, sharp cells, and fonts, everywhere."""

from __future__ import annotations

import base64
import re
from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QFont, QFontInfo, QImage, QImageWriter

_LARGEST = 2400  # pixels of an enlarged picture's longer side
_FAIR, _CELL = 400, 8  # pixels of a picture's longer side, and of a cell: smaller ones are enlarged
_SIZE = re.compile(r'<svg width="[^"]*" height="[^"]*"')
_NOTHING = re.compile(r'<path [^>]*\bd="\s*"\s*/>')  # the line of a curve with one point
_PICTURE = re.compile(r'image-rendering="optimizeSpeed" xlink:href="data:image/png;base64,([^"]*)"')
_FAMILY = re.compile(r'font-family="([^"]*)"')
_SANS = "DejaVu Sans", "Arial", "Helvetica", "sans-serif"
_FIXED = "DejaVu Sans Mono", "Consolas", "Menlo", "Courier New", "monospace"


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
    """Return an SVG of Qt's with this size in millimetres, sharp pictures, and fonts that programs know."""
    svg = _SIZE.sub(f'<svg width="{width:.2f}mm" height="{height:.2f}mm"', svg, count=1)
    svg = _FAMILY.sub(lambda match: f'font-family="{font_families(match[1])}"', svg)
    return _PICTURE.sub(_sharp, _NOTHING.sub("", svg))


@lru_cache
def font_families(family: str) -> str:
    """Return the real font behind a family's name, and others in its place where a program lacks it.

    Qt writes “Sans Serif”, which is no font: some programs leave out the letters then.
    """
    real = QFontInfo(QFont(family)).family()
    is_fixed = any("mono" in name.lower() or "courier" in name.lower() for name in (family, real))
    hidden = real.startswith(".")  # macOS does not let other programs have its own font
    names = dict.fromkeys((*(() if hidden else (real,)), *(_FIXED if is_fixed else _SANS)))
    return ", ".join(f"'{name}'" if " " in name else name for name in names)


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
