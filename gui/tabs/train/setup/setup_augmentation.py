"""The settings of augmentation: seven kinds, two buttons, and a look at what they do."""

from __future__ import annotations

import dataclasses

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
from gui.widgets.construct import named, spaced

_TILES = 8
_TILE_GAP = 1.0
_LARGEST_TILE = 56.0  # pixels; two screen pixels for each of the digit's


class AugmentationPreview(QWidget):
    """Two rows of tiles, dark ink on light paper: above before, below after the changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentation_preview")
        self.setAccessibleName(self.tr("Digits before and after augmentation"))
        self.setToolTip(
            self.tr(
                "Above: digits as MNIST has them. Below: the same ones after random changes, as the network "
                "meets them. Every digit is changed anew in every epoch."
            )
        )
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
    """Other digits are wanted to look at, changed by this Augmentation."""

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
            field.slider.setObjectName(f"{kind}_slider")
            field.number.setObjectName(f"{kind}_number")
            for control in (field.slider, field.number):
                control.setAccessibleName(words[name].title)
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
        people = named(
            QPushButton(self.tr("As people write"), self),
            "augmentation_people_button",
            self.tr("Turn, shift, stretch, slant and bend about as far as people's hands differ"),
        )
        people.clicked.connect(self._on_people)
        none = named(
            QPushButton(self.tr("None"), self),
            "augmentation_none_button",
            self.tr("No changes: the network meets the same pictures in every epoch"),
        )
        none.clicked.connect(self._on_none)
        others = named(
            QPushButton(self.tr("Again"), self),
            "augmentation_again_button",
            self.tr("Look at other digits and other random changes"),
        )
        others.clicked.connect(self._on_again)
        self._buttons = (people, none)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button, stretch in ((people, 2), (none, 1), (others, 1)):
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + 12)
            row.addWidget(button, stretch)
        return row

    def setting(self) -> Augmentation:
        """What the fields say."""
        return Augmentation(**{kind: field.setting() for kind, field in self._fields.items()})

    def set_setting(self, augmentation: Augmentation) -> None:
        """Fill all fields; one change for all."""
        with QSignalBlocker(self):
            for kind, value in dataclasses.asdict(augmentation).items():
                self._fields[kind].set_setting(value)
        self.changed.emit()

    def set_locked(self, locked: bool) -> None:
        """Whether nothing can be changed."""
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
