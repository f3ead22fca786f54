"""Layers that PyTorch has no module for: what joins branches, what prepares a picture, the mean of a map."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Concatenate(nn.Module):
    """The channels (or units) of all that enters, one after the other."""

    def forward(self, *x: Tensor) -> Tensor:
        return torch.cat(x, dim=1)


class Add(nn.Module):
    """The sum, number by number, of all that enters; all have the same shape."""

    def forward(self, first: Tensor, *others: Tensor) -> Tensor:
        for other in others:
            if other.shape != first.shape:  # else numbers would be repeated until they fit
                raise ValueError("the shapes differ")
            first = first + other
        return first


class GlobalMean(nn.Module):
    """The mean of each map: (B, C, H, W) to (B, C)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


class Normalise(nn.Module):
    """(x − mean) / std, the same two numbers for all pixels."""

    def __init__(self, mean: float, std: float) -> None:
        super().__init__()
        self.mean, self.std = mean, std

    def forward(self, x: Tensor) -> Tensor:
        return (x - self.mean) / self.std

    def extra_repr(self) -> str:
        return f"{self.mean}, {self.std}"


class Resize(nn.Module):
    """Maps of `size` rows and columns; bilinear between the middles of pixels, which are not averaged."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(x, (self.size, self.size), mode="bilinear")

    def extra_repr(self) -> str:
        return f"{self.size}"


class Dropout(nn.Module):
    """Sets each number to 0 with probability p, and divides the others by 1 − p; only while it is trained.

    PyTorch's own draws from the global random state, which a run could not take up again.
    """

    def __init__(self, p: float, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.p = p
        self.generator = generator
        """On the device of what enters; None: the global one."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = torch.rand(x.shape, device=x.device, generator=self.generator) >= self.p
        return x * kept / (1 - self.p)

    def extra_repr(self) -> str:
        return f"{self.p}"


class Pad(nn.Module):
    """Zeros around each map."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x, [self.size] * 4)

    def extra_repr(self) -> str:
        return f"{self.size}"
