"""Digits of other making come into the collection: folders of pictures, and files of labelled digits.

Each import is a generator: a Progress again and again, and at the end an Imported; or what has to be asked
first, a Survey or a TooMany. All of an import comes in, or none. Closing the generator before its end cancels
it; nothing has come in then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.data.labelled_files import open_labelled, read_labelled
from core.errors import FileProblem, LabError
from core.ink import digit_png
from core.my_digits.labelling import Rule
from core.my_digits.picture_folders import Survey, look_into, read_ink, survey
from core.my_digits.store import MOST, MyDigit, MyDigits
from core.records import Progress


@dataclass(frozen=True, eq=False)
class Imported:
    """The result of an import."""

    digits: tuple[MyDigit, ...] = ()
    duplicates: int = 0
    """Pictures that were there already, or that came twice."""
    unreadable: tuple[str, ...] = ()
    """Files that are no readable pictures, or show nothing but paper."""
    unlabelled: int = 0
    """Pictures beside the labelled ones that nothing labels."""
    links: int = 0
    """Links in the folder, which were not followed."""
    is_emnist: bool = False
    """Whether the files are called as EMNIST's, whose pictures lie transposed."""


@dataclass(frozen=True)
class TooMany:
    """There are more digits than there is room for; some of them could come in. None has."""

    count: int
    room: int


def known_digests(digits: Sequence[MyDigit]) -> frozenset[str]:
    """Digests by which an import recognises digits that are there already.

    Of each its drawing and its 28×28 pixels: a collection that was exported as IDX comes back only once.
    """
    return frozenset({digit.digest for digit in digits} | {digit_png.digest(each.small) for each in digits})


def import_folder(
    store: MyDigits, folder: Path, known: frozenset[str], rule: Rule | None = None, most: int | None = None
) -> Iterator[Progress | Imported | Survey | TooMany]:
    """Take in the labelled pictures of a folder: any size, dark on light or light on dark.

    Args:
        store: the collection that they come into.
        folder: whose pictures, and those in its folders, come in.
        known: what is passed over, as `known_digests` gives it.
        rule: what labels them; None: what is proposed, where that is sure, else a Survey is the last record.
        most: how many are to come in, drawn at random; None: all of them, and where there is no room for
            that, a TooMany is the last record.

    Raises:
        LabError: there are no labelled pictures, or no room. Nothing has come in.
        FileProblem: the folder cannot be read, or the collection not be written. Nothing has come in.
    """
    found = yield from look_into(folder)
    if rule is None and not found.is_sure:
        yield survey(found)
        return
    labels = found.labelled_by(rule or found.labellings[0].rule)
    labelled = [(path, label) for path, label in zip(found.paths, labels, strict=True) if label is not None]

    def inks(chosen: np.ndarray) -> Iterator[tuple[np.ndarray, int] | str]:
        for number in chosen:
            path, label = labelled[number]
            try:
                yield read_ink(path), label
            except FileProblem:
                yield path.name

    unlabelled = len(labels) - len(labelled)
    told = Imported(unlabelled=unlabelled, links=found.links)
    yield from _take_in(store, inks, len(labelled), known, most, told)


def import_files(
    store: MyDigits, paths: Sequence[Path], known: frozenset[str], most: int | None = None
) -> Iterator[Progress | Imported | TooMany]:
    """Take in digits from files that have their labels as well: IDX, CSV, npz and npy.

    The paths are those of one file, or of pictures and labels; of two IDX files one will do where the other
    lies beside it. `known` and `most` are as in `import_folder`.

    Raises:
        LabError: there is no room. Nothing has come in.
        FileProblem: a file is missing, torn, or not what it should be. Nothing has come in.
    """
    yield Progress(0, 0)
    file = open_labelled(paths)

    def inks(chosen: np.ndarray) -> Iterator[tuple[np.ndarray, int] | str]:
        for number, picture, label in zip(chosen, *read_labelled(file, chosen), strict=True):
            yield (picture, int(label)) if picture.any() else f"{file.path.name}, {number}"

    told = Imported(is_emnist="emnist" in file.path.name.casefold())
    yield from _take_in(store, inks, file.count, known, most, told)


def _take_in(
    store: MyDigits,
    inks: Callable[[np.ndarray], Iterator[tuple[np.ndarray, int] | str]],
    count: int,
    known: frozenset[str],
    most: int | None,
    told: Imported,
) -> Iterator[Progress | Imported | TooMany]:
    """Stage all that is new, up to `most`, then let it come in; where that is not reached, nothing does.

    `inks` yields the digits of given numbers below `count`; in place of one that cannot be read, its name.
    `told` is what is known of the import already.
    """
    room = max(MOST - len(store.listed()[0]), 0)
    if most is None and count > MOST:
        yield _asked(count, room)
        return
    # Where `most` are drawn, as many as the collection has may be there already.
    chosen = np.arange(count) if most is None else np.random.default_rng(0).permutation(count)[:MOST]
    kept = set(known)
    digits: list[MyDigit] = []
    unreadable: list[str] = []
    duplicates = 0
    staging = store.begin_import()
    try:
        for done, each in enumerate(inks(chosen)):
            yield Progress(done, len(chosen))
            if isinstance(each, str):
                unreadable.append(each)
                continue
            ink, label = each
            sheet = digit_png.on_sheet(ink)
            digests = {digit_png.digest(ink), digit_png.digest(sheet)}
            if digests & kept:
                duplicates += 1
                continue
            if len(digits) == most:
                break
            if len(digits) == room:
                yield _asked(count, room)
                return
            kept |= digests
            digits.append(store.stage(staging, sheet, label))
        yield Progress(len(chosen), len(chosen))
        if digits:
            store.finish_import(staging)
    finally:
        store.give_up_import(staging)
    yield replace(told, digits=tuple(digits), duplicates=duplicates, unreadable=tuple(unreadable))


def _asked(count: int, room: int) -> TooMany:
    if not room:
        raise LabError(
            "My digits is full: it takes {most:,}. Delete some first. None has come in.", most=MOST
        )
    return TooMany(count, room)
