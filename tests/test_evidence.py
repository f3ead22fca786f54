"""The sums are the network's own, and the maps mean what they are called."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from example_digits import picture
from example_networks import NAMES, layer_of, shipped
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from core import networks
from core.errors import LabError
from core.explaining import evidence, receptive_field
from core.networks import trace, weight_files
from core.networks.table import Network, Row
from core.records import DIGITS

BLANK = np.zeros((28, 28), np.float32)


def logits(network: Network, x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return network(torch.from_numpy(x).reshape(-1, 1, 28, 28))[0].numpy()


def with_a_channel_switched_off(layer: str, channel: int) -> Network:
    network = weight_files.load_model("lenet").network

    def switch_off(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        kept = output.clone()
        kept[:, channel] = 0
        return kept

    dict(network.named_children())[layer].register_forward_hook(switch_off)
    return network


@settings(deadline=None, max_examples=40)
@given(
    name=st.sampled_from(NAMES),
    index=st.integers(0, 9999),
    pair=st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True),
)
def test_the_units_terms_and_the_biases_add_up_to_the_difference_of_the_logits(
    name: str, index: int, pair: list[int]
) -> None:
    digit, rival = pair
    found = evidence.why(shipped(name), picture(index), digit, rival)
    expected = logits(shipped(name), picture(index))
    np.testing.assert_allclose(found.logits, expected, rtol=1e-5, atol=1e-5)
    assert found.difference == pytest.approx(float(expected[digit] - expected[rival]), abs=1e-4)
    assert found.terms.sum() + found.bias_difference == pytest.approx(found.difference, abs=1e-4)
    assert found.terms.shape == (84,)
    assert (found.layer, found.output_layer) == ("relu4" if name == "lenet" else "sigmoid4", "fc3")


@pytest.mark.parametrize("name", NAMES)
def test_input_times_gradient_is_the_pixel_times_autograds_slope(name: str) -> None:
    x = torch.from_numpy(picture(4)).reshape(1, 1, 28, 28).requires_grad_()
    answer = shipped(name)(x)[0]
    (answer[4] - answer[9]).backward()
    assert x.grad is not None
    found = evidence.why(shipped(name), picture(4), 4, 9).input_x_gradient
    np.testing.assert_allclose(found, (x * x.grad).detach()[0, 0].numpy(), rtol=1e-4, atol=1e-6)


def times_gradient(bias: Tensor) -> float:
    assert bias.grad is not None
    return float((bias.detach() * bias.grad).sum())


@pytest.mark.parametrize("index", range(5))
def test_with_relu_what_the_map_leaves_out_is_each_bias_times_its_gradient(index: int) -> None:
    network = weight_files.load_model("lenet").network
    answer = network(torch.from_numpy(picture(index)).reshape(1, 1, 28, 28))[0]
    (answer[4] - answer[9]).backward()
    biases = [row.module.bias for row in network.rows if isinstance(row.module, nn.Conv2d | nn.Linear)]
    expected = sum(times_gradient(bias) for bias in biases if bias is not None)
    assert evidence.why(network, picture(index), 4, 9).rest == pytest.approx(expected, abs=1e-3)


def test_without_biases_a_relu_networks_map_and_channels_add_up_to_the_difference() -> None:
    network = weight_files.load_model("lenet").network
    for name, weights in network.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(weights)
    found = evidence.why(network, picture(0), 7, 2)
    assert found.rest == pytest.approx(0, abs=1e-4)
    assert list(found.channels) == ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2"]
    for values in found.channels.values():
        assert values.sum() == pytest.approx(found.difference, abs=1e-4)


def test_the_last_maps_channels_and_the_later_biases_add_up_to_the_difference() -> None:
    network = weight_files.load_model("lenet").network
    answer = network(torch.from_numpy(picture(0)).reshape(1, 1, 28, 28))[0]
    (answer[7] - answer[2]).backward()
    later = sum(times_gradient(row.module.bias) for row in network.rows if isinstance(row.module, nn.Linear))
    found = evidence.why(network, picture(0), 7, 2)
    assert found.channels["pool2"].shape == (16,)
    assert found.channels["pool2"].sum() + later == pytest.approx(found.difference, abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_the_evidence_turns_round_with_the_two_digits(name: str) -> None:
    one, other = (evidence.why(shipped(name), picture(4), *pair) for pair in ((4, 9), (9, 4)))
    np.testing.assert_allclose(one.terms, -other.terms, atol=1e-6)
    np.testing.assert_allclose(one.input_x_gradient, -other.input_x_gradient, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("layer", "unit"), [("fc3", 9), ("fc2", 0), ("fc2", 83), ("fc1", 57)])
def test_what_feeds_a_unit_adds_up_to_what_pytorch_gives_for_it(name: str, layer: str, unit: int) -> None:
    network = shipped(name)
    x = torch.from_numpy(picture(3)).reshape(1, 1, 28, 28).requires_grad_()
    names, outputs = network.table.names, list(network.outputs(x).values())
    value = outputs[names.index(layer)][0, unit]
    after = outputs[min(names.index(layer) + 1, len(names) - 1)][0, unit]
    (gradient,) = torch.autograd.grad(value, x)
    found = evidence.feeding(network, picture(3), layer, unit)
    assert found.value == pytest.approx(value.item(), abs=1e-5)
    assert found.activation == pytest.approx(after.item(), abs=1e-5)
    assert found.terms.sum() + found.bias == pytest.approx(found.value, abs=1e-4)
    np.testing.assert_allclose(found.input_x_gradient, (x * gradient).detach()[0, 0].numpy(), atol=1e-5)


def test_one_can_walk_down_from_the_answer_to_the_maps() -> None:
    network, x = shipped("lenet"), picture(0)
    answer = evidence.why(network, x, 7, 2)
    unit = int(np.abs(answer.terms).argmax())
    hidden = evidence.feeding(network, x, "fc2", unit)
    assert (answer.layer, hidden.source, hidden.inputs.shape) == ("relu4", "relu3", (120,))
    assert hidden.activation == answer.activations[unit]
    below = evidence.feeding(network, x, "fc1", int(np.abs(hidden.terms).argmax()))
    assert below.activation == hidden.inputs[below.unit]
    assert (below.source, below.terms.shape) == ("pool2", (16, 5, 5))
    np.testing.assert_allclose(below.channels["pool2"], below.terms.sum((1, 2)), atol=1e-5)


def test_a_network_without_a_hidden_fully_connected_layer_is_explained_by_its_maps() -> None:
    torch.manual_seed(0)
    layers = [
        nn.Conv2d(1, 4, 5),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
        nn.Linear(36, 10, bias=False),
    ]
    network = Network([Row(str(at), layer) for at, layer in enumerate(layers)], (1, 28, 28), DIGITS)
    found = evidence.why(network, picture(0), 1, 2)
    assert (found.terms.shape, found.bias_difference) == ((4, 3, 3), 0)
    assert found.terms.sum() == pytest.approx(found.difference, abs=1e-5)


def test_a_network_of_one_layer_is_explained_by_the_drawing_itself() -> None:
    torch.manual_seed(0)
    layers = [Row("flatten", nn.Flatten()), Row("linear", nn.Linear(784, 10))]
    network = Network(layers, (1, 28, 28), DIGITS)
    found = evidence.why(network, picture(0), 1, 2)
    assert found.layer == ""
    np.testing.assert_allclose(found.terms[0], found.input_x_gradient, atol=1e-6)
    assert found.rest == pytest.approx(found.bias_difference, abs=1e-5)


@pytest.mark.parametrize("layer", ["relu1", "conv2", "pool2", "relu3", "relu4"])
def test_a_channel_that_is_switched_off_says_nothing_and_the_sum_stays_exact(layer: str) -> None:
    _, traced = trace.run(shipped("lenet"), picture(0))
    values = {known.name: known.values for known in traced.layers}[layer]
    channel = int(values.reshape(len(values), -1).max(1).argmax())  # one that says something
    network = with_a_channel_switched_off(layer, channel)
    found = evidence.why(network, picture(0), 7, 2)
    np.testing.assert_allclose(found.logits, logits(network, picture(0)), atol=1e-5)
    assert found.difference != evidence.why(shipped("lenet"), picture(0), 7, 2).difference
    assert found.terms.sum() + found.bias_difference == pytest.approx(found.difference, abs=1e-4)
    if layer in found.channels:
        assert found.channels[layer][channel] == 0
    elif layer == found.layer:
        assert found.terms[channel] == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("layer", "channel", "row", "column"), [("pool2", 3, 2, 1), ("pool2", 15, 0, 4), ("conv1", 5, 27, 0)]
)
def test_a_cells_map_is_its_slope_times_the_ink_within_its_receptive_field(
    name: str, layer: str, channel: int, row: int, column: int
) -> None:
    network = shipped(name)
    x = torch.from_numpy(picture(3)).reshape(1, 1, 28, 28).requires_grad_()
    value = network.outputs(x)[layer][0, channel, row, column]
    (gradient,) = torch.autograd.grad(value, x)
    found = evidence.map_cell(network, picture(3), layer, channel, row, column)
    assert found.value == pytest.approx(value.item(), abs=1e-6)
    np.testing.assert_allclose(found.input_x_gradient, (x * gradient).detach()[0, 0].numpy(), atol=1e-6)
    field = receptive_field.fields(network.table, layer, channel, row, column)["input"]
    outside = np.ones((28, 28), bool)
    outside[field.top : field.bottom, field.left : field.right] = False
    assert not found.input_x_gradient[outside].any()


def test_a_pixels_map_is_the_pixel_and_only_cells_that_are_there_have_one() -> None:
    row, column = np.unravel_index(picture(0).argmax(), (28, 28))
    found = evidence.map_cell(shipped("lenet"), picture(0), "", 0, int(row), int(column))
    assert found.value == found.input_x_gradient.sum() == picture(0).max()
    for layer, place in (("pool2", (16, 0, 0)), ("pool2", (0, 5, 0)), ("fc1", (0, 0, 0)), ("no", (0, 0, 0))):
        with pytest.raises(LabError):
            evidence.map_cell(shipped("lenet"), picture(0), layer, *place)


def test_a_unit_that_is_switched_off_gives_nothing_and_depends_on_no_pixel() -> None:
    found = evidence.feeding(with_a_channel_switched_off("fc2", 3), picture(0), "fc2", 3)
    assert (found.value, found.activation) == (0, 0)
    assert not found.input_x_gradient.any()


def test_a_layer_replaced_by_a_constant_leaves_the_drawing_without_a_say() -> None:
    network = weight_files.load_model("lenet").network
    network.pool1.register_forward_hook(lambda module, inputs, output: torch.ones_like(output).detach())
    found = evidence.why(network, picture(0), 7, 2)
    assert not found.input_x_gradient.any()
    assert found.terms.sum() + found.bias_difference == pytest.approx(found.difference, abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("patch", [1, 5])
def test_occlusion_is_the_fall_of_the_lead_with_the_patch_covered(name: str, patch: int) -> None:
    x, network = picture(4), shipped(name)
    found = evidence.occlusion(network, x, 4, 9, patch)
    before = logits(network, x)
    reach = patch // 2
    for row, column in [(0, 0), (10, 14), (14, 14), (20, 17), (27, 27), (8, 9)]:
        covered = x.copy()
        covered[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1] = 0
        after = logits(network, covered)
        expected = (before[4] - before[9]) - (after[4] - after[9])
        assert found[row, column] == pytest.approx(expected, abs=1e-4)
    assert np.abs(found).max() > 0.1


def test_covering_bare_paper_changes_nothing() -> None:
    found = evidence.occlusion(shipped("lenet"), picture(4), 4, 9)
    assert not found[:2].any()
    assert not evidence.occlusion(shipped("lenet"), BLANK, 4, 9).any()


@pytest.mark.parametrize("patch", [0, 4, -1])
def test_a_patch_without_a_middle_is_refused(patch: int) -> None:
    with pytest.raises(ValueError, match="odd"):
        evidence.occlusion(shipped("lenet"), BLANK, 4, 9, patch)


@pytest.mark.parametrize("name", NAMES)
def test_on_bare_paper_no_pixel_speaks_and_the_sum_stays_exact(name: str) -> None:
    found = evidence.why(shipped(name), BLANK, 1, 8)
    assert not found.input_x_gradient.any()
    assert found.rest == found.difference
    assert found.terms.sum() + found.bias_difference == pytest.approx(found.difference, abs=1e-4)


def test_a_dead_network_has_only_its_biases_to_tell() -> None:
    network = networks.build("lenet", seed=0)
    nn.init.constant_(layer_of(network, "fc2").bias, -1e3)
    found = evidence.why(network, picture(0), 7, 2)
    assert not found.terms.any()
    assert not found.input_x_gradient.any()
    assert found.bias_difference == pytest.approx(found.difference, abs=1e-6)


def test_asking_leaves_the_network_and_the_picture_as_they_were() -> None:
    network = weight_files.load_model("lenet").network
    weights = {name: value.clone() for name, value in network.state_dict().items()}
    x = picture(0)
    evidence.why(network, x, 7, 2)
    evidence.occlusion(network, x, 7, 2)
    assert all(torch.equal(value, weights[name]) for name, value in network.state_dict().items())
    assert all(value.grad is None and value.requires_grad for value in network.parameters())
    assert np.array_equal(x, picture(0))


def test_weights_that_are_no_numbers_are_told_in_words() -> None:
    network = networks.build("lenet", seed=0)
    nn.init.constant_(layer_of(network, "fc2").weight, float("nan"))
    for ask in (evidence.why, evidence.occlusion):
        with pytest.raises(LabError, match="no finite numbers"):
            ask(network, picture(0), 7, 2)
    with pytest.raises(LabError, match="no finite numbers"):
        evidence.feeding(network, picture(0), "fc1", 0)


def test_a_digit_is_not_compared_with_itself() -> None:
    for ask in (evidence.why, evidence.occlusion):
        with pytest.raises(LabError, match="choose another"):
            ask(shipped("lenet"), picture(0), 7, 7)


@pytest.mark.parametrize("layer", ["conv1", "relu4", "fc9"])
def test_only_a_fully_connected_layer_is_taken_apart(layer: str) -> None:
    with pytest.raises(LabError, match=layer):
        evidence.feeding(shipped("lenet"), picture(0), layer, 0)


@pytest.mark.slow
def test_evidence_reaches_a_process_that_has_no_torch() -> None:
    network = shipped("lenet")
    sent = evidence.why(network, picture(0), 7, 2), evidence.feeding(network, picture(0), "fc1", 0)
    receive = (
        "import pickle, sys; why, feeding = pickle.load(sys.stdin.buffer); "
        "print(why.terms.size, feeding.terms.size, 'torch' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", receive], input=pickle.dumps(sent), capture_output=True)
    assert finished.stdout.decode().split() == ["84", "400", "False"]
