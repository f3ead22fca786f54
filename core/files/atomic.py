"""Files that the user names: written whole or not at all, and read up to a limit."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

from core.errors import as_file_problem
from core.files import limits, regular
from core.files.own_folder import OwnFolder


def write_bytes(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file beside the old one, and rename it when it is whole; its folder is made.

    Where it is to be durable, it survives a power cut once this returns; else it survives the process only.
    A link is followed: what it leads to is written.

    Raises:
        FileProblem: there is a pipe or device, which would be replaced.
        OSError: the folder cannot be written, or the disk is full.
    """
    path = replaceable(path)
    OwnFolder(path.parent).write(path, content, durable)


def save(path: Path, content: bytes) -> Path:
    """Write a file where the user says, as `write_bytes` does, and return its path.

    Raises:
        FileProblem: it cannot be written; what was there before is still there.
    """
    with as_file_problem(
        "{path} could not be written ({reason}). Choose another folder, or free some space.", path=path
    ):
        write_bytes(path, content)
    return path


def remove(path: Path) -> None:
    """Remove a file, if it is there; of a link, the link.

    Raises:
        OSError: the folder cannot be written.
    """
    path.unlink(missing_ok=True)


def replaceable(path: Path) -> Path:
    """Where a file that the user names is to be written: `path`, or what it leads to as a link.

    Raises:
        FileProblem: there is a pipe or device.
        OSError: there is a folder, or a link leads in a circle.
    """
    if path.is_symlink():
        path = Path(os.path.realpath(path))
    with contextlib.suppress(FileNotFoundError):
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        regular.check(status, path)
    return path


def read(path: Path, most: int | None = None) -> bytes:
    """Return a file's content, of at most `most` bytes; as weights have where that is not given.

    A link is followed.

    Raises:
        FileProblem: it is missing, unreadable, too large, or a folder, pipe or device.
    """
    with (
        regular.open_to_read(path) as file,
        as_file_problem("{path} cannot be read ({reason}).", path=path),
    ):
        return regular.content(file, path, limits.WEIGHTS_FILE if most is None else most)
