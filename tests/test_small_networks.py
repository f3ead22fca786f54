"""A whole network in NumPy gives what PyTorch gives; one rule says which networks are asked so."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from example_networks import NETWORKS, changed, named, noise, shipped
from torch import nn

from core.convolution.network import run
from core.networks import trace
from core.networks.table import Network
from core.reading import small_networks
from core.reading.classifier import Classifier
from core.reading.small_networks import answer, is_small
from core.records import ModelInfo, NetworkState


def info_of(network: Network, **changes: object) -> ModelInfo:
    return replace(ModelInfo("", "any", "cpu", "CPU", network.table), **changes)  # type: ignore[arg-type]


def is_small_here(network: Network, **changes: object) -> bool:
    return is_small(info_of(network, **changes), trace.state(network).weights)


@pytest.mark.parametrize("name", [*NETWORKS, "shipped"])
def test_every_layer_of_every_network_is_as_pytorch_has_it(name: str) -> None:
    network = shipped("lenet") if name == "shipped" else NETWORKS[name]
    channels, *size = network.input_shape
    for picture in (noise(network), np.random.default_rng(2).random((channels, *size), np.float32)):
        before = picture.copy()
        logits, found = run(trace.state(network), picture)
        expected_logits, expected = trace.run(network, picture)
        np.testing.assert_allclose(logits, expected_logits, rtol=1e-5, atol=1e-5)
        assert [layer.name for layer in found.layers] == list(network.table.names)
        for layer, other in zip(found.layers, expected.layers, strict=True):
            assert layer.kind == other.kind and layer.values.dtype == np.float32
            np.testing.assert_allclose(layer.values, other.values, rtol=1e-5, atol=1e-5)
        np.testing.assert_array_equal(found.input, expected.input)
        assert not np.shares_memory(found.input, picture)
        np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("name", NETWORKS)
def test_channels_that_are_off_are_off_in_numpy_as_well(name: str) -> None:
    network = NETWORKS[name]
    state = trace.state(network)
    for spec in state.layers:
        quiet = NetworkState(state.table, state.weights, {spec.name: frozenset({0, spec.shape[0] - 1})})
        _, found = run(quiet, noise(network))
        _, expected = trace.run(changed(network, quiet), noise(network))
        for layer, other in zip(found.layers, expected.layers, strict=True):
            np.testing.assert_allclose(layer.values, other.values, rtol=1e-5, atol=1e-5)


def test_a_picture_of_another_size_is_refused() -> None:
    for size in ((27, 28), (2, 28, 28), (1, 1, 28, 28), (28,)):
        with pytest.raises(ValueError, match="picture"):
            run(trace.state(shipped("lenet")), np.zeros(size, np.float32))


def test_a_drawing_gets_the_answer_that_the_classifier_gives() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[60:220, 120:150] = 255
    classifier = Classifier.open("lenet", "cpu")
    info = classifier.info
    own, other = answer(NetworkState(info.table, info.weights), ink), classifier.classify(ink)
    np.testing.assert_allclose(own.probabilities, other.probabilities, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(own.trace.input, other.trace.input)
    assert own.digit == other.digit == 1 and own.classes == other.classes and own.milliseconds > 0


def test_small_networks_are_those_of_known_layers_on_a_cpu_whose_weights_are_here() -> None:
    network = shipped("lenet")
    assert is_small_here(network)
    assert not is_small_here(network, device="cuda")
    assert not is_small(info_of(network), {})
    assert not is_small_here(named(nn.Conv2d(1, 2, 3)))  # it names no classes: there is nothing to answer
    spec = replace(network.table.layers[1], kind="another")
    odd = replace(network.table, layers=(network.table.layers[0], spec, *network.table.layers[2:]))
    assert not is_small_here(network, table=odd)


def test_a_network_whose_pass_takes_too_long_here_is_not_small(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.003, 1.0, 1.0021, 2.0, 2.005, 3.0, 3.003, 4.0, 4.005, 5.0, 5.0019])
    monkeypatch.setattr(time, "perf_counter", lambda: next(times))
    assert not is_small_here(shipped("lenet"))  # 3, 2.1 and 5 ms
    assert is_small_here(shipped("lenet"))  # 3, 5 and 1.9 ms: others use the cores, too


@pytest.mark.parametrize(
    "large",
    [
        {"multiplications": 4_000_001},
        {"shape": (6, 140, 140)},
    ],
)
def test_what_is_far_too_large_is_not_even_tried(
    monkeypatch: pytest.MonkeyPatch, large: dict[str, object]
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the window would have waited for it")

    monkeypatch.setattr(small_networks, "run", never)
    table = shipped("lenet").table
    layer = replace(table.layers[0], **large)  # type: ignore[arg-type]
    assert not is_small_here(shipped("lenet"), table=replace(table, layers=(layer, *table.layers[1:])))
