"""What a person is told, and that it survives the way between processes."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from core.errors import DeviceUnavailable, FileProblem, LabError
from core.processes import inference


def test_the_sentence_is_the_template_with_its_fields() -> None:
    error = LabError("{path} has {count} pixels.", path=Path("a.png"), count=3)
    assert str(error) == "a.png has 3 pixels."
    assert error.template == "{path} has {count} pixels."
    assert error.fields == {"path": Path("a.png"), "count": 3}


def test_braces_in_a_field_are_left_as_they_are() -> None:
    assert (
        str(LabError("There is no file {path}.", path="{odd} {0}.png")) == "There is no file {odd} {0}.png."
    )


@pytest.mark.parametrize("kind", [FileProblem, DeviceUnavailable])
def test_whatever_a_person_can_be_told_is_caught_as_a_lab_error(kind: type[LabError]) -> None:
    with pytest.raises(LabError, match="a sentence"):
        raise kind("a sentence")


@pytest.mark.parametrize("kind", [LabError, FileProblem, DeviceUnavailable])
def test_pickle_keeps_kind_template_and_fields(kind: type[LabError]) -> None:
    fields = {"path": Path("ink.png"), "reason": OSError(13, "Permission denied"), "name": "größer"}
    error = kind("{path}: {reason} ({name})", **fields)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert again.template == error.template
    assert again.fields["path"] == fields["path"]
    assert str(again.fields["reason"]) == str(fields["reason"])


def test_pickle_keeps_a_problem_inside_a_problem() -> None:
    inner = FileProblem("There is no file {path}.", path="lenet")
    again = pickle.loads(pickle.dumps(FileProblem("{problem} Install again.", problem=inner)))
    assert str(again) == "There is no file lenet. Install again."
    assert again.fields["problem"].template == inner.template


def test_ink_without_a_network_is_answered_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "networks", inference.Networks())
    with pytest.raises(LabError, match="No network is loaded"):
        inference.classify(np.zeros((28, 28), np.uint8))
