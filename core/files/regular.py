"""Opening files that are files: a pipe is never waited for, a device or folder never taken for one."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from core.errors import FileProblem, as_file_problem

_FLAGS = (
    getattr(os, "O_NONBLOCK", 0)  # were it a pipe after all: the open does not wait for its other end
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def descriptor(
    path: Path, flags: int = os.O_RDONLY, *, name: str | None = None, folder: int | None = None
) -> int:
    """A descriptor of the file `path`; the caller closes it.

    Where `name` is given, the file of that name in the open folder `folder` is meant, and it must not be a
    link; `path` is for the sentence then. On systems without such descriptors both say where it is.

    Raises:
        FileProblem: it is a link where it must not be, or a folder, pipe or device.
        OSError: it is missing, or must not be opened.
    """
    where, follow = (path, True) if name is None else (name, False)
    try:
        check(os.stat(where, dir_fd=folder, follow_symlinks=follow), path)  # first: to open a device may act
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    except ValueError:  # no name of a file has a NUL in it
        raise FileNotFoundError(path) from None
    opened = os.open(where, flags | _FLAGS | (0 if follow else _NO_LINK), 0o644, dir_fd=folder)
    try:
        check(os.fstat(opened), path)  # it may be another one by now
    except BaseException:
        os.close(opened)
        raise
    return opened


def check(status: os.stat_result, path: Path) -> None:
    """Raise FileProblem where this is a link, or anything but a file."""
    if is_link(status):
        raise link_refused(path)
    if not stat.S_ISREG(status.st_mode):
        raise FileProblem("{path} is not a file.", path=path)


def is_link(status: os.stat_result) -> bool:
    """Whether this is a link, or one of Windows' junctions."""
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    is_junction = junction is not None and getattr(status, "st_reparse_tag", 0) == junction
    return stat.S_ISLNK(status.st_mode) or is_junction


def link_refused(path: Path) -> FileProblem:
    """The FileProblem for a link that is not followed."""
    return FileProblem(
        "{path} is a link. In its own folders LeNet Lab follows none: put the file or folder itself there.",
        path=path,
    )


def open_to_read(path: Path) -> BinaryIO:
    """The file that a user names, which may be a link, to be read.

    Raises:
        FileProblem: it is missing, unreadable, or a folder, pipe or device.
    """
    with as_file_problem("{path} cannot be read ({reason}).", path=path):
        try:
            return os.fdopen(descriptor(path), "rb")
        except FileNotFoundError:
            raise FileProblem("There is no file {path}.", path=path) from None


def content(file: BinaryIO, path: Path, most: int) -> bytes:
    """All that is in an open file, of at most `most` bytes.

    Raises:
        FileProblem: there is more.
        OSError: it cannot be read.
    """
    if os.fstat(file.fileno()).st_size <= most:
        read = file.read(most + 1)  # one more: it may be growing, or not know its size
        if len(read) <= most:
            return read
    raise FileProblem(
        "{path} is too large: such a file has {most:g} MB at most.", path=path, most=most / 2**20
    )
