"""MNIST's own file format, IDX: a header, then bytes; plain, or packed with gzip. NumPy only."""

from __future__ import annotations

import contextlib
import gzip
import math
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from core.errors import FileProblem
from core.files import atomic, regular

_LARGEST_SIDE = 1000  # pixels, of one picture
_LARGEST = 2**28  # bytes, unpacked: MNIST's training digits take a sixth of it
_UNSIGNED_BYTES = 0x08
_PACKED = b"\x1f\x8b"

_File = IO[bytes] | gzip.GzipFile


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


def shape(path: Path) -> tuple[int, ...]:
    """The shape of the array in an IDX file, by its header: (N,) labels, or (N, H, W) pictures.

    Raises:
        FileProblem: it cannot be read, or is no such file.
    """
    with _reading(path) as file:
        return _read_header(path, file)


def read(path: Path, most: int) -> np.ndarray:
    """The array uint8 in an IDX file: (N,) labels, or (N, H, W) pictures; N is `most` at most.

    No more is unpacked than the header promises, whatever the file holds.

    Raises:
        FileProblem: it cannot be read, is no such file, is torn, or holds more than `most`.
    """
    with _reading(path) as file:
        sizes = _read_header(path, file)
        if sizes[0] > most:
            raise FileProblem(
                "{path} holds {count:,} digits; My digits takes {most:,} in all.",
                path=path,
                count=sizes[0],
                most=most,
            )
        length = math.prod(sizes)
        if length > _LARGEST:
            raise FileProblem(
                "{path} is too large: {count} pictures of {height}×{width} pixels.",
                path=path,
                count=sizes[0],
                height=sizes[1],
                width=sizes[2],
            )
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
    return np.frombuffer(content, np.uint8).reshape(sizes)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[_File]:
    """The file, unpacked where it is packed."""
    try:
        with os.fdopen(regular.descriptor(path), "rb") as file:
            is_packed = file.read(2) == _PACKED
            file.seek(0)
            yield gzip.GzipFile(fileobj=file) if is_packed else file
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileProblem("{path} cannot be read ({reason}).", path=path, reason=reason) from error


def _read_header(path: Path, file: _File) -> tuple[int, ...]:
    start = file.read(4)
    if len(start) == 4 and start[:3] == bytes((0, 0, _UNSIGNED_BYTES)) and start[3] in (1, 3):
        dimensions = start[3]
        rest = file.read(4 * dimensions)
        if len(rest) == 4 * dimensions:
            sizes = struct.unpack(f">{dimensions}I", rest)
            if all(1 <= side <= _LARGEST_SIDE for side in sizes[1:]):
                return sizes
    raise FileProblem(
        "{path} is not an IDX file of digits or labels, as MNIST's are (train-images-idx3-ubyte.gz and "
        "train-labels-idx1-ubyte.gz).",
        path=path,
    )
