"""The column of all settings: rows in sections, buttons and notes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from core.training.config import TrainingConfig
from core.training.presets import PRESETS
from gui.paint.text import fit_to_text
from gui.tabs.train.setup.setting_fields import ChoiceField, SettingField
from gui.tabs.train.setup.setup_augmentation import AugmentationSettings
from gui.tabs.train.setup.setup_fields import new_fields
from gui.tabs.train.setup.setup_rows import Section, SettingRow
from gui.tabs.train.setup.setup_schedule import ScheduleSketch
from gui.tabs.train.setup.setup_words import Words
from gui.widgets.construct import STRETCH, in_column, in_row, named, narrow
from gui.words.core_texts import core_text

OWN_SETTINGS = "own"
"""The entry in the list of presets for fields that match none."""

_STACKED = ("preset", "architecture", "start")  # fields with long texts stand under their titles
_FOLDED = ("more", "augmentation")  # sections that are closed at first


class SetupColumn(QWidget):
    """Holds the fields and lays them out; the form makes a config of them."""

    attended = Signal(str)
    """The name of the setting under the mouse, or else of the one with the focus."""

    def __init__(self, words: dict[str, Words], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setup_column")
        self._words = words
        self._hovered, self._focused = "", "preset"
        self._colouring = False
        self.preset = ChoiceField([(each.name, core_text(each.title)) for each in PRESETS], self)
        self.preset.addItem(self.tr("Own settings"), OWN_SETTINGS)
        self.fields: dict[str, SettingField] = new_fields(self)
        self.augmentation = AugmentationSettings(words, self)
        self.rows = {name: self._new_row(name, field) for name, field in self.fields.items()}
        self.rows |= {"preset": self._new_row("preset", self.preset), **self.augmentation.rows}
        self.sections: dict[str, Section] = {}
        self.sketch = ScheduleSketch(self)
        self._add_buttons()
        self._build_sections()
        self._lay_out()
        for row in self.rows.values():
            row.hovered.connect(self._on_hovered)
            row.left.connect(self._on_left)
            row.focused.connect(self._on_focused)
        self._show_colours()

    # Building

    def _new_row(self, name: str, field: Any) -> SettingRow:
        return SettingRow(name, self._words[name], field, name in _STACKED, self)

    def _new_button(self, name: str, text: str, tip: str) -> QPushButton:
        return narrow(named(QPushButton(self), name, tip, text=text), 12)

    def _add_buttons(self) -> None:
        tip = self.tr("Fill the fields from a file")
        self.open_button = self._new_button("open_settings_button", self.tr("Open settings…"), tip)
        tip = self.tr("Keep these settings in a small text file, to repeat the run or to hand it on")
        self.save_button = self._new_button("save_settings_button", self.tr("Save settings…"), tip)
        tip = self.tr("Each layer with its output's shape, and how its parameters are counted")
        self.table_button = self._new_button("layer_table_button", self.tr("Table of layers…"), tip)
        tip = self.tr("Start from weights in a file, of an earlier run")
        self.file_button = self._new_button("start_file_button", self.tr("File…"), tip)
        tip = self.tr("Pick another seed at random")
        self.seed_button = self._new_button("new_seed_button", self.tr("New"), tip)
        self.rows["start"].add_beside(self.file_button)
        self.rows["seed"].add_beside(self.seed_button)

    def _section(self, name: str, title: str, tip: str, fields: str, *more: QWidget) -> None:
        """Build a section with the rows of these fields, whose names are separated by blanks, and more."""
        self.sections[name] = section = Section(name, title, tip, name not in _FOLDED, self)
        for widget in (*(self.rows[field] for field in fields.split()), *more):
            section.add(widget)

    def _build_sections(self) -> None:
        fields = "architecture start seed"
        self._section("network", self.tr("Network"), self.tr("What learns"), fields, self.table_button)
        fields = "dataset digits validation pen_digits"
        self._section("data", self.tr("Data"), self.tr("What it learns from"), fields)
        tip = self.tr("How it learns: the steps that weights take")
        fields = "epochs batch_size optimizer learning_rate momentum nesterov schedule"
        self._section("learning", self.tr("Learning"), tip, fields, self.sketch)
        tip = self.tr("Against learning by heart: what helps with digits that the network has not met")
        fields = "weight_decay label_smoothing dropout weight_average"
        self._section("more", self.tr("More: regularisation"), tip, fields)
        tip = self.tr(
            "Digits are changed at random before the network meets them, as if more people had written"
        )
        self._section("augmentation", self.tr("Augmentation"), tip, "", self.augmentation)
        fields = "target_accuracy patience"
        self._section("ending", self.tr("Ending early"), self.tr("What ends the run early"), fields)
        self._section("device", self.tr("Device"), self.tr("Where it is computed"), "device")

    def _lay_out(self) -> None:
        files = in_row(self.open_button, self.save_button, spacing=4)
        preset, sections, margins = self.rows["preset"], self.sections.values(), (4, 4, 6, 4)
        in_column(preset, files, *sections, STRETCH, on=self, spacing=4, margins=margins)
        fit_to_text(self, SetupColumn._align)

    def _align(self) -> None:
        """Let fields begin at one line, which lies farther left where titles are short."""
        kinds = list(self.augmentation.rows.values())
        others = [row for row in self.rows.values() if row not in kinds and row.name not in _STACKED]
        for rows in (kinds, others):
            widest = max(row.title.sizeHint().width() for row in rows)
            for row in rows:
                row.title.setMinimumWidth(widest)

    # What is shown

    def show_errors(self, wrong: dict[str, str]) -> None:
        """Show errors under their fields, by name, and unfold the sections of these."""
        for name, row in self.rows.items():
            row.set_error(wrong.get(name, ""))
        for section in self.sections.values():
            if any(section.isAncestorOf(self.rows[name]) for name in wrong):
                section.set_open(True)

    def show_notes(self, config: TrainingConfig | None) -> None:
        """Show how a config splits the digits, and how many steps an epoch has."""
        self.rows["validation"].set_note(self._split(config) if config else "")
        steps = self.tr("{count} steps an epoch: one for each batch")
        steps = steps.format(count=f"{config.steps_per_epoch:,}") if config else ""
        self.rows["batch_size"].set_note(steps)
        is_off = self.augmentation.setting().is_off()
        self.sections["augmentation"].set_remark(self.tr("off") if is_off else self.tr("on"))

    def _split(self, config: TrainingConfig) -> str:
        text = self.tr("{learn} to learn from, none held out")
        if config.validation:
            text = self.tr("{learn} to learn from, {held_out} held out")
        text = text.format(learn=f"{config.learnt_digits:,}", held_out=f"{config.validation:,}")
        test = self.tr("MNIST's 10,000 test digits are used only once, after training.")
        return f"{text}; {test}"

    def set_locked(self, locked: bool) -> None:
        """Lock the fields during a run, or unlock them; they can be read all the same."""
        for control in (self.preset, self.open_button, self.file_button, self.seed_button):
            control.setEnabled(not locked)
        for name in self.fields:
            self.rows[name].field.setEnabled(not locked)
        self.augmentation.set_locked(locked)
        with_sgd = self.fields["optimizer"].setting() == "sgd"
        self.rows["nesterov"].field.setEnabled(with_sgd and not locked)
        self.rows["nesterov"].set_note("" if with_sgd else self.tr("Only with SGD as the optimiser."))

    # Attention

    @Slot(str)
    def _on_hovered(self, name: str) -> None:
        self._hovered = name
        self.attended.emit(name)

    @Slot(str)
    def _on_left(self, name: str) -> None:
        if name == self._hovered:
            self._hovered = ""
            self.attended.emit(self._focused)

    @Slot(str)
    def _on_focused(self, name: str) -> None:
        self._focused = name
        self.attended.emit(name)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and not self._colouring:
            self._show_colours()
        super().changeEvent(event)

    def _show_colours(self) -> None:
        """Show locked fields a little fainter, not gray: they are read during the run."""
        self._colouring = True  # setting the palette is a change of the palette, too
        palette = QPalette()
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            colour = QPalette().color(QPalette.ColorGroup.Active, role)
            colour.setAlphaF(0.75)
            palette.setColor(QPalette.ColorGroup.Disabled, role, colour)
        self.setPalette(palette)
        self._colouring = False
