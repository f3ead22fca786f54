"""My digits: drawings with their right labels, a PNG file each, in a folder for each label.

The folder a file lies in is its label, so nothing can get out of step. A file is written whole or not at
all, and is on the disk when the call returns. Several windows may use one folder: names are never used
twice, and what one has moved is missing for the other until that looks again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from core.errors import FileProblem, as_file_problem
from core.files import atomic
from core.ink import digit_png
from core.ink.preprocess import to_mnist

MOST = 10_000
"""Digits in a collection: it is for one's own hand, and all of them are kept in memory."""

_LABELS = tuple(str(digit) for digit in range(10))
_DELETED = ".deleted"
_KEPT_DELETED = 30 * 24 * 3600.0  # seconds: for that time a deleted digit can be fetched back from its folder
_TORN_AFTER = 3600.0  # seconds: a file that is half written after that time is not written any more
_LARGEST = 2**20  # bytes; a file takes some 5,000
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
            for path in sorted(self._inside(self.folder)):
                if path.name in _LABELS and path.is_dir():
                    try:
                        files = self._inside(path)
                    except PermissionError:
                        files = [path]  # the other labels' digits can be read
                    for file in files:
                        # Somebody may have copied a file to another label: one digit has one label.
                        if file.suffix == ".png" and file.name not in digits:
                            digits[file.name] = file
                        else:
                            foreign.append(file)
                else:
                    foreign.append(path)
        return [digits[name] for name in sorted(digits)], foreign

    @staticmethod
    def _inside(folder: Path) -> list[Path]:
        """The files and folders in a folder, without hidden ones and the system's."""
        try:
            names = os.listdir(folder)
        except FileNotFoundError:
            return []
        return [
            folder / name for name in names if not name.startswith(".") and name.lower() not in _OF_THE_SYSTEM
        ]

    def ink(self, path: Path) -> np.ndarray:
        """A digit's ink (280, 280) uint8, 0 = paper.

        Raises:
            FileProblem: the file is gone, or is not one that LeNet Lab has written, or it is damaged.
        """
        try:
            with as_file_problem("{path} cannot be read ({reason}).", path=path):
                if not path.is_file():
                    raise FileProblem("There is no digit {path} any more.", path=path)
                if path.stat().st_size > _LARGEST:
                    raise ValueError("far too large")
                return digit_png.decode(path.read_bytes())
        except ValueError as error:
            raise FileProblem(
                "{path} is not a digit that LeNet Lab has kept, or it is damaged. It is left as it is.",
                path=path,
            ) from error

    def read(self, path: Path) -> MyDigit:
        """The digit in a file. Raises as `ink`."""
        return _digit(path, self.ink(path))

    # Keeping, relabelling, deleting

    def add(self, ink: np.ndarray, label: int) -> MyDigit:
        """Keep ink (280, 280) uint8, 0 = paper. It is on the disk when this returns.

        Raises:
            FileProblem: it could not be written; the collection is as it was.
        """
        with self._keeping():
            path = self._make(self.folder / str(label)) / new_name()
            atomic.write_bytes(path, digit_png.encode(ink))
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
            deleted = self._move(digits, self.folder / _DELETED)
            for digit in deleted:
                os.utime(digit.path)  # from now on it is kept for a month
        return deleted

    def restore(self, deleted: Iterable[MyDigit]) -> list[MyDigit]:
        """Bring deleted digits back. What is gone meanwhile is left out."""
        with self._keeping():
            return self._move(deleted, self.folder)

    def _move(self, digits: Iterable[MyDigit], into: Path, label: int | None = None) -> list[MyDigit]:
        """Move digits to the folder of `label`, or of their own labels, in a folder."""
        moved, changed = [], set()
        for digit in digits:
            folder = self._make(into / str(digit.label if label is None else label))
            changed.add(folder)
            path = folder / digit.path.name
            if path == digit.path:
                if not path.exists():
                    continue  # another window was quicker
            else:
                if path.exists():  # somebody has copied the file there
                    path = folder / new_name()
                try:
                    os.replace(digit.path, path)
                except FileNotFoundError:
                    continue
                changed.add(digit.path.parent)
            moved.append(MyDigit(path, int(folder.name), digit.digest, digit.picture))
        for folder in changed:
            atomic.sync_folder(folder)
        return moved

    # Many at once: all of them come in, or none

    def begin_import(self) -> Path:
        """A folder for `stage` to write into, which `finish_import` makes part of the collection."""
        with self._keeping():
            return self._make(self.folder / f".importing-{uuid.uuid4().hex}")

    def stage(self, staging: Path, ink: np.ndarray, label: int) -> MyDigit:
        """Write a digit that is to come in with the others; what is returned is where it is going to be."""
        name = new_name()
        with self._keeping():
            atomic.write_bytes(staging / str(label) / name, digit_png.encode(ink), durable=False)
            os.utime(staging)  # it is at work: `tidy` leaves it alone
        return _digit(self.folder / str(label) / name, ink)

    def give_up_import(self, staging: Path) -> None:
        """Nothing of what was staged is to come in."""
        shutil.rmtree(staging, ignore_errors=True)

    def finish_import(self, staging: Path) -> None:
        """Let all that was staged come in. Were the process killed in the middle, `tidy` would finish it.

        Raises:
            FileProblem: the folder cannot be written; nothing has come in.
        """
        with self._keeping():
            _sync_all(staging)
            complete = staging.with_name(staging.name.replace(".importing-", ".imported-"))
            os.replace(staging, complete)
            atomic.sync_folder(self.folder)
            self._take_in(complete)

    def _take_in(self, complete: Path) -> None:
        """Move what a complete import holds to where it belongs; another window may do so as well."""
        for folder in self._inside(complete):
            target = self._make(self.folder / folder.name)
            for path in self._inside(folder):
                with contextlib.suppress(FileNotFoundError):
                    os.replace(path, target / path.name)
            atomic.sync_folder(target)
        shutil.rmtree(complete, ignore_errors=True)

    def tidy(self) -> None:
        """Finish what a process was killed over, and forget what was deleted a month ago."""
        now = time.time()
        with self._keeping():
            for complete in self.folder.glob(".imported-*"):
                self._take_in(complete)
            for staging in self.folder.glob(".importing-*"):
                if _is_older(staging, now - _TORN_AFTER):
                    shutil.rmtree(staging, ignore_errors=True)
            for files, kept in (("[0-9]/.*.png.*", _TORN_AFTER), (f"{_DELETED}/[0-9]/*.png", _KEPT_DELETED)):
                for path in self.folder.glob(files):
                    if _is_older(path, now - kept):
                        path.unlink(missing_ok=True)

    # Folders

    def _make(self, folder: Path) -> Path:
        """Make a folder, and the ones around it, where they are missing; durably."""
        if not folder.is_dir():
            if not folder.parent.is_dir():
                self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            atomic.sync_folder(folder.parent)
        return folder

    def _keeping(self) -> contextlib.AbstractContextManager[None]:
        return as_file_problem(
            "That could not be kept in {path} ({reason}). Free some space there, or make it writable; then "
            "try again. What was kept before is as it was.",
            path=self.folder,
        )


def new_name() -> str:
    """A file name that nobody has used; names sort by time."""
    return f"{datetime.now():%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}.png"


def _digit(path: Path, ink: np.ndarray) -> MyDigit:
    return MyDigit(path, int(path.parent.name), digit_png.digest(ink), to_mnist(ink))


def _is_older(path: Path, than: float) -> bool:
    try:
        return path.stat().st_mtime < than
    except OSError:
        return False  # another window was quicker


def _sync_all(staging: Path) -> None:
    """Wait until all files in the folders of a folder are on the disk."""
    if hasattr(os, "sync"):
        os.sync()  # one wait for thousands of files
        return
    for path in staging.rglob("*.png"):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
