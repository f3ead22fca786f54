"""A logit difference or a unit's value as a sum of terms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.explaining.evidence_records import Evidence, Feeding


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
    """(2, N): each unit's output and its weight. None for channels."""
    cells: np.ndarray | None = None
    """(3, C, H, W) for channels that are sums over cells: each cell's output, weight and term."""
    by_gradient: bool = False
    """Whether terms are outputs times gradients."""

    @cached_property
    def decimals(self) -> int:
        """The number of decimals that terms are shown with."""
        largest = float(np.abs(self.terms).max(initial=abs(self.total)))
        if not math.isfinite(largest) or largest == 0:
            return 2
        return min(max(1 - math.floor(math.log10(largest)), 2), 6) if largest < 0.3 else 2

    @property
    def shown_total(self) -> float:
        """The total as it is shown."""
        return round(self.total, self.decimals)

    def order(self) -> list[int]:
        """Return the indices of the terms that are not shown as zero, the largest first."""
        sizes = np.abs(np.nan_to_num(self.terms))
        shown = int((sizes >= 0.5 * 10**-self.decimals).sum())
        order: list[int] = np.argsort(-sizes, kind="stable")[:shown].tolist()
        return order


def split_record(record: Evidence | Feeding) -> Split:
    """Return a difference of logits as a sum over the last hidden layer, a unit's value over its inputs."""
    if isinstance(record, Evidence):
        total, source, bias = record.difference, record.layer, record.bias_difference
        given, weights = record.activations, record.weight_differences
    else:
        total, source, bias = record.value, record.source, record.bias
        given, weights = record.inputs, record.weights
    terms = given * weights
    if terms.ndim == 1:
        return Split(total, source, terms, bias, np.stack([given, weights]))
    cells = np.stack([given, weights, terms])
    return Split(total, source, terms.sum((1, 2)), bias, cells=cells)


def split_channels(record: Evidence | Feeding, layer: str) -> Split:
    """Return such a value as a sum over the channels of a layer of maps, by outputs × gradients."""
    terms = record.channels[layer]
    total = record.difference if isinstance(record, Evidence) else record.value
    rest = total - float(terms.sum(dtype=np.float64))
    return Split(total, layer, terms, rest, by_gradient=True)


def rounded(total: float, alone: Sequence[float], rest: float, decimals: int) -> tuple[list[float], float]:
    """Return the terms that stand alone, rounded to these decimals, and the value to show for the rest.

    The shown rest makes the shown terms add up to the rounded total, so it takes their rounding errors. Where
    terms and rest do not add up to the total, as of a unit that is switched off, it is rounded as usual.
    """
    shown = [round(term, decimals) for term in alone]
    remaining = round(total, decimals) - sum(shown)
    step = 10.0**-decimals
    if abs(remaining - rest) <= (len(shown) + 2) * step / 2:
        rest = remaining
    return shown, round(rest, decimals)
