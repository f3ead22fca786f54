"""A picture and the digits that were found in it, and the work of finding them. Loads no Pillow by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.ink.preprocess import Box

FORMATS = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg"),
    "BMP": (".bmp",),
    "GIF": (".gif",),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "PPM": (".pgm", ".ppm", ".pbm", ".pnm"),
}
"""The formats that are read, by Pillow's names, and the suffixes of their files.

Not all that Pillow knows: for EPS it starts another program.
"""

SUFFIXES = tuple(suffix for suffixes in FORMATS.values() for suffix in suffixes)
"""Of files that are taken for pictures."""


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """A digit in a picture."""

    box: Box
    """In the pixels of `Sheet.picture`."""
    ink: np.ndarray
    """(H, W) of the box, uint8, 0 = paper."""
    may_be_several: bool
    """Whether it is as wide as digits that touch."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture, and the digits that were found in it."""

    picture: np.ndarray
    """(H, W, 3) uint8; over 1,280 pixels come reduced to between 640 and 1,280 on the longer side."""
    digits: tuple[FoundDigit, ...]
    """As they are read: line by line, from left to right."""

    @property
    def largest(self) -> int:
        """The number of the largest digit; 0 where there is none."""
        sizes = [digit.box.height * digit.box.width for digit in self.digits]
        return sizes.index(max(sizes)) if sizes else 0

    def ink(self, number: int) -> np.ndarray:
        """A digit's ink alone, (H, W) uint8 of the picture, 0 = paper; bare paper where there is none."""
        ink = np.zeros(self.picture.shape[:2], np.uint8)
        for digit in self.digits[number : number + 1]:
            ink[digit.box.slices] = digit.ink
        return ink


def read_file(path: Path) -> Iterator[Sheet]:
    """Find the digits in a picture file. Raises as `core.ink.picture_files.read_sheet`."""
    from core.ink import picture_files

    yield picture_files.read_sheet(path)


def read_pixels(pixels: np.ndarray) -> Iterator[Sheet]:
    """Find the digits in a picture (H, W, 4) uint8: red, green, blue, opacity."""
    from core.ink import picture_files

    yield picture_files.sheet_of_pixels(pixels)
