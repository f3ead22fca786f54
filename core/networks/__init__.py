"""Networks, one file a family, readable as the paper's table; their traces, edits and files of weights."""

from __future__ import annotations

import pkgutil

import torch

from core.catalog import ARCHITECTURES
from core.errors import LabError
from core.networks.table import Network


def build(name: str, seed: int) -> Network:
    """An untrained network of the architecture `name`, one of `core.catalog.ARCHITECTURES`.

    The same seed gives the same weights; PyTorch's global random state is left as it was.

    Raises:
        LabError: no architecture has that name.
    """
    if name not in ARCHITECTURES:
        raise LabError(
            "There is no architecture “{name}”. Known are: {known}.",
            name=name,
            known=", ".join(ARCHITECTURES),
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = pkgutil.resolve_name(ARCHITECTURES[name].builder)()
    assert isinstance(network, Network)
    return network
