"""The settings of augmentation: seven kinds, buttons, and a preview."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.training.config import Augmentation
from core.training.setting_kinds import Decimal, kinds
from gui.paint.images import image_from_gray
from gui.tabs.train.setup.setting_fields import DecimalField, SliderField
from gui.tabs.train.setup.setup_rows import SettingRow
from gui.tabs.train.setup.setup_words import Words
from gui.widgets.construct import in_row, named, narrow, spaced

_TILES = 8
_TILE_GAP = 1.0
_LARGEST_TILE = 56.0  # pixels; two screen pixels for each of the digit's


class AugmentationPreview(QWidget):
    """Two rows of digits, dark ink on light paper: before augmentation above, after it below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = self.tr(
            "Above: digits as MNIST has them. Below: the same ones after random changes, as the network "
            "meets them. Every digit is changed anew in every epoch."
        )
        named(self, "augmentation_preview", tip, self.tr("Digits before and after augmentation"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._rows: tuple[np.ndarray, ...] = ()

    def set_digits(self, before: np.ndarray, after: np.ndarray) -> None:
        """Show digits (8, 28, 28) float32 from 0, paper, to 1, ink.

        Raises:
            ValueError: the two are not of this shape.
        """
        for digits in (before, after):
            if digits.shape != (_TILES, 28, 28):
                raise ValueError(f"digits must be ({_TILES}, 28, 28), got {digits.shape}")
        self._rows = tuple((255 * (1 - digits.clip(0, 1))).astype(np.uint8) for digits in (before, after))
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return int(2 * (self._side(width) + self._line()) + 4)

    def sizeHint(self) -> QSize:
        return QSize(_TILES * 29, self.heightForWidth(_TILES * 29))

    def minimumSizeHint(self) -> QSize:
        return QSize(_TILES * 16, self.heightForWidth(_TILES * 16))

    def _side(self, width: float) -> float:
        return min((width - (_TILES - 1) * _TILE_GAP) / _TILES, _LARGEST_TILE)

    def _line(self) -> float:
        return QFontMetricsF(self.font()).height() + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        side, line = self._side(self.width()), self._line()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for row, caption in enumerate((self.tr("as written"), self.tr("as the network meets them"))):
                top = row * (side + line + 2)
                painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
                painter.drawText(QRectF(0, top, self.width(), line), Qt.AlignmentFlag.AlignLeft, caption)
                self._paint_tiles(painter, row, top + line, side)

    def _paint_tiles(self, painter: QPainter, row: int, top: float, side: float) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        for column in range(_TILES):
            tile = QRectF(column * (side + _TILE_GAP), top, side, side)
            if self._rows:
                painter.drawImage(tile, image_from_gray(self._rows[row][column]))
            else:
                painter.drawRect(tile.adjusted(0.5, 0.5, -0.5, -0.5))


class AugmentationSettings(QWidget):
    """Holds one Augmentation, as a field holds one setting."""

    changed = Signal()
    preview_wanted = Signal(object)
    """Show other digits, changed by this Augmentation."""

    def __init__(self, words: dict[str, Words], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentation_field")
        self.preview = AugmentationPreview(self)
        self.rows: dict[str, SettingRow] = {}
        layout = spaced(QVBoxLayout(self))
        layout.addLayout(self._new_buttons())
        self._fields = self._new_fields()
        for kind, field in self._fields.items():
            name = f"augmentation.{kind}"
            row = SettingRow(name, words[name], field, parent=self)
            named(field.slider, f"{kind}_slider", accessible=words[name].title)
            named(field.number, f"{kind}_number", accessible=words[name].title)
            field.changed.connect(self.changed)
            self.rows[name] = row
            layout.addWidget(row)
        layout.addWidget(self.preview)

    def _new_fields(self) -> dict[str, SliderField]:
        known = kinds(Augmentation)

        def field(name: str, slider_end: float, unit: str, scale: int = 1) -> SliderField:
            kind = known[name]
            assert isinstance(kind, Decimal)
            return SliderField(DecimalField(kind, scale=scale, unit=unit, parent=self), slider_end, self)

        return {
            "rotation": field("rotation", 45, "°"),
            "shift": field("shift", 6, self.tr(" px")),
            "scaling": field("scaling", 50, " %", scale=100),
            "shear": field("shear", 60, " %", scale=100),
            "elastic": field("elastic", 3, self.tr(" px")),
            "thickness": field("thickness", 2, self.tr(" px")),
            "noise": field("noise", 50, " %", scale=100),
        }

    def _new_buttons(self) -> QHBoxLayout:
        def button(name: str, text: str, tip: str, clicked: Callable[[], None]) -> QPushButton:
            name = f"augmentation_{name}_button"
            return narrow(named(QPushButton(self), name, tip, text=text, clicked=clicked), 12)

        tip = self.tr("Turn, shift, stretch, slant and bend about as far as people's hands differ")
        people = button("people", self.tr("As people write"), tip, self._on_people)
        tip = self.tr("No changes: the network meets the same pictures in every epoch")
        none = button("none", self.tr("None"), tip, self._on_none)
        tip = self.tr("Look at other digits and other random changes")
        again = button("again", self.tr("Again"), tip, self._on_again)
        self._buttons = (people, none)
        return in_row((people, 2), (none, 1), (again, 1), spacing=4)

    def setting(self) -> Augmentation:
        """Return the Augmentation of the fields."""
        return Augmentation(**{kind: field.setting() for kind, field in self._fields.items()})

    def set_setting(self, augmentation: Augmentation) -> None:
        """Fill all fields, with one `changed` for all."""
        with QSignalBlocker(self):
            for kind, value in dataclasses.asdict(augmentation).items():
                self._fields[kind].set_setting(value)
        self.changed.emit()

    def set_locked(self, locked: bool) -> None:
        """Lock or unlock the fields."""
        for control in (*self._fields.values(), *self._buttons):
            control.setEnabled(not locked)

    @Slot()
    def _on_people(self) -> None:
        self.set_setting(Augmentation.of_strength(1))

    @Slot()
    def _on_none(self) -> None:
        self.set_setting(Augmentation())

    @Slot()
    def _on_again(self) -> None:
        self.preview_wanted.emit(self.setting())
