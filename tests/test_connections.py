"""Connections against PyTorch: a cell is taken away, and what follows changes by what it had added."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from example_digits import mnist
from example_networks import shipped
from torch import nn

from core.explaining.connections import Connection, fed, feeding
from core.networks import trace
from core.records import SOFTMAX, LayerActivation, LayerSpec, NetworkState, NetworkTable, Trace, Window

PICTURE = mnist("test").images[0].astype(np.float32) / 255


def traced(name: str) -> tuple[NetworkState, Trace]:
    network = shipped(name)
    return trace.state(network), trace.run(network, PICTURE)[1]


@pytest.mark.parametrize("name", ["lenet", "lenet_sigmoid"])
@pytest.mark.parametrize(
    ("layer", "index"),
    [("conv1", (2, 9, 14)), ("conv1", (0, 0, 0)), ("conv2", (7, 4, 5)), ("fc1", (17,)), ("fc3", (7,))],
)
def test_what_feeds_a_cell_adds_up_to_it_with_the_bias(name: str, layer: str, index: tuple[int, ...]) -> None:
    state, passed = traced(name)
    found = feeding(state, passed, layer, index)
    bias = float(state.weights[f"{layer}.bias"][index[0]])
    total = sum(each.strength for each in found) + bias
    assert total == pytest.approx(float(passed.values[layer][index]), abs=1e-4)
    before = state.table[layer].inputs[0]
    assert [each.channel for each in found] == list(range(state.table[before].shape[0]))
    assert {each.layer for each in found} == {before}


def test_what_passes_a_number_on_is_fed_by_one_map() -> None:
    state, passed = traced("lenet")
    (relu,) = feeding(state, passed, "relu1", (3, 10, 11))
    assert (relu.layer, relu.channel) == ("conv1", 3)
    assert relu.strength == pytest.approx(float(passed.values["conv1"][3, 10, 11]))
    (pool,) = feeding(state, passed, "pool2", (5, 1, 2))
    assert (pool.layer, pool.channel) == ("relu2", 5)
    assert pool.strength == pytest.approx(float(passed.values["pool2"][5, 1, 2]))
    (flat,) = feeding(state, passed, "flatten", (30,))
    assert (flat.layer, flat.channel) == ("pool2", 1)  # 25 of each map
    (logit,) = feeding(state, passed, SOFTMAX, (4,))
    assert (logit.layer, logit.channel) == ("fc3", 4)
    assert feeding(state, passed, "input", (0, 3, 3)) == []


@pytest.mark.parametrize(("layer", "index"), [("pool1", (2, 6, 7)), ("pool1", (0, 0, 13)), ("relu4", (11,))])
def test_what_a_cell_adds_is_missing_without_it(layer: str, index: tuple[int, ...]) -> None:
    state, passed = traced("lenet")
    (reader,) = state.table.readers(layer)
    found = fed(state, passed, layer, index)
    module: Any = dict(shipped("lenet").named_modules())[reader.name]
    with_it = torch.tensor(passed.values[layer])
    without = with_it.clone()
    without[index] = 0
    with torch.inference_mode():
        difference = (module(with_it[None]) - module(without[None]))[0]
    sums = difference.reshape(len(difference), -1).sum(1).numpy()
    assert [each.channel for each in found] == list(range(len(sums)))
    np.testing.assert_allclose([each.strength for each in found], sums, atol=1e-4)
    assert {each.layer for each in found} == {reader.name}


@pytest.mark.parametrize("index", [(0, 0, 0), (1, 3, 4), (2, 6, 6), (3, 5, 1)])
@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 3, "stride": 2, "padding": 1, "groups": 2},
        {"kernel_size": (3, 2), "dilation": 2},
        {"kernel_size": 1, "groups": 4},
    ],
    ids=str,
)
def test_strides_padding_dilation_and_groups_are_kept(
    index: tuple[int, ...], options: dict[str, Any]
) -> None:
    torch.manual_seed(0)
    module = nn.Conv2d(4, 8, bias=False, **options)
    x = torch.randn(4, 7, 7)
    made = module(x[None])[0].detach().numpy()
    window = Window(module.kernel_size, module.stride, module.padding, module.dilation)  # type: ignore[arg-type]
    specs = (
        LayerSpec("first", "activation", ("input",), (4, 7, 7), "", 0),
        LayerSpec("conv", "convolution", ("first",), made.shape, "", 0, window=window, groups=module.groups),
    )
    state = NetworkState(NetworkTable((4, 7, 7), specs, ()), {"conv.weight": module.weight.detach().numpy()})
    passed = Trace(
        x.numpy(),
        (LayerActivation("first", "activation", x.numpy()), LayerActivation("conv", "convolution", made)),
    )
    without = x.clone()
    without[index] = 0
    difference = made - module(without[None])[0].detach().numpy()
    found = {each.channel: each.strength for each in fed(state, passed, "first", index)}
    sums = difference.reshape(8, -1).sum(1)
    for channel, total in enumerate(sums.tolist()):
        assert found.get(channel, 0.0) == pytest.approx(total, abs=1e-5)
    assert len(found) == 8 // module.groups


def test_a_channel_that_is_off_gets_nothing() -> None:
    state, passed = traced("lenet")
    off = NetworkState(state.table, state.weights, {"conv2": frozenset({3})})
    found = fed(off, passed, "pool1", (2, 6, 7))
    assert found[3].strength == 0 and found[4].strength != 0


def test_into_the_softmax_and_from_it_nothing_is_weighted() -> None:
    state, passed = traced("lenet")
    assert fed(state, passed, SOFTMAX, (3,)) == [] and fed(state, passed, "fc3", (3,)) == []
    value = float(passed.values["conv1"][0, 1, 1])
    assert fed(state, passed, "conv1", (0, 1, 1)) == [Connection("relu1", 0, value)]  # which has no weights
    pooled = float(passed.values["relu2"][5, 2, 3])
    assert fed(state, passed, "relu2", (5, 2, 3)) == [Connection("pool2", 5, pooled)]
