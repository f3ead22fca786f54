"""Dropout for a run: it draws from the run's own generator."""

from __future__ import annotations

import torch
from torch import nn

from core.networks.layers import Dropout
from core.networks.table import Network, Row


def with_dropout(network: Network, p: float, generator: torch.Generator) -> Network:
    """Return the network with dropout after each hidden fully connected layer, or its activation.

    It is for training only: the rows and their weights stay shared with `network`, whose own dropout draws
    from the generator from now on.
    """
    for row in network.rows:
        if isinstance(row.module, Dropout):
            row.module.generator = generator
    if p == 0:
        return network
    dropped = _ends_of_hidden_layers(network)
    rows: list[Row] = []
    for row in network.rows:
        read = tuple(f"{name}_dropout" if name in dropped else name for name in row.inputs)
        rows.append(row._replace(inputs=read))
        if row.name in dropped:
            rows.append(Row(f"{row.name}_dropout", Dropout(p, generator), (row.name,)))
    return Network(rows, network.input_shape, network.classes)


def _ends_of_hidden_layers(network: Network) -> frozenset[str]:
    """Fully connected layers before the last row, or the activation that each of them has."""
    ends = set()
    for row in network.rows:
        if isinstance(row.module, nn.Linear):
            activation = network.table.activation_of(row.name)
            ends.add(row.name if activation is None else activation.name)
    return frozenset(ends - {network.rows[-1].name})
