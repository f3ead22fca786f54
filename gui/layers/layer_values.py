"""The layers that the strip and the close-ups show, from the input to the softmax, and their values."""

from __future__ import annotations

import numpy as np

from core.finite import largest_finite
from core.records import Prediction


def shown_values(prediction: Prediction) -> list[np.ndarray]:
    """Return the values of `NetworkTable.shown`, in its order."""
    own = (layer.values for layer in prediction.trace.layers)
    return [prediction.trace.input, *own, prediction.probabilities]


def limits(values: list[np.ndarray]) -> list[float]:
    """Return for each layer the largest absolute value, which gets the strongest colour."""
    # NaN and infinity, which damaged weights give, must not decide the range.
    return [largest_finite(each) for each in values]
