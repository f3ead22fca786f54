"""Choices that the program remembers from one start to the next: a typed wrapper over QSettings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from core.catalog import DEFAULT_MODEL, DEVICES
from gui.pad.drawing_canvas import DEFAULT_BRUSH
from gui.paint.colours import COLOUR_MAPS, DEFAULT_COLOUR_MAP
from gui.paint.theme import THEMES


class Settings:
    """Reads what was remembered, or the default where nothing sensible was; writes at once."""

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "LeNet Lab", "lenet-lab"
        )

    @property
    def path(self) -> Path:
        """The file it is all kept in."""
        return Path(self._store.fileName())

    def is_writable(self) -> bool:
        """Whether what is remembered now reaches the disk."""
        self._store.sync()
        return self._store.isWritable() and self._store.status() == QSettings.Status.NoError

    def geometry(self, name: str) -> QByteArray:
        """The state of a window or splitter, as it gave it to `set_geometry`; empty at the first start."""
        value = self._store.value(f"geometry/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_geometry(self, name: str, state: QByteArray) -> None:
        """Remember the state of a window or splitter."""
        self._store.setValue(f"geometry/{name}", state)

    @property
    def model(self) -> str:
        """A shipped model's name, or the path of a file of weights."""
        return self._text("model", DEFAULT_MODEL)

    @model.setter
    def model(self, model: str) -> None:
        self._store.setValue("model", model)

    @property
    def device(self) -> str:
        """One of `core.catalog.DEVICES`."""
        return self._choice("device", DEVICES, "auto")

    @device.setter
    def device(self, device: str) -> None:
        self._store.setValue("device", device)

    @property
    def theme(self) -> str:
        """One of `THEMES`."""
        return self._choice("theme", THEMES, "system")

    @theme.setter
    def theme(self, theme: str) -> None:
        self._store.setValue("theme", theme)

    @property
    def colour_map(self) -> str:
        """The name of one of `COLOUR_MAPS`."""
        return self._choice("colour_map", tuple(COLOUR_MAPS), DEFAULT_COLOUR_MAP)

    @colour_map.setter
    def colour_map(self, name: str) -> None:
        self._store.setValue("colour_map", name)

    @property
    def shared_range(self) -> bool:
        """Whether one colour range serves all layers."""
        return self._text("shared_range", "false") == "true"

    @shared_range.setter
    def shared_range(self, shared: bool) -> None:
        self._store.setValue("shared_range", shared)

    @property
    def show_logits(self) -> bool:
        """Whether the answer shows logits beside probabilities."""
        return self._text("show_logits", "false") == "true"

    @show_logits.setter
    def show_logits(self, show: bool) -> None:
        self._store.setValue("show_logits", show)

    @property
    def brush(self) -> int:
        """The brush's width in the sheet's pixels."""
        text = self._text("brush", "")
        return int(text) if text.isdecimal() else DEFAULT_BRUSH

    @brush.setter
    def brush(self, width: int) -> None:
        self._store.setValue("brush", width)

    def compared(self, side: int) -> str:
        """Which network the Compare tab shows at the left, 0, or the right, 1: a `NetworkChoice` as text."""
        return self._text(f"compared/{side}", "")

    def set_compared(self, side: int, choice: str) -> None:
        """Remember which network the Compare tab shows."""
        self._store.setValue(f"compared/{side}", choice)

    @property
    def folder(self) -> str:
        """Where a file was opened or saved last; empty at the first time."""
        return self._text("folder", "")

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("folder", folder)

    def _text(self, key: str, default: str) -> str:
        # A value just set has its own type; one read from the file is text.
        value = self._store.value(key, default)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        text = self._text(key, default)
        return text if text in choices else default
