"""Networks are called by what people know them as."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import networks
from core.networks import trace, weight_files
from gui.words.model_names import name_of, short_name


def taught_file(path: Path, origin: str) -> Path:
    weights = trace.state(networks.build("lenet", 0)).weights
    about = {"taught": {"model": origin, "digits": 3, "created": "2026-01-01T00:00:00"}}
    weight_files.save(path, weights, {"architecture": "lenet", **about})
    return path


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("lenet_pen", "LeNet for the pad, taught 3 of my digits"),
        ("/somewhere/mine.safetensors", "mine.safetensors, taught 3 of my digits"),
    ],
)
def test_a_taught_network_is_called_by_what_it_was_taught_to(tmp_path: Path, origin: str, name: str) -> None:
    assert name_of(str(taught_file(tmp_path / "a.safetensors", origin))) == name


def test_a_taught_file_that_was_copied_over_its_origin_has_a_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    taught_file(path, str(path))
    assert name_of(str(path)) == short_name(str(path)) == "mine.safetensors, taught 3 of my digits"
