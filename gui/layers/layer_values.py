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


class LayerRanges:
    """The value of the strongest colour of each layer: its largest one, unless another is kept."""

    def __init__(self) -> None:
        self.is_shared = False
        """Whether all layers have one range."""
        self._kept: dict[str, float] = {}  # by the layer's name; that of all layers has none

    def of(self, names: Sequence[str], values: Sequence[np.ndarray]) -> list[float]:
        """Return the limit of each of these layers, whose values these are."""
        own = limits(values)
        if self.is_shared and own:
            return [self._kept.get("", max(own))] * len(own)
        return [self._kept.get(name, limit) for name, limit in zip(names, own, strict=False)]

    def keep(self, name: str, limit: float) -> None:
        """Give a layer this limit whatever its values are; all layers, where they share one."""
        self._kept["" if self.is_shared else name] = limit

    def keep_all(self, names: Sequence[str], limits: Sequence[float]) -> None:
        """Give each of these layers its limit."""
        for name, limit in zip(names, limits, strict=True):
            self.keep(name, limit)

    def release(self, name: str) -> None:
        """Let a layer's limit follow its values again."""
        self._kept.pop("" if self.is_shared else name, None)

    def is_kept(self, name: str) -> bool:
        """Whether a layer's limit stays as it is."""
        return ("" if self.is_shared else name) in self._kept

    def forget(self) -> None:
        """Keep none: there are other layers."""
        self._kept.clear()
