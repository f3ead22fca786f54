"""MNIST's own file format, IDX: a header, then numbers; plain, or packed with gzip. NumPy only."""

from __future__ import annotations

import contextlib
import gzip
import math
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from core.errors import FileProblem
from core.files import atomic, limits, regular

_LARGEST_SIDE = 1000  # pixels, of one picture
_UNSIGNED_BYTES = 0x08
_LABEL_TYPES = {_UNSIGNED_BYTES: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4"}
_QMNIST_COLUMNS = 8  # of its labels: the digit, then who wrote it and where it comes from
_PACKED = b"\x1f\x8b"

OpenFile = IO[bytes] | gzip.GzipFile


def write(path: Path, values: np.ndarray) -> None:
    """Write an array uint8 as an IDX file, packed where `path` ends in `.gz`; whole, or not at all.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    header = struct.pack(f">HBB{values.ndim}I", 0, _UNSIGNED_BYTES, values.ndim, *values.shape)
    content = header + values.tobytes()
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)  # the same digits give the same file
    atomic.write_bytes(path, content)


def holds_pictures(path: Path) -> bool:
    """Whether an IDX file holds pictures, by its header; else it holds labels.

    Raises:
        FileProblem: it cannot be read, or is no such file.
    """
    return len(_shape(path)) == 3


def count(path: Path) -> int:
    """How many pictures or labels an IDX file promises. Raises as `holds_pictures`."""
    return _shape(path)[0]


def read(path: Path) -> np.ndarray:
    """The array in an IDX file: (N, H, W) uint8 pictures, or (N,) labels of any integers.

    Of labels with several columns, as QMNIST's, the first. No more is unpacked than the header promises,
    whatever the file holds.

    Raises:
        FileProblem: it cannot be read, is no such file, is torn, or holds more than 256 MB.
    """
    with reading(path) as file:
        kind, sizes = _read_header(path, file)
        length = math.prod(sizes) * kind.itemsize
        content = file.read(length + 1)
    if len(content) != length:
        if len(content) > length:
            raise FileProblem(
                "{path} is damaged: its header promises {promised:,} bytes, and more follow.",
                path=path,
                promised=length,
            )
        raise FileProblem(
            "{path} is damaged: its header promises {promised:,} bytes, and {found:,} follow.",
            path=path,
            promised=length,
            found=len(content),
        )
    values = np.frombuffer(content, kind).reshape(sizes)
    return values[:, 0] if len(sizes) == 2 else values


def _shape(path: Path) -> tuple[int, ...]:
    with reading(path) as file:
        return _read_header(path, file)[1]


@contextlib.contextmanager
def reading(path: Path) -> Iterator[OpenFile]:
    """Open a file, unpacked where it is packed with gzip.

    Raises:
        FileProblem: it cannot be read; also where that is noticed inside.
    """
    try:
        with os.fdopen(regular.descriptor(path), "rb") as file:
            is_packed = file.read(2) == _PACKED
            file.seek(0)
            yield gzip.GzipFile(fileobj=file) if is_packed else file
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileProblem("{path} cannot be read ({reason}).", path=path, reason=reason) from error


def _read_header(path: Path, file: OpenFile) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """The type of a file's numbers, and how many there are along each dimension."""
    start = file.read(4)
    if len(start) == 4 and start[:2] == b"\0\0" and start[2] in _LABEL_TYPES and 1 <= start[3] <= 3:
        kind, dimensions = start[2], start[3]
        rest = file.read(4 * dimensions)
        if len(rest) == 4 * dimensions:
            sizes = struct.unpack(f">{dimensions}I", rest)
            is_picture = kind == _UNSIGNED_BYTES and all(1 <= side <= _LARGEST_SIDE for side in sizes[1:])
            if is_picture if dimensions == 3 else sizes[1:] in ((), (1,), (_QMNIST_COLUMNS,)):
                return _checked(path, np.dtype(_LABEL_TYPES[kind]), sizes)
    raise FileProblem(
        "{path} is not an IDX file of digits or labels, as MNIST's are (train-images-idx3-ubyte.gz and "
        "train-labels-idx1-ubyte.gz).",
        path=path,
    )


def _checked(
    path: Path, kind: np.dtype[Any], sizes: tuple[int, ...]
) -> tuple[np.dtype[Any], tuple[int, ...]]:
    length = math.prod(sizes) * kind.itemsize
    if length > limits.DIGITS_FILE:
        raise FileProblem(
            "{path} is too large: it promises {count:,} digits in {size:,} MB, and LeNet Lab reads up to "
            "{most} MB.",
            path=path,
            count=sizes[0],
            size=length // 2**20,
            most=limits.DIGITS_FILE // 2**20,
        )
    return kind, sizes
