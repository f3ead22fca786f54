"""A network changed by hand: other weights, and channels that are switched off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from example_networks import changed

from core import networks
from core.catalog import ARCHITECTURES
from core.errors import LabError
from core.explaining.cells import explain_cell
from core.networks import edits, trace

PICTURE = np.random.default_rng(0).random((28, 28), np.float32)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "fc1", "fc2"])
def test_a_channel_that_is_off_gives_zeros_and_the_others_what_they_gave(
    architecture: str, layer: str
) -> None:
    network = networks.build(architecture, seed=1).eval()
    state = replace(trace.state(network), silenced={layer: frozenset({0, 3})})
    _, before = trace.run(network, PICTURE)
    _, after = trace.run(changed(network, state), PICTURE)
    was = next(each.values for each in before.layers if each.name == layer)
    now = next(each.values for each in after.layers if each.name == layer)
    assert not now[[0, 3]].any()
    others = [channel for channel in range(len(was)) if channel not in (0, 3)]
    np.testing.assert_array_equal(now[others], was[others])


def test_what_comes_after_is_computed_without_the_channel() -> None:
    network = networks.build("lenet", seed=1).eval()
    state = replace(trace.state(network), silenced={"relu4": frozenset(range(84))})
    logits, _ = trace.run(changed(network, state), PICTURE)
    bias = network.get_submodule("fc3").bias
    assert isinstance(bias, torch.Tensor)
    np.testing.assert_array_equal(logits, bias.detach().numpy())


def test_the_network_it_was_made_of_stays_as_it_was() -> None:
    network = networks.build("lenet", seed=1).eval()
    before, _ = trace.run(network, PICTURE)
    state = trace.state(network)
    weights = {name: np.zeros_like(value) for name, value in state.weights.items()}
    other = changed(network, replace(state, weights=weights, silenced={"conv1": frozenset({1})}))
    assert not trace.run(other, PICTURE)[0].any()
    np.testing.assert_array_equal(trace.run(network, PICTURE)[0], before)
    assert edits.silenced(network) == {}


def test_changes_to_a_changed_network_take_the_place_of_those_before() -> None:
    network = networks.build("lenet", seed=1).eval()
    first = changed(network, replace(trace.state(network), silenced={"conv1": frozenset({1})}))
    second = changed(first, replace(trace.state(network), silenced={"conv2": frozenset({2})}))
    assert edits.silenced(second) == {"conv2": frozenset({2})}
    assert trace.state(second).silenced == {"conv2": frozenset({2})}


def test_a_channel_that_is_off_is_zero_even_where_weights_are_no_numbers() -> None:
    network = networks.build("lenet", seed=1).eval()
    state = trace.state(network)
    weights = {name: value.copy() for name, value in state.weights.items()}
    weights["conv1.weight"][2] = np.nan
    broken = replace(state, weights=weights, silenced={"conv1": frozenset({2})})
    logits, _ = trace.run(changed(network, broken), PICTURE)
    assert np.isfinite(logits).all()


def test_an_explanation_says_that_the_channel_is_off() -> None:
    network = networks.build("lenet", seed=1).eval()
    other = changed(network, replace(trace.state(network), silenced={"conv1": frozenset({2})}))
    _, values = trace.run(other, PICTURE)
    cell = explain_cell(other, values, "conv1", (2, 14, 14))
    assert cell.is_switched_off and cell.value == 0 and cell.terms.any()
    assert not explain_cell(other, values, "conv1", (1, 14, 14)).is_switched_off


@pytest.mark.parametrize(
    "silenced", [{"conv1": frozenset({6})}, {"conv1": frozenset({-1})}, {"conv9": frozenset({0})}]
)
def test_channels_that_are_not_there_are_refused(silenced: dict[str, frozenset[int]]) -> None:
    network = networks.build("lenet", seed=1).eval()
    with pytest.raises(LabError):
        changed(network, replace(trace.state(network), silenced=silenced))


def test_weights_of_another_shape_are_refused() -> None:
    network = networks.build("lenet", seed=1).eval()
    state = trace.state(network)
    with pytest.raises(LabError):
        changed(network, replace(state, weights={**state.weights, "fc3.bias": np.zeros(9, np.float32)}))
