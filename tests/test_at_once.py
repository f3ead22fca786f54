"""Networks whose tables are known open without PyTorch, and are the same as with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from example_networks import put_in_catalogue, weights

from core import networks
from core.catalog import ARCHITECTURES, SHIPPED
from core.convolution.known_tables import KnownTable, from_json, known_table, to_json
from core.networks import weight_files
from core.processes import inference
from core.processes.at_once import open_at_once
from core.records import ModelInfo, NetworkTable


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_is_known_is_what_pytorch_builds(architecture: str) -> None:
    built = weight_files.table_of(networks.build(architecture, seed=0))
    assert known_table(architecture) == built, "python tests/write_tables.py writes it anew"


def test_a_table_with_branches_comes_back_from_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_catalogue(monkeypatch)
    for architecture in ARCHITECTURES:
        built = weight_files.table_of(networks.build(architecture, seed=0))
        assert from_json(to_json(built)) == built


def same(info: ModelInfo | None, other: ModelInfo) -> bool:
    return (
        info is not None
        and (info, info.names, info.about) == (other, other.names, other.about)
        and info.weights.keys() == other.weights.keys()
        and all(np.array_equal(value, other.weights[name]) for name, value in info.weights.items())
    )


@pytest.mark.parametrize("device", ["auto", "cpu"])
@pytest.mark.parametrize("model", SHIPPED)
def test_a_shipped_network_opens_as_in_the_process(model: str, device: str) -> None:
    assert same(open_at_once(model, device), inference.open_model(model, "cpu"))


def test_a_file_of_one_s_own_opens_as_in_the_process(tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    about = {"architecture": "lenet", "classes": list("abcdefghij"), "config": {"start": "lenet_pen"}}
    weight_files.save(path, weights(), about)
    info = open_at_once(str(path), "cpu")
    assert same(info, inference.open_model(str(path), "cpu"))
    assert info is not None and info.classes == tuple("abcdefghij") and len(info.names) == 2


def test_a_gpu_needs_pytorch() -> None:
    assert open_at_once("lenet", "cuda") is None


def test_an_architecture_without_a_file_needs_pytorch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(ARCHITECTURES, "own", ARCHITECTURES["lenet"])
    path = tmp_path / "own.safetensors"
    weight_files.save(path, weights(), {"architecture": "own"})
    assert open_at_once(str(path), "cpu") is None
    assert inference.open_model(str(path), "cpu").architecture == "own"


@pytest.mark.parametrize("architecture", ["../tables/lenet", "", None, 1, ["lenet"], "lenet.json"])
def test_no_other_file_is_taken_for_a_table(architecture: object, tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    weight_files.save(path, weights(), {"architecture": architecture})
    assert open_at_once(str(path), "cpu") is None


def test_what_the_process_refuses_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.safetensors"
    for wrong in (
        {**weights(), "fc3.bias": np.zeros(9, np.float32)},
        {name: value for name, value in weights().items() if name != "fc3.bias"},
        {**weights(), "more": np.zeros(1, np.float32)},
    ):
        weight_files.save(path, wrong, {"architecture": "lenet"})
        assert open_at_once(str(path), "cpu") is None
    weight_files.save(path, weights(), {"architecture": "lenet", "classes": ["one"]})
    assert open_at_once(str(path), "cpu") is None
    path.write_bytes(b"nothing")
    assert open_at_once(str(path), "cpu") is None
    assert open_at_once(str(tmp_path / "nowhere"), "cpu") is None

    def empty(_architecture: str) -> KnownTable:
        return KnownTable(NetworkTable((1, 28, 28), (), ()), {})

    monkeypatch.setattr("core.processes.at_once.known_table", empty)
    assert open_at_once("lenet", "cpu") is None
