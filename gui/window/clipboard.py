"""The picture on the clipboard, fetched in a process that may wait for a program that hangs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from core.errors import LabError
from core.ink.sheets import Sheet, read_pixels

_ASKABLE = ("xcb", "windows", "cocoa")  # elsewhere only a program with a window in front may ask


def is_to_be_waited_for() -> bool:
    """Whether another program has the clipboard, which another process can ask as well."""
    return QGuiApplication.platformName() in _ASKABLE and not QGuiApplication.clipboard().ownsClipboard()


def read_clipboard() -> Iterator[Sheet | Path]:
    """Find the digits in the picture on the clipboard; or the path of the file there. In the file process.

    Raises:
        LabError: there is neither.
    """
    app = QGuiApplication.instance() or QGuiApplication([])
    app.processEvents()  # the clipboard may have changed hands since the last time
    mime = QGuiApplication.clipboard().mimeData()
    path = file_in(mime)
    pixels = None if path is not None else pixels_in(mime)
    if path is not None:
        yield path
    elif pixels is not None:
        yield from read_pixels(pixels)
    else:
        raise LabError("There is no picture to put on the pad.")


def file_in(mime: QMimeData | None) -> Path | None:
    """The first file that was copied or dropped."""
    urls = mime.urls() if mime is not None and mime.hasUrls() else []
    files = [url.toLocalFile() for url in urls if url.isLocalFile()]
    return Path(files[0]) if files else None


def pixels_in(mime: QMimeData | None) -> np.ndarray | None:
    """The picture that was copied or dropped: (H, W, 4) uint8, red, green, blue, opacity."""
    picture = mime.imageData() if mime is not None and mime.hasImage() else None
    if not isinstance(picture, QImage) or picture.isNull():
        return None
    plain = picture.convertToFormat(QImage.Format.Format_RGBA8888)
    rows: np.ndarray = np.frombuffer(plain.constBits(), np.uint8).reshape(
        plain.height(), plain.bytesPerLine()
    )
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()
