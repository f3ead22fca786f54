"""Networks, one file a family, readable as the paper's table; their traces, edits and files of weights."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

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
