"""A config refuses nonsense by name, and survives as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import FileProblem
from core.training import config
from core.training.config import OPTIMIZERS, SCHEDULES, Augmentation, TrainingConfig
from core.training.setting_kinds import Decimal, InvalidSetting, kinds

NAN, INFINITY = float("nan"), float("inf")
KINDS = [field.name for field in dataclasses.fields(Augmentation)]
LIMITS = {name: kind.most for name, kind in kinds(Augmentation).items() if isinstance(kind, Decimal)}
FIELDS = [field.name for field in dataclasses.fields(TrainingConfig)]


# Nonsense.


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("epochs", [0, -1, 10_001, 1.5, "3", None, True]),
        ("batch_size", [0, -128, 60_001, 2.0]),
        ("digits", [0, -5, 60_001, 99.5]),
        ("optimizer", ["", "SGD", "lion", None, 3]),
        ("learning_rate", [0, -0.1, NAN, INFINITY, -INFINITY, 1001, 1e30, "0.1", True]),
        ("momentum", [-0.1, 1, 1.5, NAN, INFINITY, "0.9"]),
        ("weight_decay", [-1e-9, 1, NAN, INFINITY]),
        ("schedule", ["", "linear", "one_cycle", ["cosine"]]),
        ("label_smoothing", [-0.1, 1, NAN]),
        ("dropout", [-0.1, 0.96, 1, NAN]),
        ("weight_average", [-0.1, 1, NAN]),
        ("validation", [-1, 50_001, 60_000]),
        ("target_accuracy", [-0.1, 1.01, 99, NAN]),
        ("patience", [-1, 0.5, 10_001]),
        ("dataset", ["", "cifar10", None]),
        ("nesterov", [0, 1, "yes", None]),
    ],
)
def test_nonsense_is_refused_with_a_sentence_that_names_field_and_value(
    field: str, values: list[Any]
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{field} must .*, got ") as told:
            TrainingConfig(**{field: value})
        assert str(told.value).endswith(f"got {value}")
        assert isinstance(told.value, InvalidSetting)
        assert told.value.setting == field
        assert str(told.value) == f"{field} {told.value.reason}"


@pytest.mark.parametrize("field", ["architecture", "start", "device"])
@pytest.mark.parametrize("value", ["", None, 3, ["lenet"]])
def test_what_is_no_name_is_refused(field: str, value: Any) -> None:
    with pytest.raises(InvalidSetting, match=f"^{field} must be a name"):
        TrainingConfig(**{field: value})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [-0.1, 181, NAN, INFINITY, "1", None, True])
def test_augmentation_without_sense_is_refused_by_kind(kind: str, value: Any) -> None:
    with pytest.raises(InvalidSetting, match=rf"^augmentation\.{kind} must be a number from 0 to ") as told:
        Augmentation(**{kind: value})
    assert told.value.setting == f"augmentation.{kind}"


@pytest.mark.parametrize("strength", [-0.1, 3.01, NAN, INFINITY])
def test_a_strength_of_augmentation_without_sense_is_refused(strength: float) -> None:
    with pytest.raises(InvalidSetting, match=r"^augmentation must"):
        Augmentation.of_strength(strength)


@pytest.mark.parametrize("value", [0.5, None, {"rotation": 3}, True])
def test_only_a_record_is_augmentation(value: Any) -> None:
    with pytest.raises(InvalidSetting, match=r"^augmentation must"):
        TrainingConfig(augmentation=value)


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1, 10**30, 1.0, "1"])
def test_a_seed_that_pytorch_cannot_use_is_refused(seed: Any) -> None:
    with pytest.raises(ValueError, match="seed must"):
        TrainingConfig(seed=seed)


@pytest.mark.parametrize(("digits", "validation"), [(100, 100), (100, 101), (1, 1), (4999, 5000)])
def test_digits_must_be_left_to_train_on(digits: int, validation: int) -> None:
    with pytest.raises(InvalidSetting, match=f"^validation must be below the {digits} digits"):
        TrainingConfig(digits=digits, validation=validation)


@pytest.mark.parametrize("field", ["target_accuracy", "patience"])
def test_what_watches_the_held_out_digits_needs_some(field: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^{field} needs digits that are held out"):
        TrainingConfig(validation=0, **{field: 1})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 1),
        ("batch_size", 1),
        ("momentum", 0.0),
        ("weight_decay", 0.0),
        ("label_smoothing", 0.0),
        ("dropout", 0.95),
        ("augmentation", Augmentation.of_strength(3)),
        ("weight_average", 0.999),
        ("validation", 0),
        ("validation", 50_000),
        ("digits", 5001),
        ("target_accuracy", 1),
        ("patience", 10_000),
        ("learning_rate", 1e-12),
        ("learning_rate", 1000),
        ("seed", 2**63 - 1),
        ("seed", -(2**63)),
        *(("optimizer", name) for name in OPTIMIZERS),
        *(("schedule", name) for name in SCHEDULES),
    ],
)
def test_the_ends_of_what_makes_sense_are_accepted(field: str, value: Any) -> None:
    assert getattr(TrainingConfig(**{field: value}), field) == value


def test_the_ends_of_each_kind_of_augmentation_are_accepted() -> None:
    assert set(LIMITS) == set(KINDS)
    assert dataclasses.asdict(Augmentation(**LIMITS)) == LIMITS


def test_a_changed_config_is_checked_again() -> None:
    with pytest.raises(ValueError, match="epochs"):
        dataclasses.replace(TrainingConfig(), epochs=0)


@pytest.mark.parametrize("record", [TrainingConfig(), Augmentation()], ids=lambda each: type(each).__name__)
def test_a_config_cannot_be_changed(record: Any) -> None:
    for field in dataclasses.fields(record):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, field.name, getattr(record, field.name))


@pytest.mark.parametrize(
    "record",
    [
        TrainingConfig(epochs=3, optimizer="adam", augmentation=Augmentation.of_strength(0.5)),
        Augmentation(noise=0.1),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_config_comes_back_equal_from_pickle(record: Any) -> None:
    assert pickle.loads(pickle.dumps(record)) == record


def test_a_refusal_comes_back_whole_from_pickle() -> None:
    again = pickle.loads(pickle.dumps(InvalidSetting("epochs", "must be 3")))
    assert isinstance(again, InvalidSetting)
    assert (again.setting, again.reason, str(again)) == ("epochs", "must be 3", "epochs must be 3")


# What a config tells.


def test_augmentation_is_off_when_every_kind_is() -> None:
    assert Augmentation().is_off()
    assert Augmentation.of_strength(0).is_off()
    assert TrainingConfig().augmentation.is_off()
    for kind in KINDS:
        assert not Augmentation(**{kind: 0.01}).is_off()


def test_a_strength_scales_the_kinds_that_hands_differ_in() -> None:
    one, two = Augmentation.of_strength(1), Augmentation.of_strength(2)
    assert math.radians(one.rotation) == pytest.approx(0.2)
    for kind in KINDS:
        assert getattr(two, kind) == pytest.approx(2 * getattr(one, kind))
    assert {kind for kind in KINDS if getattr(one, kind)} == {
        "rotation",
        "shift",
        "scaling",
        "shear",
        "elastic",
    }


@pytest.mark.parametrize(
    ("changes", "per_epoch"),
    [
        ({}, 430),  # 55,000 / 128, rounded up
        ({"validation": 0, "batch_size": 60_000}, 1),
        ({"digits": 600, "validation": 100, "batch_size": 100}, 5),
        ({"digits": 601, "validation": 100, "batch_size": 100}, 6),
        ({"digits": 2, "validation": 1, "batch_size": 1}, 1),
    ],
)
def test_steps_are_counted_with_a_last_smaller_batch(changes: dict[str, Any], per_epoch: int) -> None:
    found = TrainingConfig(epochs=3, **changes)
    assert found.steps_per_epoch == per_epoch
    assert found.steps == 3 * per_epoch


# JSON.

unit = st.floats(0, 0.9)
augmentations = st.builds(Augmentation, **{kind: st.floats(0, most) for kind, most in LIMITS.items()})


@st.composite
def configs(draw: st.DrawFn) -> TrainingConfig:
    digits, batch_size = draw(st.integers(2000, 60_000)), draw(st.integers(1, 60_000))
    # A run has no more than so many batches: what is drawn keeps to that.
    most_epochs = min(10_000, config.MOST_STEPS // -(-digits // batch_size))
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "start": st.text(min_size=1),
        "validation": st.integers(1, 1999),
        "epochs": st.integers(1, most_epochs),
        "optimizer": st.sampled_from(OPTIMIZERS),
        "learning_rate": st.floats(1e-12, 1000),
        "momentum": unit,
        "nesterov": st.booleans(),
        "weight_decay": unit,
        "schedule": st.sampled_from(SCHEDULES),
        "label_smoothing": unit,
        "dropout": unit,
        "augmentation": augmentations,
        "weight_average": unit,
        "target_accuracy": st.floats(0, 1),
        "patience": st.integers(0, 10_000),
        "seed": st.integers(-(2**63), 2**63 - 1),
    }
    return TrainingConfig(digits=digits, batch_size=batch_size, **draw(st.fixed_dictionaries(drawn)))


@settings(max_examples=50, deadline=None)
@given(configs())
def test_a_config_comes_back_equal_from_json(given_config: TrainingConfig) -> None:
    assert TrainingConfig.from_json(json.loads(json.dumps(given_config.to_json()))) == given_config


def test_what_a_file_leaves_out_has_its_default() -> None:
    assert TrainingConfig.from_json({}) == TrainingConfig()
    found = TrainingConfig.from_json({"epochs": 3, "augmentation": {"shear": 0.1}})
    assert found == TrainingConfig(epochs=3, augmentation=Augmentation(shear=0.1))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(
    json_values
    | st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=3)
    | st.fixed_dictionaries({"augmentation": st.dictionaries(st.sampled_from(KINDS), json_values)})
)
def test_any_json_is_a_config_or_is_refused_by_name(value: Any) -> None:
    try:
        found = TrainingConfig.from_json(value)
    except InvalidSetting as refused:
        assert refused.reason
    else:
        assert TrainingConfig.from_json(found.to_json()) == found


# Files.


def test_a_file_of_settings_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    wanted = TrainingConfig(epochs=7, augmentation=Augmentation(elastic=1.5), start="größe.safetensors")
    path.write_text(json.dumps(wanted.to_json(), indent=2))
    assert config.read(path) == wanted


HOSTILE = {
    "empty": b"",
    "text": b"just some text",
    "bytes": b"\xff\xfe\x00\x01" * 100,
    "pickle": pickle.dumps({"epochs": 3}),
    "cut off": b'{"epochs": 3, "seed"',
    "nothing": b"null",
    "number": b"3",
    "list": b"[]",
    "nested lists": b"[" * 100_000 + b"]" * 100_000,
    "nested objects": b'{"augmentation":' * 50_000 + b"1" + b"}" * 50_000,
    "nested value": b'{"optimizer": ' + b"[" * 900 + b"]" * 900 + b"}",
    "huge": b'{"epochs": 3' + b" " * 2**20 + b"}",
    "endless number": b'{"epochs": ' + b"9" * 10_000 + b"}",
    "large number": b'{"learning_rate": ' + b"9" * 400 + b"}",
    "not a number": b'{"learning_rate": NaN}',
    "infinite": b'{"learning_rate": 1e999}',
    "unknown": b'{"epoch": 3}',
    "private": b'{"__class__": "os"}',
    "template": b'{"{path.__class__} {0}": 1}',
    "template as value": b'{"optimizer": "{0} {path.__class__} {"}',
    "unknown kind": b'{"augmentation": {"mirror": 1}}',
    "limits": b'{"augmentation": {"LIMITS": {}}}',
    "kinds in a list": b'{"augmentation": [1, 2]}',
    "epochs as text": b'{"epochs": "3"}',
    "epochs as object": b'{"epochs": {}}',
    "true for a number": b'{"dropout": true}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_no_config_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as told:
        config.read(path)
    assert str(path) in str(told.value)


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.json"):
        with pytest.raises(FileProblem, match=r"There is no file|is not a file"):
            config.read(path)
