"""What is said about a cell adds up to what PyTorch gives there."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from example_networks import NETWORKS, changed, every_explanation, layer_of, named, noise
from torch import Tensor, nn
from torch.nn import functional as F

from core import networks
from core.catalog import ARCHITECTURES
from core.explaining.cells import CellExplanation, explain_cell
from core.networks import trace
from core.records import NetworkState


def layer_by_hand(layer: nn.Module, before: Tensor, *others: Tensor) -> Tensor:
    """What the functions of PyTorch give for a batch of one, from a layer's weights and options."""
    if isinstance(layer, nn.Conv2d):
        plain = F.conv2d(
            before, layer.weight, layer.bias, layer.stride, layer.padding, layer.dilation, layer.groups
        )
        return plain
    if isinstance(layer, nn.MaxPool2d):
        return F.max_pool2d(before, layer.kernel_size, layer.stride, layer.padding)
    if isinstance(layer, nn.AvgPool2d):
        return F.avg_pool2d(before, layer.kernel_size, layer.stride, layer.padding)
    if isinstance(layer, nn.Linear):
        return F.linear(before, layer.weight, layer.bias)
    return layer(before, *others)  # the others have no options, or are no simpler by hand


def put_together(explanation: CellExplanation) -> float:
    """The value that the explanation's parts make, by what its record says of them."""
    kind, terms = explanation.layer.kind, explanation.terms.astype(np.float64)
    if explanation.weights is not None:
        np.testing.assert_array_equal(explanation.terms, explanation.inputs * explanation.weights)
        return float(terms.sum() + (explanation.bias or 0.0))
    if kind in ("pooling", "global mean"):
        return float(terms.max() if "Max" in explanation.layer.code else terms.mean())
    if kind == "add":
        return float(terms.sum())
    if kind == "activation":
        function = getattr(torch, explanation.layer.code.removesuffix("()").lower())
        return float(function(torch.from_numpy(terms)))
    if kind == "softmax":
        return float(terms[explanation.index] / terms.sum())
    assert kind in ("flatten", "concatenate", "pad", "dropout")
    return float(terms[0])


@pytest.mark.parametrize("name", NETWORKS)
def test_parts_add_up_to_what_pytorch_gives(name: str) -> None:
    network = NETWORKS[name]
    for explanation, traced in every_explanation(network):
        layer = explanation.layer
        if layer.name == "input":
            assert explanation.value == noise(network)[None][explanation.index]
            continue
        assert tuple(before.name for before in explanation.before) == layer.inputs
        x = [torch.from_numpy(traced.values[before])[None] for before in layer.inputs]
        with torch.no_grad():
            is_last = layer.name == "softmax"
            expected = F.softmax(x[0], 1) if is_last else layer_by_hand(network.module(layer.name), *x)
        there = float(expected[(0, *explanation.index)])
        assert explanation.value == pytest.approx(there, rel=1e-5, abs=1e-5)
        assert put_together(explanation) == pytest.approx(there, rel=1e-5, abs=1e-5)
        if explanation.source is not None:
            source, place = explanation.source
            assert traced.values[source.name][place] == explanation.inputs[0]


@pytest.mark.parametrize("name", NETWORKS)
def test_padding_is_told_from_the_map(name: str) -> None:
    """The window's inputs are those of the map where it is not padding, and the padding's elsewhere."""
    for explanation, traced in every_explanation(NETWORKS[name]):
        if explanation.layer.window is None:
            continue
        (before,) = (traced.values[each.name] for each in explanation.before)
        is_largest = "MaxPool2d" in explanation.layer.code
        gaps = explanation.layer.window.dilation
        windows = explanation.inputs.reshape(-1, *explanation.inputs.shape[-2:])
        is_convolution = explanation.layer.kind == "convolution"
        channels = before[list(explanation.channels) if is_convolution else [explanation.index[0]]]
        assert explanation.is_padding.shape == windows.shape[1:]
        for (row, column), is_outside in np.ndenumerate(explanation.is_padding):
            y, x = explanation.field[0] + gaps[0] * row, explanation.field[1] + gaps[1] * column
            inside = 0 <= y < before.shape[1] and 0 <= x < before.shape[2]
            assert is_outside == (not inside)
            expected = channels[:, y, x] if inside else -np.inf if is_largest else 0
            assert (windows[:, row, column] == expected).all()
        assert explanation.field[2:] == (y + 1, x + 1)


def test_sums_are_those_of_each_input_channel() -> None:
    network = NETWORKS["lenet"]
    _, traced = trace.run(network, noise())
    explanation = explain_cell(network, traced, "conv2", (3, 4, 5))
    pooled = torch.from_numpy(traced.layers[2].values)
    conv2 = network.get_submodule("conv2")
    assert isinstance(conv2, nn.Conv2d)
    for channel in range(6):
        with torch.no_grad():
            alone = F.conv2d(pooled[None, channel : channel + 1], conv2.weight[3:4, channel : channel + 1])
        assert explanation.sums[channel] == pytest.approx(float(alone[0, 0, 4, 5]), rel=1e-5, abs=1e-6)


def test_a_channel_whose_weights_are_zero_gives_its_bias() -> None:
    network = networks.build("lenet", seed=0).eval()
    with torch.no_grad():
        layer_of(network, "conv1").weight[2] = 0
    _, traced = trace.run(network, noise())
    explanation = explain_cell(network, traced, "conv1", (2, 7, 7))
    assert not explanation.terms.any()
    assert explanation.value == explanation.bias


def test_a_channel_that_is_switched_off_is_told() -> None:
    network = networks.build("lenet", seed=0).eval()
    state = trace.state(network)
    silenced = NetworkState(state.table, state.weights, {"relu1": frozenset({4}), "fc2": frozenset({7})})
    _, traced = trace.run(changed(network, silenced), noise())
    assert explain_cell(silenced, traced, "relu1", (4, 0, 0)).is_switched_off
    assert explain_cell(silenced, traced, "relu1", (4, 0, 0)).value == 0
    assert not explain_cell(silenced, traced, "relu1", (3, 0, 0)).is_switched_off
    assert explain_cell(silenced, traced, "fc2", 7).is_switched_off


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_weights_that_are_no_numbers_are_explained_too(name: str, broken: float) -> None:
    network = networks.build(name, seed=0).eval()
    with torch.no_grad():
        for weights in network.parameters():
            weights.reshape(-1)[::2] = broken
    for explanation, traced in every_explanation(network):
        if explanation.layer.kind not in ("input", "softmax"):
            values = next(each.values for each in traced.layers if each.name == explanation.layer.name)
            np.testing.assert_equal(explanation.value, float(values[explanation.index]))
        if explanation.layer.kind == "convolution":
            np.testing.assert_equal(explanation.sums.shape, (len(explanation.terms),))
    assert np.isnan(explanation.value)  # the softmax


@pytest.mark.parametrize(
    "layer",
    [
        nn.LeakyReLU(0.1),
        nn.BatchNorm2d(2, track_running_stats=False),
        nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"),
        nn.Conv2d(2, 2, 3, padding="same"),
        nn.AvgPool2d(3, padding=1, count_include_pad=False),
        nn.MaxPool2d(3, ceil_mode=True),
        nn.AdaptiveAvgPool2d(5),
    ],
)
def test_a_layer_of_an_unknown_kind_has_its_value_and_depends_on_everything(layer: nn.Module) -> None:
    network = named(nn.Conv2d(1, 2, 3), layer)
    _, traced = trace.run(network, noise())
    explanation = explain_cell(network, traced, "1", (1, 2, 3))
    assert explanation.layer.kind == "other"
    assert explanation.layer.shape == traced.layers[1].values.shape
    assert explanation.value == traced.layers[1].values[1, 2, 3]
    assert explanation.terms.size == 0
    assert explanation.receptive_field == (0, 0, 28, 28)


def test_what_is_not_there_is_refused() -> None:
    network = NETWORKS["lenet"]
    _, traced = trace.run(network, noise())
    with pytest.raises(KeyError):
        explain_cell(network, traced, "conv9", (0, 0, 0))
    for layer, index in (("conv1", (0, 0)), ("conv1", (0, 28, 0)), ("conv1", (-1, 0, 0)), ("fc1", (120,))):
        with pytest.raises(IndexError):
            explain_cell(network, traced, layer, index)


def test_a_network_and_its_numbers_give_the_same_explanation() -> None:
    network = NETWORKS["lenet"]
    _, traced = trace.run(network, noise())
    by_network = explain_cell(network, traced, "fc1", 3)
    by_numbers = explain_cell(trace.state(network), traced, "fc1", (3,))
    np.testing.assert_array_equal(by_network.terms, by_numbers.terms)
    assert (by_network.value, by_network.bias) == (by_numbers.value, by_numbers.bias)
