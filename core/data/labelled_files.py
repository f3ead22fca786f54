"""Labelled digits in files of any kind that LeNet Lab knows: IDX, tables of text, NumPy's arrays."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from core.data.array_digits import open_arrays
from core.data.csv_digits import open_table
from core.data.idx_pairs import find_pair
from core.errors import FileProblem
from core.files import regular
from core.files.foreign import LOOKED_AT, foreign_kind
from core.files.limits import IMPORT

_TABLES = (".csv", ".tsv", ".txt")


class LabelledFile(Protocol):
    """Digits whose number is known, and of which some can be read."""

    @property
    def path(self) -> Path:
        """The file, to be named."""

    @property
    def count(self) -> int:
        """Of the digits."""

    def read(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pictures (n, H, W) uint8 and the labels (n,) of the digits with these numbers."""


def open_labelled(paths: Sequence[Path]) -> LabelledFile:
    """The digits in files: one, or pictures and labels in one each.

    Raises:
        FileProblem: they cannot be read, or are of no kind that is known.
    """
    for path in paths:
        with regular.open_to_read(path) as file:
            if os.fstat(file.fileno()).st_size > IMPORT.file:
                raise FileProblem(
                    "{path} is too large: LeNet Lab reads up to {most} MB.",
                    path=path,
                    most=IMPORT.file // 2**20,
                )
            _refuse_foreign(path, file.read(LOOKED_AT))
    names = [path.name.casefold().removesuffix(".gz") for path in paths]
    if all(name.endswith((".npz", ".npy")) for name in names):
        return open_arrays(paths)
    if len(paths) == 1 and names[0].endswith(_TABLES):
        return open_table(paths[0])
    return find_pair(paths)


def _refuse_foreign(path: Path, start: bytes) -> None:
    """Raise where this is something else altogether, such as a web page that was saved as a packed file."""
    if path.suffix.lower() == ".npz":
        return  # an archive, but one that is read
    with contextlib.suppress(zlib.error):
        if start.startswith(b"\x1f\x8b"):
            start = zlib.decompressobj(31).decompress(start, LOOKED_AT)
    if (foreign := foreign_kind(path, start)) is not None:
        raise foreign


def read_labelled(file: LabelledFile, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pictures (n, H, W) uint8, 0 = paper, and labels (n,) uint8 0–9 of the digits with these numbers.

    Paper is 0, or else what most of the borders have.

    Raises:
        FileProblem: they cannot be read, or a label is no digit.
    """
    pictures, labels = file.read(chosen)
    strange = labels[~np.isin(labels, np.arange(10))]
    if strange.size:
        raise FileProblem(
            "{labels} has the label {label}: not all of it are digits from 0 to 9.",
            labels=file.path,
            label=f"{strange[0]:g}",
        )
    if len(pictures) and np.median(np.concatenate([pictures[:, 0], pictures[:, -1]], axis=1)) > 127:
        pictures = 255 - pictures
    return pictures, labels.astype(np.uint8)
