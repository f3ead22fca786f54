"""A number of a network's, taken apart into terms that add up to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.evidence_records import Evidence, Feeding


@dataclass(frozen=True, eq=False)
class Split:
    """`terms.sum() + remainder` is `total`, up to rounding; each term belongs to a unit or a channel."""

    total: float
    source: str
    """The layer that has these units or channels; empty: the drawing itself."""
    terms: np.ndarray
    """(N,)"""
    remainder: float
    """The bias; or, where `by_gradient`, all that the channels leave out."""
    factors: np.ndarray | None = None
    """(2, N): what each unit gives, and the weight of that. None for channels."""
    cells: np.ndarray | None = None
    """(3, C, H, W) for channels that are sums over cells: what each cell gives, its weight, its term."""
    by_gradient: bool = False
    """Whether terms are outputs times gradients."""
    logits: tuple[float, float] | None = None
    """The two numbers whose difference `total` is, if it is one."""

    @cached_property
    def decimals(self) -> int:
        """How many decimals tell the terms apart without being many."""
        largest = float(np.abs(self.terms).max(initial=abs(self.total)))
        if not math.isfinite(largest) or largest == 0:
            return 2
        return min(max(1 - math.floor(math.log10(largest)), 2), 6) if largest < 0.3 else 2

    @property
    def shown_total(self) -> float:
        """The total as it is shown: the difference of the logits as they are shown."""
        if self.logits is None:
            return round(self.total, self.decimals)
        first, second = (round(logit, self.decimals) for logit in self.logits)
        return round(first - second, self.decimals)

    def order(self) -> list[int]:
        """The terms that are not shown as zero, the largest first."""
        sizes = np.abs(np.nan_to_num(self.terms))
        shown = int((sizes >= 0.5 * 10**-self.decimals).sum())
        order: list[int] = np.argsort(-sizes, kind="stable")[:shown].tolist()
        return order


def of_evidence(evidence: Evidence) -> Split:
    """The difference of two logits over the last hidden layer."""
    logits = float(evidence.logits[evidence.digit]), float(evidence.logits[evidence.rival])
    given, weights = evidence.activations, evidence.weight_differences
    return _weighted(evidence.difference, evidence.layer, given, weights, evidence.bias_difference, logits)


def of_feeding(feeding: Feeding) -> Split:
    """What a unit sums up, over what feeds it."""
    return _weighted(feeding.value, feeding.source, feeding.inputs, feeding.weights, feeding.bias)


def of_channels(record: Evidence | Feeding, layer: str) -> Split:
    """The same number over the channels of a layer of maps, by outputs × gradients."""
    terms = record.channels[layer]
    logits = None
    if isinstance(record, Evidence):
        total = record.difference
        logits = float(record.logits[record.digit]), float(record.logits[record.rival])
    else:
        total = record.value
    rest = total - float(terms.sum(dtype=np.float64))
    return Split(total, layer, terms, rest, by_gradient=True, logits=logits)


def _weighted(
    total: float,
    source: str,
    given: np.ndarray,
    weights: np.ndarray,
    bias: float,
    logits: tuple[float, float] | None = None,
) -> Split:
    terms = given * weights
    if terms.ndim == 1:
        return Split(total, source, terms, bias, np.stack([given, weights]), logits=logits)
    cells = np.stack([given, weights, terms])
    return Split(total, source, terms.sum((1, 2)), bias, cells=cells, logits=logits)


def adding_up(parts: Sequence[float], total: float, decimals: int) -> list[float]:
    """The parts with so many decimals, rounded so that what is shown adds up to the total that is shown.

    Each is the nearest number or the next but one; those change that rounding has changed most. Parts that do
    not add up to the total, as of a unit that is switched off, are rounded as usual.
    """
    scale = 10**decimals
    exact = np.asarray(parts, np.float64) * scale
    if not np.isfinite(exact).all() or not math.isfinite(total):
        return [float(part) for part in parts]
    rounded = np.rint(exact)
    missing = round(total * scale) - int(rounded.sum())
    if abs(missing) <= len(parts) and missing:
        direction = 1 if missing > 0 else -1
        most = np.argsort(-(exact - rounded) * direction, kind="stable")[: abs(missing)]
        rounded[most] += direction
    return [float(value) for value in rounded / scale]
