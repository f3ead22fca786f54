"""My digits: drawings with their right labels, a PNG file each, in a folder for each label.

The folder a file lies in is its label, so nothing can get out of step. A file is written whole or not at
all, and is on the disk when the call returns. Several windows may use one folder: names are never used
twice, and what one has moved is missing for the other until that looks again. The folder may come from a
stranger: see `OwnFolder`.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from core.errors import FileProblem, as_file_problem
from core.files import limits
from core.files.own_folder import Entry, OwnFolder
from core.ink import digit_png
from core.ink.preprocess import to_mnist
from core.records import Progress

MOST = 10_000
"""Digits in a collection: it is for one's own hand, and all of them are kept in memory."""

_LABELS = tuple(str(digit) for digit in range(10))
_DELETED = ".deleted"
_KEPT_DELETED = 30 * 24 * 3600.0  # seconds: for that time a deleted digit can be fetched back from its folder
_TORN_AFTER = 3600.0  # seconds: a file that is half written after that time is not written any more
_AT_ONCE = 50  # digits that are read before they are told of
_TORN, _WHOLE = re.compile(r"\..*\.png\..*"), re.compile(r"[^.].*\.png")
_REPLACED = ".replaced"  # in an import: the names of digits that it replaces, a line each
_REPLACED_NAME = re.compile(r"[0-9]/[^/]+\.png")
_OF_THE_SYSTEM = {"thumbs.db", "desktop.ini", "icon\r"}


@dataclass(frozen=True, eq=False)
class MyDigit:
    """One drawing of the collection."""

    path: Path
    label: int
    digest: str
    """Of its ink; no other drawing has it."""
    picture: np.ndarray
    """(28, 28) float32 in [0, 1]: what the network sees of it."""

    @property
    def small(self) -> np.ndarray:
        """The picture as IDX files hold it: (28, 28) uint8, 0 = paper."""
        levels: np.ndarray = (self.picture * 255).round().astype(np.uint8)
        return levels


@dataclass(frozen=True)
class Listed:
    """What was found when the collection was read."""

    gone: frozenset[Path]
    """Of the digits that were known."""
    foreign: tuple[Path, ...]
    """Files that are no digits of it, or damaged."""


@dataclass(frozen=True)
class MyDigits:
    """The collection in a folder.

    Raises:
        FileProblem: in every method: the folder cannot be read or written.
    """

    folder: Path

    # Reading

    def listed(self) -> tuple[list[Path], list[Path]]:
        """The digits' files, oldest first; and other files that lie among them."""
        digits: dict[str, Path] = {}
        foreign: list[Path] = []
        with as_file_problem(
            "My digits in {path} cannot be read ({reason}). Nothing there was changed.", path=self.folder
        ):
            for entry in self._inside(self.folder):
                if not _is_label(entry):
                    foreign.append(entry.path)
                    continue
                try:
                    files = self._inside(entry.path)
                except PermissionError:
                    foreign.append(entry.path)  # the other labels' digits can be read
                    continue
                for file in files:
                    # Somebody may have copied a file to another label: one digit has one label.
                    if _is_digit(file) and file.path.name not in digits:
                        digits[file.path.name] = file.path
                    else:
                        foreign.append(file.path)
        return [digits[name] for name in sorted(digits)], foreign

    def _inside(self, folder: Path) -> list[Entry]:
        """What lies in a folder, without what is hidden or the system's."""
        return [
            entry
            for entry in self._all_inside(folder)
            if not entry.path.name.startswith(".") and entry.path.name.lower() not in _OF_THE_SYSTEM
        ]

    def _all_inside(self, folder: Path) -> list[Entry]:
        try:
            return self._files.entries(folder)
        except FileNotFoundError:
            return []

    @property
    def _files(self) -> OwnFolder:
        return OwnFolder(self.folder)

    def ink(self, path: Path) -> np.ndarray:
        """A digit's ink (280, 280) uint8, 0 = paper.

        Raises:
            FileProblem: the file is gone, or is not one that LeNet Lab has written, or it is damaged.
        """
        try:
            status = self._files.status(path)
            if status is None:
                raise FileProblem("There is no digit {path} any more.", path=path)
            if status.st_size > limits.SMALL_FILE:
                raise ValueError("far too large")
            return digit_png.decode(self._files.read(path, limits.SMALL_FILE))
        except ValueError as error:
            raise FileProblem(
                "{path} is not a digit that LeNet Lab has kept, or it is damaged. It is left as it is.",
                path=path,
            ) from error

    def read(self, path: Path) -> MyDigit:
        """The digit in a file. Raises as `ink`."""
        return _digit(path, self.ink(path))

    def read_new(self, known: frozenset[Path]) -> Iterator[Progress | Listed]:
        """Tidy, and read the digits that are not known, the newest first; each Progress has some of them."""
        with contextlib.suppress(FileProblem):  # what can be read is shown even so
            self.tidy()
        paths, foreign = self.listed()
        found: list[MyDigit] = []
        for done, path in enumerate(reversed(paths)):
            if path not in known:
                try:
                    found.append(self.read(path))
                except FileProblem:
                    if self._files.is_file(path):  # else another window has moved it
                        foreign.append(path)
            is_enough = len(found) == _AT_ONCE or done == len(paths) - 1
            yield Progress(done, len(paths), tuple(found) if found and is_enough else None)
            if is_enough:
                found = []
        yield Listed(known.difference(paths), tuple(foreign))

    # Keeping, relabelling, deleting

    def add(self, ink: np.ndarray, label: int) -> MyDigit:
        """Keep ink (280, 280) uint8, 0 = paper. It is on the disk when this returns.

        Raises:
            FileProblem: it could not be written; the collection is as it was.
        """
        with self._keeping():
            path = self.folder / str(label) / new_name()
            self._files.write(path, digit_png.encode(ink))
        return _digit(path, ink)

    def relabel(self, digits: Iterable[MyDigit], label: int) -> list[MyDigit]:
        """Give digits another label; those of it already stay. What is gone meanwhile is left out."""
        with self._keeping():
            return self._move(digits, self.folder, label)

    def delete(self, digits: Iterable[MyDigit]) -> list[MyDigit]:
        """Take digits out of the collection, to where `restore` finds them for a month.

        What is gone meanwhile is left out.
        """
        with as_file_problem(
            "That could not be deleted from {path} ({reason}). Make it writable, and try again.",
            path=self.folder,
        ):
            return self._move(digits, self.folder / _DELETED)

    def restore(self, deleted: Iterable[MyDigit]) -> list[MyDigit]:
        """Bring deleted digits back. What is gone meanwhile is left out."""
        with self._keeping():
            return self._move(deleted, self.folder)

    def _move(self, digits: Iterable[MyDigit], into: Path, label: int | None = None) -> list[MyDigit]:
        """Move digits to the folder of `label`, or of their own labels, in a folder: all, or none."""
        ways = [(digit, into / str(digit.label if label is None else label)) for digit in digits]
        for folder in {folder for _, folder in ways}:
            self._files.make(folder)
        moved: list[tuple[MyDigit, Path]] = []  # each with the place where it was
        try:
            for digit, folder in ways:
                path = self._moved(digit.path, folder)
                if path is not None:
                    now = MyDigit(path, int(folder.name), digit.digest, digit.picture)
                    moved.append((now, digit.path))
        except (OSError, FileProblem):
            for now, before in moved:
                with contextlib.suppress(OSError, FileProblem):
                    self._files.move(now.path, before)
            raise
        for folder in {path.parent for now, before in moved for path in (now.path, before)}:
            self._files.sync(folder)
        return [now for now, _ in moved]

    def _moved(self, path: Path, folder: Path) -> Path | None:
        """Move a file into a folder, and return its place; None where another window was quicker."""
        if not self._files.is_file(path):
            return None
        if path.parent == folder:
            return path
        try:
            if folder.parent.name == _DELETED:
                # Before it is there: `tidy` takes away what has been there for a month.
                self._files.touch(path)
            return self._put(path, folder)
        except FileNotFoundError:
            return None

    def _put(self, path: Path, folder: Path) -> Path:
        """Move a file into a folder, under another name where there is one of its name; return its place."""
        there = folder / path.name
        if self._files.status(there) is not None:  # somebody has copied it there
            there = folder / new_name()
        self._files.move(path, there)
        return there

    # Many at once: all of them come in, or none

    def begin_import(self) -> Path:
        """A folder for `stage` to write into, which `finish_import` makes part of the collection."""
        with self._keeping():
            staging = self.folder / f".importing-{uuid.uuid4().hex}"
            self._files.make(staging)
            return staging

    def stage(self, staging: Path, ink: np.ndarray, label: int) -> MyDigit:
        """Write a digit that is to come in with the others; what is returned is where it is going to be."""
        name = new_name()
        with self._keeping():
            self._files.write(staging / str(label) / name, digit_png.encode(ink), durable=False)
            self._files.touch(staging)  # it is at work: `tidy` leaves it alone
        return _digit(self.folder / str(label) / name, ink)

    def give_up_import(self, staging: Path) -> None:
        """Nothing of what was staged is to come in."""
        with contextlib.suppress(OSError, FileProblem):
            self._files.remove(staging)

    def finish_import(self, staging: Path, replaced: Sequence[MyDigit] = ()) -> list[MyDigit]:
        """Let all that was staged come in, in place of digits, and return these as `delete` does.

        Were the process killed in the middle, `tidy` would finish it.

        Raises:
            FileProblem: the folder cannot be written; nothing has come in.
        """
        with self._keeping():
            if replaced:
                names = "\n".join(f"{digit.label}/{digit.path.name}" for digit in replaced)
                self._files.write(staging / _REPLACED, names.encode(), durable=False)
            self._sync_all(staging)
            complete = staging.with_name(staging.name.replace(".importing-", ".imported-"))
            self._files.move(staging, complete)
            self._files.sync(self.folder)
            self._take_in(complete)
        deleted = self.delete(replaced)
        self._forget_import(complete)
        return deleted

    def _take_in(self, complete: Path) -> None:
        """Move what a complete import holds to where it belongs; another window may do so as well.

        What is no digit under a label stays where it is: a stranger has put it there.
        """
        for folder in filter(_is_label, self._all_inside(complete)):
            target = self.folder / folder.path.name
            self._files.make(target)
            for file in filter(_is_digit, self._inside(folder.path)):
                with contextlib.suppress(FileNotFoundError):
                    self._put(file.path, target)
            self._files.sync(target)
            self._remove_empty(folder.path)

    def _delete_replaced(self, complete: Path) -> None:
        """Delete what the digits of a complete import replace: nobody has done that."""
        with contextlib.suppress(FileProblem):
            names = self._files.read(complete / _REPLACED, limits.SMALL_FILE).decode(errors="replace")
            for name in filter(_REPLACED_NAME.fullmatch, names.splitlines()[:MOST]):
                with contextlib.suppress(FileProblem):
                    self.delete([self.read(self.folder / name)])

    def _forget_import(self, complete: Path) -> None:
        with contextlib.suppress(OSError, FileProblem):
            if self._files.is_file(complete / _REPLACED):
                self._files.remove(complete / _REPLACED)
            self._remove_empty(complete)

    def _remove_empty(self, folder: Path) -> None:
        with contextlib.suppress(OSError):  # something is in it, or another window was quicker
            self._files.remove_empty(folder)

    def tidy(self) -> None:
        """Finish what a process was killed over, and forget what was deleted a month ago."""
        now = time.time()
        with self._keeping():
            for entry in self._all_inside(self.folder):
                name = entry.path.name
                if not entry.is_folder:
                    continue
                if name.startswith(".imported-"):
                    self._take_in(entry.path)
                    self._delete_replaced(entry.path)
                    self._forget_import(entry.path)
                elif name.startswith(".importing-") and self._is_older(entry.path, now - _TORN_AFTER):
                    self.give_up_import(entry.path)
                elif name in _LABELS:
                    self._forget(entry.path, _TORN, now - _TORN_AFTER)
                elif name == _DELETED:
                    for label in filter(_is_label, self._all_inside(entry.path)):
                        self._forget(label.path, _WHOLE, now - _KEPT_DELETED)

    def _forget(self, folder: Path, names: re.Pattern[str], than: float) -> None:
        """Remove the files of such names in a folder that are older."""
        for entry in self._all_inside(folder):
            is_meant = entry.is_file and names.fullmatch(entry.path.name)
            if is_meant and self._is_older(entry.path, than):
                with contextlib.suppress(FileNotFoundError):  # another window was quicker
                    self._files.remove(entry.path)

    def _is_older(self, path: Path, than: float) -> bool:
        status = self._files.status(path)
        return status is not None and status.st_mtime < than

    def _sync_all(self, staging: Path) -> None:
        """Wait until all files in a folder, and in its folders, are on the disk."""
        if hasattr(os, "sync"):
            os.sync()  # one wait for thousands of files
            return
        for folder in self._files.entries(staging):
            for file in self._files.entries(folder.path) if folder.is_folder else [folder]:
                with os.fdopen(self._files.descriptor(file.path, os.O_RDWR), "rb+") as opened:
                    os.fsync(opened.fileno())

    def _keeping(self) -> contextlib.AbstractContextManager[None]:
        return as_file_problem(
            "That could not be kept in {path} ({reason}). Free some space there, or make it writable; then "
            "try again. What was kept before is as it was.",
            path=self.folder,
        )


def new_name() -> str:
    """A file name that nobody has used; names sort by time."""
    return f"{datetime.now():%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}.png"


def content(digit: MyDigit) -> bytes | None:
    """A digit's file as it is; None where another window has moved it, or a stranger's link is in its place.

    Raises:
        FileProblem: it cannot be read.
    """
    folder = OwnFolder(digit.path.parents[1])
    return folder.read(digit.path, limits.SMALL_FILE) if folder.is_file(digit.path) else None


def _digit(path: Path, ink: np.ndarray) -> MyDigit:
    return MyDigit(path, int(path.parent.name), digit_png.digest(ink), to_mnist(ink))


def _is_label(entry: Entry) -> bool:
    return entry.is_folder and entry.path.name in _LABELS


def _is_digit(entry: Entry) -> bool:
    return entry.is_file and entry.path.suffix == ".png"
