"""The networks are the paper's table."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from example_networks import NAMES
from torch import nn

from core import networks
from core.catalog import ARCHITECTURES
from core.errors import LabError
from core.networks.layers import Dropout
from core.training.dropout import with_dropout

# Dive into Deep Learning, section 7.6 (Chinese edition: 6.6), with the shape that its `layer_summary`
# prints after each layer.
D2L_SHAPES = [
    *[(6, 28, 28), (6, 28, 28), (6, 14, 14)],
    *[(16, 10, 10), (16, 10, 10), (16, 5, 5)],
    *[(400,), (120,), (120,), (84,), (84,), (10,)],
]


def test_the_catalogue_names_each_architecture_as_it_is_known() -> None:
    assert all(name == architecture.name for name, architecture in ARCHITECTURES.items())


@pytest.mark.parametrize("name", ["lenet", "lenet_sigmoid"])
def test_a_lenet_has_61706_parameters(name: str) -> None:
    network = networks.build(name, seed=0)
    assert sum(parameter.numel() for parameter in network.parameters()) == 61_706
    assert "61,706 parameters" in ARCHITECTURES[name].summary


@pytest.mark.parametrize("name", ["lenet", "lenet_sigmoid"])
def test_the_layers_have_the_shapes_of_the_book(name: str) -> None:
    network = networks.build(name, seed=0)
    outputs = network.outputs(torch.zeros(1, 1, 28, 28))
    assert [tuple(value.shape[1:]) for value in outputs.values()] == D2L_SHAPES
    assert [spec.shape for spec in network.table.layers] == D2L_SHAPES


def test_the_two_lenets_differ_in_activation_and_pooling() -> None:
    modern = [type(row.module) for row in networks.build("lenet", seed=0).rows]
    classic = [type(row.module) for row in networks.build("lenet_sigmoid", seed=0).rows]
    assert {nn.ReLU, nn.MaxPool2d} < set(modern)
    assert {nn.Sigmoid, nn.AvgPool2d} < set(classic)
    instead = {nn.ReLU: nn.Sigmoid, nn.MaxPool2d: nn.AvgPool2d}
    assert [instead.get(layer, layer) for layer in modern] == classic


@pytest.mark.parametrize("name", NAMES)
def test_a_network_answers_a_batch_with_ten_logits_each(name: str) -> None:
    logits = networks.build(name, seed=0)(torch.rand(3, 1, 28, 28))
    assert logits.shape == (3, 10)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_weights(name: str) -> None:
    first, again = networks.build(name, seed=3), networks.build(name, seed=3)
    for weights, others in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(weights, others)


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_gives_other_weights(name: str) -> None:
    first, other = networks.build(name, seed=3), networks.build(name, seed=4)
    for weights, others in zip(first.parameters(), other.parameters(), strict=True):
        assert not torch.equal(weights, others)


@pytest.mark.parametrize("name", NAMES)
def test_building_leaves_pytorchs_random_state_alone(name: str) -> None:
    before = torch.random.get_rng_state()
    networks.build(name, seed=5)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("name", ["", "LeNet", "resnet", "lenet "])
def test_an_unknown_architecture_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(LabError, match=r"no architecture .*lenet, lenet_sigmoid"):
        networks.build(name, seed=0)


@pytest.mark.parametrize("name", NAMES)
def test_no_layer_works_in_place(name: str) -> None:
    assert not any(getattr(layer, "inplace", False) for layer in networks.build(name, seed=0).modules())


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_has_a_name_of_its_own_and_no_layers_inside(name: str) -> None:
    network = networks.build(name, seed=0)
    assert all(not layer_name.isdigit() for layer_name, _ in network.named_children())
    assert len(list(network.modules())) == 1 + len(network.rows)


# Dropout.


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", NAMES)
def test_dropout_follows_each_hidden_fully_connected_layers_activation(name: str) -> None:
    network = networks.build(name, seed=0)
    names = list(network.table.names)
    learner = with_dropout(network, 0.5, generator())
    layers = [row.name if row.name in names else "dropout" for row in learner.rows]
    assert all(row.inputs == (before.name,) for before, row in pairwise(learner.rows))
    activation = "relu" if name == "lenet" else "sigmoid"
    hidden = ["fc1", f"{activation}3", "dropout", "fc2", f"{activation}4", "dropout", "fc3"]
    assert layers == [*names[:7], *hidden]


def test_a_network_without_dropout_stays_itself() -> None:
    network = networks.build("lenet", seed=0)
    assert with_dropout(network, 0.0, generator()) is network


def test_dropout_shares_the_networks_weights_and_adds_none_to_it() -> None:
    network = networks.build("lenet", seed=0)
    before = list(network.state_dict())
    learner = with_dropout(network, 0.5, generator())
    assert [id(weights) for weights in learner.parameters()] == [id(each) for each in network.parameters()]
    assert list(network.state_dict()) == before
    assert len(list(network.modules())) == 1 + len(network.rows)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_silences_a_share_p_and_keeps_the_mean(p: float) -> None:
    dropped = Dropout(p, generator())(torch.ones(1000, 100))
    assert float((dropped == 0).float().mean()) == pytest.approx(p, abs=0.01)
    assert dropped[dropped != 0].numpy() == pytest.approx(1 / (1 - p))
    assert float(dropped.mean()) == pytest.approx(1, abs=0.03)


def test_dropout_draws_from_its_own_generator() -> None:
    before = torch.random.get_rng_state()
    first = Dropout(0.5, generator(1))(torch.ones(10, 10))
    assert torch.equal(first, Dropout(0.5, generator(1))(torch.ones(10, 10)))
    assert not torch.equal(first, Dropout(0.5, generator(2))(torch.ones(10, 10)))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_gradients_do_not_pass_silenced_units() -> None:
    x = torch.ones(50, requires_grad=True)
    dropped = Dropout(0.5, generator())(x)
    dropped.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, dropped.detach())
