"""Controls that hold one setting each: whatever they are given they give back exactly, until it is edited."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QRegularExpression, QSignalBlocker, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QRegularExpressionValidator, QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from core.training.setting_kinds import Decimal, InvalidSetting, Whole
from gui.widgets.combo_box import ComboBox
from gui.widgets.construct import in_row
from gui.widgets.slider import Slider

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_NARROWEST = 64  # pixels; the form must fit a column of 260


class SettingField(Protocol):
    """The interface of all fields; `changed` is emitted at every change, by hand or not."""

    @property
    def changed(self) -> SignalInstance:
        """Emitted when the setting is another one."""

    def setting(self) -> Any:
        """Return the setting as TrainingConfig takes it; raise InvalidSetting if there is none."""

    def set_setting(self, value: Any) -> None:
        """Show a setting."""


class ChoiceField(ComboBox):
    """One of several values, each with a title; a value that is not among them is added."""

    changed = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(6, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_choices(choices)
        self.currentIndexChanged.connect(self.changed)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these values and titles, and choose the first."""
        with QSignalBlocker(self):
            self.clear()
            for value, title in choices:
                self._add(value, title)

    def setting(self) -> str:
        """Return the chosen value."""
        return str(self.currentData())

    def set_setting(self, value: str) -> None:
        """Choose a value."""
        if self.findData(value) < 0:
            self._add(value, value)
        self.setCurrentIndex(self.findData(value))

    def _add(self, value: str, title: str) -> None:
        self.addItem(title, value)
        self.setItemData(self.count() - 1, title, Qt.ItemDataRole.ToolTipRole)


class WholeField(QSpinBox):
    """A whole number."""

    changed = Signal()

    def __init__(self, kind: Whole, off: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(kind.least, kind.most)
        self.setSingleStep(kind.step)
        self.setSpecialValueText(off)
        self.setGroupSeparatorShown(True)
        _may_shrink(self)
        self.valueChanged.connect(self.changed)

    def setting(self) -> int:
        """Return the number."""
        return self.value()

    def set_setting(self, value: int) -> None:
        """Show a number."""
        self.setValue(value)


class DecimalField(QDoubleSpinBox):
    """A number, shown `scale` times as large, without needless zeros; a comma is a point."""

    changed = Signal()

    def __init__(
        self, kind: Decimal, *, scale: int = 1, unit: str = "", off: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scale = scale
        self._exact: float | None = None  # as it was set; the shown decimals may round it
        self.setDecimals(kind.decimals - round(math.log10(scale)))
        self.setRange(kind.least * scale, kind.most * scale)
        self.setSingleStep(kind.step * scale)
        self.setSuffix(unit)
        self.setSpecialValueText(off)
        _may_shrink(self)
        self.valueChanged.connect(self._on_value_changed)

    def setting(self) -> float:
        """Return the number in the config's unit."""
        if self._exact is not None:
            return self._exact
        return round(self.value() / self._scale, self.decimals() + round(math.log10(self._scale)))

    def set_setting(self, value: float) -> None:
        """Show a number, in the config's unit."""
        with QSignalBlocker(self):
            self.setValue(value * self._scale)
        self._exact = value
        self.changed.emit()

    @Slot(float)
    def _on_value_changed(self, value: float) -> None:
        self._exact = None
        self.changed.emit()

    def textFromValue(self, value: float) -> str:
        text = f"{value:.{self.decimals()}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Take a comma for a decimal point, as many keyboards have it."""
        return super().validate(text.replace(",", "."), position)


class RateField(QLineEdit):
    """A number as people write it: 0.1, 0,1 or 1e-3."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_NARROWEST)
        self.textChanged.connect(self.changed)

    def setting(self) -> float:
        """Return the number; raise InvalidSetting if the text is none."""
        text = self.text().strip().replace(",", ".").replace("−", "-")
        if not _NUMBER.fullmatch(text):
            typed = self.tr("got “{text}”").format(text=self.text()) if text else self.tr("it is empty")
            raise InvalidSetting(
                "learning_rate", "must be a number such as 0.1 or 1e-3; {typed}", typed=typed
            )
        return float(text)

    def set_setting(self, value: float) -> None:
        """Show a number."""
        self.setText(repr(value))


class SeedField(QLineEdit):
    """A whole number of 64 bits: more than a spin box holds. Nothing but digits can be typed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_NARROWEST)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"-?\d{0,19}"), self))
        self.textChanged.connect(self.changed)

    def setting(self) -> int:
        """Return the number; raise InvalidSetting if there is none yet."""
        if not self.text().strip("-"):
            raise InvalidSetting("seed", "must be a whole number")
        return int(self.text())

    def set_setting(self, value: int) -> None:
        """Show a number."""
        self.setText(str(value))


class SwitchField(QCheckBox):
    """On or off."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggled.connect(self.changed)

    def setting(self) -> bool:
        """Return whether it is on."""
        return self.isChecked()

    def set_setting(self, value: bool) -> None:
        """Switch it."""
        self.setChecked(value)


class SliderField(QWidget):
    """A slider over the useful part of a range, and a number over all of it."""

    changed = Signal()

    def __init__(self, number: DecimalField, slider_end: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = number
        number.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        number.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.slider = Slider(self)
        self.slider.setRange(0, round(slider_end / number.singleStep()))
        self.slider.setPageStep(max(1, self.slider.maximum() // 5))
        self.slider.setMinimumWidth(_NARROWEST)
        in_row((self.slider, 1), number, on=self)
        self.setFocusProxy(number)
        self.slider.valueChanged.connect(self._on_slid)
        number.changed.connect(self._on_number_changed)

    def setting(self) -> float:
        """The number, in the config's unit."""
        return self.number.setting()

    def set_setting(self, value: float) -> None:
        """Show a number, in the config's unit."""
        self.number.set_setting(value)

    @Slot(int)
    def _on_slid(self, place: int) -> None:
        self.number.setValue(place * self.number.singleStep())

    @Slot()
    def _on_number_changed(self) -> None:
        with QSignalBlocker(self.slider):  # the number may lie between two places, or past the end
            self.slider.setValue(round(self.number.value() / self.number.singleStep()))
        self.changed.emit()


def _may_shrink(box: QAbstractSpinBox) -> None:
    box.setMinimumWidth(_NARROWEST)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
