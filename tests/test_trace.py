"""A trace holds what each layer really gave."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from example_digits import picture
from example_networks import NAMES, layer_of, named
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from core import networks
from core.networks import trace, weight_files
from core.networks.table import Network
from core.records import LayerSpec

POOLING: dict[str, Callable[..., Tensor]] = {"lenet": F.max_pool2d, "lenet_sigmoid": F.avg_pool2d}
ACTIVATION: dict[str, Callable[..., Tensor]] = {"lenet": F.relu, "lenet_sigmoid": torch.sigmoid}


def by_hand(name: str, weights: dict[str, Tensor], x: Tensor) -> list[Tensor]:
    """Every layer's output for x (1, 1, 28, 28), from the functions that PyTorch's layers are made of."""
    pool, activate = POOLING[name], ACTIVATION[name]
    outputs = [F.conv2d(x, weights["conv1.weight"], weights["conv1.bias"], padding=2)]
    outputs.append(activate(outputs[-1]))
    outputs.append(pool(outputs[-1], 2))
    outputs.append(F.conv2d(outputs[-1], weights["conv2.weight"], weights["conv2.bias"]))
    outputs.append(activate(outputs[-1]))
    outputs.append(pool(outputs[-1], 2))
    outputs.append(outputs[-1].reshape(1, 400))
    for layer in ("fc1", "fc2", "fc3"):
        outputs.append(F.linear(outputs[-1], weights[f"{layer}.weight"], weights[f"{layer}.bias"]))
        if layer != "fc3":
            outputs.append(activate(outputs[-1]))
    return outputs


@pytest.mark.parametrize("name", NAMES)
def test_every_layers_values_are_those_of_pytorchs_own_functions(name: str) -> None:
    network = weight_files.load_model(name).network
    x = torch.from_numpy(picture(0)).reshape(1, 1, 28, 28)
    _, traced = trace.run(network, picture(0))
    expected = by_hand(name, network.state_dict(), x)
    assert len(traced.layers) == len(expected)
    for layer, values in zip(traced.layers, expected, strict=True):
        np.testing.assert_allclose(layer.values, values[0].numpy(), rtol=1e-5, atol=1e-5)


def test_a_cell_of_a_feature_map_is_its_window_times_the_kernel_plus_the_bias() -> None:
    network = weight_files.load_model("lenet").network
    _, traced = trace.run(network, picture(0))
    values = {layer.name: layer.values.astype(float) for layer in traced.layers}
    kernel = layer_of(network, "conv2").weight.detach().numpy().astype(float)
    bias = layer_of(network, "conv2").bias.detach().numpy().astype(float)
    cell = (values["pool1"][:, 3:8, 5:10] * kernel[7]).sum() + bias[7]
    assert values["conv2"][7, 3, 5] == pytest.approx(cell, abs=1e-5)
    assert values["pool2"][7, 2, 4] == values["relu2"][7, 4:6, 8:10].max()


@pytest.mark.parametrize("name", NAMES)
def test_names_and_order_are_the_networks(name: str) -> None:
    network = networks.build(name, seed=0)
    _, traced = trace.run(network, picture(0))
    assert [layer.name for layer in traced.layers] == [layer for layer, _ in network.named_children()]
    kinds = ["convolution", "activation", "pooling"] * 2 + ["flatten"]
    kinds += ["linear", "activation", "linear", "activation", "linear"]
    assert [layer.kind for layer in traced.layers] == kinds


@pytest.mark.parametrize("name", NAMES)
def test_everything_in_a_trace_is_contiguous_float32(name: str) -> None:
    logits, traced = trace.run(networks.build(name, seed=0), picture(0))
    for values in (logits, traced.picture, *(layer.values for layer in traced.layers)):
        assert values.dtype == np.float32
        assert values.flags.c_contiguous


@pytest.mark.parametrize("name", NAMES)
def test_the_logits_are_the_networks_own(name: str) -> None:
    network = networks.build(name, seed=0)
    logits, traced = trace.run(network, picture(0))
    with torch.inference_mode():
        expected = network(torch.from_numpy(picture(0)).reshape(1, 1, 28, 28))[0].numpy()
    assert logits.shape == (10,)
    assert np.array_equal(logits, expected)
    assert np.array_equal(traced.layers[-1].values, logits)


def test_the_input_is_kept() -> None:
    _, traced = trace.run(networks.build("lenet", seed=0), picture(0))
    assert traced.picture.shape == (28, 28)
    assert np.array_equal(traced.picture, picture(0))


def test_a_tensor_with_batch_and_channel_is_read_as_the_picture_in_it() -> None:
    network = networks.build("lenet", seed=0)
    logits, traced = trace.run(network, torch.from_numpy(picture(0)).reshape(1, 1, 28, 28))
    assert np.array_equal(logits, trace.run(network, picture(0))[0])
    assert traced.picture.shape == (28, 28)


def test_the_traces_of_two_inputs_share_no_memory() -> None:
    network = networks.build("lenet", seed=0)
    _, first = trace.run(network, picture(0))
    kept = [layer.values.copy() for layer in first.layers]
    _, second = trace.run(network, picture(1))
    for layer, before, other in zip(first.layers, kept, second.layers, strict=True):
        assert np.array_equal(layer.values, before)
        assert not np.shares_memory(layer.values, other.values)
    assert not np.array_equal(first.layers[0].values, second.layers[0].values)


def test_a_trace_keeps_its_input_when_the_callers_array_changes() -> None:
    given = picture(0)
    _, traced = trace.run(networks.build("lenet", seed=0), given)
    given[:] = 0
    assert np.array_equal(traced.picture, picture(0))


def test_an_activation_leaves_the_layer_before_it_untouched() -> None:
    _, traced = trace.run(networks.build("lenet", seed=0), picture(0))
    values = {layer.name: layer.values for layer in traced.layers}
    assert values["conv1"].min() < 0
    assert np.array_equal(values["relu1"], values["conv1"].clip(0))


def specs(name: str) -> tuple[Network, tuple[LayerSpec, ...]]:
    network = networks.build(name, seed=0)
    return network, (network).table.layers


@pytest.mark.parametrize("name", NAMES)
def test_a_specs_code_builds_the_layer_again(name: str) -> None:
    network, found = specs(name)
    for row, spec in zip(network.rows, found, strict=True):
        rebuilt = eval(spec.code, vars(nn).copy())
        assert repr(rebuilt) == repr(row.module)


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ("conv1", "Conv2d(1, 6, kernel_size=5, padding=2)"),
        ("conv2", "Conv2d(6, 16, kernel_size=5)"),
        ("relu1", "ReLU()"),
        ("pool1", "MaxPool2d(kernel_size=2, stride=2)"),
        ("fc1", "Linear(in_features=400, out_features=120)"),
        ("flatten", "Flatten()"),
    ],
)
def test_a_specs_code_is_as_short_as_one_would_type_it(layer: str, code: str) -> None:
    assert {spec.name: spec.code for spec in specs("lenet")[1]}[layer] == code


@pytest.mark.parametrize("name", NAMES)
def test_specs_tell_shapes_and_parameters(name: str) -> None:
    _, found = specs(name)
    assert [spec.shape for spec in found][2] == (6, 14, 14)
    assert [spec.shape for spec in found][5:8] == [(16, 5, 5), (400,), (120,)]
    # (5·5·1 + 1)·6, (5·5·6 + 1)·16, (400 + 1)·120, (120 + 1)·84, (84 + 1)·10
    assert [spec.parameters for spec in found if spec.parameters] == [156, 2416, 48_120, 10_164, 850]


@pytest.mark.parametrize("name", NAMES)
def test_a_specs_sum_of_parameters_comes_to_its_number(name: str) -> None:
    for spec in specs(name)[1]:
        total = eval(spec.parameter_sum.replace("×", "*") or "0", {})
        assert total == spec.parameters
    sums = {spec.name: spec.parameter_sum for spec in specs(name)[1]}
    assert (sums["conv1"], sums["fc3"], sums["flatten"]) == ("6×1×5×5 + 6", "10×84 + 10", "")


@pytest.mark.parametrize("name", NAMES)
def test_a_specs_multiplications_are_those_of_pytorchs_own_count(name: str) -> None:
    network, found = specs(name)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, 1, 28, 28))
    assert 2 * sum(spec.multiplications for spec in found) == counter.get_total_flops()
    by_name = {spec.name: spec.multiplications for spec in found if spec.multiplications}
    # 28·28 · 5·5 · 6, 10·10 · 5·5·6 · 16, and the sizes of the matrices.
    assert by_name == {"conv1": 117_600, "conv2": 240_000, "fc1": 48_000, "fc2": 10_080, "fc3": 840}


def test_a_layer_of_an_unknown_type_is_of_another_kind() -> None:
    network = named(nn.Conv2d(1, 2, 3), nn.GELU(), nn.LPPool2d(2, 2))
    assert [(spec.kind, spec.shape) for spec in network.table.layers[1:]] == [
        ("other", (2, 26, 26)),
        ("other", (2, 13, 13)),
    ]
