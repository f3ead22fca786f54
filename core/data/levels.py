"""Pictures of any numbers as gray levels."""

from __future__ import annotations

import math

import numpy as np

_FEW_LEVELS = 16  # scikit-learn's digits have 0 to 16, PyTorch's tensors 0 to 1 or -1 to 1


def as_levels(values: np.ndarray) -> np.ndarray:
    """Pictures of numbers, of any shape, as uint8: 0 to 255 as they are, any other range stretched to that.

    Raises:
        ValueError: not all of them are finite.
    """
    if values.dtype == np.uint8 and values.size and values.max() > _FEW_LEVELS:
        return values
    with np.errstate(over="ignore"):  # what is too large for it becomes infinite, and is refused
        values = values.astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError("not all of them are finite")
    low, high = min(float(values.min(initial=0)), 0.0), float(values.max(initial=0))
    if low < 0 or not _FEW_LEVELS < high <= 255:
        values = (values - low) * (255 / (high - low if high > low else 1.0))
    levels: np.ndarray = values.round().astype(np.uint8)
    return levels


def square_side(pixels: int) -> int | None:
    """The side of a square picture of so many pixels; None where there is none of 4 to 1,000."""
    side = math.isqrt(max(pixels, 0))
    return side if side * side == pixels and 4 <= side <= 1000 else None
