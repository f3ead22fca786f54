"""Labelled digits in two IDX files, pictures and labels, as MNIST, EMNIST and QMNIST have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data import idx
from core.errors import FileProblem


@dataclass(frozen=True)
class IdxPair:
    """Two files that belong together."""

    pictures: Path
    labels: Path
    count: int
    """Of the digits."""

    @property
    def path(self) -> Path:
        """The file of pictures."""
        return self.pictures

    def read(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pictures (n, H, W) uint8 and the labels (n,) of the digits with these numbers.

        Raises:
            FileProblem: a file cannot be read, or is torn, or too large.
        """
        return idx.read(self.pictures)[chosen], idx.read(self.labels)[chosen]


def find_pair(paths: Sequence[Path]) -> IdxPair:
    """Of IDX files the pictures and the labels; where one of them is given, the other beside it.

    That is called alike: `labels-idx1` or `labels-idx2-int` for `images-idx3-ubyte`.

    Raises:
        FileProblem: they are not that, or do not belong together.
    """
    by_kind = {idx.holds_pictures(path): path for path in paths}
    if len(paths) > 2 or len(by_kind) != len(paths):
        raise FileProblem("Choose one file of pictures and one of labels.")
    if False not in by_kind:
        by_kind[False] = _beside(by_kind[True], True) or _missing_labels(by_kind[True])
    elif True not in by_kind:
        by_kind[True] = _beside(by_kind[False], False) or _missing_pictures(by_kind[False])
    pictures, labels = by_kind[True], by_kind[False]
    count, other = idx.count(pictures), idx.count(labels)
    if count != other:
        raise FileProblem(
            "{pictures} holds {count:,} digits, and {labels} {other:,} labels: they do not belong together.",
            pictures=pictures,
            count=count,
            labels=labels,
            other=other,
        )
    return IdxPair(pictures, labels, count)


def _missing_labels(path: Path) -> Path:
    raise FileProblem("There are no labels beside {path}. Choose both files: pictures and labels.", path=path)


def _missing_pictures(path: Path) -> Path:
    raise FileProblem(
        "There are no pictures beside {path}. Choose both files: pictures and labels.", path=path
    )


def _beside(path: Path, has_pictures: bool) -> Path | None:
    names = []
    for kind in ("idx1", "idx2-int"):
        swaps = (("images", "labels"), ("idx3-ubyte" if kind == "idx2-int" else "idx3", kind))
        name = path.name
        for one, other in swaps:
            here, there = (one, other) if has_pictures else (other, one)
            name = there.join(name.rsplit(here, 1))
        plain = name.removesuffix(".gz")
        names += [name, plain, f"{plain}.gz"]
    for candidate in map(path.with_name, names):
        if candidate != path and candidate.is_file() and idx.holds_pictures(candidate) != has_pictures:
            return candidate
    return None
