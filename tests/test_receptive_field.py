"""What a cell is said to depend on is what its gradient reaches."""

from __future__ import annotations

import copy
from itertools import pairwise

import numpy as np
import pytest
import torch
from example_networks import NETWORKS, named, noise, some_cells
from torch import Tensor, nn

from core import networks
from core.catalog import ARCHITECTURES
from core.explaining.receptive_field import Field, fields, sizes
from core.networks import trace
from core.records import LayerSpec

Shapes = list[tuple[int, ...]]


def smooth(network: nn.Sequential) -> nn.Sequential:
    """The same windows, double precision, so that every input moves every output that it can reach.

    No weight is zero or negative, a sigmoid is nowhere flat, and a mean leaves nobody out.
    """

    def without_choice(layer: nn.Module) -> nn.Module:
        if isinstance(layer, nn.MaxPool2d):
            return nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding)
        return nn.Sigmoid() if isinstance(layer, nn.ReLU | nn.Tanh) else copy.deepcopy(layer)

    replaced = named(*(without_choice(layer) for layer in network)).double()
    random = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for weights in replaced.parameters():
            weights.copy_(torch.rand(weights.shape, generator=random, dtype=torch.double) + 0.5)
            weights /= weights.numel()
    return replaced


def forward(network: nn.Sequential, dtype: torch.dtype) -> list[Tensor]:
    """The picture and every layer's output, ready for gradients."""
    outputs = [torch.from_numpy(noise()).to(dtype)[None, None].requires_grad_()]
    for layer in network:
        outputs.append(layer(outputs[-1]))
    return outputs


def support(outputs: list[Tensor], at: int, index: tuple[int, ...]) -> list[np.ndarray]:
    """For the picture and each layer up to `at`: which cells (C, H, W) the gradient of one cell reaches."""
    gradients = torch.autograd.grad(outputs[at][(0, *index)], outputs[: at + 1], retain_graph=True)
    reached = [(gradient[0] != 0).numpy() for gradient in gradients]
    return [each if each.ndim == 3 else each[:, None, None] for each in reached]


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


def has_gaps(specs: tuple[LayerSpec, ...]) -> bool:
    """Whether a window leaps over cells: its field is then the box around what counts."""
    windows = [spec.window for spec in specs if spec.window is not None]
    return any(
        step > size for window in windows for step, size in zip(window.stride, window.size, strict=True)
    )


def shapes_of(specs: tuple[LayerSpec, ...]) -> Shapes:
    return [(1, 28, 28), *(spec.shape for spec in specs)]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_cell_depends_on_exactly_what_its_gradient_reaches(name: str) -> None:
    """In the picture and in every layer before, for cells of every layer."""
    specs = trace.specs(NETWORKS[name])
    shapes = shapes_of(specs)
    outputs = forward(smooth(NETWORKS[name]), torch.double)
    for at in range(1, len(shapes)):
        for index in some_cells(shapes[at]):
            found = fields(shapes[: at + 1], specs[:at], *index)
            assert len(found) == at + 1
            for field, reached, shape in zip(found, support(outputs, at, index), shapes, strict=False):
                mask = as_mask(field, shape)
                assert not (reached & ~mask).any()
                np.testing.assert_array_equal(mask, box_around(reached))
                assert has_gaps(specs) or (reached == mask).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_no_gradient_lies_outside_where_layers_choose(name: str) -> None:
    """ReLU and max pooling let a part of the field through, and nothing from beyond."""
    specs = trace.specs(NETWORKS[name])
    shapes = shapes_of(specs)
    outputs = forward(NETWORKS[name], torch.float32)
    for at in range(1, len(shapes)):
        for index in some_cells(shapes[at]):
            found = fields(shapes[: at + 1], specs[:at], *index)
            for field, reached, shape in zip(found, support(outputs, at, index), shapes, strict=False):
                assert not (reached & ~as_mask(field, shape)).any()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_size_and_stride_are_those_of_cells_in_the_middle(name: str) -> None:
    specs = trace.specs(networks.build(name, seed=0))
    shapes = shapes_of(specs)
    for at, growth in enumerate(sizes(specs), start=1):
        assert growth.layer == specs[at - 1].name
        _, height, width = specs[at - 1].shape
        row, column = height // 2, width // 2
        here, below, beside = (
            fields(shapes[: at + 1], specs[:at], 0, *place)[0]
            for place in ((row, column), (row + 1, column), (row, column + 1))
        )
        assert (here.bottom - here.top, here.right - here.left) == growth.size
        assert (below.top - here.top, beside.left - here.left) == growth.stride


def test_lenets_fields_are_those_of_its_arithmetic() -> None:
    """conv1 5, pool1 5 + 1·1 = 6, conv2 6 + 4·2 = 14, pool2 14 + 1·2 = 16."""
    found = {size.layer: (size.size, size.stride) for size in sizes(trace.specs(NETWORKS["lenet"]))}
    assert found["conv1"] == ((5, 5), (1, 1))
    assert found["pool1"] == ((6, 6), (2, 2))
    assert found["conv2"] == ((14, 14), (2, 2))
    assert found["pool2"] == ((16, 16), (4, 4))
    assert "flatten" not in found


def test_sizes_differ_between_rows_and_columns_where_windows_do() -> None:
    network = named(nn.Conv2d(1, 1, (3, 5), stride=(2, 1)), nn.AvgPool2d((2, 3), stride=(1, 3)))
    first, second = sizes(trace.specs(network))
    assert (first.size, first.stride) == ((3, 5), (2, 1))
    assert (second.size, second.stride) == ((3 + 1 * 2, 5 + 2 * 1), (2, 3))


def test_a_window_in_the_padding_alone_depends_on_nothing() -> None:
    """And so does everything that follows it."""
    network = named(nn.Conv2d(1, 1, 3, padding=5), nn.Sigmoid())
    specs = trace.specs(network)
    picture_field, *_ = fields(shapes_of(specs), specs, 0, 0, 0)
    assert not as_mask(picture_field, (1, 28, 28)).any()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_neighbouring_fields_cover_the_whole_picture(name: str) -> None:
    """Along a row of the last maps, each field begins at or before the end of the one before."""
    specs = trace.specs(networks.build(name, seed=0))
    shapes = shapes_of(specs)
    at = len(sizes(specs))
    row = [fields(shapes[: at + 1], specs[:at], 0, 0, column)[0] for column in range(specs[at - 1].shape[2])]
    assert row[0].left == 0
    assert row[-1].right == 28
    assert all(after.left <= before.right for before, after in pairwise(row))
