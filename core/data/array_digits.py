"""Labelled digits in NumPy's files: one `.npz`, as Keras's `mnist.npz`, or two `.npy`.

Nothing is unpickled, and nothing is unpacked before its header has said how large it is.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from core.data.levels import as_levels, square_side
from core.errors import FileProblem
from core.files import limits, regular

_MOST_ARRAYS = 100  # in one file
_MOST_HEADER = 10_000  # bytes: NumPy's own limit
# What tells pictures from labels in a name; what is left tells which belong together: x_train, y_train.
_ROLES = re.compile(r"images?|pictures?|pixels|data|digits|labels?|targets?|classes|(?<![a-z])[xy](?![a-z])")


@dataclass(frozen=True)
class _Array:
    """A header, and where it was found."""

    path: Path
    member: str
    """In the `.npz` file; empty in a `.npy` file."""
    shape: tuple[int, ...]
    kind: np.dtype[Any]
    is_fortran: bool

    @property
    def name(self) -> str:
        return self.member.removesuffix(".npy") or self.path.stem

    @property
    def picture_shape(self) -> tuple[int, int] | None:
        """Height and width, where this can be an array of pictures."""
        sides = (
            tuple(side for side in self.shape[1:] if side != 1) if len(self.shape) == 4 else self.shape[1:]
        )
        if len(sides) == 1 and (side := square_side(sides[0])) is not None:
            return side, side
        return sides if len(sides) == 2 and all(4 <= side <= 1000 for side in sides) else None

    @property
    def can_be_labels(self) -> bool:
        """Whether this has one number for each digit."""
        return len(self.shape) == 1 or (len(self.shape) == 2 and self.shape[1] == 1)

    def values(self) -> np.ndarray:
        """All of the array: as large as its header says, and no more, whatever the file holds."""
        length = math.prod(self.shape) * self.kind.itemsize
        with _reading(self.path), _opened(self.path, self.member) as file:
            _read_header(file)
            content = file.read(length + 1)
        if len(content) != length:
            raise _damaged(self.path, "its arrays are not as long as their headers say")
        values = np.frombuffer(content, self.kind)
        return values.reshape(self.shape[::-1]).T if self.is_fortran else values.reshape(self.shape)


@dataclass(frozen=True)
class ArrayDigits:
    """Pairs of arrays that belong together: pictures and labels."""

    path: Path
    pairs: tuple[tuple[_Array, _Array], ...]

    @property
    def count(self) -> int:
        """Of the digits."""
        return sum(pictures.shape[0] for pictures, _ in self.pairs)

    def read(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pictures (n, H, W) uint8 and the labels (n,) of the digits with these numbers.

        Raises:
            FileProblem: an array is torn, or has no finite numbers.
        """
        pictures: list[np.ndarray] = []
        labels: list[np.ndarray] = []
        order: list[np.ndarray] = []
        start = 0
        for each, said in self.pairs:
            places = np.flatnonzero((start <= chosen) & (chosen < start + each.shape[0]))
            assert each.picture_shape is not None
            try:
                rows = as_levels(each.values()[chosen[places] - start])
            except ValueError as error:
                raise _damaged(self.path, error) from error
            pictures.append(rows.reshape(-1, *each.picture_shape))
            labels.append(said.values().reshape(-1)[chosen[places] - start])
            order.append(places)
            start += each.shape[0]
        back = np.argsort(np.concatenate(order))
        return np.concatenate(pictures)[back], np.concatenate(labels)[back]


def open_arrays(paths: Sequence[Path]) -> ArrayDigits:
    """The labelled digits in NumPy's files, which are looked into no farther than their headers.

    Raises:
        FileProblem: a file cannot be read, is damaged, or too large; or it is not clear which are the digits.
    """
    arrays = [array for path in paths for array in _headers(path)]
    pictures = [array for array in arrays if array.picture_shape is not None]
    labels = [array for array in arrays if array.can_be_labels]
    pairs = [(each, said) for each in pictures if (said := _labels_of(each, labels)) is not None]
    if not pairs or len({each.picture_shape for each, _ in pairs}) > 1:
        raise FileProblem(
            "It is not clear which arrays in {path} are digits and which their labels. One must have "
            "pictures, as (60000, 28, 28), and another a label for each, as (60000,).",
            path=paths[0],
        )
    for array in (array for pair in pairs for array in pair):
        size = math.prod(array.shape) * array.kind.itemsize
        if size > limits.DIGITS_FILE:
            raise FileProblem(
                "{path} is too large: its array {name} takes {size:,} MB, and LeNet Lab reads up to {most} "
                "MB. Save it as uint8.",
                path=array.path,
                name=array.name,
                size=size // 2**20,
                most=limits.DIGITS_FILE // 2**20,
            )
    return ArrayDigits(paths[0], tuple(pairs))


def _labels_of(pictures: _Array, labels: Sequence[_Array]) -> _Array | None:
    """Those of as many digits; where several are, the one whose name goes with the pictures'."""
    fitting = [each for each in labels if each.shape[0] == pictures.shape[0]]
    if len(fitting) > 1:
        fitting = [each for each in fitting if _without_role(each.name) == _without_role(pictures.name)]
    return fitting[0] if len(fitting) == 1 else None


def _without_role(name: str) -> str:
    return _ROLES.sub("", name.casefold())


def _headers(path: Path) -> Iterator[_Array]:
    with _reading(path):
        members = [""]
        with regular.open_to_read(path) as file:
            if zipfile.is_zipfile(file):
                names = zipfile.ZipFile(file).namelist()
                members = [name for name in names if name.endswith(".npy")][:_MOST_ARRAYS]
        for member in members:
            with _opened(path, member) as array:
                shape, is_fortran, kind = _read_header(array)
            # Of numbers, and no objects that would have to be unpickled.
            if kind.kind in "buif" and shape and all(type(side) is int and side > 0 for side in shape):
                yield _Array(path, member, shape, kind, is_fortran)


@contextlib.contextmanager
def _opened(path: Path, member: str) -> Iterator[IO[bytes]]:
    with regular.open_to_read(path) as file:
        if not member:
            yield file
            return
        archive = zipfile.ZipFile(file)
        # NumPy packs with deflate or not at all; others may ask for gigabytes to be unpacked with.
        if archive.getinfo(member).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("it is packed in an unusual way")
        with archive.open(member) as array:
            yield array


def _read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    if npy.read_magic(file) != (1, 0):  # others allow headers of gigabytes, which no array of digits needs
        raise ValueError("its header is of another version")
    length = file.read(2)
    header = io.BytesIO(length + file.read(int.from_bytes(length, "little")))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers that Python 2 has written
            return npy.read_array_header_1_0(header, max_header_size=_MOST_HEADER)
    except Exception as error:  # NumPy has Python's own parsers read it, which raise half a dozen classes
        raise ValueError("its header cannot be read") from error


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileProblem(
            "{path} cannot be read ({reason}).", path=path, reason=error.strerror or error
        ) from error
    except (ValueError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        # RuntimeError: a password is wanted.
        raise _damaged(path, error) from error


def _damaged(path: Path, reason: object) -> FileProblem:
    return FileProblem(
        "{path} is damaged, or not a file of arrays that NumPy has written ({reason}).",
        path=path,
        reason=reason,
    )
