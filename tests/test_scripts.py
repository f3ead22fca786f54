"""A network's script gives what the network gives; its arithmetic is that of PyTorch's layers."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from example_networks import changed, named, noise, other_networks
from torch import nn

from core import networks
from core.catalog import ARCHITECTURES
from core.errors import FileProblem
from core.explaining.layer_sums import multiplication_sum, shape_formula
from core.export.scripts import network_lines, network_script, save_script
from core.networks import trace, weight_files
from core.records import NetworkState


def picture() -> np.ndarray:
    return np.random.default_rng(4).random((28, 28), np.float32)


def logits_of(script: Path, *arguments: str) -> list[float]:
    finished = subprocess.run(
        [sys.executable, "-W", "error", str(script), *arguments],
        cwd=script.parent.parent,  # the weights are found wherever it is started
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return [float(found) for found in re.findall(r"logit +(\S+),", finished.stdout)]


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("is_changed", [False, True])
def test_the_script_run_by_itself_gives_the_networks_logits(
    architecture: str, is_changed: bool, tmp_path: Path
) -> None:
    network = networks.build(architecture, seed=3)
    state = trace.state(network)
    if is_changed:
        weights = {**state.weights, "conv2.weight": state.weights["conv2.weight"] * 1.5}
        silenced = {"conv1": frozenset({1, 4}), "fc1": frozenset({7}), "conv2": frozenset[int]()}
        state = dataclasses.replace(state, weights=weights, silenced=silenced)
        network = changed(network, state)
    script = tmp_path / 'it\'s "mine" ü.py'
    weights_file = save_script(script, state, architecture)
    np.save(tmp_path / "picture.npy", picture())
    expected, _ = trace.run(network, picture())
    np.testing.assert_allclose(logits_of(script, str(tmp_path / "picture.npy")), expected, atol=2e-5)
    loaded = weight_files.load(weights_file)
    assert loaded.architecture == architecture
    np.testing.assert_array_equal(trace.state(loaded.network).weights["fc3.bias"], state.weights["fc3.bias"])


@pytest.mark.slow
@pytest.mark.parametrize("name", other_networks())
@pytest.mark.parametrize("is_changed", [False, True])
def test_the_script_of_a_network_that_is_nothing_like_lenet_gives_its_logits(
    name: str, is_changed: bool, tmp_path: Path
) -> None:
    network = other_networks()[name]
    state = trace.state(network)
    if is_changed:
        layers = {"branching": ("mix.pool", "norm"), "all convolutional": ("conv1", "pad")}[name]
        silenced = {layer: frozenset({0}) for layer in layers}
        state = dataclasses.replace(state, silenced=silenced)
        network = changed(network, state)
    save_script(tmp_path / "net.py", state, name, noise(network))
    expected, _ = trace.run(network, noise(network))
    np.testing.assert_allclose(logits_of(tmp_path / "net.py"), expected, atol=2e-5)


@pytest.mark.slow
def test_without_a_picture_the_script_answers_an_empty_one(tmp_path: Path) -> None:
    network = networks.build("lenet", seed=0)
    save_script(tmp_path / "net.py", trace.state(network), "lenet")
    expected, _ = trace.run(network, np.zeros((28, 28), np.float32))
    np.testing.assert_allclose(logits_of(tmp_path / "net.py"), expected, atol=2e-5)


@pytest.mark.slow
def test_the_drawing_is_answered_until_the_script_is_saved_without_one(tmp_path: Path) -> None:
    network = networks.build("lenet", seed=0)
    script, state = tmp_path / "net.py", trace.state(network)
    save_script(script, state, "lenet", picture())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "net.py",
        "net_drawing.npy",
        "net_weights.safetensors",
    ]
    expected, _ = trace.run(network, picture())
    np.testing.assert_allclose(logits_of(script), expected, atol=2e-5)
    save_script(script, state, "lenet")
    assert not (tmp_path / "net_drawing.npy").exists()
    save_script(script, state, "lenet", picture())


def test_every_layer_has_its_line_and_what_is_off_a_second_one() -> None:
    state = trace.state(networks.build("lenet", seed=0))
    state = dataclasses.replace(state, silenced={"conv2": frozenset({3, 0})})
    lines = network_lines(state)
    assert [line.layer for line in lines] == [None, 0, 1, 2, 3, 3, *range(4, 12), None]
    assert lines[1].text == '    ("conv1", nn.Conv2d(1, 6, kernel_size=5, padding=2)),'
    assert lines[5].text == '    ("conv2_off", SwitchOff([0, 3])),'
    ast.parse("\n".join(line.text for line in lines))


def test_the_script_needs_no_more_than_it_uses() -> None:
    state = trace.state(networks.build("lenet", seed=0))
    assert "SwitchOff" not in network_script(state, "w.safetensors", "d.npy")
    assert "SwitchOff" in network_script(
        dataclasses.replace(state, silenced={"fc2": frozenset({1})}), "w.safetensors", "d.npy"
    )


def test_a_script_is_replaced_with_its_weights_but_no_other_file_is(tmp_path: Path) -> None:
    state = trace.state(networks.build("lenet", seed=0))
    script = tmp_path / "net.py"
    weights = save_script(script, state, "lenet")
    save_script(script, state, "lenet")
    script.unlink()
    weights.write_bytes(b"somebody's")
    with pytest.raises(FileProblem, match=r"net_weights\.safetensors is there already"):
        save_script(script, state, "lenet")
    assert weights.read_bytes() == b"somebody's" and not script.exists()
    weights.unlink()
    drawing = tmp_path / "net_drawing.npy"
    drawing.write_bytes(b"somebody's")
    with pytest.raises(FileProblem, match=r"net_drawing\.npy is there already"):
        save_script(script, state, "lenet", picture())
    assert list(tmp_path.iterdir()) == [drawing] and drawing.read_bytes() == b"somebody's"


def test_where_the_script_cannot_be_written_nothing_is_left_beside_it(tmp_path: Path) -> None:
    script = tmp_path / "net.py"
    script.mkdir()
    with pytest.raises(FileProblem, match="could not be saved"):
        save_script(script, trace.state(networks.build("lenet", seed=0)), "lenet", picture())
    assert list(tmp_path.iterdir()) == [script]


def test_weights_that_are_no_numbers_are_not_saved(tmp_path: Path) -> None:
    state = trace.state(networks.build("lenet", seed=0))
    state.weights["fc3.bias"][2] = np.nan
    with pytest.raises(FileProblem, match="no finite numbers"):
        save_script(tmp_path / "net.py", state, "lenet")
    assert not list(tmp_path.iterdir())


def odd_network() -> NetworkState:
    """Strides that leave rows over, windows and paddings that are not square, a kernel of one cell."""
    return trace.state(
        named(
            nn.Conv2d(1, 3, (3, 5), stride=(2, 3), padding=(1, 0)),
            nn.Tanh(),
            nn.MaxPool2d((3, 2), stride=2, padding=1),
            nn.Conv2d(3, 4, 1, bias=False),
            nn.AvgPool2d(3, stride=3),
            nn.Flatten(),
            nn.Linear(8, 10),
        )
    )


@pytest.mark.parametrize(
    "state",
    [
        trace.state(networks.build("lenet", 0)),
        odd_network(),
        *(trace.state(network) for network in other_networks().values()),
    ],
    ids=["lenet", "odd", *other_networks()],
)
def test_formulas_end_in_the_shapes_and_counts_that_pytorch_gives(state: NetworkState) -> None:
    for spec in state.layers:
        before = tuple(each.shape for each in state.table.before(spec))
        ends: dict[str, int] = {}
        for equation in re.split(r"[,\n] ?", "\n".join(shape_formula(spec, *before))):
            *symbols, number = equation.split(" = ")
            ends |= {symbol: int(number) for symbol in symbols if symbol.endswith("′")}
            for term in symbols:
                if re.fullmatch(r"(floor\()?[\d+−·/(). floor]+", term):
                    python = term.replace("−", "-").replace("·", "*")
                    assert eval(python, {"floor": np.floor}) == int(number)
        assert (
            tuple(ends[name] for name in (["C′", "H′", "W′"] if len(spec.shape) == 3 else ["N′"]))
            == spec.shape
        )
        counted = multiplication_sum(spec, before[0])
        for term in filter(None, counted.replace(",", "").replace("×", "*").split(" = ")):
            assert eval(term) == spec.multiplications
        assert bool(counted) == bool(spec.multiplications)


def test_conv1s_formula_is_written_out_in_symbols_and_numbers() -> None:
    conv1 = trace.state(networks.build("lenet", 0)).layers[0]
    assert shape_formula(conv1, (1, 28, 28)) == (
        "C′ = 6",
        "H′ = W′ = floor((H + 2p − k)/s) + 1 = floor((28 + 4 − 5)/1) + 1 = 28",
    )
    assert multiplication_sum(conv1, (1, 28, 28)) == "(6×28×28) × (1×5×5) = 4,704 × 25 = 117,600"


def test_a_layer_that_is_not_known_has_no_formula() -> None:
    state = trace.state(named(nn.Conv2d(1, 2, 3), nn.GELU()))
    assert shape_formula(state.layers[1], (2, 26, 26)) == ()
