"""The patches that are shown are those with the largest values, and what the cell there depends on."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
import torch
from example_digits import first_digits
from example_networks import NAMES, layer_of, shipped

from core.data.datasets import DigitSet
from core.explaining import exciting_patches
from core.explaining.exciting_patches import ExcitingPatches
from core.networks import trace

COUNT = 130


@functools.cache
def traces(name: str) -> list[dict[str, np.ndarray]]:
    """Every layer's output for each digit, digit by digit."""
    found = []
    for picture in first_digits("test", COUNT).images:
        _, traced = trace.run(shipped(name), picture.astype(np.float32) / 255)
        found.append({layer.name: layer.values for layer in traced.layers})
    return found


@functools.cache
def final(name: str, layer: str) -> ExcitingPatches:
    *_, last = exciting_patches.exciting_patches(shipped(name), first_digits("test", COUNT), layer)
    return last


LAYERS = ["conv1", "pool1", "conv2", "pool2", "flatten", "fc1", "fc2", "fc3"]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", NAMES)
def test_the_nine_are_those_with_the_largest_values_of_all(name: str, layer: str) -> None:
    found = final(name, layer)
    every = np.stack([values[layer] for values in traces(name)])  # (N, C, …)
    strongest = every.reshape(*every.shape[:2], -1).max(2)  # (N, C)
    np.testing.assert_allclose(found.values.T, -np.sort(-strongest, axis=0)[:9], rtol=1e-5, atol=1e-5)
    for channel in range(0, every.shape[1], 7):
        assert len(set(found.digits[channel].tolist())) == 9
        for digit, cell, value in zip(
            found.digits[channel], found.cells[channel], found.values[channel], strict=True
        ):
            held = every[digit, channel] if every.ndim == 2 else every[digit, channel, cell[0], cell[1]]
            assert held == pytest.approx(value, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("layer", LAYERS)
def test_each_comes_with_its_digit(layer: str) -> None:
    found = final("lenet", layer)
    assert np.array_equal(found.pictures, first_digits("test", COUNT).images[found.digits])
    assert np.array_equal(found.labels, first_digits("test", COUNT).labels[found.digits])


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "pool2", "flatten"])
@pytest.mark.parametrize("name", NAMES)
def test_the_value_depends_on_nothing_outside_the_field(name: str, layer: str) -> None:
    found = final(name, layer)
    for channel in range(0, len(found.values), 1 + len(found.values) // 8):
        field = found.field(channel, 0)
        inside = np.zeros((28, 28), np.float32)
        rows, columns = slice(field.top, field.bottom), slice(field.left, field.right)
        inside[rows, columns] = found.pictures[channel, 0, rows, columns] / np.float32(255)
        values = {each.name: each.values for each in trace.run(shipped(name), inside)[1].layers}[layer]
        row, column = found.cells[channel, 0]
        held = values[channel] if values.ndim == 1 else values[channel, row, column]
        assert held == pytest.approx(found.values[channel, 0], rel=1e-4, abs=1e-5)


def test_a_patch_is_what_the_kernel_was_laid_on_padding_included() -> None:
    found = final("lenet", "conv1")
    kernels = layer_of(shipped("lenet"), "conv1").weight.detach().numpy()
    bias = layer_of(shipped("lenet"), "conv1").bias.detach().numpy()
    for channel, rank in itertools.product(range(6), range(9)):
        patch = found.patch(channel, rank)
        assert patch.shape == (5, 5)
        answer = (patch / 255 * kernels[channel, 0]).sum() + bias[channel]
        assert answer == pytest.approx(found.values[channel, rank], rel=1e-4, abs=1e-5)


def at(layer: str, row: int, column: int) -> ExcitingPatches:
    """One digit of ones, whose strongest cell is put at a place."""
    return ExcitingPatches(
        shipped("lenet").table,
        layer,
        done=1,
        total=1,
        digits=np.zeros((1, 1), np.int64),
        labels=np.zeros((1, 1), np.uint8),
        pictures=np.ones((1, 1, 28, 28), np.uint8),
        cells=np.array([[[row, column]]]),
        values=np.zeros((1, 1), np.float32),
    )


@pytest.mark.parametrize(
    ("row", "column", "kept"),
    [
        (0, 0, (slice(2, 16), slice(2, 16))),
        (4, 4, (slice(0, 14), slice(0, 14))),
        (0, 4, (slice(2, 16), slice(0, 14))),
        (2, 2, (slice(0, 16), slice(0, 16))),
    ],
)
def test_at_the_border_a_patch_keeps_its_size_and_place(
    row: int, column: int, kept: tuple[slice, slice]
) -> None:
    # A cell of pool2 sees 16 × 16 pixels, and the first and last ones two rows of padding.
    patch = at("pool2", row, column).patch(0, 0)
    expected = np.zeros((16, 16))
    expected[kept] = 1
    assert np.array_equal(patch, expected)


def test_a_fully_connected_unit_sees_the_whole_picture() -> None:
    found = final("lenet", "fc2")
    field = found.field(5, 2)
    assert (field.top, field.left, field.bottom, field.right) == (0, 0, 28, 28)
    assert np.array_equal(found.patch(5, 2), found.pictures[5, 2])
    assert not found.cells.any()


def test_it_gets_better_digit_by_digit() -> None:
    stages = list(exciting_patches.exciting_patches(shipped("lenet"), first_digits("test", COUNT), "conv2"))
    assert [stage.done for stage in stages] == [50, 100, 130]
    for before, after in itertools.pairwise(stages):
        assert (after.values >= before.values).all()
        assert after.total == 130


def test_fewer_digits_than_nine_are_all_shown() -> None:
    (found,) = exciting_patches.exciting_patches(shipped("lenet"), first_digits("test", 4), "pool2")
    assert found.pictures.shape == (16, 4, 28, 28)
    assert np.array_equal(np.sort(found.digits, axis=1), np.broadcast_to(np.arange(4), (16, 4)))


def test_of_equal_digits_the_earlier_comes_first() -> None:
    same = DigitSet(
        first_digits("test", COUNT).images[[7] * 120], first_digits("test", COUNT).labels[[7] * 120]
    )
    *_, found = exciting_patches.exciting_patches(shipped("lenet"), same, "conv1")
    assert np.array_equal(found.digits, np.broadcast_to(np.arange(9), (6, 9)))


def test_no_more_than_the_sample_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exciting_patches, "SAMPLE", 20)
    (found,) = exciting_patches.exciting_patches(shipped("lenet"), first_digits("test", COUNT), "fc1")
    assert (found.done, found.total, found.digits.max() < 20) == (20, 20, True)


def test_between_steps_pytorchs_modes_are_as_they_were() -> None:
    for _ in exciting_patches.exciting_patches(shipped("lenet"), first_digits("test", COUNT), "conv1"):
        assert not torch.is_inference_mode_enabled()
        assert torch.is_grad_enabled()


def test_a_layer_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="conv9"):
        next(exciting_patches.exciting_patches(shipped("lenet"), first_digits("test", COUNT), "conv9"))
