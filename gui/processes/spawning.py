"""How processes are started: anew, whatever has become of the folder that the program was started in."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from multiprocessing.context import SpawnContext
from pathlib import Path


def spawning() -> SpawnContext:
    """What starts processes that begin with nothing of this one's."""
    _leave_deleted_folder()
    return multiprocessing.get_context("spawn")


def _leave_deleted_folder() -> None:
    """Go to the user's folder, or else the topmost, where the working folder is no more.

    From a folder that is gone, Python starts no process.
    """
    try:
        os.getcwd()
    except OSError:
        home = Path.home()
        for folder in (home.anchor, home):
            with contextlib.suppress(OSError):
                os.chdir(folder)
