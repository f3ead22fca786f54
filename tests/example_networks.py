"""Networks that several test files use: those of the catalogue, and odd ones."""

from __future__ import annotations

import copy
import functools
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from core import networks
from core.catalog import ARCHITECTURES
from core.explaining.cells import CellExplanation, explain_cell
from core.networks import edits, trace, weight_files
from core.records import NetworkState, Trace

NAMES = sorted(networks.BUILDERS)

Index = tuple[int, ...]


@functools.cache
def shipped(name: str) -> nn.Sequential:
    """The network with the weights that come with the program; not to be changed."""
    return weight_files.load_model(name).network


def weights(name: str = "lenet", seed: int = 1) -> dict[str, np.ndarray]:
    """Of a network that has learnt nothing."""
    return {key: value.numpy().copy() for key, value in networks.build(name, seed).state_dict().items()}


def changed(network: nn.Sequential, state: NetworkState) -> nn.Sequential:
    """A copy of the network with the weights and the silence of `state`."""
    other = copy.deepcopy(network)
    edits.apply(other, state)
    return other


def layer_of(network: nn.Module, name: str) -> Any:
    """The layer of that name; which attributes it has depends on its kind."""
    return network.get_submodule(name)


def named(*layers: nn.Module) -> nn.Sequential:
    """A network whose layers are called `0`, `1`, …"""
    return nn.Sequential(OrderedDict((str(at), layer) for at, layer in enumerate(layers))).eval()


def odd_networks() -> dict[str, nn.Sequential]:
    """Windows as the architectures do not have them, each network small."""
    torch.manual_seed(3)
    return {
        "padding larger than the kernel": named(nn.Conv2d(1, 3, 3, padding=5), nn.ReLU(), nn.Conv2d(3, 2, 5)),
        "rows left over": named(nn.Conv2d(1, 2, (3, 5), stride=(4, 3)), nn.Tanh(), nn.MaxPool2d((2, 3))),
        "one pixel, no bias": named(nn.Conv2d(1, 4, 1, bias=False), nn.Conv2d(4, 3, 1, bias=False)),
        "overlapping, padded max": named(
            nn.Conv2d(1, 2, 3, padding=1), nn.MaxPool2d(3, stride=2, padding=1), nn.Tanh()
        ),
        "padded mean": named(
            nn.Conv2d(1, 2, 5, padding=2, stride=2),
            nn.AvgPool2d(4, stride=3, padding=(2, 1)),
            nn.Flatten(),
            nn.Linear(50, 10, bias=False),
        ),
    }


def all_networks() -> dict[str, nn.Sequential]:
    built = {name: networks.build(name, seed=5).eval() for name in ARCHITECTURES}
    return built | odd_networks()


NETWORKS = all_networks()


def noise() -> np.ndarray:
    """A picture on which no window is all zeros."""
    return np.random.default_rng(1).random((28, 28), np.float32)


def some_cells(shape: Index) -> Iterator[Index]:
    """The first and the last cell, corners of maps, and cells at random."""
    random = np.random.default_rng(2)
    yield tuple(0 for _ in shape)
    yield tuple(size - 1 for size in shape)
    if len(shape) == 3:
        yield 0, 0, shape[2] - 1
        yield shape[0] - 1, shape[1] - 1, 0
    for _ in range(6):
        yield tuple(int(random.integers(size)) for size in shape)


def every_explanation(network: nn.Sequential) -> Iterator[tuple[CellExplanation, Trace]]:
    """Some cells of every layer, from the input to the softmax where the network ends in units."""
    state = trace.state(network)
    logits, traced = trace.run(network, noise())
    shapes = {"input": (1, 28, 28)} | {layer.name: layer.values.shape for layer in traced.layers}
    if logits.ndim == 1:
        shapes["softmax"] = logits.shape
    for name, shape in shapes.items():
        for index in some_cells(shape):
            yield explain_cell(state, traced, name, index), traced
