"""A prediction as what the strip and the close-ups show: all layers from the input to the softmax."""

from __future__ import annotations

import numpy as np

from core.explaining.cells import INPUT
from core.finite import largest_finite
from core.records import LayerSpec, Prediction


def shown_layers(layers: tuple[LayerSpec, ...]) -> tuple[LayerSpec, ...]:
    """A network's layers with its input before and the softmax behind them."""
    return INPUT, *layers, LayerSpec("softmax", "softmax", layers[-1].shape, "", 0)


def shown_values(prediction: Prediction) -> list[np.ndarray]:
    """The values of `shown_layers`, in their order."""
    return [
        prediction.trace.input[None],
        *(layer.values for layer in prediction.trace.layers),
        prediction.probabilities,
    ]


def limits(values: list[np.ndarray]) -> list[float]:
    """For each layer the largest distance from zero, which gets the strongest colour."""
    # NaN and infinity, which damaged weights give, must not decide the range.
    return [largest_finite(each) for each in values]
