"""The curves of runs: the one at work, and earlier ones beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from core.records import DIGITS
from core.training.history import History
from gui.paint.curve_style import Curve, CurveStyle, run_style
from gui.tabs.train.curves.curve_maths import axis_end, smoothed, thinned, usual_loss

NO_RUN = History(1000, 1000)
"""Stands for a run before there is one."""


def width_of_mean(history: History) -> int:
    """Return the number of batches in the loss's running mean: a tenth of an epoch, but 5 to 200."""
    return min(max(history.steps_per_epoch // 10, 5), 200)


def epoch_curve(history: History, digits: str, figure: str, label: str, style: CurveStyle) -> Curve:
    """Return loss, or accuracy in %, of training or validation digits by epoch; empty if not measured."""
    figures = [getattr(epoch, f"{digits}_{figure}") for epoch in history.epochs]
    values = np.array(figures, np.float64) * (100 if figure == "accuracy" else 1)  # None becomes NaN
    steps = np.array([epoch.step for epoch in history.epochs], np.float64)
    measured = slice(None if np.isfinite(values).any() else 0)
    return Curve(digits, label, style, steps[measured], values[measured])


def thin(curve: Curve) -> Curve:
    """Return the curve with no more points than a screen can show."""
    at = thinned(curve.values)
    return replace(curve, steps=curve.steps[at], values=curve.values[at])


@dataclass(frozen=True, eq=False)
class Overlay:
    """The curves of an earlier run, thinned once, as they change no more."""

    step: int
    loss: Curve
    """The running mean."""
    accuracy: Curve
    """In %: of validation or, without any, of training."""
    usual_loss: float

    @staticmethod
    def of(index: int, name: str, history: History) -> Overlay:
        """Return the curves of a run in the colour of this index."""
        key, losses = f"run {index}", smoothed(history.losses, width_of_mean(history))
        loss = Curve(key, name, run_style(index), np.arange(1, len(losses) + 1), losses)
        style = run_style(index, "o")
        accuracy = epoch_curve(history, "validation", "accuracy", name, style)
        if not len(accuracy.steps):
            accuracy = epoch_curve(history, "training", "accuracy", name, style)
        usual = usual_loss(history.losses)
        return Overlay(history.step, thin(loss), replace(accuracy, name=key), usual)


@dataclass
class Shown:
    """The data of the charts: a run, earlier runs beside it, and the drawing's probabilities."""

    history: History = NO_RUN
    means: np.ndarray = field(default_factory=lambda: np.empty(0))
    """The running mean of the run's losses."""
    overlays: list[Overlay] = field(default_factory=list)
    target: float = 0.0
    probability_steps: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    probabilities: np.ndarray = field(default_factory=lambda: np.empty((0, 10), np.float32))
    classes: tuple[str, ...] = DIGITS
    """Whose probabilities these are."""
    sight: tuple[float, float] = (0.0, 1.0)
    """The first and last step of the axes."""
    cursor: int | None = None

    def steps(self) -> np.ndarray:
        """Return the steps of the run so far: int (n,)."""
        return np.arange(1, self.history.step + 1)

    def smooth(self) -> None:
        """Bring the running mean up to date; the means so far stay as they are."""
        losses, width = self.history.losses, width_of_mean(self.history)
        known = min(len(self.means), len(losses))
        first = max(known - width + 1, 0)
        newer = smoothed(losses[first:], width)[known - first :]
        self.means = np.concatenate([self.means[:known], newer])

    def whole(self) -> tuple[float, float]:
        """Return the first and last step of an axis over all of the run so far, and over all overlays."""
        step, steps = self.history.step, self.history.steps
        end = max(min(axis_end(max(step, 50)), steps), step, *(run.step for run in self.overlays), 8)
        return -0.01 * end, 1.05 * end  # room for letters at the right
