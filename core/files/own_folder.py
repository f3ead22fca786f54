"""A folder in which the program keeps what is its user's: no link that lies below it is followed.

A folder of runs or digits may come from a stranger, packed with links in it. Each path is walked from the
root down, name by name, by open folders, none of which may be a link; Windows has no such descriptors, and
each folder is looked at instead.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import stat
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.errors import FileProblem, as_file_problem
from core.files import regular

MOST_ENTRIES = 100_000
"""Files and folders in one folder, ten times as many as a collection of digits has."""

_BY_DESCRIPTOR = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_A_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_TREE_BY_DESCRIPTOR = _BY_DESCRIPTOR and sys.version_info >= (3, 11)


class Entry(NamedTuple):
    """What lies in a folder: one of these; a pipe or device is none of them."""

    path: Path
    is_file: bool
    is_folder: bool
    is_link: bool


class _Place(NamedTuple):
    """What os's functions need to reach a path: the name in an open folder; without one, all of it."""

    name: str
    folder: int | None


@dataclass(frozen=True)
class OwnFolder:
    """Reads and writes below `root`. All paths are absolute or relative as the root is, and lie below it.

    Raises:
        FileProblem: in every method: on the way there is a link.
        OSError: in every method: it is missing, or the system refuses.
    """

    root: Path
    """It may be a link itself: people keep their data on another disk."""

    # Looking

    def entries(self, folder: Path) -> list[Entry]:
        """What lies in a folder, sorted by name.

        Raises:
            FileProblem: it is more than `MOST_ENTRIES`.
        """
        with self._opened(folder) as opened, os.scandir(folder if opened is None else opened) as found:
            entries = [_entry(folder / each.name, each) for each in itertools.islice(found, MOST_ENTRIES + 1)]
        if len(entries) > MOST_ENTRIES:
            raise FileProblem(
                "{folder} has more than {most:,} files in it. Move some of them elsewhere.",
                folder=folder,
                most=MOST_ENTRIES,
            )
        return sorted(entries)

    def walk(self) -> Iterator[list[Entry]]:
        """What lies in each folder, from the root down.

        Folders that are taken out of the list are passed over; so are those that cannot be read, but not the
        root.
        """
        waiting = [self.root]
        while waiting:
            folder = waiting.pop()
            try:
                entries = self.entries(folder)
            except OSError:
                if folder == self.root:
                    raise
                continue
            yield entries
            waiting += [entry.path for entry in reversed(entries) if entry.is_folder]

    def is_file(self, path: Path) -> bool:
        """Whether there is a file; a link to one is none."""
        status = self.status(path)
        return status is not None and stat.S_ISREG(status.st_mode)

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder; a link to one is none."""
        status = self.status(path)
        return status is not None and stat.S_ISDIR(status.st_mode) and not regular.is_link(status)

    def status(self, path: Path) -> os.stat_result | None:
        """What the system says of a path, of a link itself; None where it cannot be reached."""
        with contextlib.suppress(OSError, FileProblem), self._reached(path) as place:
            return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
        return None

    # Files

    def descriptor(self, path: Path, flags: int = os.O_RDONLY) -> int:
        """A descriptor of a file; the caller closes it.

        Raises:
            FileProblem: it is a folder, pipe or device.
        """
        with self._reached(path) as place:
            return regular.descriptor(path, flags, name=place.name, folder=place.folder)

    def read(self, path: Path, most: int) -> bytes:
        """A file's content, of at most `most` bytes.

        Raises:
            FileProblem: it is missing, unreadable, too large, or no file.
        """
        with as_file_problem("{path} cannot be read ({reason}).", path=path):
            try:
                opened = self.descriptor(path)
            except FileNotFoundError:
                raise FileProblem("There is no file {path}.", path=path) from None
            with os.fdopen(opened, "rb") as file:
                return regular.content(file, path, most)

    def write(self, path: Path, content: bytes, durable: bool = True) -> None:
        """Write a file beside the old one, and rename it when it is whole; its folder is made.

        Where it is to be durable, it survives a power cut once this returns; else it survives the process
        only.
        """
        self.make(path.parent)
        beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
        try:
            with os.fdopen(self._new(beside), "wb") as file:
                file.write(content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            self.move(beside, path)
            if durable:
                self.sync(path.parent)
        except BaseException:
            with contextlib.suppress(OSError, FileProblem):
                self.remove(beside)
            raise

    def _new(self, path: Path) -> int:
        with self._reached(path) as place:
            return os.open(place.name, _NEW_FILE, 0o644, dir_fd=place.folder)

    def append(self, path: Path, content: bytes) -> None:
        """Write at a file's end; it is made, its folder is not."""
        with os.fdopen(self.descriptor(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "ab") as file:
            file.write(content)

    def move(self, path: Path, to: Path) -> None:
        """Give a file or folder another place, whatever file is there."""
        with self._reached(path) as place, self._reached(to) as other:
            os.replace(place.name, other.name, src_dir_fd=place.folder, dst_dir_fd=other.folder)

    def touch(self, path: Path) -> None:
        """Let a file or folder have changed now."""
        with self._reached(path) as place:
            if os.utime in os.supports_follow_symlinks:
                os.utime(place.name, dir_fd=place.folder, follow_symlinks=False)
            elif not regular.is_link(os.lstat(place.name)):  # Windows has no times of links themselves
                os.utime(place.name)

    # Folders

    def make(self, folder: Path) -> None:
        """Make a folder, and the ones around it, where they are missing; durably."""
        with contextlib.suppress(FileNotFoundError), self._opened(folder):
            return
        if folder == self.root:
            _make_root(folder)
            return
        self.make_new(folder)  # else another window was quicker
        with self._opened(folder):
            pass  # a file of that name is no folder

    def make_new(self, folder: Path) -> bool:
        """Make a folder, and the ones around it; return False where it is there already."""
        self.make(folder.parent)
        with self._reached(folder) as place:
            try:
                os.mkdir(place.name, dir_fd=place.folder)
            except FileExistsError:
                return False
            _sync(place.folder)
        return True

    def sync(self, folder: Path) -> None:
        """Wait until the names in a folder are on the disk."""
        with self._opened(folder) as opened:
            _sync(opened)

    # Taking away

    def remove(self, path: Path) -> None:
        """Take a file away, or a link, or a folder with all that is in it; never what a link leads to."""
        with self._reached(path) as place:
            status = os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
            if not stat.S_ISDIR(status.st_mode) or regular.is_link(status):
                os.unlink(place.name, dir_fd=place.folder)
            elif _TREE_BY_DESCRIPTOR:
                shutil.rmtree(place.name, dir_fd=place.folder)
            else:
                shutil.rmtree(path)

    def remove_empty(self, folder: Path) -> None:
        """Take a folder away in which nothing is."""
        with self._reached(folder) as place:
            os.rmdir(place.name, dir_fd=place.folder)

    # Ways

    @contextlib.contextmanager
    def _opened(self, folder: Path) -> Iterator[int | None]:
        """A descriptor of a folder; None where the system has none, and no folder on the way is a link."""
        parts = folder.relative_to(self.root).parts
        if ".." in parts:
            raise ValueError(f"{folder} does not lie below {self.root}")
        at = self.root
        if not _BY_DESCRIPTOR:
            for part in parts:
                at = at / part
                if regular.is_link(os.lstat(at)):
                    raise regular.link_refused(at)
            yield None
            return
        opened = os.open(self.root, _A_FOLDER)
        try:
            for part in parts:
                at = at / part
                if regular.is_link(os.stat(part, dir_fd=opened, follow_symlinks=False)):
                    raise regular.link_refused(at)
                inner = os.open(part, _A_FOLDER | os.O_NOFOLLOW, dir_fd=opened)
                os.close(opened)
                opened = inner
            yield opened
        finally:
            os.close(opened)

    @contextlib.contextmanager
    def _reached(self, path: Path) -> Iterator[_Place]:
        with self._opened(path.parent) as opened:
            yield _Place(str(path) if opened is None else path.name, opened)


def _entry(path: Path, found: os.DirEntry[str]) -> Entry:
    is_folder, is_link = found.is_dir(follow_symlinks=False), found.is_symlink()
    if is_folder and not _BY_DESCRIPTOR:  # it may be one of Windows' junctions
        is_link = regular.is_link(found.stat(follow_symlinks=False))
    return Entry(path, found.is_file(follow_symlinks=False), is_folder and not is_link, is_link)


def _make_root(folder: Path) -> None:
    if not folder.is_dir():
        if not folder.parent.is_dir():
            _make_root(folder.parent)
        folder.mkdir(exist_ok=True)
        if _BY_DESCRIPTOR:
            with OwnFolder(folder.parent)._opened(folder.parent) as opened:
                _sync(opened)


def _sync(folder: int | None) -> None:
    """Wait until the names in an open folder are on the disk: a renamed file is found after a power cut.

    Windows cannot be asked for that, and does it by itself; nor can some file systems of networks.
    """
    if folder is not None:
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
