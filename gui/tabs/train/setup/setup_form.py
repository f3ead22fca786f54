"""The form of a training run's settings: a TrainingConfig, or the errors in it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QLocale, QRect, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from core.catalog import EVERYWHERE, SHIPPED
from core.training.config import RANDOM_START, TrainingConfig
from core.training.presets import PRESETS
from core.training.setting_kinds import InvalidSetting
from gui.paint.text import fit_to_text, pixels
from gui.tabs.train.setup.setting_fields import ChoiceField
from gui.tabs.train.setup.setup_column import OWN_SETTINGS, SetupColumn
from gui.tabs.train.setup.setup_fields import device_choices, starts_for
from gui.tabs.train.setup.setup_words import Words, words
from gui.widgets.construct import bold, in_column, named
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.term_label import TermLabel
from gui.words.core_texts import core_text, in_words

_SEEDS = 1_000_000  # six digits are easily read out to a neighbour
_BAR_MARGIN = 8  # pixels


class ExplanationBar(QFrame):
    """As high as its longest text needs, so that nothing moves when another is shown."""

    def __init__(self, texts: Iterable[Words], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explanation_bar")
        self.setToolTip(self.tr("Explains the setting that the mouse is over, or that has the focus"))
        self._texts = [words.explanation for words in texts]
        self._title = bold(named(QLabel(self), "explanation_title"))
        text = TermLabel(parent=self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
        self._text = named(text, "explanation_text")
        margins = (_BAR_MARGIN, 4, _BAR_MARGIN, 4)
        in_column(self._title, self._text, on=self, spacing=0, margins=margins)
        fit_to_text(self, ExplanationBar._make_room)

    def explain(self, words: Words) -> None:
        """Show a setting's title and explanation."""
        self._title.setText(words.title)
        self._text.setText(words.explanation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Be as high as the longest explanation: nothing below moves."""
        width = self.contentsRect().width() - 2 * _BAR_MARGIN
        metrics = self._text.fontMetrics()
        room, wrap = QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap
        heights = (metrics.boundingRect(room, wrap, text).height() for text in self._texts)
        self._text.setFixedHeight(max(heights))


class SetupForm(QWidget):
    """The fields of a run. An error is shown under its field, whose text stays to be corrected."""

    config_changed = Signal(object)
    """The TrainingConfig of the fields, or None."""
    preview_wanted = Signal(object)
    """Show other digits, changed by this Augmentation: see `set_preview`."""
    file_wanted = Signal()
    """Ask for weights to start from: see `set_start_file`."""
    open_wanted = Signal()
    save_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setup_form")
        self.setLocale(QLocale(QLocale.Language.English))  # numbers look as they do in the program's texts
        self._words = words()
        self._config: TrainingConfig | None = None
        self._own: TrainingConfig | None = None
        self._devices: tuple[str, ...] = ()  # that PyTorch finds here, once that is known
        self._filling = self._locked = False
        self._column = SetupColumn(self._words, self)
        self._fields = self._column.fields
        self._lay_out()
        self._connect()
        self.set_config(PRESETS[0].config)

    def _lay_out(self) -> None:
        scroll = ScrollColumn(self._column, "setup_scroll", self)
        self._explanation = ExplanationBar(self._words.values(), self)
        self._explanation.explain(self._words["preset"])
        in_column((scroll, 1), self._explanation, on=self)

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(max(pixels(self, 284), least.width()), least.height())

    def _connect(self) -> None:
        column = self._column
        for name, field in self._fields.items():
            is_architecture = name == "architecture"
            field.changed.connect(self._on_architecture_changed if is_architecture else self._on_changed)
        column.augmentation.changed.connect(self._on_changed)
        column.augmentation.preview_wanted.connect(self.preview_wanted)
        column.attended.connect(self._on_attended)
        column.preset.activated.connect(self._on_preset_chosen)
        column.seed_button.clicked.connect(self._on_new_seed)
        column.file_button.clicked.connect(self.file_wanted)
        column.open_button.clicked.connect(self.open_wanted)
        column.save_button.clicked.connect(self.save_wanted)
        column.table_button.clicked.connect(self.table_wanted)

    # Values in and out

    def config(self) -> TrainingConfig | None:
        """Return the config of the fields; None while one of them is wrong."""
        return self._config

    def set_config(self, config: TrainingConfig) -> None:
        """Fill all fields."""
        self._filling = True
        self._fields["architecture"].set_setting(config.architecture)
        self._offer_starts(config.start)
        self._offer_devices(config.device)
        for name, field in self._fields.items():
            field.set_setting(getattr(config, name))
        self._column.augmentation.set_setting(config.augmentation)
        self._filling = False
        self._on_changed()

    def set_devices(self, names: tuple[str, ...]) -> None:
        """Offer the devices of this computer, and the chosen one: settings may come from another."""
        self._devices = names
        self._offer_devices(self._fields["device"].setting())

    def set_start_file(self, path: str | Path) -> None:
        """Start from the weights in this file."""
        self._offer_starts(str(path))
        self._on_changed()

    def set_locked(self, locked: bool) -> None:
        """Lock the fields during a run, or unlock them."""
        self._locked = locked
        self._column.set_locked(locked)

    def set_preview(self, before: np.ndarray, after: np.ndarray) -> None:
        """Show digits (8, 28, 28) float32 from 0 to 1, before and after augmentation."""
        self._column.augmentation.preview.set_digits(before, after)

    def set_time_per_epoch(self, text: str) -> None:
        """Show how long an epoch takes, under the number of epochs."""
        self._column.rows["epochs"].set_note(text)

    def keep_room_for_time(self, longest: str) -> None:
        """Have room for it there, as it comes by itself some seconds after a change."""
        self._column.rows["epochs"].keep_room(longest)

    # Changes

    @Slot()
    def _on_changed(self) -> None:
        if self._filling:
            return
        sound, wrong = self._read()
        config = None if wrong else sound
        is_new, self._config = config != self._config, config
        self._column.show_errors(wrong)
        self._column.show_notes(sound)
        self._column.sketch.set_config(config)
        self._column.set_locked(self._locked)
        self._column.save_button.setEnabled(config is not None)
        self._show_preset()
        if is_new:
            self.config_changed.emit(config)

    def _read(self) -> tuple[TrainingConfig | None, dict[str, str]]:
        """Return the config of the fields, and the errors by the fields' names.

        Fields without a valid setting have the default in this config. It is None if valid settings do not
        fit together.
        """
        settings: dict[str, Any] = {"augmentation": self._column.augmentation.setting()}
        wrong: dict[str, str] = {}
        for name, field in self._fields.items():
            try:
                settings[name] = field.setting()
            except InvalidSetting as error:
                wrong[name] = in_words(error)
        try:
            config = TrainingConfig(**settings)
        except InvalidSetting as error:
            return None, {error.setting: in_words(error), **wrong}
        if config.start in SHIPPED and SHIPPED[config.start].architecture != config.architecture:
            wrong["start"] = self.tr("must be weights of the chosen architecture")
        return config, wrong

    @Slot()
    def _on_architecture_changed(self) -> None:
        if self._filling:
            return
        # Shipped weights of another architecture do not fit; the content of a file is not known here.
        start = self._fields["start"].setting()
        self._offer_starts(RANDOM_START if start in SHIPPED else start)
        self._on_changed()

    def _offer_starts(self, chosen: str) -> None:
        """Offer the weights that fit the architecture, and the files chosen so far."""
        field = self._fields["start"]
        assert isinstance(field, ChoiceField)
        known = {RANDOM_START, *SHIPPED}
        files = [field.itemData(index) for index in range(field.count())] + [chosen]
        files = [path for path in dict.fromkeys(files) if path not in known]
        choices = starts_for(self._fields["architecture"].setting())
        with QSignalBlocker(field):
            field.set_choices([*choices, *((path, Path(path).name) for path in files)])
            field.set_setting(chosen)

    def _offer_devices(self, chosen: str) -> None:
        field = self._fields["device"]
        assert isinstance(field, ChoiceField)
        with QSignalBlocker(field):
            field.set_choices(device_choices({*EVERYWHERE, *self._devices, chosen}))
            field.set_setting(chosen)

    @Slot(int)
    def _on_preset_chosen(self, index: int) -> None:
        name = self._column.preset.setting()
        if name != OWN_SETTINGS:
            config = next(each.config for each in PRESETS if each.name == name)
            # Which device there is belongs to the computer, not to the preset.
            self.set_config(replace(config, device=self._fields["device"].setting()))
        elif self._own is not None:
            self.set_config(self._own)
        else:
            self._show_preset()

    def _show_preset(self) -> None:
        """Show the preset that the fields match, and remember the fields if they match none."""
        config, found = self._config, None
        if config is not None:
            found = next((p for p in PRESETS if replace(p.config, device=config.device) == config), None)
            self._own = self._own if found else config
        preset = self._column.preset
        with QSignalBlocker(preset):
            preset.set_setting(found.name if found else OWN_SETTINGS)
        own = self.tr("They match no preset. Choose one to fill all fields; yours stay in the list.")
        self._column.rows["preset"].set_note(core_text(found.summary) if found else own)

    @Slot()
    def _on_new_seed(self) -> None:
        self._fields["seed"].set_setting(random.randrange(_SEEDS))

    @Slot(str)
    def _on_attended(self, name: str) -> None:
        self._explanation.explain(self._words[name])
