"""NumPy to QImage and back, and the tiling of maps: pure functions."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QImage

ZERO = 127  # the colour index of the value 0; 0 and 254 are the range's two ends
GAP = 255  # the colour index between tiles


def gray_from_image(image: QImage) -> np.ndarray:
    """Return a copy of a QImage as gray levels (H, W) uint8."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    height, width = gray.height(), gray.width()
    # Rows are padded to four bytes.
    padded: np.ndarray = np.frombuffer(gray.constBits(), np.uint8).reshape(height, gray.bytesPerLine())
    return np.array(padded[:, :width])


def image_from_gray(gray: np.ndarray) -> QImage:
    """Return gray levels (H, W) uint8 as a QImage that owns its pixels."""
    height, width = gray.shape
    contiguous = np.ascontiguousarray(gray)
    return QImage(contiguous.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def image_from_indices(indices: np.ndarray, colours: np.ndarray) -> QImage:
    """Return colour indices (H, W) uint8 in 256 RGB colours uint32 as a QImage that owns its pixels.

    RGB32, not Indexed8 with a colour table: enlarging that takes Qt four times as long.
    """
    height, width = indices.shape
    pixels = colours[indices]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def colour_indices(values: np.ndarray, limit: float) -> np.ndarray:
    """Return values as uint8 colour indices: −limit is 0, zero is 127, +limit is 254; the rest is clipped.

    A limit of 0, as a silent layer has, gives 127 everywhere.
    """
    return colour_indices_by(values, steps_of(limit))


def steps_of(limit: float) -> float:
    """Return how many colours lie between the values 0 and 1, where a limit has the strongest one."""
    return ZERO / limit if limit > 0 else 0.0


def colour_indices_by(values: np.ndarray, steps: float | np.ndarray) -> np.ndarray:
    """Return `colour_indices` for `steps_of` a limit, or each value's own."""
    with np.errstate(invalid="ignore", over="ignore"):  # infinite values, and those near the largest there is
        scaled = values * steps
        scaled += ZERO + 0.5
    np.clip(scaled, 0, 2 * ZERO, out=scaled)
    if np.isnan(scaled.sum()):  # np.nan_to_num took as long as all the rest of a frame's colours
        scaled[np.isnan(scaled)] = ZERO
    indices: np.ndarray = scaled.astype(np.uint8)
    return indices


def tile(maps: np.ndarray, columns: int, gap: int, between: int) -> np.ndarray:
    """Return maps (C, H, W) as one picture, `columns` in a row, `gap` pixels of `between` apart."""
    count, height, width = maps.shape
    rows = math.ceil(count / columns)
    cells = np.full((rows * columns, height + gap, width + gap), between, maps.dtype)
    cells[:count, :height, :width] = maps
    picture = cells.reshape(rows, columns, height + gap, width + gap).swapaxes(1, 2)
    whole: np.ndarray = picture.reshape(rows * (height + gap), columns * (width + gap))
    return whole[: len(whole) - gap, : whole.shape[1] - gap]


@lru_cache(maxsize=8)  # one for each palette in use; painting asks at every stroke
def ramp(first: int, last: int) -> np.ndarray:
    """Return 256 RGB colours uint32, evenly from one to another."""
    share = np.linspace(0, 1, 256)
    table: np.ndarray = np.full(256, 0xFF, np.uint32)
    for shift in (16, 8, 0):
        start, end = first >> shift & 255, last >> shift & 255
        table = table << 8 | (start + (end - start) * share).round().astype(np.uint32)
    return table
