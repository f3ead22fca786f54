"""What is copied says, and computes, what the program shows."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from contextlib import redirect_stdout

import numpy as np
import pytest
import torch
from example_networks import NETWORKS, changed, every_explanation, named, noise
from torch import nn

from core import networks
from core.explaining.cells import CellExplanation, explain_cell
from core.export import cell_snippets
from core.networks import trace
from core.records import NetworkState


def printed(program: str) -> float:
    """What a program prints, run as if it stood in a file of its own."""
    screen = io.StringIO()
    with redirect_stdout(screen):
        exec(compile(program, "<copied>", "exec"), {"__name__": "__main__"})
    return float(screen.getvalue())


def explain(name: str, layer: str, index: tuple[int, ...]) -> CellExplanation:
    network = NETWORKS[name]
    return explain_cell(network, trace.run(network, noise())[1], layer, index)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_program_prints_the_cells_value(name: str) -> None:
    for explanation, _ in every_explanation(NETWORKS[name]):
        value = printed(cell_snippets.as_pytorch(explanation))
        assert value == pytest.approx(explanation.value, rel=1e-5, abs=1e-5), explanation.layer


@pytest.mark.slow
def test_the_program_needs_torch_alone() -> None:
    program = cell_snippets.as_pytorch(explain("lenet", "conv2", (3, 4, 5)))
    run = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert float(run.stdout) == pytest.approx(explain("lenet", "conv2", (3, 4, 5)).value, rel=1e-5)
    assert re.findall(r"^(?:import|from) (\w+)", program, re.MULTILINE) == ["torch", "torch"]


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_the_program_has_numbers_that_are_none(broken: float) -> None:
    network = networks.build("lenet", seed=0).eval()
    with torch.no_grad():
        for weights in network.parameters():
            weights.reshape(-1)[0] = broken
    for explanation, _ in every_explanation(network):
        value = printed(cell_snippets.as_pytorch(explanation))
        if np.isfinite(explanation.value) or np.isnan(explanation.value):
            np.testing.assert_allclose(value, explanation.value, rtol=1e-5, atol=1e-5)
        else:  # PyTorch's convolution leaves the padding out, where 0 · ∞ would be NaN
            assert not np.isfinite(value)
        assert str(explanation.index[0]) in cell_snippets.as_text(explanation)


def test_a_channel_that_is_switched_off_gives_zero_in_the_program_too() -> None:
    network = networks.build("lenet", seed=0).eval()
    state = trace.state(network)
    silenced = NetworkState(state.table, state.weights, {"conv2": frozenset({3})})
    _, traced = trace.run(changed(network, silenced), noise())
    explanation = explain_cell(silenced, traced, "conv2", (3, 4, 5))
    assert printed(cell_snippets.as_pytorch(explanation)) == 0
    assert "switched off" in cell_snippets.as_text(explanation)


def test_a_layer_of_an_unknown_kind_gives_its_value() -> None:
    network = named(nn.Conv2d(1, 2, 3), nn.LeakyReLU(0.1))
    explanation = explain_cell(network, trace.run(network, noise())[1], "1", (1, 2, 3))
    assert printed(cell_snippets.as_pytorch(explanation)) == np.float32(explanation.value)
    assert "not known" in cell_snippets.as_text(explanation)


def test_the_text_of_a_convolution_has_every_product() -> None:
    explanation = explain("lenet", "conv2", (3, 4, 5))
    text = cell_snippets.as_text(explanation)
    assert text.startswith("conv2, channel 3, row 4, column 5: Conv2d(6, 16, kernel_size=5)\n")
    for number in [*explanation.terms.flat, *explanation.sums, explanation.bias, explanation.value]:
        assert f"{number:.6g}" in text
    assert "rows 4 to 8, columns 5 to 9 of the map of pool1" in text
    rows = [line for line in text.splitlines() if "|" in line and "window" not in line]
    assert len(rows) == 6 * 5
    assert {row.count("|") for row in rows} == {2}


def test_no_nought_is_negative() -> None:
    network = networks.build("lenet", seed=0).eval()
    explanation = explain_cell(
        network, trace.run(network, np.zeros((28, 28), np.float32))[1], "conv1", (0, 9, 9)
    )
    assert np.signbit(explanation.terms).any()
    for copied in (cell_snippets.as_text(explanation), cell_snippets.as_pytorch(explanation)):
        assert not re.search(r"-0(\.0)?(?![.\d])", copied)


def test_the_text_tells_of_padding_only_where_it_enters() -> None:
    assert "padding" in cell_snippets.as_text(explain("lenet", "conv1", (0, 0, 0)))
    assert "(padding)" not in cell_snippets.as_text(explain("lenet", "conv1", (0, 9, 9)))


def test_the_text_of_a_unit_has_its_largest_term_first() -> None:
    explanation = explain("lenet", "fc1", (7,))
    first = next(
        line for line in cell_snippets.as_text(explanation).splitlines() if line.startswith("  input")
    )
    largest = int(np.abs(explanation.terms).argmax())
    assert f"input {largest:4d}:" in first
    assert first.endswith(f"{explanation.terms[largest]:.6g}")


def test_the_text_of_a_pooled_cell_has_its_window() -> None:
    mean = cell_snippets.as_text(explain("lenet_sigmoid", "pool1", (2, 3, 4)))
    assert re.search(r"\(\S+ \+ \S+ \+ \S+ \+ \S+\) / 4", mean)
    assert "largest of the window, rows 6 to 7, columns 8 to 9" in cell_snippets.as_text(
        explain("lenet", "pool1", (2, 3, 4))
    )


def test_the_text_of_the_rest() -> None:
    assert "max(0, x) = max(0, " in cell_snippets.as_text(explain("lenet", "relu1", (0, 5, 5)))
    assert "1 / (1 + exp(-x))" in cell_snippets.as_text(explain("lenet_sigmoid", "sigmoid1", (0, 5, 5)))
    assert "tanh(x)" in cell_snippets.as_text(explain("rows left over", "1", (0, 1, 1)))
    flat = explain("lenet", "flatten", (2 * 25 + 5 + 3,))
    assert "channel 2, row 1, column 3 of pool2" in cell_snippets.as_text(flat)
    assert "maps[2, 1, 3] = " in cell_snippets.as_pytorch(flat)
    assert "maps.flatten()[58]" in cell_snippets.as_pytorch(flat)
    assert "sum of the exponentials" in cell_snippets.as_text(explain("lenet", "softmax", (3,)))
    assert "pixel" in cell_snippets.as_text(explain("lenet", "input", (0, 3, 4)))
