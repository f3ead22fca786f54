"""Choices that the program remembers from one start to the next: a typed wrapper over QSettings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from core.catalog import DEFAULT_MODEL, DEVICES
from gui.pad.drawing_canvas import DEFAULT_BRUSH
from gui.paint.colours import COLOUR_MAPS, DEFAULT_COLOUR_MAP
from gui.paint.theme import THEMES


class _Remembered:
    """A text in the store; the default where there is none, or none of the choices."""

    def __init__(self, default: str, choices: tuple[str, ...] = ()) -> None:
        self._default, self._choices = default, choices

    def __set_name__(self, owner: type[Settings], name: str) -> None:
        self._key = name

    def __get__(self, settings: Settings, owner: type[Settings]) -> str:
        text = settings.text(self._key, self._default)
        return text if text in self._choices or not self._choices else self._default

    def __set__(self, settings: Settings, text: str) -> None:
        settings.store.setValue(self._key, text)


class Settings:
    """Reads what was remembered, or the default where nothing sensible was; writes at once."""

    model = _Remembered(DEFAULT_MODEL)
    """A shipped model's name, or the path of a file of weights."""
    device = _Remembered("auto", DEVICES)
    """One of `core.catalog.DEVICES`."""
    theme = _Remembered("system", THEMES)
    """One of `THEMES`."""
    colour_map = _Remembered(DEFAULT_COLOUR_MAP, tuple(COLOUR_MAPS))
    """The name of one of `COLOUR_MAPS`."""
    folder = _Remembered("")
    """Where a file was opened or saved last; empty at the first time."""

    def __init__(self) -> None:
        self.store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "LeNet Lab", "lenet-lab"
        )

    @property
    def path(self) -> Path:
        """The file it is all kept in."""
        return Path(self.store.fileName())

    def is_writable(self) -> bool:
        """Whether what is remembered now reaches the disk."""
        self.store.sync()
        return self.store.isWritable() and self.store.status() == QSettings.Status.NoError

    def geometry(self, name: str) -> QByteArray:
        """The state of a window or splitter, as it gave it to `set_geometry`; empty at the first start."""
        value = self.store.value(f"geometry/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_geometry(self, name: str, state: QByteArray) -> None:
        """Remember the state of a window or splitter."""
        self.store.setValue(f"geometry/{name}", state)

    @property
    def shared_range(self) -> bool:
        """Whether one colour range serves all layers."""
        return self.text("shared_range", "false") == "true"

    @shared_range.setter
    def shared_range(self, shared: bool) -> None:
        self.store.setValue("shared_range", shared)

    @property
    def show_logits(self) -> bool:
        """Whether the answer shows logits beside probabilities."""
        return self.text("show_logits", "false") == "true"

    @show_logits.setter
    def show_logits(self, show: bool) -> None:
        self.store.setValue("show_logits", show)

    @property
    def brush(self) -> int:
        """The brush's width in the sheet's pixels."""
        text = self.text("brush", "")
        return int(text) if text.isdecimal() else DEFAULT_BRUSH

    @brush.setter
    def brush(self, width: int) -> None:
        self.store.setValue("brush", width)

    def compared(self, side: int) -> str:
        """Which network the Compare tab shows at the left, 0, or the right, 1: a `NetworkChoice` as text."""
        return self.text(f"compared/{side}", "")

    def set_compared(self, side: int, choice: str) -> None:
        """Remember which network the Compare tab shows."""
        self.store.setValue(f"compared/{side}", choice)

    def text(self, key: str, default: str) -> str:
        """Return what was remembered under a key."""
        # A value just set has its own type; one read from the file is text.
        value = self.store.value(key, default)
        return str(value).lower() if isinstance(value, bool) else str(value)
