"""Dropout that a run can take up again: it draws from the run's own generator."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Sets each number to 0 with probability p, and divides the others by 1 − p.

    PyTorch's own dropout draws from the global random state, which a run could not take up again.
    """

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__()
        self.p, self.generator = p, generator

    def forward(self, x: Tensor) -> Tensor:
        kept = torch.rand(x.shape, device=x.device, generator=self.generator) >= self.p
        return x * kept / (1 - self.p)


def with_dropout(network: nn.Sequential, p: float, generator: torch.Generator) -> nn.Sequential:
    """Return the layers with dropout after each hidden fully connected layer's activation.

    It is for training only: the layers and their weights stay shared with `network`, which has none.
    """
    if p == 0:
        return network
    layers: list[nn.Module] = []
    linear = False
    for layer in network:
        layers.append(layer)
        if linear:
            layers.append(Dropout(p, generator))
        linear = isinstance(layer, nn.Linear)
    return nn.Sequential(*layers)
