"""How large each layer's gradient was, over a run."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

_MOST_STEPS = 120  # a sparkline has hardly more pixels
_USUAL_DECADES = (-4, 1)  # of a LeNet that learns: its scale need not change
_OUTERMOST_DECADES = (-12, 6)

TOO_SMALL = 0.01
"""A gradient below this share of the network's largest one is called vanishing.

In runs with ReLUs conv1 kept 15 to 40 % of fc3's gradient; with sigmoids and SGD, 0.02 to 0.3 %.
"""
TOO_LARGE = 100.0
"""A gradient above this is called exploding: runs that learn stayed below 10."""


def vanishes(norm: float, largest: float) -> bool:
    """Whether a layer gets next to no gradient beside the network's largest one."""
    return norm == 0 or norm < TOO_SMALL * largest


class NormHistory:
    """The gradient norms at the steps that were seen, in the order of the steps."""

    def __init__(self) -> None:
        self._norms: dict[int, dict[str, float]] = {}
        self.decades = _USUAL_DECADES
        """The exponents of ten between which all norms lie, apart from extreme ones; they only widen."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of all layers that have had a gradient, in the network's order."""
        return tuple(dict.fromkeys(name for norms in self._norms.values() for name in norms))

    def add(self, step: int, norms: Mapping[str, float]) -> None:
        """Take up a step's norms, whether or not they come in the order of the steps."""
        if not norms:
            return
        is_newest = not self._norms or step > next(reversed(self._norms))
        self._norms[step] = dict(norms)
        if not is_newest:  # someone went back in the run
            self._norms = dict(sorted(self._norms.items()))
        if len(self._norms) > _MOST_STEPS:
            newest = next(reversed(self._norms))
            self._norms = {
                at: kept for i, (at, kept) in enumerate(self._norms.items()) if i % 2 == 0 or at == newest
            }
        for norm in norms.values():
            if math.isfinite(norm) and norm > 0:
                self._widen(math.log10(norm))

    def _widen(self, exponent: float) -> None:
        low, high = self.decades
        least, most = _OUTERMOST_DECADES
        self.decades = max(min(low, math.floor(exponent)), least), min(max(high, math.ceil(exponent)), most)

    def place(self, norm: float) -> float:
        """Where a norm lies on the scale: 0 at the lower end, 1 at the upper end; nothing lies outside."""
        if math.isnan(norm) or norm <= 0:
            return 0.0
        low, high = self.decades
        return min(max((math.log10(norm) - low) / (high - low), 0.0), 1.0) if math.isfinite(norm) else 1.0

    def course(self, layer: str) -> tuple[np.ndarray, np.ndarray]:
        """A layer's steps (n,) and norms (n,), float64, without norms that are zero or not finite."""
        known = [(step, norms[layer]) for step, norms in self._norms.items() if layer in norms]
        table = np.array(known, float).reshape(-1, 2)
        drawn = np.isfinite(table[:, 1]) & (table[:, 1] > 0)
        return table[drawn, 0], table[drawn, 1]

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last step that were seen."""
        return (next(iter(self._norms)), next(reversed(self._norms))) if self._norms else (0, 0)
