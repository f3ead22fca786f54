"""The steps from ink to picture, from left to right: a switch, a picture and a few words for each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from core.ink.preprocess import Steps
from core.reading.variation_records import Prepared, Variation
from gui.paint.theme import small_font
from gui.tabs.prepare import stage_words
from gui.tabs.prepare.stage_picture import PixelsPicture, PlacedPicture, SheetPicture, StagePicture
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyText

_LINES = 5  # of words below each picture

_SAY = {
    "crop": stage_words.of_crop,
    "scale": stage_words.of_scale,
    "centre": stage_words.of_centre,
    "antialias": stage_words.of_antialias,
}


class StagesView(QWidget):
    """What becomes of the drawing; a step that is switched off is left out."""

    steps_changed = Signal()
    """A step was switched off, or on again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stages_view")
        self._grid = spaced(QGridLayout(self), rows=3, columns=4)
        self._grid.setRowStretch(2, 1)
        self._switches: dict[str, QCheckBox] = {}
        self._words: dict[str, SteadyText] = {}
        self._pictures: list[StagePicture] = []
        self._make_sheet()
        self._make_digit()

    def _make_sheet(self) -> None:
        """What is about the sheet."""
        ink = SheetPicture("ink_picture", with_crop=False, parent=self)
        ink.setAccessibleName(self.tr("The drawing on its sheet"))
        self._add("ink", QLabel(self.tr("Ink"), self), ink)
        crop = SheetPicture("crop_picture", with_crop=True, parent=self)
        crop.setAccessibleName(self.tr("What is left of the sheet; the rest is hatched"))
        explanation = self.tr(
            "Cut away the paper around the ink: it does not matter then where a digit was drawn, nor on how "
            "large a sheet."
        )
        self._add("crop", self._switch("crop", self.tr("Crop"), explanation), crop)

    def _make_digit(self) -> None:
        """What is about the network's 28×28 pixels."""
        scaled = PlacedPicture("scale_picture", centred=False, parent=self)
        scaled.setAccessibleName(self.tr("The digit in 28×28 pixels, scaled"))
        explanation = self.tr(
            "Make the longer side of what is left 20 pixels, the dashed box: the network has seen digits of "
            "no other size."
        )
        self._add("scale", self._switch("scale", self.tr("Scale"), explanation), scaled)
        centred = PlacedPicture("centre_picture", centred=True, parent=self)
        centred.setAccessibleName(self.tr("The digit in 28×28 pixels, centred"))
        explanation = self.tr(
            "Move the digit's centre of mass, the dot, to the middle of pixel (14, 14), the cross: there "
            "MNIST's digits have theirs."
        )
        self._add("centre", self._switch("centre", self.tr("Centre"), explanation), centred)
        pixels = PixelsPicture("prepared_picture", self)
        pixels.setAccessibleName(self.tr("What the network sees of it"))
        explanation = self.tr(
            "Make each of the 28×28 pixels the mean of the ink around it, so that edges are gray. Without, "
            "each takes the one pixel of the ink that lies in its middle."
        )
        self._add("antialias", self._switch("antialias", self.tr("Antialias"), explanation), pixels)

    def _switch(self, step: str, title: str, explanation: str) -> QCheckBox:
        switch = named(QCheckBox(title, self), f"{step}_switch", explanation)
        switch.setChecked(True)
        switch.toggled.connect(self.steps_changed)
        self._switches[step] = switch
        return switch

    def _add(self, step: str, heading: QWidget, picture: StagePicture) -> None:
        """A column for a step, behind an arrow from the one before."""
        column = 2 * len(self._words)
        if column:
            arrow = QLabel("→", self)
            arrow.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._grid.addWidget(arrow, 1, column - 1)
        words = self._words[step] = named(SteadyText(_LINES, self), f"{step}_words")
        words.setFont(small_font(self.font()))
        picture.setToolTip(heading.toolTip())
        self._pictures.append(picture)
        for row, widget in enumerate((heading, picture, words)):
            self._grid.addWidget(widget, row, column)
        self._grid.setColumnStretch(column, 1)

    @property
    def steps(self) -> Steps:
        """Which steps are taken."""
        return Steps(**{step: switch.isChecked() for step, switch in self._switches.items()})

    def show_prepared(self, prepared: Prepared, variation: Variation, steps: Steps) -> None:
        """Show what these steps made of the drawing, varied so."""
        for picture in self._pictures:
            picture.set_prepared(prepared)
        self._words["ink"].set_text(stage_words.of_ink(prepared.varied, variation))
        stages = prepared.stages
        for step, say in _SAY.items():
            self._words[step].set_text("" if stages is None else say(stages, steps))
