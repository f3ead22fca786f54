"""The steps from ink to picture, from left to right: a switch, a picture and a few words for each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from core.ink.preprocess import Steps
from core.reading.variation_records import Prepared, Variation
from gui.tabs.prepare import stage_words
from gui.tabs.prepare.stage_picture import (
    CentredPicture,
    CropPicture,
    PixelsPicture,
    PlacedPicture,
    SheetPicture,
    StagePicture,
)
from gui.widgets.construct import named, spaced
from gui.widgets.term_label import TermText

_LINES = 5  # of words below each picture

_SAY = {
    "crop": stage_words.of_crop,
    "scale": stage_words.of_scale,
    "centre": stage_words.of_centre,
    "antialias": stage_words.of_antialias,
}


class StagesView(QWidget):
    """A picture of the drawing after each step; a step can be switched off."""

    steps_changed = Signal()
    """A step was switched off, or on again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stages_view")
        self._grid = spaced(QGridLayout(self), rows=3, columns=4)
        self._grid.setRowStretch(2, 1)
        self._switches: dict[str, QCheckBox] = {}
        self._words: dict[str, TermText] = {}
        self._pictures: list[StagePicture] = []
        for stage in self._stages():
            self._add(*stage)

    def _stages(self) -> list[tuple[str, type[StagePicture], str, str, str, str]]:
        """Return the step, picture, picture's name, title, accessible name and tool tip of each stage."""
        return [
            ("ink", SheetPicture, "ink_picture", self.tr("Ink"), self.tr("The drawing on its sheet"), ""),
            (
                "crop", CropPicture, "crop_picture", self.tr("Crop"),
                self.tr("What is left of the sheet; the rest is hatched"),
                self.tr(
                    "Cut away the paper around the ink: it does not matter then where a digit was drawn, nor "
                    "on how large a sheet."
                ),
            ),
            (
                "scale", PlacedPicture, "scale_picture", self.tr("Scale"),
                self.tr("The digit in the network's picture, scaled"),
                self.tr(
                    "Make the longer side of what is left 20 of 28 pixels, the dashed box: the network has "
                    "seen digits of no other size."
                ),
            ),
            (
                "centre", CentredPicture, "centre_picture", self.tr("Centre"),
                self.tr("The digit in the network's picture, centred"),
                self.tr(
                    "Move the digit's centre of mass, the dot, to the middle of pixel (14, 14), the cross: "
                    "there MNIST's digits have theirs."
                ),
            ),
            (
                "antialias", PixelsPicture, "prepared_picture", self.tr("Antialias"),
                self.tr("What the network sees of it"),
                self.tr(
                    "Make each of the picture's pixels the mean of the ink around it, so that edges are "
                    "gray. Without, each takes the one pixel of the ink that lies in its middle."
                ),
            ),
        ]  # fmt: skip

    def _add(
        self, step: str, picture: type[StagePicture], name: str, title: str, accessible: str, tip: str
    ) -> None:
        """Add a column for a step, behind an arrow from the one before; all but the first have a switch."""
        column = 2 * len(self._words)
        heading: QWidget
        if not column:
            heading = QLabel(title, self)
        else:
            arrow = QLabel("→", self, alignment=Qt.AlignmentFlag.AlignCenter)
            self._grid.addWidget(arrow, 1, column - 1)
            heading = switch = self._switches[step] = named(QCheckBox(title, self), f"{step}_switch", tip)
            switch.setChecked(True)
            switch.toggled.connect(self.steps_changed)
        words = self._words[step] = named(TermText(_LINES, self), f"{step}_words", small=True)
        self._pictures.append(picture(name, accessible, tip, self))
        for row, widget in enumerate((heading, self._pictures[-1], words)):
            self._grid.addWidget(widget, row, column)
        self._grid.setColumnStretch(column, 1)

    @property
    def steps(self) -> Steps:
        """The steps that are switched on."""
        return Steps(**{step: switch.isChecked() for step, switch in self._switches.items()})

    def show_prepared(self, prepared: Prepared, variation: Variation, steps: Steps) -> None:
        """Show a varied drawing after each of these steps."""
        for picture in self._pictures:
            picture.set_prepared(prepared)
        self._words["ink"].set_text(stage_words.of_ink(prepared.varied, variation))
        stages = prepared.stages
        for step, say in _SAY.items():
            self._words[step].set_text("" if stages is None else say(stages, steps))
