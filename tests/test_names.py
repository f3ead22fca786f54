"""The names that scripts rely on exist, with their signatures; see also test_cli and test_main_window."""

from __future__ import annotations

import importlib
import inspect

import pytest

NAMES = {
    "core.ink.preprocess.to_mnist": ["ink"],
    "core.networks.build": ["name", "seed"],
    "core.networks.trace.run": ["network", "x"],
    "core.networks.weight_files.load": ["path"],
    "core.networks.weight_files.save": ["path", "weights", "about"],
    "core.explaining.cells.explain_cell": ["network", "trace", "layer", "index"],
    "core.training.train": ["config"],
    "core.training.config.TrainingConfig": [],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_scripts_rely_on_is_there_and_takes_what_it_always_took(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    parameters = inspect.signature(getattr(importlib.import_module(module), attribute)).parameters
    assert list(parameters)[: len(NAMES[name])] == NAMES[name]
    rest = list(parameters.values())[len(NAMES[name]) :]
    assert all(each.default is not inspect.Parameter.empty for each in rest)


def test_training_has_no_other_names_that_load_late() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = importlib.import_module("core.training").nothing
