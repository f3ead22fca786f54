"""The change turns the answer, is small, and the way to it is told point by point."""

from __future__ import annotations

import functools
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from example_digits import picture
from example_networks import NAMES, layer_of, shipped
from torch import Tensor, nn

from core import networks
from core.errors import LabError
from core.explaining.evidence_records import ChangePath
from core.explaining.smallest_change import BEFORE, BEYOND, smallest_change
from core.networks import weight_files
from core.networks.table import Network, Row
from core.records import DIGITS

BLANK = np.zeros((28, 28), np.float32)


def probabilities(network: Network, x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return network(torch.from_numpy(x).reshape(-1, 1, 28, 28)).softmax(1).numpy()


def answer(network: Network, x: np.ndarray) -> int:
    return int(probabilities(network, x)[0].argmax())


@functools.cache
def path(name: str, index: int, rival: int) -> ChangePath:
    return smallest_change(shipped(name), picture(index), rival)


def cases() -> list[tuple[str, int, int]]:
    # Digits 0 to 4 of the test set are 7, 2, 1, 0, 4.
    return [(name, index, (index + 3) % 10) for name in NAMES for index in range(5)]


@pytest.mark.parametrize(("name", "index", "rival"), cases())
def test_the_flip_is_read_as_the_rival_and_the_point_before_it_is_not(
    name: str, index: int, rival: int
) -> None:
    found, network = path(name, index, rival), shipped(name)
    assert answer(network, found.pictures[found.flip]) == rival
    assert all(answer(network, x) != rival for x in found.pictures[: found.flip])
    assert answer(network, picture(index) + 0.997 * found.change) != rival  # the flip is tight
    assert found.digit == answer(network, picture(index)) == found.probabilities[0].argmax()


@pytest.mark.parametrize(("name", "index", "rival"), cases())
def test_the_path_is_a_straight_line_within_the_pixels_range(name: str, index: int, rival: int) -> None:
    found = path(name, index, rival)
    assert found.pictures.shape == (BEFORE + BEYOND + 1, 28, 28)
    assert (found.positions[0], found.positions[found.flip], found.positions[-1]) == (0, 1, 1.5)
    assert np.array_equal(found.pictures[0], picture(index))
    assert found.pictures.min() >= 0
    assert found.pictures.max() <= 1
    line = picture(index) + found.positions[:, None, None] * found.change
    np.testing.assert_allclose(found.pictures, line.clip(0, 1), atol=1e-5)
    assert found.length == pytest.approx(np.sqrt((found.change.astype(float) ** 2).sum()), rel=1e-5)
    assert found.largest == np.abs(found.change).max()


@pytest.mark.parametrize(("name", "index", "rival"), cases())
def test_the_probabilities_are_the_networks_own(name: str, index: int, rival: int) -> None:
    found = path(name, index, rival)
    np.testing.assert_allclose(found.probabilities, probabilities(shipped(name), found.pictures), atol=1e-5)


def along_the_gradient(network: Network, start: np.ndarray, rival: int) -> float:
    """How long the change is that follows the first gradient of the two logits straight; infinite if none."""
    x = torch.from_numpy(start).reshape(1, 1, 28, 28).requires_grad_()
    logits = network(x)[0]
    (gradient,) = torch.autograd.grad(logits[rival] - logits.max(), x)
    lengths = torch.linspace(0, 25, 2501)[:, None, None, None]
    line = (x + lengths * gradient / gradient.norm()).clamp(0, 1).detach()
    with torch.no_grad():
        turned = network(line).argmax(1) == rival
    return float((line[turned] - x.detach()).flatten(1).norm(dim=1).min()) if turned.any() else np.inf


@pytest.mark.parametrize(("name", "index", "rival"), cases())
def test_the_change_is_no_longer_than_one_straight_along_the_gradient(
    name: str, index: int, rival: int
) -> None:
    assert path(name, index, rival).length <= along_the_gradient(shipped(name), picture(index), rival) * 1.001


def test_in_a_linear_network_the_change_is_as_short_as_the_distance_from_the_border() -> None:
    torch.manual_seed(0)
    layers = [Row("flatten", nn.Flatten()), Row("1", nn.Linear(784, 10))]
    network = Network(layers, (1, 28, 28), DIGITS)
    start = np.full((28, 28), 0.5, np.float32)  # far from the pixels' limits, and so from their effect
    weights, x = layer_of(network, "1").weight.detach(), torch.from_numpy(start).reshape(1, 1, 28, 28)
    logits = network(x)[0].detach()
    digit, rival = logits.topk(2).indices.tolist()
    distance = (logits[digit] - logits[rival]) / (weights[digit] - weights[rival]).norm()
    assert smallest_change(network, start, rival).length == pytest.approx(float(distance), rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_fifty_digits_can_be_turned_into_others(name: str) -> None:
    missed = []
    for index in range(50):
        digit = answer(shipped(name), picture(index))
        rival = (digit + 1 + index % 9) % 10  # each of the nine in turn: the whole table takes a minute
        try:
            found = smallest_change(shipped(name), picture(index), rival)
        except LabError:
            missed.append((index, rival))
        else:
            assert (found.flip, found.probabilities[BEFORE].argmax()) == (BEFORE, rival)
    assert not missed


@pytest.mark.parametrize("name", NAMES)
def test_the_same_drawing_gives_the_same_path(name: str) -> None:
    again = smallest_change(shipped(name), picture(0), 3)
    assert np.array_equal(again.pictures, path(name, 0, 3).pictures)
    assert np.array_equal(again.probabilities, path(name, 0, 3).probabilities)


def test_a_channel_that_is_switched_off_stays_off_on_the_way() -> None:
    network = weight_files.load_model("lenet").network

    def switch_off(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        kept = output.clone()
        kept[:, 2] = 0
        return kept

    network.relu1.register_forward_hook(switch_off)
    found = smallest_change(network, picture(0), 3)
    np.testing.assert_allclose(found.probabilities, probabilities(network, found.pictures), atol=1e-5)
    assert answer(network, found.pictures[found.flip]) == 3
    assert not np.array_equal(found.pictures, path("lenet", 0, 3).pictures)


@pytest.mark.parametrize("name", NAMES)
def test_bare_paper_can_be_turned_too(name: str) -> None:
    rival = (answer(shipped(name), BLANK) + 1) % 10
    found = smallest_change(shipped(name), BLANK, rival)
    assert answer(shipped(name), found.pictures[found.flip]) == rival
    assert found.change.min() >= 0  # there is nothing to take away


def test_an_untrained_saturated_network_has_a_way_or_says_that_it_found_none() -> None:
    network = networks.build("lenet_sigmoid", seed=0)
    nn.init.constant_(layer_of(network, "fc1").bias, 60)
    try:
        found = smallest_change(network, picture(0), (answer(network, picture(0)) + 1) % 10)
    except LabError as error:
        assert "No change" in str(error) or "gradient is zero" in str(error)
    else:
        assert found.probabilities[found.flip].argmax() == found.rival


def test_the_present_answer_is_no_rival() -> None:
    with pytest.raises(LabError, match="already reads a 7"):
        smallest_change(shipped("lenet"), picture(0), 7)


def test_a_dead_network_is_told_in_words() -> None:
    network = networks.build("lenet", seed=0)
    nn.init.constant_(layer_of(network, "fc2").bias, -1e3)
    rival = (answer(network, picture(0)) + 1) % 10
    with pytest.raises(LabError, match="gradient is zero"):
        smallest_change(network, picture(0), rival)


def test_a_digit_that_no_drawing_reaches_is_told_in_words() -> None:
    network = weight_files.load_model("lenet").network
    with torch.no_grad():
        layer_of(network, "fc3").bias[3] -= 1e4
    with pytest.raises(LabError, match="No change that the network reads as a 3 was found"):
        smallest_change(network, picture(0), 3)


def test_weights_that_are_no_numbers_are_told_in_words() -> None:
    network = networks.build("lenet", seed=0)
    nn.init.constant_(layer_of(network, "fc2").weight, float("nan"))
    with pytest.raises(LabError, match="no finite numbers"):
        smallest_change(network, picture(0), 3)


@pytest.mark.slow
def test_a_path_reaches_a_process_that_has_no_torch() -> None:
    receive = (
        "import pickle, sys; path = pickle.load(sys.stdin.buffer); print(path.flip, 'torch' in sys.modules)"
    )
    sent = pickle.dumps(path("lenet", 0, 3))
    finished = subprocess.run([sys.executable, "-c", receive], input=sent, capture_output=True)
    assert finished.stdout.decode().split() == [str(BEFORE), "False"]
