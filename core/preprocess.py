"""From ink to the 28×28 picture that the network reads, as MNIST's own pictures were made. NumPy only."""

from __future__ import annotations

import numpy as np

SIZE = 28  # the network's picture
BOX = 20  # the digit's longer side in it
_CENTRE = SIZE / 2 + 0.5  # of mass, from the edge: MNIST's test digits have theirs at 14.49 and 14.50


def to_mnist(ink: np.ndarray) -> np.ndarray:
    """Ink (H, W) uint8, 0 = paper, as the (28, 28) float32 picture in [0, 1] that MNIST's digits are.

    Cropped, scaled so that the longer side is 20 pixels, and moved so that its centre of mass lies in the
    middle of pixel (14, 14) (LeCun et al. 1998, section III.A) as far as no ink leaves the picture. Without
    ink, all zeros.

    Raises:
        ValueError: ink is not two-dimensional uint8.
    """
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise ValueError(f"ink must be two-dimensional uint8, got {ink.ndim}-dimensional {ink.dtype}")
    cropped = crop(ink)
    if cropped.size == 0:
        return np.zeros((SIZE, SIZE), np.float32)
    scale = BOX / max(cropped.shape)
    mass = cropped.astype(np.float32) / 255
    rows = _resampling(mass.sum(1), scale)
    columns = _resampling(mass.sum(0), scale)
    picture: np.ndarray = np.clip(rows @ mass @ columns.T, 0, 1)
    return picture


def crop(ink: np.ndarray) -> np.ndarray:
    """The smallest rectangle of ink (H, W) that holds all that is not paper; empty where there is none."""
    rows = np.flatnonzero(ink.any(1))
    columns = np.flatnonzero(ink.any(0))
    if not rows.size:
        return ink[:0, :0]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _resampling(profile: np.ndarray, scale: float) -> np.ndarray:
    """The (28, n) matrix that scales one axis of n pixels, its centre of mass as near the middle as can be.

    `profile` (n,) is the mass along the axis. Each target pixel weighs the stretch of source around it with
    a triangle two pixels wide, integrated exactly: antialiased, without ripples at any scale, and in one
    step with a shift by a fraction of a pixel. (A box one pixel wide read 0.4 % fewer pen digits.)
    """
    borders = np.arange(len(profile) + 1) * scale  # of source pixels, in target pixels
    centre = float(profile @ (borders[:-1] + scale / 2)) / float(profile.sum())
    # The triangle reaches one pixel beyond the ink: it must end inside the picture, too.
    start = min(max(_CENTRE - centre, 1.0), SIZE - 1 - borders[-1])
    targets = np.arange(SIZE)[:, None] + 0.5
    distance = np.clip(start + borders - targets, -1, 1)
    area = distance - distance * np.abs(distance) / 2  # of the triangle, up to there
    weights: np.ndarray = np.diff(area, axis=1).astype(np.float32)
    return weights
