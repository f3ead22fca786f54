"""Tables of labels that lie beside pictures: a line for each, with its name and its digit."""

from __future__ import annotations

import codecs
import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.my_digits.digit_names import digit_of

SUFFIXES = (".csv", ".tsv", ".txt")
"""The suffixes of files that may be tables."""

LARGEST = 2**23  # bytes: 10,000 lines take a twentieth of it
_MOST_LINES = 200_000
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


@dataclass(frozen=True)
class LabelTable:
    """A file's content, and the folder that it lies in."""

    folder: Path
    text: str

    def match(self, paths: Sequence[Path]) -> Matched:
        """Match the pictures that lie in the table's folder or below it.

        A cell names a picture by its path from that folder, or by its file name where no other picture is
        called so; with its suffix or without.
        """
        names = _Names(paths, self.folder)
        matches = (_columns(rows, names) for rows in map(self._rows, _SEPARATORS) if rows)
        best = max(matches, key=lambda matched: len(matched.labels), default=Matched({}, True))
        return best if best.labels else Matched({}, True)

    def _rows(self, separator: str) -> list[list[str]]:
        """The first lines of the table, each with its first cells; none where they are torn."""
        lines = self.text.splitlines()[:_MOST_LINES]
        rows = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        try:
            return [[cell.strip() for cell in row[:_MOST_COLUMNS]] for row in rows if len(row) > 1]
        except csv.Error:
            return []


def read(path: Path) -> LabelTable | None:
    """The table in a file; None where it cannot be read, or is far larger than tables of labels are."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError:
        return None
    if len(content) > LARGEST:
        return None
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as spreadsheets save them
    return LabelTable(path.parent, content.decode("utf-16" if is_utf_16 else "utf-8-sig", errors="replace"))


class _Names:
    """The pictures' places by what a table may call them."""

    def __init__(self, paths: Sequence[Path], folder: Path) -> None:
        self._by_path: dict[str, int] = {}
        by_name: dict[str, set[int]] = defaultdict(set)
        for place, path in enumerate(paths):
            if folder in path.parents:
                whole = PurePosixPath(path.relative_to(folder).as_posix().casefold())
                for name in (whole, whole.with_suffix("")):
                    self._by_path.setdefault(str(name), place)
                    by_name[name.name].add(place)
        self._by_name = {name: places.pop() for name, places in by_name.items() if len(places) == 1}

    def place(self, cell: str) -> int | None:
        """The place of the picture that a cell names; None where it names none."""
        name = cell.casefold().replace("\\", "/").removeprefix("./")
        found = self._by_path.get(name)
        return self._by_name.get(name.rpartition("/")[2]) if found is None else found


def _columns(rows: list[list[str]], names: _Names) -> Matched:
    """What rows say: the column that names most pictures, and that which has a digit for most of these."""
    width = max(map(len, rows))
    places = [
        [names.place(row[column]) if column < len(row) else None for row in rows] for column in range(width)
    ]
    named = max(places, key=lambda found: len(set(found) - {None}))
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
    return Matched(dict(found), len(headed or best) == 1 and not is_one_digit)
