"""Networks that diverged give NaN and ∞: here they are kept apart from finite numbers. NumPy only."""

from __future__ import annotations

import math

import numpy as np


def finite(values: np.ndarray) -> np.ndarray:
    """The values (n,) that are neither NaN nor infinite."""
    known: np.ndarray = values[np.isfinite(values)]
    return known


def largest_finite(values: np.ndarray) -> float:
    """The largest finite value's distance from 0; 0 where there is none."""
    largest = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
    if math.isfinite(largest):  # as nearly always
        return largest
    return float(np.abs(finite(values)).max(initial=0.0))
