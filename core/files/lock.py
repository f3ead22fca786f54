"""A lock that one process holds at a time, and that goes with it, however the process ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path

from core.files.own_folder import OwnFolder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_TRIES, _BETWEEN = 5, 0.02  # seconds: whoever only looks has it for some microseconds


class FileLock:
    """Locks the file `path` of an own folder; as a context, until it is left.

    Where a file system knows no locks, everybody gets it.
    """

    def __init__(self, folder: OwnFolder, path: Path) -> None:
        self._folder, self._path = folder, path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Hold the lock from now on, if nobody else does; the file is made.

        Raises:
            FileProblem: it is a link, or no file.
            OSError: it cannot be made.
        """
        self.release()
        opened = self._folder.descriptor(self._path, os.O_RDWR | os.O_CREAT)
        for _ in range(_TRIES):
            if _lock(opened):
                self._descriptor = opened
                return True
            time.sleep(_BETWEEN)
        os.close(opened)
        return False

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FileLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def is_held(self) -> bool:
        """Whether somebody has it."""
        if not self._folder.is_file(self._path):
            return False
        try:
            opened = self._folder.descriptor(self._path)
        except OSError:
            return False
        try:
            return not _lock(opened)
        finally:
            os.close(opened)


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _TAKEN
    return True
