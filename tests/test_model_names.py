"""Networks are called by what people know them as."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_networks import weights

from core.files import tensor_files
from core.processes.inference import Networks
from core.records import NetworkName
from core.training import runs
from core.training.config import TrainingConfig
from gui.words.model_names import short_title, title_of


def kept(path: Path, **about: object) -> str:
    tensor_files.write_weights(path, weights(), {"architecture": "lenet", **about})
    return str(path)


def taught(path: Path, model: str) -> str:
    return kept(path, taught={"model": model, "digits": 3, "created": "2026-01-01T00:00:00"})


def title(model: str) -> str:
    return title_of(Networks().open(model, "cpu").name)


@pytest.fixture
def run(tmp_path: Path) -> runs.Run:
    run = runs.create(tmp_path / "runs", TrainingConfig(), 100, 10)
    run.rename("my best (so far)")
    kept(run.weights_path)
    return run


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("lenet_pen", "LeNet for pen strokes, taught 3 of my digits"),
        ("/somewhere/mine.safetensors", "mine.safetensors, taught 3 of my digits"),
    ],
)
def test_a_taught_network_is_called_by_what_it_was_taught_to(tmp_path: Path, origin: str, name: str) -> None:
    assert title(taught(tmp_path / "a.safetensors", origin)) == name


def test_a_taught_file_that_was_copied_over_its_origin_has_a_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    assert title(taught(path, str(path))) == "mine.safetensors, taught 3 of my digits"


def test_one_digit_is_no_plural() -> None:
    assert title_of(NetworkName("a.safetensors", taught=1)) == "a.safetensors, taught 1 of my digits"


def test_a_run_s_weights_are_called_by_the_run(run: runs.Run, tmp_path: Path) -> None:
    assert title(str(run.weights_path)) == "my best (so far)"
    assert (
        title(taught(tmp_path / "b.safetensors", str(run.weights_path))) == "my best, taught 3 of my digits"
    )
    other = kept(run.path / "other.safetensors")
    assert title(other) == short_title(NetworkName(other)) == "other.safetensors"


def test_a_network_says_which_one_its_training_started_from(run: runs.Run, tmp_path: Path) -> None:
    config = TrainingConfig(start=str(run.weights_path)).to_json()
    names = Networks().open(kept(tmp_path / "a.safetensors", config=config), "cpu").names
    assert [title_of(name) for name in names] == ["a.safetensors", "my best (so far)"]
    config = TrainingConfig().to_json()
    assert len(Networks().open(kept(tmp_path / "a.safetensors", config=config), "cpu").names) == 1
