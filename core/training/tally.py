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
        self._losses: list[Tensor] = []
        self._right: list[Tensor] = []
        self._sizes: list[int] = []
        self._unreported: list[float] = []
        self._rates: list[float] = []

    def add(self, loss: Tensor, right: Tensor, size: int, rate: float) -> None:
        """Note a step: its mean loss, how many of its `size` digits were right, and its learning rate."""
        self._losses.append(loss)
        self._right.append(right)
        self._sizes.append(size)
        self._rates.append(rate)

    def read(self) -> None:
        """Fetch from the device what it has computed."""
        if not self._losses:
            return
        losses, right = torch.stack(self._losses).tolist(), torch.stack(self._right).tolist()
        for loss, count, size in zip(losses, right, self._sizes, strict=True):
            self.loss += loss * size
            self.right += count
        self._unreported += losses
        self._losses, self._right, self._sizes = [], [], []

    def take_unreported(self) -> tuple[np.ndarray, np.ndarray]:
        """Losses float32 (n,) and learning rates (n,) of the steps since the last call."""
        self.read()
        taken = np.array(self._unreported, np.float32), np.array(self._rates)
        self._unreported, self._rates = [], []
        return taken

    def begin_epoch(self) -> None:
        """Forget the sums."""
        self.loss, self.right = 0.0, 0
