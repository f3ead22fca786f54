"""A drawing varied, and the answers to it, as records that cross a process border. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.ink.preprocess import Stages
from core.records import DIGITS, Prediction


@dataclass(frozen=True)
class Variation:
    """How a drawing is varied; with these defaults, not at all."""

    right: int = 0
    """Shift, in the sheet's pixels; negative to the left."""
    down: int = 0
    """Shift, in the sheet's pixels; negative upwards."""
    rotation: int = 0
    """Degrees, clockwise, about the middle of the rectangle that holds the ink."""
    size: int = 100
    """Percent, about the same point."""
    thickness: int = 0
    """Pixels of the sheet that strokes get wider by; negative for thinner."""

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size must be at least 1 %, got {self.size}")


@dataclass(frozen=True)
class Range:
    """The amounts between which something is varied, both ends among them, and how far apart they are."""

    low: int
    high: int
    step: int

    @property
    def amounts(self) -> np.ndarray:
        """All of them, rising: int64 (n,)."""
        return np.arange(self.low, self.high + 1, self.step)


RANGES = {
    "right": Range(-100, 100, 5),
    "down": Range(-100, 100, 5),
    "rotation": Range(-180, 180, 6),
    "size": Range(40, 160, 3),
    "thickness": Range(-20, 20, 1),
}
"""For each kind of variation, a field of `Variation`, how far it goes and where the answer is asked for."""


@dataclass(frozen=True, eq=False)
class Varied:
    """A varied drawing."""

    ink: np.ndarray
    """(H, W) uint8, on a sheet of the drawing's own size."""
    lost: float
    """The share of it, 0–1, that has left the sheet."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A varied drawing, prepared by some of the steps, and the answer to it."""

    varied: Varied
    stages: Stages | None
    """None where no ink is left."""
    prediction: Prediction | None
    """None where no ink is left."""
    on_pad: np.ndarray
    """Probabilities (K,) for the drawing as it is, prepared by all steps: the answer on the pad."""


@dataclass(frozen=True)
class Reading:
    """Amounts, without a gap, for which the answer is one digit."""

    digit: int
    first: float
    last: float


@dataclass(frozen=True, eq=False)
class Sweep:
    """The answers along one kind of variation, while the others stay as they are."""

    kind: str
    amounts: np.ndarray
    """(n,), rising."""
    probabilities: np.ndarray
    """(n, K) float32; NaN where no ink is left, or where the network's numbers are too large."""
    lost: np.ndarray
    """(n,) float64: the share of the ink, 0–1, that has left the sheet."""
    inked: np.ndarray
    """(n,) bool: whether any ink is left."""
    classes: tuple[str, ...] = DIGITS
    """The names of the K classes."""

    def readings(self) -> list[Reading]:
        """The stretches of amounts that are read as one digit; where two meet, both are equally probable."""
        known = np.isfinite(self.probabilities).all(1)
        winners = np.where(known, np.nan_to_num(self.probabilities).argmax(1), -1)
        changes = np.flatnonzero(np.diff(winners)).tolist()
        begins, ends = [0, *(at + 1 for at in changes)], [*changes, len(winners) - 1]
        borders = [float(self.amounts[0]), *map(self._border, changes), float(self.amounts[-1])]
        return [
            Reading(
                int(winners[begin]),
                first if begin == 0 or known[begin - 1] else float(self.amounts[begin]),
                last if end + 1 == len(winners) or known[end + 1] else float(self.amounts[end]),
            )
            for begin, end, first, last in zip(begins, ends, borders[:-1], borders[1:], strict=True)
            if known[begin]
        ]

    def _border(self, before: int) -> float:
        """The amount at which the digits read at two neighbouring amounts are equally probable."""
        pair = self.probabilities[before : before + 2].astype(float)
        if not np.isfinite(pair).all():
            return float(self.amounts[before])
        first, second = pair.argmax(1)
        lead, lag = pair[0, first] - pair[0, second], pair[1, second] - pair[1, first]
        share = lead / (lead + lag) if lead + lag > 0 else 0.5
        return float(self.amounts[before] + share * (self.amounts[before + 1] - self.amounts[before]))
