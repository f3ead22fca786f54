from __future__ import annotations

import numpy as np
import pytest
import torch
from example_networks import changed
from torch.nn import functional as F

from core import networks
from core.errors import LabError
from core.explaining.kernels import kernels_of
from core.export import edited_weights
from core.networks import trace
from core.networks.table import Network, Row
from core.records import DIGITS, NetworkState
from gui.tabs.inspect.change.edit_session import EditSession


@pytest.fixture
def base() -> NetworkState:
    return trace.state(networks.build("lenet", seed=3))


@pytest.fixture
def told() -> list[NetworkState | None]:
    return []


@pytest.fixture
def session(base: NetworkState, told: list[NetworkState | None]) -> EditSession:
    session = EditSession()
    session.set_base(base)
    session.changed.connect(told.append)
    return session


def test_a_channel_is_switched_off_and_on_again(
    session: EditSession, told: list[NetworkState | None]
) -> None:
    session.switch("conv1", 3, False)
    assert told[-1] is not None and told[-1].silenced == {"conv1": frozenset({3})}
    assert session.is_modified and session.summary() == "conv1 channel 3 off"
    session.switch("conv1", 3, True)
    assert told[-1] is None and not session.is_modified and session.summary() == ""


def test_what_changes_nothing_cannot_be_undone(session: EditSession, base: NetworkState) -> None:
    session.switch("conv1", 3, True)
    session.set_bias("conv1", 0, float(base.weights["conv1.bias"][0]))
    session.revert()
    assert not session.stack.canUndo()


def test_the_opened_network_is_never_written(session: EditSession, base: NetworkState) -> None:
    before = {name: value.copy() for name, value in base.weights.items()}
    session.set_weight("conv2", 5, 2, (1, 3), 4.0)
    session.set_kernel("fc1", 7, 3, np.ones((5, 5), np.float32))
    session.set_bias("fc3", 9, -2.0)
    for name, value in before.items():
        np.testing.assert_array_equal(base.weights[name], value)
    assert session.state is not None
    assert session.state.weights["conv2.weight"][5, 2, 1, 3] == 4
    assert session.state.weights["fc3.bias"][9] == -2
    assert session.state.weights["conv1.weight"] is base.weights["conv1.weight"]  # only what is needed


def test_a_number_that_is_typed_back_leaves_no_change(session: EditSession, base: NetworkState) -> None:
    original = float(base.weights["conv1.weight"][2, 0, 0, 4])
    session.set_weight("conv1", 2, 0, (0, 4), 9.0)
    session.switch("fc1", 1, False)
    session.set_weight("conv1", 2, 0, (0, 4), original)
    session.switch("fc1", 1, True)
    assert not session.is_modified


def test_undo_and_redo_walk_through_all_changes(
    session: EditSession, base: NetworkState, told: list[NetworkState | None]
) -> None:
    session.switch("relu2", 4, False)
    first = session.state
    session.set_kernel("conv1", 0, 0, np.zeros((5, 5), np.float32))
    second = session.state
    assert "kernel" in session.stack.undoText()
    session.stack.undo()
    assert session.state is first and told[-1] is first
    session.stack.undo()
    assert session.state is base and told[-1] is None and not session.stack.canUndo()
    session.stack.redo()
    session.stack.redo()
    assert session.state is second and not session.stack.canRedo()


def test_consecutive_changes_of_one_number_are_undone_in_one_go(
    session: EditSession, base: NetworkState
) -> None:
    session.set_bias("conv1", 1, 0.5)
    kept = session.state
    for value in (0.1, 0.2, 0.3):
        session.set_weight("conv1", 1, 0, (2, 2), value)
    session.stack.undo()
    assert session.state is kept
    for value in (0.1, 0.2):
        session.set_bias("conv1", 2, value)
    session.stack.undo()
    assert session.state is kept
    session.stack.undo()
    assert session.state is base


def test_a_number_dragged_away_and_back_leaves_nothing_to_undo(
    session: EditSession, base: NetworkState
) -> None:
    session.set_bias("conv1", 1, 0.5)
    session.set_bias("conv1", 1, float(base.weights["conv1.bias"][1]))
    assert not session.is_modified and not session.stack.canUndo()


def test_reverting_can_be_undone(session: EditSession, told: list[NetworkState | None]) -> None:
    session.switch("conv1", 0, False)
    session.set_bias("fc2", 3, 1.0)
    changed = session.state
    session.revert()
    assert told[-1] is None and not session.is_modified
    session.stack.undo()
    assert session.state is changed and told[-1] is changed


def test_the_original_answers_while_it_is_compared_and_the_changes_stay(
    session: EditSession, told: list[NetworkState | None]
) -> None:
    session.switch("conv1", 0, False)
    changed = session.state
    session.set_original_shown(True)
    assert told[-1] is None and session.is_modified
    session.set_original_shown(False)
    assert told[-1] is changed


def test_another_network_begins_anew_and_the_same_one_keeps_its_changes(
    session: EditSession, base: NetworkState, told: list[NetworkState | None]
) -> None:
    session.switch("conv1", 0, False)
    again = NetworkState(base.table, {name: value.copy() for name, value in base.weights.items()})
    session.set_base(again)  # on another device, say
    assert session.is_modified and told[-1] is session.state
    other = trace.state(networks.build("lenet", seed=4))
    session.set_base(other)
    assert session.state is other and told[-1] is None and not session.stack.canUndo()


def test_whoever_hears_of_a_change_finds_undo_and_redo_up_to_date(
    session: EditSession, base: NetworkState
) -> None:
    known: list[tuple[bool, bool]] = []
    session.changed.connect(lambda state: known.append((session.stack.canUndo(), session.stack.canRedo())))
    session.switch("conv1", 3, False)
    session.stack.undo()
    session.stack.redo()
    session.set_base(trace.state(networks.build("lenet", seed=4)))
    assert known == [(True, False), (False, True), (True, False), (False, False)]


def test_the_summary_counts_in_plain_words(session: EditSession) -> None:
    session.switch("conv1", 0, False)
    session.switch("pool1", 2, False)
    session.switch("fc1", 100, False)
    session.set_kernel("conv2", 3, 1, np.zeros((5, 5), np.float32))
    session.set_kernel("conv2", 3, 2, np.zeros((5, 5), np.float32))
    session.set_weight("fc2", 0, 0, (0, 0), 1.0)
    session.set_bias("fc3", 0, 1.0)
    assert session.summary() == (
        "2 channels off, fc1 unit 100 off, 2 kernels edited, 1 weight edited, 1 bias edited"
    )
    assert session.brief_summary() == "7 changes"
    assert session.edited_channels("conv2") == {3}
    assert session.edited_channels("fc3") == {0}
    assert session.edited_channels("conv1") == frozenset()
    session.switch_all_on("conv1")
    assert session.summary().startswith("pool1 channel 2 off")


def test_kernels_are_the_weights_in_the_shape_of_what_they_are_multiplied_with(base: NetworkState) -> None:
    assert [kernels_of(base, layer).shape for layer in ("conv1", "conv2", "fc1", "fc2", "fc3")] == [
        (6, 1, 5, 5), (16, 6, 5, 5), (120, 16, 5, 5), (84, 1, 10, 12), (10, 1, 7, 12),
    ]  # fmt: skip
    maps = np.random.default_rng(0).normal(size=(1, 16, 5, 5)).astype(np.float32)
    layer = torch.from_numpy(base.weights["fc1.weight"])
    expected = F.linear(torch.from_numpy(maps).flatten(1), layer)[0]
    np.testing.assert_allclose(
        (kernels_of(base, "fc1") * maps).sum((1, 2, 3)), expected, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("architecture", ["lenet", "lenet_sigmoid"])
def test_weights_alone_give_what_a_network_with_channels_off_gives(architecture: str) -> None:
    network = networks.build(architecture, seed=1)
    session = EditSession()
    session.set_base(trace.state(network))
    activation = "relu" if architecture == "lenet" else "sigmoid"
    for layer, channel in (
        ("conv1", 0), (f"{activation}1", 1), ("pool1", 2), ("conv2", 3), (f"{activation}2", 4),
        ("pool2", 5), ("flatten", 399), ("fc1", 6), (f"{activation}3", 7), (f"{activation}4", 8), ("fc3", 9),
    ):  # fmt: skip
        session.switch(layer, channel, False)
    state = session.state
    assert state is not None
    baked = changed(network, NetworkState(state.table, edited_weights.weights_with_silence(state)))
    pictures = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = changed(network, state)(pictures)
        torch.testing.assert_close(baked(pictures), expected, rtol=1e-5, atol=1e-6)
        assert not torch.allclose(network(pictures), expected)


def test_zeros_that_a_sigmoid_would_change_cannot_be_saved_as_weights() -> None:
    layers = [torch.nn.Conv2d(1, 2, 3), torch.nn.MaxPool2d(2), torch.nn.Sigmoid(), torch.nn.Flatten()]
    names = ("conv1", "pool1", "sigmoid1", "flatten", "fc1")
    rows = [Row(*each) for each in zip(names, [*layers, torch.nn.Linear(338, 10)], strict=True)]
    state = trace.state(Network(rows, (1, 28, 28), DIGITS))
    with pytest.raises(LabError, match="pool1"):
        off = {"pool1": frozenset({1})}
        edited_weights.weights_with_silence(NetworkState(state.table, state.weights, off))
