"""A run's curves, as they grow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.records import EPOCH_FIGURES, EpochMetrics, StepMetrics


class History:
    """The metrics of one run, in their order."""

    def __init__(self, steps: int, steps_per_epoch: int) -> None:
        self.steps = steps
        """How many steps the whole run has, if nothing ends it earlier."""
        self.steps_per_epoch = steps_per_epoch
        self._epochs: list[EpochMetrics] = []
        self._curves = np.empty((2, 1024), np.float32)  # losses and learning rates
        self._last: StepMetrics | None = None

    @property
    def epochs(self) -> list[EpochMetrics]:
        """The figures of the epochs that are over, in their order."""
        return list(self._epochs)

    @property
    def step(self) -> int:
        """The last step that is known; 0 before the first."""
        return 0 if self._last is None else self._last.step

    @property
    def epoch(self) -> int:
        """The epoch that `step` belongs to, counted from 1."""
        return max(-(-self.step // self.steps_per_epoch), 1)

    @property
    def seconds(self) -> float:
        """Spent on training up to `step`."""
        return 0.0 if self._last is None else self._last.seconds

    @property
    def losses(self) -> np.ndarray:
        """float32 (step,): the loss of the batch of each step; [0] is step 1. NaN where it is not known."""
        return self._curves[0, : self.step]

    @property
    def learning_rates(self) -> np.ndarray:
        """float32 (step,): the learning rate of each step; [0] is step 1. NaN where it is not known."""
        return self._curves[1, : self.step]

    def csv_lines(self) -> Iterator[str]:
        """A table, line by line: one for each step, with the epoch's figures in that of its last step."""
        ends = {epoch.step: epoch for epoch in self.epochs}
        yield ",".join(("step", "epoch", "loss", "learning_rate", *EPOCH_FIGURES)) + "\n"
        for step, (loss, rate) in enumerate(zip(self.losses, self.learning_rates, strict=True), start=1):
            cells: list[object] = [step, round(step / self.steps_per_epoch, 4), f"{loss:.6g}", f"{rate:.6g}"]
            cells += [getattr(ends.get(step), name, None) for name in EPOCH_FIGURES]
            yield ",".join("" if cell is None else str(cell) for cell in cells) + "\n"

    def add(self, metrics: StepMetrics | EpochMetrics) -> None:
        """Take the next metrics up."""
        if isinstance(metrics, EpochMetrics):
            while self._epochs and self._epochs[-1].epoch >= metrics.epoch:
                self._epochs.pop()
            self._epochs.append(metrics)
            return
        while metrics.step > self._curves.shape[1]:
            self._curves = np.concatenate([self._curves, np.empty_like(self._curves)], axis=1)
        before, first = self.step, metrics.step - len(metrics.losses)
        if first > before:
            self._curves[:, before:first] = np.nan
        with np.errstate(over="ignore"):  # a damaged file may say any number
            self._curves[:, first : metrics.step] = metrics.losses, metrics.learning_rates
        self._last = metrics
