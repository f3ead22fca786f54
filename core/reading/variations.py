"""A drawing shifted, turned, enlarged and thickened on its sheet."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.ink.preprocess import ink_box
from core.reading.variation_records import Variation, Varied


class Varier:
    """Varies one drawing, ink (H, W) uint8, 0 = paper; what a variation shares with the one before is kept.

    First the strokes are thickened, then all is turned and enlarged about the middle of the rectangle that
    holds the drawing's ink, and last it is shifted. What then lies beyond the sheet is lost.
    """

    def __init__(self, ink: np.ndarray) -> None:
        self._height, self._width = ink.shape
        self._box = ink_box(ink)
        self._ink = ink[:0, :0] if self._box is None else ink[self._box.slices]
        self._thick = (0, self._ink)  # a thickness, and the ink with it
        self._turned = ((0, 0, 100), self._ink)

    def vary(self, variation: Variation) -> Varied:
        """The drawing, varied."""
        sheet = np.zeros((self._height, self._width), np.uint8)
        tile = self._tile(variation)
        total = int(tile.sum())
        if self._box is None or not total:
            return Varied(sheet, 0.0)
        box = self._box  # of which the tile has the middle
        top = box.top + (box.height - tile.shape[0]) // 2 + variation.down
        left = box.left + (box.width - tile.shape[1]) // 2 + variation.right
        rows, tile_rows = _overlap(top, tile.shape[0], self._height)
        columns, tile_columns = _overlap(left, tile.shape[1], self._width)
        sheet[rows, columns] = tile[tile_rows, tile_columns]
        return Varied(sheet, 1 - int(sheet.sum()) / total)

    def _tile(self, variation: Variation) -> np.ndarray:
        if variation.thickness != self._thick[0]:
            self._thick = variation.thickness, thickened(self._ink, variation.thickness)
        wanted = variation.thickness, variation.rotation, variation.size
        if wanted != self._turned[0]:
            self._turned = wanted, turned(self._thick[1], variation.rotation, variation.size)
        return self._turned[1]


def vary(ink: np.ndarray, variation: Variation) -> Varied:
    """A drawing (H, W) uint8, 0 = paper, varied; see `Varier`."""
    return Varier(ink).vary(variation)


def thickened(ink: np.ndarray, thickness: int) -> np.ndarray:
    """Ink (H, W) uint8 with strokes `thickness` pixels wider, or thinner; paper is added on all sides.

    Each pixel becomes the largest (or least) of a disc around it; between two whole radii, their mean.
    Pillow's MaxFilter is square, and took 15 ms for the largest where this takes 0.3.
    """
    if not thickness or not ink.size:
        return ink
    whole, rest = divmod(abs(thickness), 2)
    padded = np.pad(ink, whole + rest)
    grown = padded if thickness > 0 else 255 - padded
    inner = _dilated(grown, whole)
    if rest:
        inner = ((inner.astype(np.uint16) + _dilated(grown, whole + 1)) // 2).astype(np.uint8)
    return inner if thickness > 0 else 255 - inner


def _dilated(ink: np.ndarray, radius: int) -> np.ndarray:
    """For each pixel the largest of all whose middles are no farther away than that."""
    runs = [ink]  # [n]: the largest of n pixels to either side in a row
    for reach in range(1, radius + 1):
        run = runs[-1].copy()
        np.maximum(run[:, reach:], ink[:, :-reach], out=run[:, reach:])
        np.maximum(run[:, :-reach], ink[:, reach:], out=run[:, :-reach])
        runs.append(run)
    largest = runs[radius].copy()
    for away in range(1, radius + 1):
        run = runs[math.isqrt(radius**2 - away**2)]
        np.maximum(largest[away:], run[:-away], out=largest[away:])
        np.maximum(largest[:-away], run[away:], out=largest[:-away])
    return largest


def turned(ink: np.ndarray, degrees: int, percent: int) -> np.ndarray:
    """Ink (H, W) uint8 turned clockwise and enlarged about its middle, on paper as large as that takes.

    Bilinear. The sides stay even, or odd, as they were: the middle is where it was.
    """
    if (degrees % 360 == 0 and percent == 100) or not ink.size:
        return ink
    height, width = ink.shape
    turn, scale = math.radians(degrees), percent / 100
    cos, sin = math.cos(turn), math.sin(turn)
    needed_height = scale * (abs(sin) * width + abs(cos) * height)
    needed_width = scale * (abs(cos) * width + abs(sin) * height)
    down = _from_middle(height + 2 * math.ceil((needed_height - height) / 2 + 1))[:, None]
    right = _from_middle(width + 2 * math.ceil((needed_width - width) / 2 + 1))[None, :]
    # Where each pixel comes from: −1 to 1 from one border to the other, first across, then down.
    came_from = torch.empty(1, down.shape[0], right.shape[1], 2)
    came_from[..., 0] = (cos * right + sin * down) * (2 / (scale * width))
    came_from[..., 1] = (cos * down - sin * right) * (2 / (scale * height))
    source = torch.from_numpy(ink.copy()).to(torch.float32)[None, None]
    # Pillow's affine transform of the same picture took twice as long.
    sampled = F.grid_sample(source, came_from, align_corners=False)
    return sampled[0, 0].round_().to(torch.uint8).numpy()


def _from_middle(count: int) -> Tensor:
    """The distances of `count` pixels' middles from the middle of them all: float32 (count,)."""
    return torch.arange(count, dtype=torch.float32) - (count - 1) / 2


def _overlap(start: int, count: int, room: int) -> tuple[slice, slice]:
    """Where `count` pixels from `start` on lie within `room` pixels, and which of them do."""
    first, last = min(max(start, 0), room), min(max(start + count, 0), room)
    return slice(first, last), slice(first - start, last - start)
