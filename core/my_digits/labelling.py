"""Which digit the pictures of a folder show, as their folders' names, their own names or a table say.

Labels are proposed by rules. A rule that could be wrong says so, as where numbers in names go on past 9; then
whoever imports has to choose.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.my_digits.digit_names import FULL_WIDTH, number_of
from core.my_digits.label_tables import LabelTable, Names

_NUMBER = re.compile(r"[0-9]+")
_ANNOUNCED = re.compile(r"(?:class|cls|digit|label|num|number)[ _=-]*([0-9]+)")  # img_0001_label_7.png


class Rule(enum.Enum):
    """What says a picture's digit; what comes first wins where several do."""

    TABLE = "table"
    """A table of names and labels that lies beside the pictures."""
    FOLDER = "folder"
    """The name of the nearest folder that says a digit."""
    OUTER_FOLDER = "outer folder"
    """The name of the outermost folder that says a digit."""
    FIRST_NUMBER = "first number"
    """The first number in the file's name, or the one after a word as `label`, where it is one digit."""
    LAST_NUMBER = "last number"
    """The last number in the file's name, where it is one digit."""


@dataclass(frozen=True)
class Labelling:
    """What a rule says of the pictures of a folder."""

    rule: Rule
    labels: tuple[int | None, ...]
    """0 to 9 for each picture, or None where the rule says nothing of it."""
    is_plain: bool
    """Whether nothing speaks against the rule itself."""


def labellings(paths: Sequence[Path], root: Path, tables: Sequence[LabelTable] = ()) -> list[Labelling]:
    """What the rules say of the pictures below a folder; the first is proposed. None where none says a thing.

    A rule that says the same as one before it is left out.
    """
    found: list[Labelling] = []
    for each in (by_table(paths, tables), *by_folder(paths, root), *by_name(paths)):
        if any(label is not None for label in each.labels) and all(
            each.labels != other.labels for other in found
        ):
            found.append(each)
    return found


def is_sure(found: Sequence[Labelling]) -> bool:
    """Whether the first labelling can be taken without asking: nothing speaks against it.

    Of two rules that say different digits a folder's name wins over a file's number. A table and a folder
    that differ have to be asked about, and so have pictures that only a later rule labels.
    """
    first, *others = found
    if not first.is_plain:
        return False
    for other in others:
        is_as_good = {first.rule, other.rule} == {Rule.TABLE, Rule.FOLDER}
        for label, differing in zip(first.labels, other.labels, strict=True):
            if (
                differing is not None
                and label != differing
                and (is_as_good or (label is None and other.is_plain))
            ):
                return False
    return True


def by_table(paths: Sequence[Path], tables: Sequence[LabelTable]) -> Labelling:
    """What tables say; two that differ say nothing, and are not plain."""
    said: list[set[int]] = [set() for _ in paths]
    is_plain = True
    names = {folder: Names(paths, folder) for folder in {table.folder for table in tables}}
    for table in tables:
        matched = table.match(names[table.folder])
        is_plain &= matched.is_plain
        for place, labels in matched.labels.items():
            said[place] |= labels
    return Labelling(
        Rule.TABLE,
        tuple(min(labels) if len(labels) == 1 else None for labels in said),
        is_plain and all(len(labels) <= 1 for labels in said),
    )


def by_folder(paths: Sequence[Path], root: Path) -> tuple[Labelling, Labelling]:
    """What the nearest and the outermost folders below `root` say; where none does, `root` itself.

    Folders whose numbers go on past 9 are not plain; nor are two levels that differ, unless the outer one
    goes on past 9, as writers' numbers do. What the outermost say is never plain: it is
    looked at only where the nearest say something else.
    """
    known: dict[Path, list[int]] = {}  # the numbers of folders, from the nearest to the outermost
    levels = []
    for path in paths:
        folder = path.parent
        if folder not in known:
            names = folder.relative_to(root).parts[::-1]
            numbers = [number for name in names if (number := number_of(name)) is not None]
            own = number_of(root.name)
            known[folder] = numbers or ([] if own is None else [own])
        levels.append(known[folder])
    said = [numbers for numbers in levels if numbers]
    inner_goes_on = any(numbers[0] > 9 for numbers in said)
    outer_goes_on = any(numbers[-1] > 9 for numbers in said)
    differ = any(numbers[0] != numbers[-1] for numbers in said)
    return (
        Labelling(
            Rule.FOLDER,
            tuple(numbers[0] if numbers and numbers[0] <= 9 else None for numbers in levels),
            not inner_goes_on and (outer_goes_on or not differ),
        ),
        Labelling(
            Rule.OUTER_FOLDER,
            tuple(numbers[-1] if numbers and numbers[-1] <= 9 else None for numbers in levels),
            False,
        ),
    )


def by_name(paths: Sequence[Path]) -> tuple[Labelling, Labelling]:
    """What the first and the last numbers in the files' names say.

    The first are plain where names begin with them, or a word as `label` comes before; where none has more
    than one digit; where they are not all the same; and where they do not count a folder's files. They are
    not, where the last could say the digits as well and the first the writers: 3_7, 3_8, 4_7, 4_2.
    """
    first: list[int | None] = []
    last: list[int | None] = []
    is_plain = True
    by_parent: dict[Path, list[int]] = defaultdict(list)
    by_first: dict[tuple[Path, int | None], list[int | None]] = defaultdict(list)
    for path in paths:
        stem = path.stem.translate(FULL_WIDTH).casefold()
        numbers = _NUMBER.findall(stem)
        if not numbers:
            first.append(None)
            last.append(None)
            continue
        announced = _ANNOUNCED.search(stem)
        number = announced[1] if announced else numbers[0]
        is_plain &= len(number) == 1 and (announced is not None or stem.startswith(number))
        first.append(int(number) if len(number) == 1 else None)
        last.append(int(numbers[-1]) if len(numbers[-1]) == 1 else None)
        if len(number) == 1:
            by_parent[path.parent].append(int(number))
        by_first[path.parent, first[-1]].append(last[-1] if len(numbers) > 1 and not announced else None)
    labels = [label for label in first if label is not None]
    is_plain &= len(labels) < 2 or len(set(labels)) > 1
    is_plain &= not any(_counts(numbers) for numbers in by_parent.values())
    is_plain &= not _could_be_digits(list(by_first.values()))
    return (
        Labelling(Rule.FIRST_NUMBER, tuple(first), is_plain),
        Labelling(Rule.LAST_NUMBER, tuple(last), False),
    )


def _could_be_digits(groups: Sequence[Sequence[int | None]]) -> bool:
    """Whether the last numbers, in groups by their first ones, could be digits.

    They are not, where some have none, or more than one digit; where all are the same, as in 7_v2; or where
    they number the pictures of each group.
    """
    numbers = [number for group in groups for number in group]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or len(set(known)) < 2:
        return False
    return not all(_is_numbering([number for number in group if number is not None]) for group in groups)


def _is_numbering(numbers: Sequence[int]) -> bool:
    """Whether these are 0, 1, 2 … or 1, 2, 3 …, each once, in any order."""
    start = min(numbers)
    return start <= 1 and sorted(numbers) == list(range(start, start + len(numbers)))


def _counts(numbers: Sequence[int]) -> bool:
    """Whether a folder's numbers are numbered; a file for each of the ten digits is not."""
    return 2 <= len(numbers) <= 9 and _is_numbering(numbers)
