from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from driving import child, settle
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.catalog import ARCHITECTURES, DEVICES, SHIPPED
from core.training.config import OPTIMIZERS, SCHEDULES, Augmentation, TrainingConfig
from core.training.presets import PRESETS
from core.training.schedules import learning_rate
from core.training.setting_kinds import InvalidSetting, kinds
from gui.paint.theme import apply_theme
from gui.tabs.train.setup.setup_augmentation import AugmentationPreview
from gui.tabs.train.setup.setup_form import SetupForm
from gui.tabs.train.setup.setup_rows import Section
from gui.tabs.train.setup.setup_schedule import ScheduleSketch
from gui.tabs.train.setup.setup_words import words

UNUSUAL = TrainingConfig(
    architecture="lenet_sigmoid",
    start="/some folder/weights.safetensors",
    digits=1234,
    validation=77,
    pen_digits=123,
    epochs=7_654,
    batch_size=1,
    optimizer="adam",
    learning_rate=1.5e-7,
    momentum=0.123456,
    nesterov=False,
    weight_decay=1.25e-5,
    schedule="step",
    label_smoothing=0.0314159,
    dropout=1 / 3,
    augmentation=Augmentation(170.25, 13.99, 0.7, 0.9, 4.321, 1.05, 0.99),
    weight_average=0.99999,
    target_accuracy=0.98765,
    patience=3,
    seed=-(2**63),
    device="mps",
)


@pytest.fixture
def form(qtbot: QtBot) -> SetupForm:
    form = SetupForm()
    form.resize(300, 700)
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    return form


def error(form: SetupForm, field: str) -> str:
    label = child(form, QLabel, f"{field}_error")
    return str(label.text()) if not label.isHidden() else ""


def choose(form: SetupForm, field: str, value: str) -> None:
    """Choose an entry as a person does: with the keyboard, in the box that has the focus."""
    box = child(form, QComboBox, f"{field}_field")
    key = Qt.Key.Key_Down if box.findData(value) > box.currentIndex() else Qt.Key.Key_Up
    while box.currentData() != value:
        before = box.currentIndex()
        QTest.keyClick(box, key)
        assert box.currentIndex() != before


def retype(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


@pytest.fixture
def changes(form: SetupForm) -> list[TrainingConfig | None]:
    """The configs that the form has told of since the test began."""
    told: list[TrainingConfig | None] = []
    form.config_changed.connect(told.append)
    return told


# Configs come back as they went in


@pytest.mark.parametrize(
    "config",
    [TrainingConfig(), UNUSUAL, *(preset.config for preset in PRESETS)],
    ids=["default", "unusual", *(preset.name for preset in PRESETS)],
)
def test_a_config_comes_back_as_it_was_set(form: SetupForm, config: TrainingConfig) -> None:
    form.set_config(config)
    assert form.config() == config


@pytest.mark.parametrize("field", [each.name for each in fields(TrainingConfig)])
def test_each_field_comes_back_alone(form: SetupForm, field: str) -> None:
    base = TrainingConfig(validation=50)
    config = replace(base, **{field: getattr(UNUSUAL, field)})
    assert config != base or field == "dataset"  # there is only one yet
    form.set_config(base)
    form.set_config(config)
    assert form.config() == config


@pytest.mark.parametrize("kind", kinds(Augmentation))
def test_each_kind_of_augmentation_comes_back_alone(form: SetupForm, kind: str) -> None:
    config = TrainingConfig(augmentation=Augmentation(**{kind: 0.123456}))
    form.set_config(config)
    assert form.config() == config


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("architecture", tuple(ARCHITECTURES)),
        ("optimizer", OPTIMIZERS),
        ("schedule", SCHEDULES),
        ("device", DEVICES),
    ],
)
def test_every_choice_can_be_made_by_key(form: SetupForm, field: str, values: tuple[str, ...]) -> None:
    form.set_devices(DEVICES)
    for value in values:
        choose(form, field, value)
        assert getattr(form.config(), field) == value


@pytest.mark.parametrize(
    "field",
    [
        "digits",
        "validation",
        "epochs",
        "batch_size",
        "momentum",
        "weight_decay",
        "label_smoothing",
        "dropout",
        "weight_average",
        "target_accuracy",
        "patience",
    ],
)
def test_a_number_s_range_is_what_a_config_accepts(form: SetupForm, field: str) -> None:
    box = child(form, QAbstractSpinBox, f"{field}_field")
    assert isinstance(box, QSpinBox | QDoubleSpinBox)
    scale = 100 if field == "target_accuracy" else 1
    free = TrainingConfig(digits=60_000, validation=1)
    for end in (box.minimum(), box.maximum()):
        changed: dict[str, Any] = {field: type(end)(end / scale)}
        if field == "digits":
            changed["validation"] = 0
        replace(free, **changed)
    beyond: dict[str, Any] = {field: type(box.maximum())(box.maximum() / scale + 1)}
    with pytest.raises(InvalidSetting):
        replace(free, **beyond)


# Devices


def offered(form: SetupForm) -> list[str]:
    field = child(form, QComboBox, "device_field")
    return [field.itemData(index) for index in range(field.count())]


def test_only_devices_that_are_there_are_offered_and_what_settings_from_elsewhere_say(
    form: SetupForm,
) -> None:
    assert offered(form) == ["auto", "cpu"]  # as long as nobody knows
    form.set_devices(("cuda", "cpu"))
    assert offered(form) == ["auto", "cpu", "cuda"] and form.config().device == "auto"
    form.set_config(UNUSUAL)
    assert offered(form) == ["auto", "cpu", "cuda", "mps"] and form.config() == UNUSUAL
    assert child(form, QComboBox, "device_field").currentText() == "Apple GPU (MPS)"
    form.set_devices(("cpu",))
    assert offered(form) == ["auto", "cpu", "mps"] and form.config() == UNUSUAL
    form.set_config(TrainingConfig())
    assert offered(form) == ["auto", "cpu"]


# Presets


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_fills_the_fields_and_sums_itself_up(form: SetupForm, preset: Any) -> None:
    form.set_config(UNUSUAL)
    choose(form, "preset", preset.name)
    assert form.config() == replace(preset.config, device=UNUSUAL.device)
    assert child(form, QLabel, "preset_note").text() == preset.summary
    rate = child(form, QLineEdit, "learning_rate_field")
    assert float(rate.text()) == preset.config.learning_rate
    assert child(form, QSpinBox, "epochs_field").value() == preset.config.epochs


def test_typing_makes_a_preset_one_s_own_settings_and_typing_back_the_preset(form: SetupForm) -> None:
    preset = child(form, QComboBox, "preset_field")
    assert preset.currentText() == PRESETS[0].title
    epochs = child(form, QSpinBox, "epochs_field")
    retype(epochs, "7")
    assert preset.currentText() == "Own settings"
    retype(epochs, "6")
    assert preset.currentText() == PRESETS[0].title


def test_own_settings_can_be_had_again_after_a_look_at_a_preset(form: SetupForm) -> None:
    form.set_config(UNUSUAL)
    choose(form, "preset", "lesson")
    assert form.config() != UNUSUAL
    choose(form, "preset", "own")
    assert form.config() == UNUSUAL


def test_own_settings_cannot_be_chosen_before_there_are_any(form: SetupForm) -> None:
    preset = child(form, QComboBox, "preset_field")
    preset.setFocus()
    QTest.keyClick(preset, Qt.Key.Key_End)
    assert preset.currentText() == PRESETS[0].title
    assert form.config() == PRESETS[0].config


# Nonsense


def test_a_rate_that_is_no_number_is_refused_at_its_field_and_can_be_mended(
    form: SetupForm, changes: list[TrainingConfig | None]
) -> None:
    rate = child(form, QLineEdit, "learning_rate_field")
    retype(rate, "abc")
    assert form.config() is None
    assert error(form, "learning_rate").startswith("Learning rate must be a number") and rate.text() == "abc"
    assert "abc" in error(form, "learning_rate")
    assert not child(form, QPushButton, "save_settings_button").isEnabled()
    retype(rate, "0,02")
    assert form.config() == replace(PRESETS[0].config, learning_rate=0.02)
    assert error(form, "learning_rate") == ""
    assert changes[-1] == form.config()


@pytest.mark.parametrize(
    ("text", "rate"), [("0.1", 0.1), ("1e-3", 0.001), ("0,1", 0.1), (" 5E-2 ", 0.05), ("1", 1)]
)
def test_a_rate_may_be_written_in_many_ways(form: SetupForm, text: str, rate: float) -> None:
    retype(child(form, QLineEdit, "learning_rate_field"), text)
    config = form.config()
    assert config is not None and config.learning_rate == rate


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1_0", "1e", "2000", "<b>1</b>", "1 2"])
def test_a_rate_without_sense_is_refused(form: SetupForm, text: str) -> None:
    retype(child(form, QLineEdit, "learning_rate_field"), text)
    assert form.config() is None
    assert error(form, "learning_rate")


def test_more_held_out_than_there_are_is_refused_at_its_field(form: SetupForm) -> None:
    digits, held_out = child(form, QSpinBox, "digits_field"), child(form, QSpinBox, "validation_field")
    retype(digits, "4000")
    assert form.config() is None and digits.value() == 4000 and held_out.value() == 5000
    assert "must be below" in error(form, "validation") and not error(form, "digits")
    retype(held_out, "500")
    assert form.config() == replace(PRESETS[0].config, digits=4000, validation=500)
    assert not error(form, "validation")


@pytest.mark.parametrize("field", ["patience", "target_accuracy"])
def test_an_end_that_needs_held_out_digits_is_refused_without_them(form: SetupForm, field: str) -> None:
    retype(child(form, QAbstractSpinBox, f"{field}_field"), "3")
    assert form.config() is not None
    retype(child(form, QSpinBox, "validation_field"), "0")
    assert form.config() is None
    assert "held out" in error(form, field)
    retype(child(form, QSpinBox, "validation_field"), "1000")
    assert form.config() is not None and not error(form, field)


def test_two_wrong_fields_are_both_told_of(form: SetupForm) -> None:
    retype(child(form, QSpinBox, "digits_field"), "10")
    retype(child(form, QLineEdit, "learning_rate_field"), "x")
    assert error(form, "validation") and error(form, "learning_rate")


def test_a_seed_takes_digits_only_and_64_bits_of_them(form: SetupForm) -> None:
    seed = child(form, QLineEdit, "seed_field")
    retype(seed, "4x2")
    assert form.config() == replace(PRESETS[0].config, seed=42)
    retype(seed, str(2**63 - 1))
    assert form.config() == replace(PRESETS[0].config, seed=2**63 - 1)
    retype(seed, str(2**63))
    assert form.config() is None and error(form, "seed")
    retype(seed, "-")
    assert form.config() is None and error(form, "seed")


def test_what_is_refused_is_never_folded_away(form: SetupForm) -> None:
    section = child(form, Section, "ending_section")
    section.set_open(False)
    form.set_config(TrainingConfig(patience=2))
    assert section.heading.isChecked() is False
    retype(child(form, QSpinBox, "validation_field"), "0")
    assert section.heading.isChecked() and child(form, QLabel, "patience_error").isVisible()


# Signals


def test_a_change_is_told_once_and_the_same_config_never_twice(
    form: SetupForm, changes: list[TrainingConfig | None]
) -> None:
    form.set_config(PRESETS[0].config)
    assert changes == []
    form.set_config(UNUSUAL)
    assert changes == [UNUSUAL]
    rate = child(form, QLineEdit, "learning_rate_field")
    retype(rate, "abc")
    assert changes == [UNUSUAL, None]
    retype(child(form, QSpinBox, "epochs_field"), "12")
    retype(rate, "0.10")
    assert changes[:2] == [UNUSUAL, None] and changes[-1] == replace(UNUSUAL, learning_rate=0.1, epochs=12)
    assert all(before != after for before, after in pairwise(changes))


def test_typed_keys_reach_spin_boxes_with_a_comma_too(form: SetupForm) -> None:
    child(form, Section, "more_section").set_open(True)
    retype(child(form, QDoubleSpinBox, "dropout_field"), "0,25")
    config = form.config()
    assert config is not None and config.dropout == 0.25
    retype(child(form, QDoubleSpinBox, "target_accuracy_field"), "98.5")
    config = form.config()
    assert config is not None and config.target_accuracy == 0.985


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("open_settings_button", "open_wanted"),
        ("save_settings_button", "save_wanted"),
        ("layer_table_button", "table_wanted"),
        ("start_file_button", "file_wanted"),
    ],
)
def test_buttons_tell_what_is_wanted(form: SetupForm, qtbot: QtBot, button: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(form, signal)):
        QTest.mouseClick(child(form, QPushButton, button), Qt.MouseButton.LeftButton)


def test_another_seed_is_drawn_by_a_button(form: SetupForm, changes: list[TrainingConfig | None]) -> None:
    while not changes:  # one time in a million the new seed is the old one
        QTest.mouseClick(child(form, QPushButton, "new_seed_button"), Qt.MouseButton.LeftButton)
    assert changes[-1] is not None
    assert changes[-1] == replace(PRESETS[0].config, seed=changes[-1].seed)


# Where a run starts


def test_only_weights_that_fit_the_architecture_are_offered(form: SetupForm) -> None:
    start = child(form, QComboBox, "start_field")
    for architecture in ARCHITECTURES:
        choose(form, "architecture", architecture)
        fitting = [model.name for model in SHIPPED.values() if model.architecture == architecture]
        assert [start.itemData(index) for index in range(start.count())] == ["random", *fitting]


def test_another_architecture_lets_go_of_shipped_weights_and_keeps_a_file(form: SetupForm) -> None:
    choose(form, "start", "lenet")
    assert form.config() == replace(PRESETS[0].config, start="lenet")
    choose(form, "architecture", "lenet_sigmoid")
    assert form.config() == replace(PRESETS[0].config, architecture="lenet_sigmoid")
    form.set_start_file("/home/me/own.safetensors")
    assert child(form, QComboBox, "start_field").currentText() == "own.safetensors"
    choose(form, "architecture", "lenet")
    assert form.config() == replace(PRESETS[0].config, start="/home/me/own.safetensors")


def test_weights_of_another_architecture_are_refused(form: SetupForm) -> None:
    form.set_config(TrainingConfig(architecture="lenet", start="lenet_sigmoid"))
    assert form.config() is None and error(form, "start")
    choose(form, "start", "random")
    assert form.config() == TrainingConfig()


# Augmentation


def test_one_button_sets_a_strength_and_another_none(form: SetupForm) -> None:
    section = child(form, Section, "augmentation_section")
    section.set_open(True)
    QTest.mouseClick(child(form, QPushButton, "augmentation_people_button"), Qt.MouseButton.LeftButton)
    assert form.config() == replace(PRESETS[0].config, augmentation=Augmentation.of_strength(1))
    assert section.heading.text() == "Augmentation: on"
    QTest.mouseClick(child(form, QPushButton, "augmentation_none_button"), Qt.MouseButton.LeftButton)
    assert form.config() == PRESETS[0].config and section.heading.text() == "Augmentation: off"


def test_a_slider_and_its_number_go_together(form: SetupForm) -> None:
    child(form, Section, "augmentation_section").set_open(True)
    slider, number = child(form, QWidget, "scaling_slider"), child(form, QDoubleSpinBox, "scaling_number")
    slider.setFocus()
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    config = form.config()
    assert config is not None and config.augmentation == Augmentation(scaling=0.03)
    assert number.text() == "3 %"
    retype(number, "12.5")
    config = form.config()
    assert config is not None and config.augmentation == Augmentation(scaling=0.125)
    assert slider.property("value") == 12


def test_digits_are_shown_before_and_after_as_ink_on_paper(form: SetupForm) -> None:
    child(form, Section, "augmentation_section").set_open(True)
    form.resize(300, 1600)
    QApplication.processEvents()
    before, after = np.zeros((8, 28, 28), np.float32), np.ones((8, 28, 28), np.float32)
    form.set_preview(before, after)
    preview = child(form, AugmentationPreview, "augmentation_preview")
    assert preview.height() >= preview.heightForWidth(preview.width())
    image = preview.grab().toImage()
    side, line = preview._side(preview.width()), preview._line()
    middle = int(side / 2)
    assert image.pixelColor(middle, int(line + side / 2)).value() == 255
    assert image.pixelColor(middle, int(2 * line + 1.5 * side)).value() == 0
    with pytest.raises(ValueError, match=r"\(8, 28, 28\)"):
        form.set_preview(before[:4], after)


def test_other_digits_to_look_at_are_asked_for_with_the_augmentation(form: SetupForm, qtbot: QtBot) -> None:
    form.set_config(UNUSUAL)
    child(form, Section, "augmentation_section").set_open(True)
    with qtbot.waitSignal(form.preview_wanted) as wanted:
        QTest.mouseClick(child(form, QPushButton, "augmentation_again_button"), Qt.MouseButton.LeftButton)
    assert wanted.args == [UNUSUAL.augmentation]


# What is said


def test_a_time_that_comes_by_itself_moves_no_field(form: SetupForm) -> None:
    form.resize(300, 700)
    form.show()
    longest = "About 99.9 s an epoch here, 99:54 min in all (measured)"
    form.keep_room_for_time(longest)
    field, note = child(form, QWidget, "optimizer_field"), child(form, QLabel, "epochs_note")
    places = []
    for text in ("", "measuring how long an epoch takes…", longest):
        form.set_time_per_epoch(text)
        settle()
        places.append(field.mapTo(form, field.rect().topLeft()))
        assert note.isVisible() and note.text() == text
        room = QRect(0, 0, note.width(), 1000)
        needed = note.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, longest)
        assert note.height() >= needed.height()
    assert len(set(places)) == 1
    form.set_time_per_epoch("")
    form.keep_room_for_time("")
    form.set_time_per_epoch("")
    settle()
    assert field.mapTo(form, field.rect().topLeft()).y() < places[0].y()  # the room was there


def test_notes_say_how_digits_are_split_how_many_steps_and_how_long(form: SetupForm) -> None:
    split = child(form, QLabel, "validation_note")
    assert split.text().startswith("55,000 to learn from, 5,000 held out;") and "10,000 test" in split.text()
    retype(child(form, QSpinBox, "validation_field"), "0")
    assert split.text().startswith("60,000 to learn from, none held out;")
    assert child(form, QLabel, "batch_size_note").text() == "469 steps an epoch: one for each batch"
    form.set_time_per_epoch("about 5.1 s an epoch on this CPU, measured")
    assert "5.1 s" in child(form, QLabel, "epochs_note").text()


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("epochs", [1, 30])
def test_the_sketch_has_the_rates_of_the_run(form: SetupForm, schedule: str, epochs: int) -> None:
    config = TrainingConfig(schedule=schedule, epochs=epochs, digits=10, validation=0, batch_size=10)
    form.set_config(config)
    sketch = child(form, ScheduleSketch, "schedule_sketch")
    expected = [
        learning_rate(schedule, config.learning_rate, step, config.steps) for step in range(config.steps)
    ]
    assert sketch.rates(config.steps) == expected
    sketch.grab()


def test_nesterov_is_for_sgd_and_its_setting_survives_other_optimisers(form: SetupForm) -> None:
    nesterov = child(form, QWidget, "nesterov_field")
    choose(form, "optimizer", "sgd")
    assert nesterov.isEnabled()
    nesterov.setFocus()
    QTest.keyClick(nesterov, Qt.Key.Key_Space)
    assert form.config() == replace(PRESETS[0].config, optimizer="sgd", nesterov=False)
    choose(form, "optimizer", "adam")
    assert not nesterov.isEnabled()
    assert child(form, QLabel, "nesterov_note").text() == "Only with SGD as the optimiser."
    assert form.config() == replace(PRESETS[0].config, optimizer="adam", nesterov=False)


def test_every_setting_is_explained_where_the_focus_or_the_mouse_is(form: SetupForm) -> None:
    title = child(form, QLabel, "explanation_title")
    child(form, QLineEdit, "learning_rate_field").setFocus()
    assert title.text() == "Learning rate"
    row = child(form, QWidget, "batch_size_row")
    point = QPointF(5, 5)
    QApplication.sendEvent(row, QEnterEvent(point, point, row.mapToGlobal(point)))
    assert title.text() == "Batch size"
    QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert title.text() == "Learning rate"


def test_every_setting_has_words_a_tool_tip_and_an_accessible_name(form: SetupForm) -> None:
    named = {each.name for each in fields(TrainingConfig)} - {"augmentation"}
    named |= {f"augmentation.{kind}" for kind in kinds(Augmentation)}
    assert set(words()) == named | {"preset"}
    for name, said in words().items():
        short = name.rpartition(".")[2]
        assert child(form, QWidget, f"{short}_row").toolTip() == said.explanation
        assert child(form, QWidget, f"{short}_field").accessibleName() == said.title
    for button in form.findChildren(QPushButton):
        assert button.toolTip() and button.objectName()


def test_the_explanation_has_room_for_the_longest(form: SetupForm) -> None:
    text = child(form, QLabel, "explanation_text")
    for width in (260, 340):
        form.resize(width, 600)
        QApplication.processEvents()
        height = text.height()
        assert all(
            text.fontMetrics().boundingRect(text.rect(), Qt.TextFlag.TextWordWrap, said.explanation).height()
            <= height
            for said in words().values()
        )


# While a run is on


def test_a_locked_form_can_be_read_and_scrolled_and_not_changed(
    form: SetupForm, changes: list[TrainingConfig | None]
) -> None:
    form.set_locked(True)
    locked = ["preset", *(each.name for each in fields(TrainingConfig)), *kinds(Augmentation)]
    locked.remove("augmentation")
    for name in locked:
        assert not child(form, QWidget, f"{name}_field").isEnabled()
    for button in ("open_settings", "new_seed", "start_file", "augmentation_people", "augmentation_none"):
        assert not child(form, QPushButton, f"{button}_button").isEnabled()
    for button in ("save_settings", "layer_table", "augmentation_again"):
        assert child(form, QPushButton, f"{button}_button").isEnabled()
    QTest.keyClicks(child(form, QSpinBox, "epochs_field"), "5")
    assert changes == []
    bar = child(form, QScrollArea, "setup_scroll").verticalScrollBar()
    bar.setValue(0)
    wheel(form, child(form, QSpinBox, "digits_field"))
    assert bar.value() > 0
    form.set_config(replace(PRESETS[0].config, optimizer="sgd"))
    assert not child(form, QWidget, "nesterov_field").isEnabled()
    form.set_locked(False)
    assert child(form, QWidget, "nesterov_field").isEnabled()
    assert child(form, QSpinBox, "epochs_field").isEnabled()


def wheel(form: SetupForm, control: QWidget) -> None:
    """Turn the wheel over a control: through the window, as the system does."""
    at = QPointF(control.mapTo(form, control.rect().center()))
    QTest.wheelEvent(form.windowHandle(), at, QPoint(0, -240))
    QApplication.processEvents()


@pytest.mark.parametrize("field", ["digits", "optimizer", "epochs"])
def test_the_wheel_scrolls_the_form_and_changes_no_field(
    form: SetupForm, changes: list[TrainingConfig | None], field: str
) -> None:
    control = child(form, QWidget, f"{field}_field")
    control.setFocus()
    bar = child(form, QScrollArea, "setup_scroll").verticalScrollBar()
    bar.setValue(0)
    wheel(form, control)
    assert bar.value() > 0 and changes == []


# Looks


@pytest.mark.parametrize("width", [260, 340])
def test_nothing_is_cut_off_at_the_side(form: SetupForm, width: int) -> None:
    for section in form.findChildren(Section):
        section.set_open(True)
    form.resize(width, 600)
    QApplication.processEvents()
    scroll = child(form, QScrollArea, "setup_scroll")
    assert scroll.widget().width() == scroll.viewport().width()
    assert scroll.widget().minimumSizeHint().width() <= scroll.viewport().width()


def test_errors_and_locked_fields_stay_readable_when_the_theme_changes(
    form: SetupForm, restore_theme: Callable[[], None]
) -> None:
    retype(child(form, QLineEdit, "learning_rate_field"), "abc")
    form.set_locked(True)
    for theme, is_dark in (("dark", True), ("light", False)):
        apply_theme(theme)
        QApplication.processEvents()
        label, field = (
            child(form, QLabel, "learning_rate_error"),
            child(form, QLineEdit, "learning_rate_field"),
        )
        for widget in (label, field):
            palette = widget.palette()
            ink = palette.color(widget.foregroundRole())
            paper = palette.color(palette.ColorRole.Window)
            assert (paper.lightness() < 128) == is_dark
            assert abs(ink.lightness() - paper.lightness()) > 70


@pytest.fixture
def restore_theme():  # type: ignore[no-untyped-def]
    yield apply_theme
    apply_theme("system")
