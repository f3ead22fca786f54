"""Which files this process opens, and in which thread: what reads in the window's own thread is found out."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_EVENTS = {"open", "os.listdir", "os.scandir"}
_folder: Path | None = None
_opened: list[str] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _folder is None or event not in _EVENTS or threading.current_thread() is not threading.main_thread():
        return
    frame: Any = sys._getframe(1)
    while frame is not None:
        # The inference process, whose work tests do here.
        if frame.f_code.co_name == "submit":
            return
        frame = frame.f_back
    path = str(arguments[0])
    if path.isdecimal():
        with contextlib.suppress(OSError):  # where the system tells which file that is; else it counts
            path = os.readlink(f"/proc/self/fd/{path}")
    # By descriptors, names alone are told: those of folders and files in `_folder`.
    if path.startswith(str(_folder)) or not path.startswith("/"):
        _opened.append(path)


sys.addaudithook(_hook)  # it stays as long as the process does


@contextlib.contextmanager
def files_opened(folder: Path) -> Iterator[list[str]]:
    """Note which files and folders below `folder` are opened in this thread."""
    global _folder
    _opened.clear()
    _folder = folder
    try:
        yield _opened
    finally:
        _folder = None
