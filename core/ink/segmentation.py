"""Which marks in a picture are digits, and which marks belong to one digit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from core.ink.paper import Marks
from core.ink.preprocess import Box
from core.ink.ruling import find_lines

_SURE = 0.6  # of the ink's contrast: a piece with no pixel as strong is paper
_FAINT = 0.1  # of the ink's contrast: ruled lines may be as pale
_SMALLEST = 0.12  # of the tallest piece: smaller ones are specks
_SMALL = 0.5  # of it: lower pieces are a part of a digit, such as the bar of a 5
_NEAR = 0.35  # of it: such a part is no farther from its digit
_OVERLAP = 0.35  # of the narrower one's width: two pieces that lie over each other so far are one digit
_MOST = 1000  # pieces of a size: more are a cloth, a halftone, a wall, and no digits
_WIDEST = 1.35  # times as wide as high: more than one digit, that touch

_ALL_AROUND = np.ones((3, 3), bool)


@dataclass(frozen=True, eq=False)
class Piece:
    """Marks of one digit."""

    box: Box
    mask: np.ndarray
    """(H, W) of the box, bool."""

    @property
    def may_be_several(self) -> bool:
        """Whether it is so wide that digits may touch in it."""
        return self.box.width > _WIDEST * self.box.height


def find_digits(marks: Marks) -> list[Piece]:
    """The digits in marks, as they are read: line by line, from left to right."""
    strength, least = marks.strength, marks.least
    faint = strength > min(max(_FAINT, 4 * marks.grain), least)
    ink = (strength > least) & ~find_lines(faint)
    labels, _ = ndimage.label(ink, _ALL_AROUND)
    sure = np.unique(labels[ink & (strength >= _SURE)])
    slices = ndimage.find_objects(labels)
    boxes = {
        int(number): Box(rows.start, columns.start, rows.stop, columns.stop)
        for number in sure
        for rows, columns in [slices[number - 1]]
    }
    whole = _without_specks(_inside(boxes, strength.shape))
    groups = _grouped(whole) if len(whole) <= _MOST else []
    pieces = []
    for numbers in groups:
        box = _around(boxes[number] for number in numbers)
        pieces.append(Piece(box, np.isin(labels[box.slices], numbers)))
    return _in_order(pieces)


def _inside(boxes: dict[int, Box], shape: tuple[int, ...]) -> dict[int, Box]:
    """Without what reaches the frame, such as a table or a thumb, if anything else is left."""
    height, width = shape
    inside = {
        number: box
        for number, box in boxes.items()
        if box.top > 0 and box.left > 0 and box.bottom < height and box.right < width
    }
    if not inside:
        return boxes
    largest = max(map(_longer, inside.values()))
    outside = [_longer(box) for number, box in boxes.items() if number not in inside]
    return inside if largest >= 0.05 * min(shape) or not outside else boxes


def _without_specks(boxes: dict[int, Box]) -> dict[int, Box]:
    tallest = max((_longer(box) for box in boxes.values()), default=0)
    return {number: box for number, box in boxes.items() if _longer(box) >= _SMALLEST * tallest}


def _grouped(boxes: dict[int, Box]) -> list[list[int]]:
    """Numbers of pieces that belong together: the nearest two come together, again and again."""
    groups = [[number] for number in boxes]
    edges = np.array([(box.top, box.left, box.bottom, box.right) for box in boxes.values()]).reshape(-1, 4)
    tallest = max(map(_longer, boxes.values()), default=0)
    gaps = np.full((len(groups), len(groups)), np.inf)
    for number in range(len(groups)):
        gaps[number, number + 1 :] = _gaps(edges[number], edges[number + 1 :], tallest)
    while gaps.size and np.isfinite(gaps).any():
        one, other = divmod(int(gaps.argmin()), len(groups))
        groups[one] += groups[other]
        groups[other] = []
        edges[one, :2] = edges[[one, other], :2].min(0)
        edges[one, 2:] = edges[[one, other], 2:].max(0)
        gaps[other], gaps[:, other] = np.inf, np.inf
        left = np.array([bool(group) for group in groups])
        around = np.where(left, _gaps(edges[one], edges, tallest), np.inf)
        gaps[one, one + 1 :], gaps[:one, one] = around[one + 1 :], around[:one]
    return [group for group in groups if group]


def _gaps(one: np.ndarray, others: np.ndarray, tallest: int) -> np.ndarray:
    """How far a box is from others (n, 4), top, left, bottom, right: (n,); ∞ from those of other digits."""
    inner, outer = np.maximum(one[:2], others[:, :2]), np.minimum(one[2:], others[:, 2:])
    gaps: np.ndarray = np.hypot(*(inner - outer).clip(0).T)
    heights, widths = (np.minimum(one[2:] - one[:2], others[:, 2:] - others[:, :2])).T
    is_part = heights < _SMALL * tallest
    lie_over = (outer - inner)[:, 1] >= _OVERLAP * widths
    together = np.where(is_part, gaps <= _NEAR * tallest, (gaps <= _NEAR / 2 * tallest) & lie_over)
    gaps[~together] = np.inf
    return gaps


def _longer(box: Box) -> int:
    return max(box.height, box.width)


def _around(boxes: Iterator[Box] | list[Box]) -> Box:
    tops, lefts, bottoms, rights = zip(*((b.top, b.left, b.bottom, b.right) for b in boxes), strict=True)
    return Box(min(tops), min(lefts), max(bottoms), max(rights))


def _in_order(pieces: list[Piece]) -> list[Piece]:
    """Line by line: a piece whose middle is below the line's lowest begins the next."""
    ordered: list[Piece] = []
    rest = sorted(pieces, key=lambda piece: piece.box.top + piece.box.bottom)
    while rest:
        bottom = rest[0].box.bottom
        line = [piece for piece in rest if (piece.box.top + piece.box.bottom) / 2 <= bottom]
        ordered += sorted(line, key=lambda piece: piece.box.left)
        rest = [piece for piece in rest if piece not in line]
    return ordered
