"""The operators in NumPy give what PyTorch's modules give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from example_networks import NETWORKS, named, noise, shipped
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from core.convolution import operators
from core.convolution.operators import output
from core.errors import LabError
from core.networks import trace
from core.networks.layers import Add, Concatenate, GlobalMean, Normalise, Pad, Resize
from core.networks.table import Network, Row
from core.records import LayerSpec

sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))
small = st.tuples(st.integers(1, 3), st.integers(1, 3))


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def both(module: nn.Module, *inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray, LayerSpec]:
    """What the operator gives for what enters a row, what PyTorch gives, and the row as a record."""
    module.eval()
    entrances = [Row(f"in{at}", Entrance(each)) for at, each in enumerate(inputs)]
    network = Network([*entrances, Row("row", module, tuple(row.name for row in entrances))], (1, 1, 1), ())
    state = trace.state(network.eval())
    with torch.no_grad():
        expected = network.outputs(torch.zeros(1, 1, 1, 1))["row"][0].numpy()
    return output(state.table["row"], state.weights, inputs), expected, state.table["row"]


class Entrance(nn.Module):
    """Always gives the same, whatever the batch."""

    def __init__(self, values: np.ndarray) -> None:
        super().__init__()
        self.values = torch.from_numpy(values)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.values.expand(len(x), *self.values.shape)


def assert_same(module: nn.Module, *inputs: np.ndarray) -> None:
    found, expected, spec = both(module, *inputs)
    assert found.dtype == np.float32 and found.shape == expected.shape == spec.shape
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@settings(deadline=None, max_examples=150)
@given(
    size=sizes,
    kernel=small,
    stride=small,
    padding=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    dilation=small,
    groups=st.integers(1, 3),
    per_group=small,
    bias=st.booleans(),
)
def test_convolutions(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    groups: int,
    per_group: tuple[int, int],
    bias: bool,
) -> None:
    reach = [(length - 1) * gap + 1 for length, gap in zip(kernel, dilation, strict=True)]
    assume(all(size[axis] + 2 * padding[axis] >= reach[axis] for axis in (0, 1)))
    torch.manual_seed(0)
    options: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation, "bias": bias}
    inputs, outputs = (groups * each for each in per_group)
    layer = nn.Conv2d(inputs, outputs, kernel, groups=groups, **options)
    assert_same(layer, numbers(inputs, *size))


@settings(deadline=None, max_examples=100)
@given(size=sizes, kernel=small, stride=small, padding=st.integers(0, 1), dilation=small)
def test_poolings(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: int,
    dilation: tuple[int, int],
) -> None:
    assume(all(2 * padding <= length for length in kernel))
    assume(all(size[axis] + 2 * padding >= (kernel[axis] - 1) * dilation[axis] + 1 for axis in (0, 1)))
    assert_same(nn.MaxPool2d(kernel, stride, padding, dilation), numbers(3, *size) - 3)
    assert_same(nn.AvgPool2d(kernel, stride, padding), numbers(3, *size))


@pytest.mark.parametrize("module", [nn.ReLU(), nn.Sigmoid(), nn.Tanh()])
@pytest.mark.parametrize("shape", [(5,), (2, 3, 4)])
def test_activations(module: nn.Module, shape: tuple[int, ...]) -> None:
    assert_same(module, 30 * numbers(*shape))
    assert type(module).__name__ in operators.ACTIVATIONS


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.Linear(7, 3), (7,)),
        (nn.Linear(7, 3, bias=False), (7,)),
        (nn.Flatten(), (2, 3, 4)),
        (nn.Flatten(), (6,)),
        (nn.AdaptiveAvgPool2d(1), (3, 5, 4)),
        (nn.AdaptiveAvgPool2d((2, 3)), (3, 4, 9)),
        (nn.AdaptiveMaxPool2d(1), (3, 5, 4)),
        (nn.AdaptiveAvgPool2d((None, 1)), (3, 5, 4)),
        (nn.Dropout(0.5), (6,)),
        (GlobalMean(), (3, 5, 4)),
        (Normalise(0.1307, 0.3081), (1, 5, 4)),
        (Pad(2), (2, 3, 4)),
        (Pad(0), (2, 3, 4)),
        *[
            (Resize(size), (2, *shape))
            for size in (1, 3, 7, 20)
            for shape in ((5, 7), (1, 3), (7, 7), (20, 2))
        ],
    ],
)
def test_other_layers(module: nn.Module, shape: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    assert_same(module, numbers(*shape))


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize(("kind", "shape"), [(nn.BatchNorm2d, (3, 4, 5)), (nn.BatchNorm1d, (3,))])
def test_batch_normalisation(kind: type[nn.Module], shape: tuple[int, ...], affine: bool) -> None:
    layer: Any = kind(3, eps=0.01, affine=affine)
    layer.running_mean.copy_(torch.tensor([0.5, -1, 2]))
    layer.running_var.copy_(torch.tensor([0.1, 1, 3]))
    if affine:
        nn.init.uniform_(layer.weight, 0.5, 2)
        nn.init.uniform_(layer.bias, -1, 1)
    assert_same(layer, numbers(*shape))


@pytest.mark.parametrize("shapes", [[(2, 3, 4), (1, 3, 4), (3, 3, 4)], [(2,), (3,)], [(2, 3, 4)]])
def test_concatenation(shapes: list[tuple[int, ...]]) -> None:
    assert_same(Concatenate(), *(numbers(*shape, seed=seed) for seed, shape in enumerate(shapes)))


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("shape", [(2, 3, 4), (5,)])
def test_sums(count: int, shape: tuple[int, ...]) -> None:
    assert_same(Add(), *(numbers(*shape, seed=seed) for seed in range(count)))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_of_every_network(name: str) -> None:
    network = shipped(name) if name in ("lenet", "lenet_sigmoid") else NETWORKS[name]
    state = trace.state(network)
    _, traced = trace.run(network, noise(network))
    for spec in state.layers:
        entering = tuple(traced.values[before] for before in spec.inputs)
        found = output(spec, state.weights, entering)
        np.testing.assert_allclose(found, traced.values[spec.name], rtol=1e-5, atol=1e-5)
        assert found.dtype == np.float32


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 3e38])
def test_numbers_out_of_hand_are_as_pytorch_has_them(odd: float) -> None:
    for module in (
        nn.Conv2d(1, 2, 3, padding=1), nn.MaxPool2d(2), nn.AvgPool2d(2), nn.ReLU(), nn.Sigmoid(), nn.Tanh(),
        GlobalMean(), Normalise(0.1, 0.3), Pad(1),
    ):  # fmt: skip
        values = numbers(1, 6, 6)
        values[0, 2, 3] = odd
        found, expected, _ = both(module, values)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_layers_of_other_kinds_have_no_operator() -> None:
    network = named(nn.Conv2d(1, 2, 3), nn.GELU())
    with pytest.raises(KeyError):
        output(network.table["1"], {}, (numbers(2, 26, 26),))


def test_what_an_operator_is_given_it_leaves_as_it_is() -> None:
    values = numbers(2, 6, 6)
    before = values.copy()
    for module in (nn.ReLU(), nn.MaxPool2d(2), nn.AvgPool2d(2), Add(), Pad(1), nn.Sigmoid()):
        both(module, values)
    assert np.array_equal(values, before)


def test_several_cannot_enter_a_layer_of_one() -> None:
    with pytest.raises(LabError, match="cannot take"):
        both(nn.ReLU(), numbers(1, 2, 2), numbers(1, 2, 2))
