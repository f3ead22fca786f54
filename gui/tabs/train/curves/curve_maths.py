"""The mathematics of curves: running means, thinning, and the ends of axes."""

from __future__ import annotations

import numpy as np

from gui.words.numbers import rounded_up

MOST_POINTS = 1000
"""Of a curve: more than charts have pixels."""

_ENDS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_FAR = 20.0  # chart heights: values farther off are moved here, as dashes of huge lines take seconds


def smoothed(losses: np.ndarray, width: int) -> np.ndarray:
    """Return the means of each loss and up to width − 1 before it: float64 (n,), of finite losses only.

    NaN where none of them is finite. No running sum: it would keep the rounding error of one huge loss.

    Raises:
        ValueError: width is below 1.
    """
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width}")
    if not len(losses):
        return np.empty(0)
    known = np.isfinite(losses)
    window = np.ones(min(width, len(losses)))
    counts = np.convolve(known, window)[: len(losses)]
    means: np.ndarray = np.convolve(np.where(known, losses, 0), window)[: len(losses)] / np.maximum(counts, 1)
    means[counts == 0] = np.nan
    return means


def thinned(values: np.ndarray, most: int = MOST_POINTS) -> np.ndarray:
    """Return the indices of the least and largest value of equal stretches of values (n,): int (≤ most,).

    They rise, and are all indices if there are no more than `most`. Stretches are powers of two long and
    begin at multiples of their length, so that a growing curve keeps its look. Values that are not finite
    are skipped.
    """
    if len(values) <= most:
        return np.arange(len(values))
    size = 2
    while 2 * -(-len(values) // size) > most:
        size *= 2
    stretches = np.empty((-(-len(values) // size), size), values.dtype)
    known = np.isfinite(values)
    places = []
    for worst, place in ((np.inf, np.argmin), (-np.inf, np.argmax)):
        stretches.fill(worst)
        np.copyto(stretches.reshape(-1)[: len(values)], values, where=known)
        places.append(place(stretches, axis=1))
    starts = np.arange(len(stretches)) * size
    return (np.sort(places, axis=0) + starts).T.ravel()


def on_axis(values: np.ndarray, low: float, high: float, log: bool) -> np.ndarray:
    """Return the places of values (n,) on an axis from low to high: float64 (n,); NaN where there is none.

    Low and high are as on the axis: exponents of ten if it is logarithmic.
    """
    values = np.asarray(values, np.float64)
    placed = np.where(np.isfinite(values) & ((values > 0) | (not log)), values, np.nan)
    if log:
        placed = np.log10(placed)
    far = _FAR * (high - low)
    return np.clip(placed, low - far, high + far)


def finite(*arrays: np.ndarray) -> np.ndarray:
    """Return all finite values of some arrays."""
    values = np.concatenate(arrays) if arrays else np.empty(0)
    known: np.ndarray = values[np.isfinite(values)]
    return known


def axis_end(value: float) -> float:
    """Return the next round number, 1 for 0: axes that end there seldom change while curves grow."""
    return rounded_up(value, _ENDS) or 1.0


def usual_loss(losses: np.ndarray) -> float:
    """Return the 98 % quantile of losses or 50 times their median: spikes lie above. NaN for none."""
    some = finite(losses[:: max(len(losses) // 5000, 1)]).astype(float)  # float32 overflows
    return float(min(np.quantile(some, 0.98), 50 * np.median(some))) if len(some) else np.nan


def loss_range(losses: np.ndarray, tops: np.ndarray, log: bool) -> tuple[float, float]:
    """Return the range of a loss axis: up to all of the tops, and if logarithmic down to the least loss."""
    high = axis_end(1.08 * max(tops, default=1 / 1.08))
    if not log:
        return 0.0, high
    positive = losses[losses > 0]
    low = 1 / axis_end(1.1 / float(positive.min())) if len(positive) else high / 100
    return max(min(low, high / 10), high / 1e8), high


def accuracy_range(accuracies: np.ndarray) -> tuple[float, float]:
    """Return the range of an axis for accuracies in %."""
    low, high = (accuracies.min(), accuracies.max()) if len(accuracies) else (0.0, 100.0)
    margin = max(0.08 * (high - low), 0.25)
    return max(low - margin, -1.0), min(high + margin, 100 + margin / 3)
