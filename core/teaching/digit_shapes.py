"""Digits recognised again by their shape, after they were saved as pictures and have come back. NumPy only.

People put MNIST's test digits on the pad, or import them from elsewhere, and teach them; then they are no
test any more. Their pixels are not the same when they come back: a JPEG has echoes around its strokes, and
pictures that were enlarged have soft edges, so that the smallest rectangle that holds all ink is another one.
The ink's centre of mass and its radius of gyration hardly change: a digit is scaled and moved by these.

Measured by `tests/benchmarks/known_test_digits.py` on 1,000 test digits that came back through the import,
and on MNIST's 60,000 training digits, which are others:

| test digits that came back | recognised |
|---|---|
| of 28×28 pixels, as PNG, or as JPEG of quality 50 or 75, light or dark | 99.8 to 99.9 % |
| four times as large, bicubic, JPEG of quality 75 | 99.3 % |
| ten or twenty times as large, bilinear or Lanczos as PNG, bicubic as JPEG | 98.6 to 98.8 % |
| training digits taken for one of them | 226 of 60,000 |

When pictures were enlarged, their faintest strokes are lost on the way as shades of the paper are. Where
10,000 training digits are taught, 37 of the 10,000 test digits are left out that could have stayed. 10,000
digits are compared with 10,000 in a second.
"""

from __future__ import annotations

import numpy as np

_SIDE = 14  # pixels of a shape: from 16 on nothing more was recognised, and all takes longer
_RADIUS = 3.6  # of gyration, in these pixels
_FAINTEST = 0.1  # of the strongest ink: JPEG's echoes are paler
_NEAR = 0.09  # between shapes of length 1
_MIDDLES = np.arange(_SIDE)[:, None] + 0.5


def shape_of(ink: np.ndarray) -> np.ndarray:
    """The shape (196,) float32 of ink (H, W) uint8 of any size, whatever its place and scale.

    Its length is 1; without ink, all zeros.
    """
    mass = np.where(ink >= max(_FAINTEST * int(ink.max()), 1), ink, 0).astype(np.float32)
    total = float(mass.sum())
    if not total:
        return np.zeros(_SIDE * _SIDE, np.float32)
    profiles = mass.sum(1) / total, mass.sum(0) / total
    middles = [np.arange(len(profile)) + 0.5 for profile in profiles]
    centres = [float(profile @ middle) for profile, middle in zip(profiles, middles, strict=True)]
    spread = sum(
        float(profile @ (middle - centre) ** 2)
        for profile, middle, centre in zip(profiles, middles, centres, strict=True)
    )
    scale = _RADIUS / max(spread**0.5, 0.5)  # a single pixel has no radius
    rows, columns = (
        _sampling(_SIDE / 2 + (np.arange(len(profile) + 1) - centre) * scale)
        for profile, centre in zip(profiles, centres, strict=True)
    )
    shape = (rows @ mass @ columns.T).ravel()
    length = float(np.linalg.norm(shape))
    scaled: np.ndarray = shape / length if length else shape
    return scaled


def are_near(shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Whether each of shapes (n, 196) is the same digit as one of others (m, 196), as (n,) bool."""
    # Of vectors of length 1, |a - b|² is 2 - 2ab.
    near: np.ndarray = (shapes @ others.T).max(1) >= 1 - _NEAR**2 / 2
    return near


def _sampling(borders: np.ndarray) -> np.ndarray:
    """The (14, n) matrix that averages n pixels with borders (n + 1,) under triangles, as `to_mnist` does."""
    distance = np.clip(borders - _MIDDLES, -1, 1)
    weights: np.ndarray = np.diff(distance - distance * np.abs(distance) / 2, axis=1).astype(np.float32)
    return weights
