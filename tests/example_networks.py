"""Networks that several test files use: those of the catalogue, two that are nothing like them, odd ones."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from core import catalog, networks
from core.catalog import ARCHITECTURES, Architecture, DataSet
from core.data.datasets import DigitSet
from core.explaining.cells import CellExplanation, explain_cell
from core.networks import edits, trace, weight_files
from core.networks.layers import Add, Concatenate, Dropout, GlobalMean, Normalise, Pad, Resize
from core.networks.table import Network, Row
from core.records import DIGITS, NetworkState, Trace

NAMES = sorted(ARCHITECTURES)

Index = tuple[int, ...]


@functools.cache
def shipped(name: str) -> Network:
    """The network with the weights that come with the program; not to be changed."""
    return weight_files.load_model(name).network


def weights(name: str = "lenet", seed: int = 1) -> dict[str, np.ndarray]:
    """Of a network that has learnt nothing."""
    return {key: value.numpy().copy() for key, value in networks.build(name, seed).state_dict().items()}


def changed(network: Network, state: NetworkState) -> Network:
    """A copy of the network with the weights and the silence of `state`."""
    other = copy.deepcopy(network)
    edits.apply(other, state)
    return other


def layer_of(network: nn.Module, name: str) -> Any:
    """The layer of that name; which attributes it has depends on its kind."""
    return network.get_submodule(name)


def named(*layers: nn.Module) -> Network:
    """A network whose layers are called `0`, `1`, …, and that names no classes."""
    return Network([Row(str(at), layer) for at, layer in enumerate(layers)], (1, 28, 28), ()).eval()


LETTERS = tuple("ABCDEFG")


def branching() -> Network:
    """Branches as in GoogLeNet, and a sum as in ResNet: (B, 1, 40, 40) to 7 logits."""
    return Network(
        [
            Row("stem", nn.Conv2d(1, 4, 5, stride=2, padding=1)),  # 4 × 19 × 19
            Row("stem_relu", nn.ReLU()),
            Row("mix.one", nn.Conv2d(4, 3, 1), ("stem_relu",)),
            Row("mix.three", nn.Conv2d(4, 4, 3, padding=1), ("stem_relu",)),
            Row("mix.three_relu", nn.ReLU()),
            Row("mix.wide", nn.Conv2d(4, 4, 3, padding=2, dilation=2, groups=2), ("mix.three_relu",)),
            Row("mix.pool", nn.MaxPool2d(3, stride=1, padding=1), ("stem_relu",)),
            Row("mix.all", Concatenate(), ("mix.one", "mix.wide", "mix.pool")),  # 11 × 19 × 19
            Row("down", nn.Conv2d(11, 6, 3, stride=2)),  # 6 × 9 × 9
            Row("norm", nn.BatchNorm2d(6)),
            Row("norm_relu", nn.ReLU()),
            Row("again", nn.Conv2d(6, 6, 3, padding=1)),
            Row("sum", Add(), ("norm_relu", "again")),
            Row("pool", nn.AvgPool2d(3, stride=2)),  # 6 × 4 × 4
            Row("flatten", nn.Flatten()),
            Row("hidden", nn.Linear(96, 20)),
            Row("hidden_tanh", nn.Tanh()),
            Row("out", nn.Linear(20, 7)),
        ],
        (1, 40, 40),
        LETTERS,
    )


def all_convolutional() -> Network:
    """Rows that prepare the picture at the beginning, the mean of each map at the end: no units between."""
    return Network(
        [
            Row("resize", Resize(20)),  # 1 × 20 × 20
            Row("normalise", Normalise(0.1307, 0.3081)),
            Row("pad", Pad(2)),  # 1 × 24 × 24
            Row("conv1", nn.Conv2d(1, 6, 3)),  # 6 × 22 × 22
            Row("sigmoid1", nn.Sigmoid()),
            Row("pool1", nn.AvgPool2d(2)),  # 6 × 11 × 11
            Row("conv2", nn.Conv2d(6, 10, 3)),  # 10 × 9 × 9
            Row("relu2", nn.ReLU()),
            Row("drop", Dropout(0.2)),
            Row("mean", GlobalMean()),
        ],
        (1, 28, 28),
        DIGITS,
    )


def odd_networks() -> dict[str, Network]:
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


def all_networks() -> dict[str, Network]:
    built = {name: networks.build(name, seed=5).eval() for name in ARCHITECTURES}
    return built | other_networks() | odd_networks()


def other_networks() -> dict[str, Network]:
    """Nothing of what LeNets have in common holds of them; with weights of a seed."""
    torch.manual_seed(7)
    made = {"branching": branching().eval(), "all convolutional": all_convolutional().eval()}
    norm = layer_of(made["branching"], "norm")
    norm.running_mean.uniform_(-0.5, 0.5)
    norm.running_var.uniform_(0.5, 2)
    return made


NETWORKS = all_networks()


def noise(network: Network | None = None) -> np.ndarray:
    """A picture on which no window is all zeros, as large as the network's."""
    size = (28, 28) if network is None else network.input_shape[1:]
    return np.random.default_rng(1).random(size, np.float32)


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


def every_explanation(network: Network) -> Iterator[tuple[CellExplanation, Trace]]:
    """Some cells of every layer, from the input to the softmax where the network ends in units."""
    state = trace.state(network)
    _, traced = trace.run(network, noise(network))
    for spec in state.table.shown:
        for index in some_cells(spec.shape):
            yield explain_cell(state, traced, spec.name, index), traced


# Both in the catalogue

DATA = {"branching": "letters", "all convolutional": "mnist"}
"""The data sets that they learn from."""


def put_in_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both be built, trained and opened by their names, as long as a test takes."""
    for name, builder in (("branching", "branching"), ("all convolutional", "all_convolutional")):
        entry = Architecture(name, name, "For tests.", f"{__name__}:{builder}")
        monkeypatch.setitem(catalog.ARCHITECTURES, name, entry)
    data = DataSet("letters", "Letters", LETTERS, f"{__name__}:letters")
    monkeypatch.setitem(catalog.DATA_SETS, data.name, data)


def letters(split: str) -> DigitSet:
    """Blots that are called letters."""
    return pictures(branching(), {"train": 400, "test": 70}[split])


def pictures(network: Network, count: int) -> DigitSet:
    """Blots of a size of their own for each class, as many of each as of the others."""
    _, height, width = network.input_shape
    random = np.random.default_rng(3)
    labels = np.arange(count) % len(network.classes)
    images = random.integers(0, 60, (count, height, width), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4 : 6 + 3 * label, 5 : 8 + 2 * label] = random.integers(150, 255)
    return DigitSet(images, labels.astype(np.uint8))
