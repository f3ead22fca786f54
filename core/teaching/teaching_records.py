"""The records of teaching a network one's own digits. NumPy only: they cross a process border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class TeachingTask:
    """Digits to teach, and the network to teach them to.

    Raises:
        ValueError: there is nothing to teach, or pictures and labels do not fit.
    """

    model: str
    """A shipped model's name, or the path of a file of weights."""
    pictures: np.ndarray
    """(n, H, W) float32 in [0, 1], as the network reads them."""
    labels: np.ndarray
    """(n,) uint8, 0–9."""
    digests: tuple[str, ...] = ()
    """(n,) of their ink, by which the one who asked knows them; the result has them again."""
    shapes: np.ndarray | None = None
    """(n, 196) float32 of their ink, as `core.teaching.digit_shapes.shape_of` gives them: MNIST's test digits
    are recognised by these. None: those of the pictures."""

    def __post_init__(self) -> None:
        if not len(self.labels) or self.pictures.shape[0] != len(self.labels) or self.pictures.ndim != 3:
            raise ValueError(f"pictures {self.pictures.shape} and labels {self.labels.shape}")
        if self.labels.max() > 9:
            raise ValueError(f"labels must be 0 to 9, got {self.labels.max()}")


@dataclass(frozen=True)
class TeachingProgress:
    """How far teaching is, in units of work."""

    done: int
    total: int
    """0 while that is not known."""
    part: str
    """"look" at all digits; "check": learn from some, to be checked by the others; "learn" from all."""


@dataclass(frozen=True, eq=False)
class TestReading:
    """How MNIST's test digits are read before and after teaching; none of them was taught."""

    __test__ = False  # pytest takes it for a test

    count: int
    before: int
    """How many of them were read right before …"""
    after: int
    """… and after."""
    forgotten: int
    """How many were read right before and are not any more; `after` has newly read ones as well."""
    pictures: np.ndarray
    """(m, 28, 28) uint8: some of the forgotten ones."""
    labels: np.ndarray
    """(m,) uint8: their labels."""
    answers: np.ndarray
    """(m,) uint8: what they are read as now."""


@dataclass(frozen=True, eq=False)
class TeachingResult:
    """A taught network, and how it reads. Probabilities are (n, 10) float32, a row for each digit taught."""

    model: str
    """The network that was taught; as `TeachingTask.model`."""
    architecture: str
    classes: tuple[str, ...]
    """The names of what the network tells apart; labels are places among them."""
    weights: dict[str, np.ndarray]
    """The state dict of the taught network, as float32 arrays."""
    labels: np.ndarray
    """(n,) uint8."""
    digests: tuple[str, ...]
    """As in the TeachingTask."""
    before: np.ndarray
    """By the network as it was."""
    held_out: np.ndarray | None
    """Each by a network that was taught without it; None for a single digit."""
    after: np.ndarray
    """By the taught network, which has learnt from them."""
    folds: int
    """The number of parts that the digits were held out in; as many as there are digits: one by one."""
    test: TestReading
    seconds: float
    run: str = ""
    """The name of the run whose weights the network before has; empty where they are none's."""
    config: dict[str, Any] | None = None
    """The config of its training before, from its file: see `TrainingConfig.to_json`."""

    def right(self, probabilities: np.ndarray) -> int:
        """How many of the digits get the largest probability for their label."""
        return int((probabilities.argmax(1) == self.labels).sum())
