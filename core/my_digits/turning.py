"""Digits that came in turned, mirrored or with ink and paper exchanged are put right."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.ink import digit_png
from core.ink.preprocess import ink_box, to_mnist
from core.my_digits.store import MyDigit, MyDigits
from core.records import Progress


class Turn(enum.Enum):
    """What can be done to a picture."""

    TRANSPOSE = "transpose"
    """Rows become columns: EMNIST's pictures lie so."""
    LEFT = "left"
    """A quarter turn against the clock."""
    RIGHT = "right"
    """A quarter turn with the clock."""
    HALF = "half"
    """Half a turn."""
    MIRROR = "mirror"
    """Left and right change places."""
    INVERT = "invert"
    """Ink and paper change places."""


def turned(ink: np.ndarray, turn: Turn) -> np.ndarray:
    """Ink (H, W) uint8, 0 = paper, turned; inverted within the rectangle that holds its strong ink."""
    return np.ascontiguousarray(_WAYS[turn](ink))


def turned_picture(picture: np.ndarray, turn: Turn) -> np.ndarray:
    """What the network sees of a digit, (28, 28) float32 in [0, 1], when that digit's ink is turned."""
    if turn is Turn.INVERT:
        return to_mnist(turned((picture * 255).round().astype(np.uint8), turn))
    # MNIST's centre of mass is half a pixel beyond the middle; turned round, half a pixel before it.
    axes = _REVERSED[turn]
    return np.ascontiguousarray(np.roll(_WAYS[turn](picture), [1] * len(axes), axes))


@dataclass(frozen=True, eq=False)
class Turned:
    """The result of turning digits."""

    digits: tuple[MyDigit, ...]
    """That have come in, turned."""
    deleted: tuple[MyDigit, ...]
    """That they replace, where `MyDigits.restore` finds them."""


def turn_digits(
    store: MyDigits, digits: Sequence[MyDigit], turn: Turn, known: frozenset[str]
) -> Iterator[Progress | Turned]:
    """Replace digits by turned ones; those whose turned ink is `known` just go.

    `known` are digests as `core.my_digits.importing.known_digests` gives them. All are replaced or none.

    Raises:
        FileProblem: a digit is gone, or the collection cannot be written. Nothing was changed.
    """
    come: list[MyDigit] = []
    kept = set(known)
    staging = store.begin_import()
    try:
        for done, digit in enumerate(digits):
            yield Progress(done, len(digits))
            ink = turned(store.ink(digit.path), turn)
            digest = digit_png.digest(ink)
            if digest not in kept:
                kept.add(digest)
                come.append(store.stage(staging, ink, digit.label))
        yield Progress(len(digits), len(digits))
        deleted = store.finish_import(staging, digits)
    finally:
        store.give_up_import(staging)
    yield Turned(tuple(come), tuple(deleted))


def _inverted(ink: np.ndarray) -> np.ndarray:
    box = ink_box(np.where(ink < 128, 0, ink))
    result = np.zeros_like(ink)
    if box is not None:
        # Without its border: a soft edge would become a frame.
        inner = slice(box.top + 1, box.bottom - 1), slice(box.left + 1, box.right - 1)
        result[inner] = 255 - ink[inner]
    return result


_WAYS: dict[Turn, Callable[[np.ndarray], np.ndarray]] = {
    Turn.TRANSPOSE: np.transpose,
    Turn.LEFT: lambda ink: np.rot90(ink, 1),
    Turn.RIGHT: lambda ink: np.rot90(ink, -1),
    Turn.HALF: lambda ink: np.rot90(ink, 2),
    Turn.MIRROR: np.fliplr,
    Turn.INVERT: _inverted,
}
# The axes along which each comes to lie the other way round.
_REVERSED: dict[Turn, tuple[int, ...]] = {
    Turn.TRANSPOSE: (),
    Turn.LEFT: (0,),
    Turn.RIGHT: (1,),
    Turn.HALF: (0, 1),
    Turn.MIRROR: (1,),
}
