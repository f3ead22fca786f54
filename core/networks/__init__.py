"""The networks, one file a family, each readable as the paper's table."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.errors import LabError
from core.networks.lenet import lenet, lenet_sigmoid

BUILDERS: dict[str, Callable[[], nn.Sequential]] = {"lenet": lenet, "lenet_sigmoid": lenet_sigmoid}


def build(name: str, seed: int) -> nn.Sequential:
    """An untrained network of the architecture `name`, whose named children are its layers in order.

    The same seed gives the same weights; PyTorch's global random state is left as it was.

    Raises:
        LabError: no architecture has that name.
    """
    if name not in BUILDERS:
        raise LabError(
            "There is no architecture “{name}”. Known are: {known}.", name=name, known=", ".join(BUILDERS)
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return BUILDERS[name]()


class Dropout(nn.Module):
    """Silences each unit with probability p and makes the others larger by as much, by its own generator."""

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__()
        self.p, self.generator = p, generator

    def forward(self, x: Tensor) -> Tensor:
        kept = torch.rand(x.shape, device=x.device, generator=self.generator) >= self.p
        return x * kept / (1 - self.p)


def with_dropout(network: nn.Sequential, p: float, generator: torch.Generator) -> nn.Sequential:
    """The same layers, with dropout after each hidden fully connected layer's activation.

    It is for training only: the layers and their weights stay shared with `network`, which has none.
    PyTorch's own dropout draws from the global random state, which a run could not take up again.
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
