"""Importing what is not needed for the window's first picture."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class LateImport(QObject):
    """Calls `load` in a thread, once, and `then` in this one.

    Some imports take up to half a second; in a thread, they hold the window up by 30 to 60 ms at most.
    """

    _loaded = Signal()

    def __init__(
        self, load: Callable[[], object], then: Callable[[], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._load = load
        self._has_begun = False
        self._loaded.connect(then, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Begin, if it has not begun."""
        if not self._has_begun:
            self._has_begun = True
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        self._load()
        with contextlib.suppress(RuntimeError):  # the window has been closed meanwhile
            self._loaded.emit()
