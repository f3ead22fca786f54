"""Tables of labels that lie beside pictures: a line for each, with its name and its digit."""

from __future__ import annotations

import codecs
import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import FileProblem
from core.files import atomic, limits
from core.my_digits.digit_names import digit_of

SUFFIXES = (".csv", ".tsv", ".txt")
"""The suffixes of files that may be tables."""

_TRIED = 100  # lines, to find out which separator a table has
_MOST_COLUMNS = 20  # that are looked at: more are pixels
_SEPARATORS = ",;\t "
_HEADINGS = frozenset({"label", "labels", "class", "digit", "target", "y", "标签", "类别", "数字"})


@dataclass(frozen=True)
class Matched:
    """What a table says of pictures."""

    labels: dict[int, set[int]]
    """The digits that it has for a picture, by the picture's place among those asked for."""
    is_plain: bool
    """Whether one column is the labels', no other could be, and they are not all the same."""


class Names:
    """The pictures that lie in a folder or below it, by what a table there may call them.

    That is the path from the folder, or the file's name where no other picture is called so; with its suffix
    or without.
    """

    def __init__(self, paths: Sequence[Path], folder: Path) -> None:
        self._by_path: dict[str, int] = {}
        by_name: dict[str, int | None] = {}  # None where several are called so
        start = f"{folder.as_posix().rstrip('/')}/".casefold()
        for place, path in enumerate(paths):
            whole = path.as_posix().casefold()
            if whole.startswith(start):
                whole = whole[len(start) :]
                for name in (whole, whole.removesuffix(path.suffix.casefold())):
                    self._by_path.setdefault(name, place)
                    last = name.rpartition("/")[2]
                    by_name[last] = place if by_name.get(last, place) == place else None
        self._by_name = by_name

    def place(self, cell: str) -> int | None:
        """The place of the picture that a cell names; None where it names none."""
        name = cell.casefold().replace("\\", "/").removeprefix("./")
        found = self._by_path.get(name)
        return self._by_name.get(name.rpartition("/")[2]) if found is None else found


@dataclass(frozen=True)
class LabelTable:
    """A file's content, and the folder that it lies in."""

    folder: Path
    text: str

    def match(self, names: Names) -> Matched:
        """What the table says of the pictures of its folder."""
        lines = self.text.splitlines()
        tried = {separator: _rows(lines[:_TRIED], separator) for separator in _SEPARATORS}
        best = max(tried, key=lambda each: (len(_columns(tried[each], names).labels), len(tried[each])))
        return _columns(_rows(lines, best), names)


def read(path: Path, most: int = limits.TABLES_FILE) -> LabelTable | None:
    """The table in a file; None where it cannot be read, or has more than `most` bytes."""
    try:
        content = atomic.read(path, most)
    except FileProblem:
        return None
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as spreadsheets save them
    return LabelTable(path.parent, content.decode("utf-16" if is_utf_16 else "utf-8-sig", errors="replace"))


def _rows(lines: Sequence[str], separator: str) -> list[list[str]]:
    """The first cells of each line that has several; none where the table is torn."""
    rows = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    try:
        return [[cell.strip() for cell in row[:_MOST_COLUMNS]] for row in rows if len(row) > 1]
    except csv.Error:
        return []


def _columns(rows: list[list[str]], names: Names) -> Matched:
    """What rows say: the column that names most pictures, and that which has a digit for most of these."""
    width = max(map(len, rows), default=0)
    places = [
        [names.place(row[column]) if column < len(row) else None for row in rows] for column in range(width)
    ]
    named = max(places, key=lambda found: len(set(found) - {None}), default=[])
    labels: Counter[int] = Counter()
    for row, place in zip(rows, named, strict=True):
        if place is not None:
            for column, cell in enumerate(row):
                if places[column] is not named:
                    labels[column] += digit_of(cell) is not None
    if not labels or not max(labels.values()):
        return Matched({}, True)
    headed = [
        column for column, cell in enumerate(rows[0]) if cell.casefold() in _HEADINGS and labels[column]
    ]
    best = [column for column, count in labels.items() if count == max(labels.values())]
    chosen = (headed or best)[0]
    found: dict[int, set[int]] = defaultdict(set)
    for row, place in zip(rows, named, strict=True):
        if place is not None and chosen < len(row) and (digit := digit_of(row[chosen])) is not None:
            found[place].add(digit)
    # All of one digit are somebody's zeros to be filled in, as in a competition's sample.
    is_one_digit = len(found) > 1 and len(set().union(*found.values())) == 1
    # A heading that is none of labels may say anything: how good a picture is, or who wrote it.
    is_headed = named[0] is None and chosen < len(rows[0]) and digit_of(rows[0][chosen]) is None
    is_plain = len(headed or best) == 1 and not is_one_digit and (bool(headed) or not is_headed)
    return Matched(dict(found), is_plain)
