"""The bundled MNIST, as whole arrays, or a digit of it. NumPy only: to show one takes no torch."""

from __future__ import annotations

import functools
import gzip
import hashlib
import pkgutil
import zlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from core.catalog import DATA_SETS
from core.errors import FileProblem, LabError

# MD5 of the unpacked files, as published with MNIST.
_FILES = {
    "train": (
        ("train-images-idx3-ubyte.gz", "6bbc9ace898e44ae57da46a324031adb"),
        ("train-labels-idx1-ubyte.gz", "a25bea736e30d166cdddb491f175f624"),
    ),
    "test": (
        ("t10k-images-idx3-ubyte.gz", "2646ac647ad5339dbf082846283269ea"),
        ("t10k-labels-idx1-ubyte.gz", "27ae3e4e09519cfbb04c329615203637"),
    ),
}


@dataclass(frozen=True, eq=False)
class DigitSet:
    """Labelled digits: images (N, 28, 28) uint8, 0 = paper; labels (N,) uint8, 0–9."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def joined(first: DigitSet, second: DigitSet) -> DigitSet:
    """The digits of both, in that order; where there are no second ones, the first may have another size."""
    if not len(second):
        return first
    images = np.concatenate([first.images, second.images])
    return DigitSet(images, np.concatenate([first.labels, second.labels]))


def mixed(digits: DigitSet, others: DigitSet, count: int) -> DigitSet:
    """`count` digits: a fixed draw of `digits`, then all `others`; all `digits` where there are no others."""
    if not len(others):
        return digits
    chosen = np.random.default_rng(0).permutation(len(digits))[: max(0, count - len(others))]
    return joined(DigitSet(digits.images[chosen], digits.labels[chosen]), others)


def mnist_folder() -> Path:
    """Where the bundled MNIST files lie."""
    return Path(str(files("resources") / "mnist"))


def load(name: str, split: str) -> DigitSet:
    """The pictures of one of `core.catalog.DATA_SETS`: "train", to learn from, or "test".

    Raises:
        LabError: there is no such set.
        FileProblem: its files are missing or damaged.
    """
    if name not in DATA_SETS:
        raise LabError(
            "There is no data set “{name}”. Known are: {known}.", name=name, known=", ".join(DATA_SETS)
        )
    found = pkgutil.resolve_name(DATA_SETS[name].loader)(split)
    assert isinstance(found, DigitSet)
    return found


def load_mnist(split: str, folder: Path | None = None) -> DigitSet:
    """MNIST's "train" (60,000) or "test" (10,000) digits, checked by digest.

    Raises:
        FileProblem: a file is missing or is not MNIST's.
    """
    images, labels = (_read_checked(folder or mnist_folder(), name, md5) for name, md5 in _FILES[split])
    # The IDX header is 4 bytes of type plus 4 for each dimension; the digest has vouched for it.
    return DigitSet(images[16:].reshape(-1, 28, 28), labels[8:])


@dataclass(frozen=True, eq=False)
class DrawnDigit:
    """One digit of a set: image (28, 28) uint8, 0 = paper; its label, and its place in the set."""

    image: np.ndarray
    label: int
    number: int


def draw_test_digit(label: int | None, seed: int, folder: Path | None = None) -> DrawnDigit:
    """One of MNIST's test digits, of this label where one is given. The set is loaded once a process.

    Raises:
        FileProblem: a file is missing or is not MNIST's.
    """
    digits = _test_digits(folder)
    numbers = np.arange(len(digits)) if label is None else np.flatnonzero(digits.labels == label)
    number = int(np.random.default_rng(seed).choice(numbers))
    return DrawnDigit(digits.images[number], int(digits.labels[number]), number)


@functools.cache
def _test_digits(folder: Path | None) -> DigitSet:
    return load_mnist("test", folder)


def _read_checked(folder: Path, name: str, md5: str) -> np.ndarray:
    path = folder / name
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise FileProblem(
            "The MNIST file {path} is missing. Install LeNet Lab again, or copy {name} back from its source, "
            "to restore it.",
            path=path,
            name=name,
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise FileProblem(
            "The MNIST file {path} cannot be read ({reason}). Install LeNet Lab again, or copy {name} back "
            "from its source, to restore it.",
            path=path,
            reason=error,
            name=name,
        ) from error
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise FileProblem(
            "The MNIST file {path} is damaged: its digest is not the published one. Install LeNet Lab again, "
            "or copy {name} back from its source, to restore it.",
            path=path,
            name=name,
        )
    return np.frombuffer(content, np.uint8)
