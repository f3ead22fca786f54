"""Digits of other making come into the collection: folders of pictures, and IDX files. All of one, or none.

Each import is a generator: a Progress again and again, and an Imported at the end. Closing it before that
cancels the import; nothing has come in then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data import idx
from core.errors import FileProblem, LabError, as_file_problem
from core.files import atomic
from core.files.own_folder import OwnFolder
from core.ink import digit_png
from core.my_digits.store import MOST, MyDigit, MyDigits

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
"""The suffixes of files that are taken for pictures."""

_MOST_FOLDERS = 20_000  # that are looked into: more are somebody's whole disk
_LABELLED_NAME = re.compile(r"([0-9])(?![0-9])")  # 7.png, 7_0001.png, 7-a.png; not 70.png
_FULL_FILE = 2**20  # bytes: a file that LeNet Lab has written is smaller


@dataclass(frozen=True)
class Progress:
    """How far an import or export is; a total of 0 is not known yet."""

    done: int
    total: int


@dataclass(frozen=True, eq=False)
class Imported:
    """The result of an import."""

    digits: tuple[MyDigit, ...]
    duplicates: int
    """Pictures that were there already, or that came twice."""
    unreadable: tuple[str, ...] = ()
    """Files that are no readable pictures, or show nothing but paper."""
    unlabelled: int = 0
    """Pictures beside the labelled ones that neither a folder nor their names label."""


def known_digests(digits: Sequence[MyDigit]) -> frozenset[str]:
    """Digests by which `import_folder` and `import_idx` recognise digits that are there already.

    Of each its drawing and its 28×28 pixels: a collection that was exported as IDX comes back only once.
    """
    return frozenset({digit.digest for digit in digits} | {digit_png.digest(each.small) for each in digits})


def label_of(path: Path, root: Path) -> int | None:
    """The label that a picture's place or name gives it; None where it gives none.

    The nearest folder, up to `root`, that is called 0 to 9; or else the digit that the name begins with,
    unless another digit follows.
    """
    folder = path.parent
    while True:
        if re.fullmatch("[0-9]", folder.name):
            return int(folder.name)
        if folder in (root, folder.parent):
            break
        folder = folder.parent
    found = _LABELLED_NAME.match(path.name)
    return int(found[1]) if found else None


def import_folder(store: MyDigits, folder: Path, known: frozenset[str]) -> Iterator[Progress | Imported]:
    """Take in the labelled pictures of a folder (see `label_of`): any size, dark on light or light on dark.

    What is `known`, as `known_digests` gives it, is passed over.

    Raises:
        LabError: there are no labelled pictures, or too many. Nothing has come in.
        FileProblem: the folder cannot be read, or the collection not be written. Nothing has come in.
    """
    paths: list[tuple[Path, int]] = []
    unlabelled = 0
    for found in _labelled(folder):
        if found is None:
            yield Progress(len(paths), 0)
        else:
            path, label = found
            if label is None:
                unlabelled += 1
                continue
            paths.append((path, label))
            # Before all of a large folder is read; some may be duplicates.
            _check_room(store, len(paths), MOST)
    if not paths:
        raise LabError(
            "There are no labelled pictures in {folder}. Put them into folders called 0 to 9, or let their "
            "names begin with the digit, as in 7_first.png.",
            folder=folder,
        )

    def inks() -> Iterator[tuple[np.ndarray, int] | str]:
        for path, label in sorted(paths):
            try:
                yield _read(path), label
            except FileProblem:
                yield path.name

    yield from _take_in(store, inks(), len(paths), known, unlabelled)


def import_idx(
    store: MyDigits, paths: Sequence[Path], known: frozenset[str]
) -> Iterator[Progress | Imported]:
    """Take in digits from IDX files, plain or packed: 0 is paper, or else what most of the borders have.

    The paths are those of pictures and labels; or one of them, where the other lies beside it and is called
    alike, with `labels-idx1` for `images-idx3`. What is `known`, as `known_digests` gives it, is passed over.

    Raises:
        FileProblem: a file is missing, torn, or not what it should be; nothing has come in.
    """
    pictures_path, labels_path = pair(paths)
    # As many as a collection can hold; how many of them are new is known later.
    pictures, labels = idx.read(pictures_path, MOST), idx.read(labels_path, MOST)
    if len(pictures) != len(labels):
        raise FileProblem(
            "{pictures} holds {count:,} digits, and {labels} {other:,} labels: they do not belong together.",
            pictures=pictures_path,
            count=len(pictures),
            labels=labels_path,
            other=len(labels),
        )
    if len(labels) and labels.max() > 9:
        raise FileProblem(
            "{labels} has the label {label}: not all of it are digits from 0 to 9.",
            labels=labels_path,
            label=int(labels.max()),
        )
    if len(pictures) and np.median(np.concatenate([pictures[:, 0], pictures[:, -1]], axis=1)) > 127:
        pictures = 255 - pictures
    inks = (
        (picture, int(label)) if picture.any() else f"{pictures_path.name}, {number}"
        for number, (picture, label) in enumerate(zip(pictures, labels, strict=True))
    )
    yield from _take_in(store, inks, len(pictures), known)


def pair(paths: Sequence[Path]) -> tuple[Path, Path]:
    """Of IDX files the one of pictures and the one of labels; where one is given, the other beside it.

    Raises:
        FileProblem: they are not that.
    """
    by_kind = {len(idx.shape(path)): path for path in paths}
    if len(paths) > 2 or len(by_kind) != len(paths):
        raise FileProblem("Choose one file of pictures and one of labels.")
    for kind, other in ((3, 1), (1, 3)):
        if kind in by_kind and other not in by_kind:
            beside = _beside(by_kind[kind], kind)
            if beside is None:
                if kind == 3:
                    raise FileProblem(
                        "There are no labels beside {path}. Choose both files: pictures and labels.",
                        path=by_kind[kind],
                    )
                raise FileProblem(
                    "There are no pictures beside {path}. Choose both files: pictures and labels.",
                    path=by_kind[kind],
                )
            by_kind[other] = beside
    return by_kind[3], by_kind[1]


def _beside(path: Path, kind: int) -> Path | None:
    swaps = (("images", "labels"), ("idx3", "idx1"))
    name = path.name
    for one, other in swaps:
        here, there = (one, other) if kind == 3 else (other, one)
        name = there.join(name.rsplit(here, 1))
    plain = name.removesuffix(".gz")
    for candidate in (path.with_name(name), path.with_name(plain), path.with_name(f"{plain}.gz")):
        if candidate != path and candidate.is_file() and len(idx.shape(candidate)) != kind:
            return candidate
    return None


def _labelled(root: Path) -> Iterator[tuple[Path, int | None] | None]:
    """The pictures below a folder and their labels; None after each folder. What is hidden is passed over."""
    with as_file_problem("{folder} cannot be read ({reason}).", folder=root):
        next(OwnFolder(root).walk())
    for looked_into, (folder, folders, names) in enumerate(OwnFolder(root).walk()):
        if looked_into == _MOST_FOLDERS:
            raise LabError(
                "{folder} has more than {most:,} folders in it. Choose the one with your digits.",
                folder=root,
                most=_MOST_FOLDERS,
            )
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = folder / name
            if not name.startswith(".") and path.suffix.lower() in PICTURES:
                yield path, label_of(path, root)
        yield None


def _read(path: Path) -> np.ndarray:
    """The ink in a picture file, exactly where LeNet Lab has written it.

    Raises:
        FileProblem: it is no readable picture, or shows nothing but paper.
    """
    try:
        if path.suffix.lower() == ".png":
            return digit_png.decode(atomic.read(path, _FULL_FILE))
    except (FileProblem, ValueError):
        pass  # of other making
    from core.ink import picture_files  # only here: it loads Pillow

    ink = picture_files.read(path)
    if not ink.any():
        raise FileProblem("{path} shows nothing but paper.", path=path)
    return ink


def _take_in(
    store: MyDigits,
    inks: Iterator[tuple[np.ndarray, int] | str],
    total: int,
    known: frozenset[str],
    unlabelled: int = 0,
) -> Iterator[Progress | Imported]:
    """Stage all that is new, then let it come in; where that is not reached, nothing does.

    In place of what cannot be read, `inks` has its name.
    """
    kept = set(known)
    digits: list[MyDigit] = []
    unreadable: list[str] = []
    duplicates = 0
    staging = store.begin_import()
    try:
        for done, each in enumerate(inks):
            yield Progress(done, total)
            if isinstance(each, str):
                unreadable.append(each)
                continue
            ink, label = each
            sheet = digit_png.on_sheet(ink)
            digests = {digit_png.digest(ink), digit_png.digest(sheet)}
            if digests & kept:
                duplicates += 1
                continue
            kept |= digests
            digits.append(store.stage(staging, sheet, label))
        _check_room(store, len(digits), MOST - len(store.listed()[0]))
        yield Progress(total, total)
        if digits:
            store.finish_import(staging)
    finally:
        store.give_up_import(staging)
    yield Imported(tuple(digits), duplicates, tuple(unreadable), unlabelled)


def _check_room(store: MyDigits, coming: int, most: int) -> None:
    if coming > most:
        raise LabError(
            "These are more digits than there is room for: My digits takes {most:,} in all, {room:,} more. "
            "None has come in.",
            most=MOST,
            room=max(MOST - len(store.listed()[0]), 0),
        )
