"""The histogram of a layer's weights, now and before training, in the same bins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.finite import finite
from gui.words.numbers import steady_limit

_SHARE_IN_RANGE = 0.998  # one outlier among thousands must not press all others into one bin
_FEWEST_BINS, _MOST_BINS = 15, 61


def layer_weights(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return each layer's weights, without biases and other vectors, in the network's order."""
    return {
        name.removesuffix(".weight"): values
        for name, values in weights.items()
        if name.endswith(".weight") and values.ndim >= 2 and values.size
    }


@dataclass(frozen=True, eq=False)
class Counts:
    """The histogram of some weights; bins divide −limit to limit evenly, with zero amid the middle one."""

    bins: np.ndarray
    """Counts; the first and last bin include the weights beyond the range."""
    mean: float
    deviation: float
    """Standard deviation of the finite weights; NaN if there are none."""
    beyond: int
    not_finite: int
    """NaN or infinite, and in no bin."""


@dataclass(frozen=True, eq=False)
class LayerHistogram:
    """The histograms of a layer's weights now and, if known, before training."""

    layer: str
    size: int
    limit: float
    now: Counts
    initial: Counts | None

    @property
    def highest(self) -> int:
        """The largest count in any bin."""
        return max(int(counts.bins.max()) for counts in (self.now, self.initial) if counts is not None)


def layer_histogram(
    layer: str, weights: np.ndarray, initial: np.ndarray | None, held_limit: float
) -> LayerHistogram:
    """Return a layer's histogram; `held_limit` is the limit of its range so far, 0 for none."""
    now = _finite(weights)
    before = None if initial is None else _finite(initial)
    widest = max(_reach(values) for values in (now, before) if values is not None)
    limit = steady_limit(widest, held_limit) or 1.0  # all zero: any range will do
    bins = min(max(math.isqrt(weights.size) | 1, _FEWEST_BINS), _MOST_BINS)
    counts = _count(now, weights.size, limit, bins)
    old = None if initial is None or before is None else _count(before, initial.size, limit, bins)
    return LayerHistogram(layer, weights.size, limit, counts, old)


def _finite(weights: np.ndarray) -> np.ndarray:
    """Return the finite weights, flat and in float64: squares of large ones are beyond float32."""
    return finite(weights.reshape(-1).astype(np.float64))


def _reach(values: np.ndarray) -> float:
    """Return the magnitude that all values but a few outliers stay within."""
    if not values.size:
        return 0.0
    rank = math.ceil(_SHARE_IN_RANGE * (values.size - 1))
    return float(np.partition(np.abs(values), rank)[rank])


def _count(values: np.ndarray, size: int, limit: float, bins: int) -> Counts:
    # Divided first: a range near float64's smallest number has no reciprocal.
    places = (np.clip(values / limit, -1.0, 1.0) + 1.0) * (bins / 2)
    counts = np.bincount(places.astype(np.intp).clip(0, bins - 1), minlength=bins)
    mean, deviation = (float(values.mean()), float(values.std())) if values.size else (math.nan, math.nan)
    beyond = int(np.count_nonzero(np.abs(values) > limit))
    return Counts(counts, mean, deviation, beyond, size - values.size)
