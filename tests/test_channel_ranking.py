"""A ranking counts what whole forward passes with a channel off would count."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from example_digits import first_digits
from example_networks import NAMES, layer_of
from torch import Tensor, nn

from core import networks
from core.explaining.channel_ranking import ChannelRanking, rank_channels
from core.networks import weight_files
from core.networks.batches import as_batch, as_tensors
from core.networks.table import Network
from core.reading.evaluation import accuracy


def final(network: Network, layer: str, count: int = 120) -> ChannelRanking:
    *_, last = rank_channels(network, first_digits("test", count), layer)
    return last


def switch_off(layer: nn.Module, channel: int) -> torch.utils.hooks.RemovableHandle:
    def off(_layer: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        output = output.clone()
        output[:, channel] = 0
        return output

    return layer.register_forward_hook(off)


def read_right(network: Network, count: int = 120) -> list[int]:
    """Of each class, by whole forward passes."""
    images, labels = as_tensors(first_digits("test", count), torch.device("cpu"))
    with torch.inference_mode():
        right = network(as_batch(images)).argmax(1) == labels
    return [int(right[labels == digit].sum()) for digit in range(10)]


# All channels of the small layers, and some of each wide one.
LAYERS = {
    "conv1": range(6),
    "pool1": range(6),
    "conv2": range(16),
    "pool2": range(16),
    "flatten": range(0, 400, 61),
    "fc1": range(0, 120, 17),
    "fc2": range(0, 84, 13),
    "fc3": range(10),
}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", NAMES)
def test_counts_are_those_of_whole_passes_with_the_channel_off(name: str, layer: str) -> None:
    network = weight_files.load_model(name).network
    ranking = final(network, layer)
    assert ranking.right.tolist() == read_right(network)
    channels = {spec.name: spec.shape[0] for spec in (network).table.layers}
    assert len(ranking.right_without) == channels[layer]
    for channel in LAYERS[layer]:
        handle = switch_off(dict(network.named_children())[layer], channel)
        assert ranking.right_without[channel].tolist() == read_right(network)
        handle.remove()


def test_a_channel_that_is_off_already_stays_off_and_costs_nothing_more() -> None:
    network = weight_files.load_model("lenet").network
    whole = final(network, "conv1")
    handle = switch_off(layer_of(network, "conv1"), 3)
    ranking = final(network, "conv1")
    assert ranking.right.tolist() == whole.right_without[3].tolist()
    assert ranking.drops[3] == 0
    handle.remove()


def test_drops_and_order_follow_from_the_counts() -> None:
    seen, right = np.full(10, 10), np.full(10, 9)
    without = np.array([right - 1, right, right - 3 * (np.arange(10) == 7), right + (np.arange(10) == 0)])
    ranking = ChannelRanking("conv1", 200, seen, right, without)
    assert ranking.done == 100
    assert ranking.accuracy == pytest.approx(0.9)
    np.testing.assert_allclose(ranking.accuracies, [0.8, 0.9, 0.87, 0.91])
    np.testing.assert_allclose(ranking.drops, [0.1, 0, 0.03, -0.01], atol=1e-12)
    np.testing.assert_allclose(ranking.class_drops[2], 0.3 * (np.arange(10) == 7), atol=1e-12)
    assert ranking.order.tolist() == [0, 2, 1, 3]


def test_equal_channels_keep_their_order() -> None:
    ranking = ChannelRanking("fc2", 1, np.ones(10, int), np.ones(10, int), np.ones((84, 10), int))
    assert ranking.order.tolist() == list(range(84))


def test_a_ranking_grows_and_every_stage_is_over_the_same_digits_for_all_channels() -> None:
    network = weight_files.load_model("lenet").network
    stages = list(rank_channels(network, first_digits("test", 120), "conv2"))
    done = [stage.done for stage in stages]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 120)
    halfway = next(stage for stage in stages if stage.done)
    expected = final(network, "conv2", halfway.done)
    assert halfway.right_without.tolist() == expected.right_without.tolist()
    assert all(stage.total == 120 for stage in stages)


def test_before_the_first_digits_are_done_nothing_is_claimed() -> None:
    first = next(rank_channels(networks.build("lenet", seed=0), first_digits("test", 120), "conv1"))
    assert np.isnan(first.accuracy)
    assert np.isnan(first.accuracies).all()
    assert np.isnan(first.class_drops).all()
    assert first.order.tolist() == list(range(6))


def test_a_class_without_digits_has_no_drop() -> None:
    ranking = final(networks.build("lenet", seed=0), "conv1", count=3)
    absent = ~np.isin(np.arange(10), first_digits("test", 3).labels)
    assert np.array_equal(np.isnan(ranking.class_drops), np.broadcast_to(absent, (6, 10)))


def test_a_step_leaves_the_network_and_pytorchs_modes_as_they_were() -> None:
    network = weight_files.load_model("lenet").network
    before = {name: value.clone() for name, value in network.state_dict().items()}
    ranking = rank_channels(network, first_digits("test", 120), "fc1")
    for _ in itertools.islice(ranking, 3):
        assert not torch.is_inference_mode_enabled()
        assert torch.is_grad_enabled()
    ranking.close()  # type: ignore[attr-defined]  # it is a generator
    assert not any(row.module._forward_hooks for row in network.rows)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_the_networks_own_accuracy_is_that_of_the_evaluation() -> None:
    network = weight_files.load_model("lenet").network
    images, labels = as_tensors(first_digits("test", 500), torch.device("cpu"))
    assert final(network, "fc2", 500).accuracy == pytest.approx(accuracy(network, images, labels))


def test_a_layer_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="conv9"):
        next(rank_channels(networks.build("lenet", seed=0), first_digits("test", 120), "conv9"))


def test_no_digits_are_refused() -> None:
    with pytest.raises(ValueError, match="no digits"):
        next(rank_channels(networks.build("lenet", seed=0), first_digits("test", 0), "conv1"))
