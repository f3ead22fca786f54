"""Presets are runs that can be made."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from core.catalog import ARCHITECTURES
from core.networks import weight_files
from core.training.config import Augmentation, TrainingConfig
from core.training.presets import PRESETS, Preset

BY_NAME = {preset.name: preset.config for preset in PRESETS}


def test_names_and_titles_are_unique() -> None:
    assert len(BY_NAME) == len(PRESETS) == len({preset.title for preset in PRESETS})


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_is_a_config_that_a_file_can_hold(preset: Preset) -> None:
    assert preset.config.architecture in ARCHITECTURES
    assert TrainingConfig.from_json(json.loads(json.dumps(preset.config.to_json()))) == preset.config
    assert preset.title and preset.summary.endswith((".", ".)"))


def test_d2ls_lenet_has_the_chapters_of_both_editions_wherever_one_is_named() -> None:
    """The English edition has it as 7.6, the Chinese as 6.6."""
    root = Path(__file__).resolve().parents[1]
    texts = [path for folder in ("core", "gui") for path in (root / folder).rglob("*.py")]
    texts += [root / "README.md", root / "resources/docs/architecture.md"]
    named = {"7": 0, "6": 0}
    for path in texts:
        said = re.sub(r'"\s*"', "", path.read_text(encoding="utf-8"))  # a sentence may go on in the next line
        for found in re.finditer(
            r"(?:d2l|Dive into Deep Learning)[^.]{0,30}?,? (?:chapter )?([67])\.6.{0,40}", said
        ):
            named[found[1]] += 1
            assert {"7.6", "6.6"} <= set(re.findall(r"[67]\.6", found[0])), (path, found[0])
    assert named["7"] >= 5


def test_no_preset_promises_a_time_and_the_epochs_that_one_names_are_its_own() -> None:
    words = {6: "six", 60: "sixty"}
    for preset in PRESETS:
        said = f"{preset.title} {preset.summary}".lower()
        assert not re.search(r"second|minute|hour", said)
        if preset.name in ("quick", "lenet", "lenet_pen"):
            epochs = preset.config.epochs
            assert f"{epochs} epochs" in said or f"{words.get(epochs)} epochs" in said


@pytest.mark.parametrize("name", ["lenet", "lenet_pen"])
def test_the_presets_of_the_shipped_weights_are_what_their_files_say(name: str) -> None:
    said = weight_files.load_model(name).about["config"]
    if isinstance(strength := said["augmentation"], float):  # as files said it once
        said["augmentation"] = asdict(Augmentation.of_strength(strength))
    config = BY_NAME[name].to_json()
    assert {setting: config[setting] for setting in said} == said


def test_the_presets_of_lessons_are_as_their_books_say() -> None:
    d2l, lesson = BY_NAME["d2l"], BY_NAME["lesson"]
    # Dive into Deep Learning, 6.6 of the Chinese edition (7.6 of the English): lr,
    # num_epochs, batch_size = 0.9, 10, 256; plain SGD.
    assert (d2l.architecture, d2l.optimizer, d2l.schedule) == ("lenet_sigmoid", "sgd", "constant")
    assert (d2l.learning_rate, d2l.epochs, d2l.batch_size) == (0.9, 10, 256)
    assert (d2l.momentum, d2l.weight_decay) == (0, 0)
    assert (lesson.optimizer, lesson.learning_rate, lesson.momentum) == ("sgd", 0.01, 0.5)
    assert (lesson.batch_size, lesson.epochs, lesson.nesterov) == (64, 10, False)
