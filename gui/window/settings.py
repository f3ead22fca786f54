"""Choices that the program remembers from one start to the next: a typed wrapper over QSettings."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSettings, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from core.catalog import DEFAULT_MODEL, DEVICES
from core.errors import FileProblem
from core.files import atomic, limits
from gui.pad.drawing_canvas import DEFAULT_BRUSH, THICKEST, THINNEST
from gui.paint.colours import COLOUR_MAPS, DEFAULT_COLOUR_MAP
from gui.paint.theme import THEMES
from gui.window.text_scale import ZOOMS

FIGURE_WIDTHS = 10, 1000  # millimetres, the least and the most
MOST_RECENT = 6  # files of weights
_LONGEST = 4096  # letters: a path may be one
_MOST_PIXELS = 100_000  # of a window on any screen
# Qt makes objects of any kind from these, and has crashed over damaged ones. Nothing here is kept so.
_QT_OBJECTS = (b"@Variant(", b"@DateTime(")

_CONTROL, _ENDS_OF_LINES = re.compile(r"[\x00-\x1f\x7f]"), re.compile(r"[\r\n\t]")

_log = logging.getLogger(__name__)


class _Remembered:
    """A text in the store; the default where there is none, or none of the choices."""

    def __init__(self, default: str, choices: tuple[str, ...] = ()) -> None:
        self._default, self._choices = default, choices

    def __set_name__(self, owner: type[Settings], name: str) -> None:
        self._key = name

    def __get__(self, settings: Settings, owner: type[Settings]) -> str:
        text = settings.text(self._key, self._default)
        if text in self._choices or text == self._default or (text and not self._choices):
            return text
        settings.refuse(self._key)
        return self._default

    def __set__(self, settings: Settings, text: str) -> None:
        settings.store.setValue(self._key, text)


class _Folder(_Remembered):
    """A folder's path in the store; where there is none, that of the user's documents."""

    def __get__(self, settings: Settings, owner: type[Settings]) -> str:
        return super().__get__(settings, owner) or _documents()


class _Switch:
    """True or false in the store; the default where there is neither."""

    def __init__(self, default: bool = False) -> None:
        self._default = default

    def __set_name__(self, owner: type[Settings], name: str) -> None:
        self._key = name

    def __get__(self, settings: Settings, owner: type[Settings]) -> bool:
        text = settings.text(self._key, str(self._default).lower())
        if text in ("true", "false"):
            return text == "true"
        settings.refuse(self._key)
        return self._default

    def __set__(self, settings: Settings, is_on: bool) -> None:
        settings.store.setValue(self._key, is_on)


class Settings:
    """Reads what was remembered; writes at once. What makes no sense is logged and forgotten."""

    model = _Remembered(DEFAULT_MODEL)
    """A shipped model's name, or the path of a file of weights."""
    device = _Remembered("auto", DEVICES)
    """One of `core.catalog.DEVICES`."""
    theme = _Remembered("system", THEMES)
    """One of `THEMES`."""
    colour_map = _Remembered(DEFAULT_COLOUR_MAP, tuple(COLOUR_MAPS))
    """The name of one of `COLOUR_MAPS`."""
    folder = _Folder("")
    """Where a file was opened or saved last; at the first time, the user's documents."""
    shared_range = _Switch()
    """Whether one colour range serves all layers."""
    show_logits = _Switch()
    """Whether the answer shows logits beside probabilities."""
    remembers = _Switch(True)
    """Whether drawing and page are there again at the next start."""
    has_drawing = _Switch()
    """Whether a drawing was kept; the next start waits for it."""
    tour_offered = _Switch()
    """Whether the tour has been offered at some start."""
    page = _Remembered("")
    """The name of the page that was in sight last; empty at the first time."""
    pad_folded = _Switch()
    """Whether the pad is hidden."""
    figure_format = _Remembered("png", ("png", "svg"))
    """Of figures that are saved."""
    figure_caption = _Switch(True)
    """Whether figures have a caption."""
    tools_folded = _Switch()
    """Whether the tools of pages are hidden."""

    def __init__(self) -> None:
        path = _path()
        if (reason := _what_is_wrong_with(path)) is not None:
            path = _put_aside(path, reason)
        self.store = QSettings(str(path), QSettings.Format.IniFormat)
        self.store.remove("geometry")  # as Qt packs it: what version 0.1.0 kept

    @property
    def path(self) -> Path:
        """The file it is all kept in."""
        return Path(self.store.fileName())

    def is_writable(self) -> bool:
        """Whether what is remembered now reaches the disk."""
        self.store.sync()
        return self.store.isWritable() and self.store.status() == QSettings.Status.NoError

    @property
    def brush(self) -> int:
        """The brush's width in the sheet's pixels."""
        (width,) = self._numbers("brush", 1, THINNEST, THICKEST) or (DEFAULT_BRUSH,)
        return width

    @brush.setter
    def brush(self, width: int) -> None:
        self.store.setValue("brush", width)

    @property
    def zoom(self) -> int:
        """One of `ZOOMS`."""
        (percent,) = self._numbers("zoom", 1, ZOOMS[0], ZOOMS[-1]) or (100,)
        return percent if percent in ZOOMS else 100

    @zoom.setter
    def zoom(self, percent: int) -> None:
        self.store.setValue("zoom", percent)

    @property
    def figure_width(self) -> float:
        """Of figures, in centimetres."""
        (millimetres,) = self._numbers("figure_width", 1, *FIGURE_WIDTHS) or (160,)
        return millimetres / 10

    @figure_width.setter
    def figure_width(self, centimetres: float) -> None:
        self.store.setValue("figure_width", round(centimetres * 10))

    def compared(self, side: int) -> str:
        """Which network the Compare tab shows at the left, 0, or the right, 1: a `NetworkChoice` as text."""
        return self.text(f"compared/{side}", "")

    def set_compared(self, side: int, choice: str) -> None:
        """Remember which network the Compare tab shows."""
        self.store.setValue(f"compared/{side}", choice)

    def forget_compared(self, side: int) -> None:
        """Let a side have its default again: what was remembered is no `NetworkChoice`."""
        if self.compared(side):
            self.refuse(f"compared/{side}")

    def recent(self) -> list[tuple[str, str]]:
        """Files of weights that were open lately, the newest first: each its path, and what it was called.

        Whether they are still there is not known: that may take long to find out.
        """
        found: dict[str, str] = {}
        for place in range(MOST_RECENT):
            path, title = (self.text(f"recent/{place}/{part}", "") for part in ("path", "title"))
            if path and not Path(path).is_absolute():
                self.refuse(f"recent/{place}/path")
            elif path:
                found.setdefault(path, title or Path(path).name)
        return list(found.items())

    def remember_recent(self, path: str, title: str) -> None:
        """Put a file of weights before those that were open lately."""
        self._set_recent([(path, title), *(each for each in self.recent() if each[0] != path)])

    def forget_recent(self, path: str) -> None:
        """Leave a file out of those that were open lately: it cannot be opened any more."""
        self._set_recent([each for each in self.recent() if each[0] != path])

    def _set_recent(self, files: list[tuple[str, str]]) -> None:
        self.store.remove("recent")
        for place, (path, title) in enumerate(files[:MOST_RECENT]):
            self.store.setValue(f"recent/{place}/path", path)
            self.store.setValue(f"recent/{place}/title", title)

    # Places and sizes. Not as Qt packs them: a damaged byte in a splitter's state asks for a window of
    # 16 million pixels, in which X and the program die.

    def restore_window(self, window: QWidget) -> None:
        """Put a window where `remember_window` found it, as far as there is still a screen."""
        numbers = self._numbers("window", 5, -_MOST_PIXELS, _MOST_PIXELS)
        if numbers is None:
            return
        left, top, width, height, fills_screen = numbers
        wanted = QRect(left, top, max(width, 1), max(height, 1))
        screen = QGuiApplication.screenAt(wanted.center()) or window.screen()
        window.setGeometry(_within(screen.availableGeometry(), wanted))
        if fills_screen:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)

    def remember_window(self, window: QWidget) -> None:
        """Keep a window's place, and whether it fills the screen."""
        fills_screen = window.isMaximized()
        place = window.normalGeometry() if fills_screen else window.geometry()
        numbers = (place.left(), place.top(), place.width(), place.height(), int(fills_screen))
        self._set_numbers("window", numbers)

    def restore_sizes(self, splitter: QSplitter, scale: float = 1.0) -> bool:
        """Give a splitter the sizes kept under its name; return whether there are any.

        All but the last part are `scale` times as large, as their text is now; the last one has the rest.
        """
        sizes = self._numbers(f"sizes/{splitter.objectName()}", splitter.count(), 0, _MOST_PIXELS)
        if sizes is None or not any(sizes):
            return False
        splitter.setSizes(_scaled(sizes, scale))
        return True

    def remember_sizes(self, splitter: QSplitter, scale: float = 1.0) -> None:
        """Keep a splitter's sizes at this `scale` under its name, unless a part is hidden: that has none."""
        parts = [splitter.widget(index) for index in range(splitter.count())]
        if all(part is not None and part.isVisibleTo(splitter) for part in parts):
            self._set_numbers(f"sizes/{splitter.objectName()}", _scaled(splitter.sizes(), 1 / scale))

    def _set_numbers(self, key: str, numbers: Sequence[int]) -> None:
        self.store.setValue(key, " ".join(str(number) for number in numbers))

    def _numbers(self, key: str, count: int, least: int, most: int) -> list[int] | None:
        """So many whole numbers from `least` to `most`; None where there are none."""
        text = self.text(key, "")
        if not text:
            return None
        try:
            numbers = [int(word) for word in text.split()]
        except ValueError:
            numbers = []
        if len(numbers) == count and all(least <= number <= most for number in numbers):
            return numbers
        self.refuse(key)
        return None

    # The store

    def text(self, key: str, default: str) -> str:
        """Return what was remembered under a key."""
        # A value just set has its own type; one read from the file is text.
        value = self.store.value(key, default)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if isinstance(value, str | int) and len(text) <= _LONGEST and not _CONTROL.search(text):
            return text
        self.refuse(key)
        return default

    def refuse(self, key: str) -> None:
        """Log what makes no sense, and forget it."""
        value = str(self.store.value(key))
        _log.warning("the setting %s makes no sense (%.100r). It has its default again", key, value)
        self.store.remove(key)


def _within(room: QRect, wanted: QRect) -> QRect:
    """The place that is wanted, made smaller and moved until it lies in the room."""
    size = wanted.size().boundedTo(room.size())
    left = min(max(wanted.left(), room.left()), room.left() + room.width() - size.width())
    top = min(max(wanted.top(), room.top()), room.top() + room.height() - size.height())
    return QRect(QPoint(left, top), size)


def _scaled(sizes: Sequence[int], scale: float) -> list[int]:
    """Return all sizes but the last times `scale`; the last one makes up for it."""
    scaled = [round(size * scale) for size in sizes[:-1]]
    return [*scaled, max(sum(sizes) - sum(scaled), 1)]


def _documents() -> str:
    """Where people keep what they save: never wherever the program happened to be started."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return found if found and Path(found).is_dir() else str(Path.home())


def _path() -> Path:
    """Where the settings are. Qt reads a file as soon as it is told of it, so it is asked for another one."""
    beside = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "LeNet Lab", "nothing")
    return Path(beside.fileName()).with_name("lenet-lab.ini")


def _what_is_wrong_with(path: Path) -> str | None:
    """Why a file cannot be one of settings, for the log; None where it can, or is missing."""
    if not os.path.lexists(path):
        return None
    try:
        content = atomic.read(path, limits.SMALL_FILE)
        text = content.decode()
    except (FileProblem, UnicodeDecodeError) as error:
        return str(error)
    if _CONTROL.search(_ENDS_OF_LINES.sub("", text)):
        return "it is no text"
    return next((f"it has {kind.decode()}…)" for kind in _QT_OBJECTS if kind in content), None)


def _put_aside(path: Path, reason: str) -> Path:
    """Give what is no file of settings another name; the file to use."""
    aside = path.with_name(f"{path.name}.refused-{datetime.now():%Y%m%d-%H%M%S-%f}")
    try:
        path.rename(aside)
    except OSError as error:
        _log.warning("%s is no file of settings (%s), and cannot be renamed (%s)", path, reason, error)
        return aside
    _log.warning(
        "%s is no file of settings (%s). It is called %s now; all is as at first", path, reason, aside
    )
    return path
