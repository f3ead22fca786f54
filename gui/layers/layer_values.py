"""The layers that the strip and the close-ups show, from the input to the softmax, and their values."""

from __future__ import annotations

import numpy as np

from core.explaining.cells import INPUT
from core.finite import largest_finite
from core.records import LayerSpec, Prediction


def shown_layers(layers: tuple[LayerSpec, ...]) -> tuple[LayerSpec, ...]:
    """Return a network's layers between its input and the softmax."""
    return INPUT, *layers, LayerSpec("softmax", "softmax", layers[-1].shape, "", 0)


def shown_values(prediction: Prediction) -> list[np.ndarray]:
    """Return the values of `shown_layers`, in their order."""
    own = (layer.values for layer in prediction.trace.layers)
    return [prediction.trace.input[None], *own, prediction.probabilities]


def limits(values: list[np.ndarray]) -> list[float]:
    """Return for each layer the largest absolute value, which gets the strongest colour."""
    # NaN and infinity, which damaged weights give, must not decide the range.
    return [largest_finite(each) for each in values]
