"""The losses of an epoch's steps, left on the device until they are wanted: no step waits for a GPU."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class Tally:
    """Sums over an epoch's digits, and the losses of steps that were not reported yet."""

    def __init__(self) -> None:
        self.loss = 0.0
        """The sum of the losses of the epoch's digits, as far as `read` has fetched them."""
        self.right = 0
        """How many of these digits were read right."""
        self._steps: list[tuple[Tensor, Tensor, int]] = []  # loss, right, size of those not fetched yet
        self._unreported: list[float] = []
        self._rates: list[float] = []

    def add(self, loss: Tensor, right: Tensor, size: int, rate: float) -> None:
        """Note a step: its mean loss, how many of its `size` digits were right, and its learning rate."""
        self._steps.append((loss, right, size))
        self._rates.append(rate)

    def read(self) -> None:
        """Fetch from the device what it has computed."""
        if not self._steps:
            return
        losses, right, sizes = zip(*self._steps, strict=True)
        means = torch.stack(losses).tolist()
        for mean, size in zip(means, sizes, strict=True):  # in order: a run taken up again adds up alike
            self.loss += mean * size
        self.right += int(torch.stack(right).sum())
        self._unreported += means
        self._steps = []

    def take_unreported(self) -> tuple[np.ndarray, np.ndarray]:
        """Losses float32 (n,) and learning rates (n,) of the steps since the last call."""
        self.read()
        taken = np.array(self._unreported, np.float32), np.array(self._rates)
        self._unreported, self._rates = [], []
        return taken

    def begin_epoch(self) -> None:
        """Forget the sums."""
        self.loss, self.right = 0.0, 0
