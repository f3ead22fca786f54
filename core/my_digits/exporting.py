"""Digits leave the collection: as a folder of pictures, or as MNIST's own files.

Each export is a generator: a Progress again and again, and an Exported at the end. Closing it before that
cancels the export; nothing is left of it then.
"""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from core.data import idx
from core.data.datasets import mnist_folder
from core.errors import FileProblem, as_file_problem
from core.files.own_folder import OwnFolder
from core.my_digits.store import MyDigit, content
from core.records import Progress

_README = """\
Digits drawn in LeNet Lab: 280 x 280 pixels, white ink on black, in a folder for each label.

To read them with torchvision:

    from torchvision import datasets, transforms

    digits = datasets.ImageFolder(
        "{folder}",
        transforms.Compose([transforms.Grayscale(), transforms.Resize((28, 28)), transforms.ToTensor()]),
    )
    # digits.classes[number] is the digit of class `number`: a digit without pictures has no folder.

They are as they were drawn. For the 28 x 28 pixels that the network reads, cropped and centred as MNIST's
digits are, export them as IDX files.
"""


_IDX_NAMES = ("-images-idx3-ubyte", "-labels-idx1-ubyte")


@dataclass(frozen=True)
class Exported:
    """The result of an export."""

    path: Path
    """The folder, or the file of pictures."""
    count: int


def export_pictures(digits: Sequence[MyDigit], within: Path) -> Iterator[Progress | Exported]:
    """Write a new folder within `within`, with a PNG file for each digit in a folder for its label.

    torchvision's ImageFolder reads it; so does `core.my_digits.importing`, to the last gray level.

    Raises:
        FileProblem: it cannot be written, or would come among the program's own MNIST. Nothing is left of it.
    """
    path = within / f"lenet-lab-digits-{datetime.now():%Y%m%d-%H%M%S}"
    count = 0
    _spare_mnist(within)
    files, beside = OwnFolder(within), within / f".{path.name}.{uuid.uuid4().hex[:8]}"
    with _exporting_to(within):
        files.make_new(beside)
        try:
            for done, digit in enumerate(digits):
                yield Progress(done, len(digits))
                if (picture := content(digit)) is not None:
                    files.write(beside / str(digit.label) / digit.path.name, picture, durable=False)
                    count += 1
            files.write(beside / "README.txt", _README.format(folder=path.name).encode(), durable=False)
            files.move(beside, path)
        finally:
            with contextlib.suppress(OSError):
                files.remove(beside)
    yield Exported(path, count)


def idx_paths(path: Path, packed: bool) -> tuple[Path, Path]:
    """The files of pictures and of labels that `export_idx` writes for a name that was chosen."""
    suffix = ".gz" if packed else ""
    stem = path.name.removesuffix(".gz")
    for kind in _IDX_NAMES:
        stem = stem.removesuffix(kind)
    images, labels = (path.with_name(f"{stem}{kind}{suffix}") for kind in _IDX_NAMES)
    return images, labels


def export_idx(digits: Sequence[MyDigit], path: Path, packed: bool) -> Iterator[Progress | Exported]:
    """Write the digits as the network reads them, 28×28 uint8, and their labels: two files as MNIST's are.

    The path `mine` gives `mine-images-idx3-ubyte` and `mine-labels-idx1-ubyte` beside each other; where they
    are packed, with gzip, `.gz` follows the names.

    Raises:
        FileProblem: they cannot be written, or would come among the program's own MNIST.
    """
    _spare_mnist(path.parent)
    yield Progress(0, len(digits))
    pictures = np.stack([digit.small for digit in digits])
    labels = np.array([digit.label for digit in digits], np.uint8)
    paths = idx_paths(path, packed)
    # Both are whole before either replaces a file that was there: new with old is worse than none.
    with (
        _exporting_to(path.parent),
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".lenet-lab-") as folder,
    ):
        beside = [Path(folder) / file.name for file in paths]
        for file, values in zip(beside, (pictures, labels), strict=True):
            idx.write(file, values)
        for file, target in zip(beside, paths, strict=True):
            OwnFolder(path.parent).move(file, target)
    yield Exported(paths[0], len(digits))


def _spare_mnist(folder: Path) -> None:
    if folder.resolve() == mnist_folder().resolve():
        raise FileProblem(
            "{folder} holds the MNIST that came with the program. Choose another folder.", folder=folder
        )


def _exporting_to(folder: Path) -> contextlib.AbstractContextManager[None]:
    return as_file_problem(
        "The digits could not be exported to {folder} ({reason}). Choose another folder, or free some space.",
        folder=folder,
    )
