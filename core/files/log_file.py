"""The program's log: what its processes started, were ordered and wrote, and failures that nobody foresaw."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
from pathlib import Path
from typing import Any

from core.errors import FileProblem
from core.files import regular

_LARGEST = 2**20  # bytes: then a new log begins at the program's next start, and the one before it is dropped


class _File(logging.FileHandler):
    """Writes to a file, and to nothing else that has its name."""

    def _open(self) -> Any:
        opened = regular.descriptor(Path(self.baseFilename), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        return os.fdopen(opened, "a", encoding=self.encoding)


def log_path() -> Path:
    """The file that all processes of the program write to."""
    from platformdirs import user_log_path

    return user_log_path("lenet-lab", appauthor=False) / "lenet-lab.log"


def log_to_file(path: Path | None = None) -> None:
    """Write what this process logs to the end of `path`, or of `log_path()`; nothing where that fails."""
    path = path or log_path()
    logging.raiseExceptions = False  # a full disk must not put tracebacks into the shell
    with contextlib.suppress(OSError, FileProblem):
        path.parent.mkdir(parents=True, exist_ok=True)
        if multiprocessing.parent_process() is None and path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".old.log"))
        handler = _File(path, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(processName)s %(name)s: %(message)s"))
        root = logging.getLogger()
        root.addHandler(handler)
        root.setLevel(logging.INFO)
