"""The training digits that are nearest to a drawing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.records import Resemblance
from gui.widgets.captioned_grid import CaptionedGrid
from gui.words.numbers import number


class NearestView(CaptionedGrid):
    """Pictures, the nearest first, each with its label and its distance from the drawing."""

    digit_chosen = Signal(object)
    """The picture (H, W) uint8, 0 = paper, that was clicked."""

    preferred_size = QSize(360, 400)
    smallest_size = QSize(200, 220)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "The training digits whose outputs of the last hidden layer are nearest to the drawing's, with "
            "their labels and the distance. Click one to put it on the pad."
        )
        super().__init__("nearest_view", self.tr("The nearest training digits"), tip, parent=parent)
        self._nearest: Resemblance | None = None
        self.chosen.connect(self._on_chosen)

    def set_nearest(self, nearest: Resemblance | None) -> None:
        """Show these digits; None: none are known."""
        self._nearest = nearest
        if nearest is None:
            self.set_pictures((), ())
            return
        captions = []
        for label, distance in zip(nearest.labels, nearest.distances, strict=True):
            far = number(float(distance), 1)
            whole = self.tr("a {label}, distance {distance}").format(label=label, distance=far)
            captions.append((whole, f"{label} · {far}"))
        self.set_pictures(list(nearest.pictures), captions)

    @Slot(int)
    def _on_chosen(self, rank: int) -> None:
        assert self._nearest is not None  # there is a picture to choose
        self.digit_chosen.emit(np.array(self._nearest.pictures[rank]))
