"""The layers that the strip and the close-ups show, from the input to the softmax, and their values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.finite import largest_finite
from core.records import Prediction


def shown_values(prediction: Prediction) -> list[np.ndarray]:
    """Return the values of `NetworkTable.shown`, in its order."""
    own = (layer.values for layer in prediction.trace.layers)
    return [prediction.trace.input, *own, prediction.probabilities]


def limits(values: Sequence[np.ndarray]) -> list[float]:
    """Return for each layer the largest absolute value, which gets the strongest colour."""
    largest = [max(high, -low) for low, high in ranges(values)]
    if all(map(math.isfinite, largest)):
        return largest
    # NaN and infinity, which damaged weights give, must not decide the range.
    return [largest_finite(each) for each in values]


def ranges(values: Sequence[np.ndarray]) -> list[tuple[float, float]]:
    """Return for each layer its smallest and largest value; NaN where one is."""
    if not values:
        return []
    joined = np.concatenate(
        [each.ravel() for each in values]
    )  # one pass for all: this is asked at each stroke
    starts = np.cumsum([0, *(each.size for each in values[:-1])])
    lowest, highest = np.minimum.reduceat(joined, starts), np.maximum.reduceat(joined, starts)
    return list(zip(lowest.tolist(), highest.tolist(), strict=True))
