"""Folders of pictures from elsewhere: what lies in them, and what their labels could be."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import FileProblem, LabError, as_file_problem
from core.files import atomic, limits
from core.files.own_folder import Entry, OwnFolder
from core.ink import digit_png
from core.ink.preprocess import to_mnist
from core.ink.sheets import SUFFIXES
from core.my_digits import label_tables
from core.my_digits.label_tables import LabelTable
from core.my_digits.labelling import Labelling, Rule, is_sure, labellings
from core.records import Progress

_MOST_FOLDERS = 20_000  # that are looked into: more are somebody's whole disk
_MOST_PICTURES = 200_000
_MOST_TABLES = 20
_EXAMPLES = 8
_TRIED = 3 * _EXAMPLES  # pictures, of which some may be unreadable


@dataclass(frozen=True, eq=False)
class PictureFolder:
    """The pictures in a folder and the folders in it, and what could label them."""

    root: Path
    paths: tuple[Path, ...]
    """Sorted."""
    links: int
    """How many links lie there, which are not followed."""
    labellings: tuple[Labelling, ...]
    """What each rule says of them, the proposed one first; at least one."""

    @property
    def is_sure(self) -> bool:
        """Whether the first labelling can be taken without asking."""
        return is_sure(self.labellings)

    def labelled_by(self, rule: Rule) -> tuple[int | None, ...]:
        """The labels of the pictures by a rule; of all of them None where it says nothing here."""
        for each in self.labellings:
            if each.rule is rule:
                return each.labels
        return (None,) * len(self.paths)


@dataclass(frozen=True, eq=False)
class Example:
    """One of the pictures, to judge the rules by."""

    name: str
    """Its path within the folder."""
    picture: np.ndarray
    """(28, 28) uint8, 0 = paper."""
    labels: tuple[int | None, ...]
    """By each rule of the survey."""


@dataclass(frozen=True, eq=False)
class Survey:
    """What could label a folder's pictures, where that is doubtful. Nothing has come in."""

    folder: Path
    pictures: int
    """How many there are."""
    rules: tuple[Rule, ...]
    """That label some of them, the proposed one first."""
    counts: tuple[tuple[int, ...], ...]
    """For each of the rules: how many pictures it would label 0, 1, … 9."""
    examples: tuple[Example, ...]


def look_into(root: Path) -> Generator[Progress, None, PictureFolder]:
    """Find a folder's pictures and their labels. What is hidden is passed over.

    Raises:
        LabError: nothing labels any picture there, or there are far too many.
        FileProblem: the folder cannot be read.
    """
    paths: list[Path] = []
    tables: list[LabelTable] = []
    links, room = 0, limits.TABLES_FILE
    for looked_into, entries in enumerate(_folders(root)):
        if looked_into == _MOST_FOLDERS:
            raise LabError(
                "{folder} has more than {most:,} folders in it. Choose the one with your digits.",
                folder=root,
                most=_MOST_FOLDERS,
            )
        entries[:] = [entry for entry in entries if not entry.path.name.startswith(".")]
        links += sum(entry.is_link for entry in entries)
        for path in (entry.path for entry in entries if entry.is_file):
            suffix = path.suffix.lower()
            if suffix in SUFFIXES:
                paths.append(path)
            elif (
                suffix in label_tables.SUFFIXES
                and len(tables) < _MOST_TABLES
                and (table := label_tables.read(path, room)) is not None
            ):
                tables.append(table)
                room -= len(table.text)
        if len(paths) > _MOST_PICTURES:
            raise LabError(
                "{folder} has more than {most:,} pictures in it. Choose a folder with fewer.",
                folder=root,
                most=_MOST_PICTURES,
            )
        yield Progress(len(paths), 0)
    paths.sort()
    found = labellings(paths, root, tables)
    if not found:
        raise LabError(
            "There are no labelled pictures in {folder}. Put them into folders called 0 to 9, or let their "
            "names begin with the digit, as in 7_first.png, or put a table labels.csv beside them, with a "
            "line for each: its name, a comma, its digit.",
            folder=root,
        )
    return PictureFolder(root, tuple(paths), links, tuple(found))


def _folders(root: Path) -> Iterator[list[Entry]]:
    with as_file_problem("{folder} cannot be read ({reason}).", folder=root):
        yield from OwnFolder(root).walk()


def survey(folder: PictureFolder) -> Survey:
    """Return what the rules say, with eight pictures from all over the folder that can be read."""
    said = folder.labellings
    step = max(len(folder.paths) / _TRIED, 1.0)
    tried = [int(number * step) for number in range(min(len(folder.paths), _TRIED))]
    # Every third: the first eight are from all over the folder, the others step in for unreadable ones.
    examples: list[Example] = []
    for place in (*tried[::3], *tried[1::3], *tried[2::3]):
        if len(examples) == _EXAMPLES:
            break
        path = folder.paths[place]
        try:
            picture = (to_mnist(read_ink(path)) * 255).round().astype(np.uint8)
        except FileProblem:
            continue
        name = path.relative_to(folder.root).as_posix()
        examples.append(Example(name, picture, tuple(each.labels[place] for each in said)))
    return Survey(
        folder.root,
        len(folder.paths),
        tuple(each.rule for each in said),
        tuple(tuple(each.labels.count(digit) for digit in range(10)) for each in said),
        tuple(sorted(examples, key=lambda example: example.name)),
    )


def read_ink(path: Path) -> np.ndarray:
    """The ink (H, W) uint8 in a picture file, exactly where LeNet Lab has written it.

    Raises:
        FileProblem: it is no readable picture, or shows nothing but paper.
    """
    try:
        if path.suffix.lower() == ".png":
            return digit_png.decode(atomic.read(path, limits.SMALL_FILE))
    except (FileProblem, ValueError):
        pass  # of other making
    from core.ink import picture_files  # only here: it loads Pillow

    ink = picture_files.read(path)
    if not ink.any():
        raise FileProblem("{path} shows nothing but paper.", path=path)
    return ink
