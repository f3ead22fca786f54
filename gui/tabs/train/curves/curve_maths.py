"""What curves need of mathematics: running means, fewer points, and where axes end."""

from __future__ import annotations

import numpy as np

from gui.words.numbers import rounded_up

MOST_POINTS = 1000
"""Of a curve: more than charts have pixels."""

_ENDS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_FAR = 20.0  # charts' heights: what lies farther off is moved here, as dashes of huge lines take seconds


def smoothed(losses: np.ndarray, width: int) -> np.ndarray:
    """The mean of each loss and up to width − 1 before it: float64 (n,). What is not finite does not count.

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
    """Where the least and largest of each of some equal stretches of values (n,) are: int (≤ most,), rising.

    All places, where there are no more than `most`. Stretches are powers of two long and begin at multiples
    of their length, so that a growing curve keeps its look. What is not finite is passed over.
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
    """Where on an axis from low to high values (n,) are drawn: float64 (n,); NaN for what has no place there.

    Low and high are as on the axis: exponents, where it runs in powers of ten.
    """
    values = np.asarray(values, np.float64)
    placed = np.where(np.isfinite(values) & ((values > 0) | (not log)), values, np.nan)
    if log:
        placed = np.log10(placed)
    far = _FAR * (high - low)
    return np.clip(placed, low - far, high + far)


def finite(*arrays: np.ndarray) -> np.ndarray:
    """All numbers of some arrays that are neither NaN nor infinite."""
    values = np.concatenate(arrays) if arrays else np.empty(0)
    known: np.ndarray = values[np.isfinite(values)]
    return known


def axis_end(value: float) -> float:
    """The next number of few digits, 1 for 0: axes that end there seldom change while curves grow."""
    return rounded_up(value, _ENDS) or 1.0


def usual_loss(losses: np.ndarray) -> float:
    """What 98 of 100 losses stay below, or 50 times their median: spikes lie above. NaN where none is."""
    some = finite(losses[:: max(len(losses) // 5000, 1)]).astype(float)  # float32 overflows
    return float(min(np.quantile(some, 0.98), 50 * np.median(some))) if len(some) else np.nan


def loss_range(losses: np.ndarray, tops: np.ndarray, log: bool) -> tuple[float, float]:
    """From what to what losses are shown: up to all of the tops, and in powers of ten down to the least."""
    high = axis_end(1.08 * max(tops, default=1 / 1.08))
    if not log:
        return 0.0, high
    positive = losses[losses > 0]
    low = 1 / axis_end(1.1 / float(positive.min())) if len(positive) else high / 100
    return max(min(low, high / 10), high / 1e8), high


def accuracy_range(accuracies: np.ndarray) -> tuple[float, float]:
    """From what to what accuracies, in %, are shown."""
    low, high = (accuracies.min(), accuracies.max()) if len(accuracies) else (0.0, 100.0)
    margin = max(0.08 * (high - low), 0.25)
    return max(low - margin, -1.0), min(high + margin, 100 + margin / 3)
