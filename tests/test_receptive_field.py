"""What a cell is said to depend on is what its gradient reaches."""

from __future__ import annotations

import copy
import functools
from itertools import pairwise

import numpy as np
import pytest
import torch
from example_networks import NETWORKS, named, noise, some_cells
from torch import Tensor, nn

from core.catalog import ARCHITECTURES
from core.explaining.receptive_field import NOTHING, Field, fields, sizes
from core.networks.table import Network


def smooth(network: Network) -> Network:
    """The same windows, double precision, so that every input moves every output that it can reach.

    No weight is zero or negative, a sigmoid is nowhere flat, and a mean leaves nobody out.
    """

    def without_choice(layer: nn.Module) -> nn.Module:
        if isinstance(layer, nn.MaxPool2d):
            return nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding)
        return nn.Sigmoid() if isinstance(layer, nn.ReLU | nn.Tanh) else copy.deepcopy(layer)

    rows = [row._replace(module=without_choice(row.module)) for row in network.rows]
    replaced = Network(rows, network.input_shape, network.classes).double().eval()
    random = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for weights in replaced.parameters():
            weights.copy_(torch.rand(weights.shape, generator=random, dtype=torch.double) + 0.5)
            weights /= weights.numel()
    return replaced


def forward(network: Network, dtype: torch.dtype) -> dict[str, Tensor]:
    """The picture and every layer's output, ready for gradients."""
    x = torch.from_numpy(noise(network)).to(dtype)[None, None].requires_grad_()
    return {"input": x} | network.outputs(x)


def support(outputs: dict[str, Tensor], layer: str, index: tuple[int, ...]) -> dict[str, np.ndarray]:
    """For the picture and each layer up to one: which cells (C, H, W) a cell's gradient reaches."""
    names = list(outputs)[: list(outputs).index(layer) + 1]
    cell, before = outputs[layer][(0, *index)], [outputs[name] for name in names]
    gradients = torch.autograd.grad(cell, before, retain_graph=True, materialize_grads=True)
    reached = {name: (gradient[0] != 0).numpy() for name, gradient in zip(names, gradients, strict=True)}
    return {name: each if each.ndim == 3 else each[:, None, None] for name, each in reached.items()}


def as_mask(field: Field, shape: tuple[int, ...]) -> np.ndarray:
    """A field as the cells (C, H, W) it holds."""
    mask = np.zeros(shape if len(shape) == 3 else (*shape, 1, 1), bool)
    channels = slice(None) if field.channel is None else slice(field.channel, field.channel + 1)
    mask[channels, field.top : max(field.bottom, 0), field.left : max(field.right, 0)] = True
    return mask


def box_around(reached: np.ndarray) -> np.ndarray:
    """The smallest box (C, H, W) that holds all cells that are reached."""
    channels, rows, columns = (np.asarray(reached.any(axes)) for axes in ((1, 2), (0, 2), (0, 1)))
    between = [
        np.logical_or.accumulate(side) & np.logical_or.accumulate(side[::-1])[::-1]
        for side in (rows, columns)
    ]
    return channels[:, None, None] & between[0][:, None] & between[1]


def has_gaps(network: Network) -> bool:
    """Whether cells in between do not count: a window leaps over some, or branches see different parts."""
    windows = [spec.window for spec in network.table.layers if spec.window is not None]
    joined = any(len(spec.inputs) > 1 for spec in network.table.layers)
    return joined or any(
        step > size for window in windows for step, size in zip(window.stride, window.size, strict=True)
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_a_cell_depends_on_exactly_what_its_gradient_reaches(name: str) -> None:
    """In the picture and in every layer before, for cells of every layer."""
    network = NETWORKS[name]
    outputs = forward(smooth(network), torch.double)
    for spec in network.table.layers:
        for index in some_cells(spec.shape):
            found = fields(network.table, spec.name, *index)
            assert set(found) == {spec.name, *network.table.depends_on(spec.name)} - left_out(found)
            for layer, reached in support(outputs, spec.name, index).items():
                field = found.get(layer, NOTHING)
                mask = as_mask(field, network.table[layer].shape)
                assert not (reached & ~mask).any()
                assert has_gaps(network) or (reached == mask).all()
                if name == "branching" and field.channel is None:  # only some of the channels may count
                    mask, reached = np.asarray(mask.any(0))[None], np.asarray(reached.any(0))[None]
                np.testing.assert_array_equal(mask, box_around(reached))


def left_out(found: dict[str, Field]) -> set[str]:
    """Layers that only feed what a channel of concatenated ones does not come from."""
    return set(NETWORKS["branching"].table.names) - set(found)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_gradient_lies_outside_where_layers_choose(name: str) -> None:
    """ReLU and max pooling let a part of the field through, and nothing from beyond."""
    network = NETWORKS[name]
    outputs = forward(network, torch.float32)
    for spec in network.table.layers:
        for index in some_cells(spec.shape):
            found = fields(network.table, spec.name, *index)
            for layer, reached in support(outputs, spec.name, index).items():
                mask = as_mask(found.get(layer, NOTHING), network.table[layer].shape)
                assert not (reached & ~mask).any()


@pytest.mark.parametrize("name", [*ARCHITECTURES, "branching"])
def test_size_and_stride_are_those_of_cells_in_the_middle(name: str) -> None:
    table = NETWORKS[name].table
    found = sizes(table)
    assert set(found) == {spec.name for spec in table.layers if len(spec.shape) == 3}
    for layer, growth in found.items():
        channels, height, width = table[layer].shape
        row, column = height // 2, width // 2
        here, below, beside = (
            joined([fields(table, layer, channel, *place)["input"] for channel in range(channels)])
            for place in ((row, column), (row + 1, column), (row, column + 1))
        )
        is_clipped = here.top == 0 or here.left == 0 or beside.right == table.input_shape[2]
        if name != "branching" or not is_clipped:
            assert (here.bottom - here.top, here.right - here.left) == growth.size
            assert (below.top - here.top, beside.left - here.left) == growth.stride


def joined(several: list[Field]) -> Field:
    """The smallest one that holds them all."""
    return functools.reduce(Field.joined, several)


def test_a_joined_channel_comes_from_one_branch_alone() -> None:
    table = NETWORKS["branching"].table
    for channel, (source, own) in {
        0: ("mix.one", 0), 2: ("mix.one", 2), 3: ("mix.wide", 0), 6: ("mix.wide", 3), 7: ("mix.pool", 0),
        10: ("mix.pool", 3),
    }.items():  # fmt: skip
        found = fields(table, "mix.all", channel, 9, 9)
        assert found[source] == Field(9, 9, 10, 10, own)
        others = {"mix.one", "mix.wide", "mix.pool"} - {source}
        assert all(found[name].is_empty for name in others)


def test_a_depthwise_channel_reads_one_channel() -> None:
    table = named(nn.Conv2d(1, 3, 1), nn.Conv2d(3, 6, 3, groups=3)).table
    assert [fields(table, "1", channel, 0, 0)["0"].channel for channel in range(6)] == [0, 0, 1, 1, 2, 2]
    table = named(nn.Conv2d(1, 4, 1), nn.Conv2d(4, 4, 3, groups=2)).table
    assert fields(table, "1", 1, 0, 0)["0"].channel is None


def test_a_resized_picture_s_cells_lie_between_pixels() -> None:
    table = NETWORKS["all convolutional"].table
    assert sizes(table)["resize"].stride == (1.4, 1.4)
    assert sizes(table)["conv1"].size == (5, 5)  # 2 pixels, and 2 · 1.4 more
    assert fields(table, "resize", 0, 10, 0)["input"] == Field(14, 0, 16, 2, 0)


def test_lenets_fields_are_those_of_its_arithmetic() -> None:
    """conv1 5, pool1 5 + 1·1 = 6, conv2 6 + 4·2 = 14, pool2 14 + 1·2 = 16."""
    found = {layer: (size.size, size.stride) for layer, size in sizes(NETWORKS["lenet"].table).items()}
    assert found["conv1"] == ((5, 5), (1, 1))
    assert found["pool1"] == ((6, 6), (2, 2))
    assert found["conv2"] == ((14, 14), (2, 2))
    assert found["pool2"] == ((16, 16), (4, 4))
    assert "flatten" not in found


def test_sizes_differ_between_rows_and_columns_where_windows_do() -> None:
    network = named(nn.Conv2d(1, 1, (3, 5), stride=(2, 1)), nn.AvgPool2d((2, 3), stride=(1, 3)))
    first, second = sizes(network.table).values()
    assert (first.size, first.stride) == ((3, 5), (2, 1))
    assert (second.size, second.stride) == ((3 + 1 * 2, 5 + 2 * 1), (2, 3))


def test_a_window_in_the_padding_alone_depends_on_nothing() -> None:
    """And so does everything that follows it."""
    network = named(nn.Conv2d(1, 1, 3, padding=5), nn.Sigmoid())
    picture_field = fields(network.table, "1", 0, 0, 0)["input"]
    assert not as_mask(picture_field, (1, 28, 28)).any()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_neighbouring_fields_cover_the_whole_picture(name: str) -> None:
    """Along a row of the last maps, each field begins at or before the end of the one before."""
    table = NETWORKS[name].table
    last = list(sizes(table))[-1]
    row = [fields(table, last, 0, 0, column)["input"] for column in range(table[last].shape[2])]
    assert row[0].left == 0
    assert row[-1].right == 28
    assert all(after.left <= before.right for before, after in pairwise(row))
