"""Labelled digits in a table of text: a line a digit, its label and its pixels, as Kaggle's `train.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.data import idx
from core.data.levels import as_levels, square_side
from core.errors import FileProblem
from core.files import limits

_MOST_LINES = 2_000_000  # twice as many as EMNIST's largest set has
_LABELS = ("label", "labels", "class", "digit", "target", "y")
_NUMBERS_OF_LINES = ("", "id", "index", "unnamed: 0")  # as pandas writes them beside the columns


@dataclass(frozen=True)
class CsvDigits:
    """A table's lines, not yet looked into."""

    path: Path
    lines: Sequence[bytes] = field(repr=False)
    """Without the line of headings."""
    separator: str
    headings: tuple[str, ...]
    """Empty where the table has none."""
    width: int
    """Columns."""

    @property
    def count(self) -> int:
        """Of the digits."""
        return len(self.lines)

    def read(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pictures (n, H, H) uint8 and the labels (n,) of the digits with these numbers.

        Raises:
            FileProblem: these lines are not that.
        """
        lines = [self.lines[number].decode("utf-8", "replace") for number in chosen]
        try:
            values = np.loadtxt(
                lines, np.float32, comments=None, delimiter=self.separator, quotechar='"', ndmin=2
            )
            if values.shape[1] != self.width:
                raise ValueError("other columns than in the first line")
            label = self._label_column(values)
            pixels = [
                column
                for column in range(self.width)
                if column != label and (not self.headings or self.headings[column] not in _NUMBERS_OF_LINES)
            ]
            side = square_side(len(pixels))
            if side is None:
                raise self._not_square()
            return as_levels(values[:, pixels]).reshape(-1, side, side), values[:, label]
        except ValueError as error:
            raise FileProblem(
                "{path} is not a table of digits that can be read ({reason}). A line must have a digit's "
                "label and its pixels, all of them numbers.",
                path=self.path,
                reason=error,
            ) from error

    def _label_column(self, values: np.ndarray) -> int:
        """The column that is called so; or else the first, unless only the last can be one of labels."""
        for column, heading in enumerate(self.headings):
            if heading in _LABELS:
                return column
        # A corner's pixels are 0, and no column of labels is.
        first, last = (values[:, column] for column in (0, -1))
        can_be = [bool(np.isin(each, np.arange(10)).all() and each.any()) for each in (first, last)]
        return self.width - 1 if can_be == [False, True] else 0

    def _not_square(self) -> FileProblem:
        return FileProblem(
            "{path} has {width:,} columns. A line must have a digit's label and the pixels of a square: 785 "
            "columns for 28×28 pixels.",
            path=self.path,
            width=self.width,
        )


def open_table(path: Path) -> CsvDigits:
    """The table in a file, plain or packed with gzip; with headings or not, with any usual separator.

    Raises:
        FileProblem: it cannot be read, is too large, or is no table of digits.
    """
    with idx.reading(path) as file:
        content = file.read(limits.DIGITS_FILE + 1)
    if len(content) > limits.DIGITS_FILE:
        raise FileProblem(
            "{path} is too large: LeNet Lab reads up to {most} MB.",
            path=path,
            most=limits.DIGITS_FILE // 2**20,
        )
    if content.count(b"\n") + content.count(b"\r") > _MOST_LINES:  # each takes 33 bytes beyond its own
        raise FileProblem(
            "{path} has more than {most:,} lines. Put some of them into a file of their own.",
            path=path,
            most=_MOST_LINES,
        )
    lines = [line for line in content.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip()]
    first = lines[0].decode("utf-8", "replace") if lines else ""
    separator = max(",;\t ", key=first.count)
    cells = [cell.strip().strip('"').strip() for cell in first.split(separator)]
    has_headings = not all(map(_is_number, cells))
    table = CsvDigits(
        path,
        lines[1:] if has_headings else lines,
        separator,
        tuple(cell.casefold() for cell in cells) if has_headings else (),
        len(cells),
    )
    others = sum(heading in _NUMBERS_OF_LINES for heading in table.headings)
    if not table.lines or square_side(table.width - 1 - others) is None or b"\0" in content[:1000]:
        raise FileProblem(
            "{path} is not a file of digits that LeNet Lab knows: IDX files as MNIST's, tables of text (CSV) "
            "with a label and 784 pixels in each line, and NumPy's .npz and .npy can be imported.",
            path=path,
        )
    return table


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
