"""The map over the drawing: each pixel's evidence, with legend and explanation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QRadioButton, QWidget

from core.explaining.receptive_field import Field
from core.finite import largest_finite
from gui.tabs.why.signed_map import SignedMap, colour_limit
from gui.widgets.construct import STRETCH, in_column, in_row, named
from gui.widgets.legend import Legend
from gui.widgets.steady_label import SteadyLabel
from gui.widgets.term_label import TermText
from gui.words.tool_tips import wrapped


class MapView(QWidget):
    """A choice between two kinds of maps, and the chosen one."""

    kind_chosen = Signal()
    """Input × gradient or occlusion was chosen; see `is_occlusion`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("why_map_panel")
        self._values: np.ndarray | None = None
        self._wants_occlusion = False  # wherever it is possible
        self._read: Callable[[int, int], str] | None = None
        text = self.tr("Input × gradient")
        tip = self.tr(
            "Each pixel's ink times the gradient: how the number would grow if that pixel got a little "
            "more ink. It is one backward pass, as in training, and follows the pen."
        )
        self._gradient = named(QRadioButton(text, self), "gradient_button", tip, text)
        text = self.tr("Occlusion")
        self._occlusion_tip = self.tr(
            "Lay 5×5 pixels of paper over the drawing, everywhere in turn, and ask the network each time "
            "(Zeiler and Fergus 2014). It needs hundreds of answers, and comes when the pen rests."
        )
        self._occlusion = named(QRadioButton(text, self), "occlusion_button", self._occlusion_tip, text)
        self._reason = named(QLabel(self), "occlusion_reason", small=True, pale=True)
        self._gradient.setChecked(True)
        self._occlusion.toggled.connect(self._on_kind_toggled)
        tip = self.tr(
            "Point at a pixel to read its number. The faint gray is the drawing itself: it shows through "
            "where numbers are near zero."
        )
        accessible = self.tr("What speaks for and against, over the drawing")
        self.map = SignedMap("evidence_map", accessible, tip, self)
        self.map.pixel_pointed.connect(self._show_reading)
        self.legend = named(Legend(self), "evidence_legend")
        self._sides = (
            SteadyLabel(self, self.tr("lowers it"), Qt.AlignmentFlag.AlignRight),
            SteadyLabel(self, self.tr("lowers it"), Qt.AlignmentFlag.AlignLeft),
        )
        self._reading = named(SteadyLabel(self), "evidence_reading")
        self.words = named(TermText(6, self), "evidence_map_words", small=True, pale=True)
        self._lay_out()

    def _lay_out(self) -> None:
        kinds = in_row(self._gradient, self._occlusion, self._reason, STRETCH, spacing=12)
        top = Qt.AlignmentFlag.AlignTop
        before, behind = ((side, 0, top) for side in self._sides)
        legend = in_row(STRETCH, before, self.legend, behind, STRETCH, spacing=6)
        in_column(kinds, (self.map, 1), legend, self._reading, self.words, on=self, spacing=4)

    @property
    def is_occlusion(self) -> bool:
        """Whether occlusion is chosen."""
        return self._occlusion.isChecked()

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        self.map.set_colours(colours)
        self.legend.set_colours(colours)

    def set_occlusion_possible(self, possible: bool, difference: str) -> None:
        """Allow occlusion, or not: it is about two digits, not about a unit.

        `difference` is what the sum over the two is called.
        """
        self._occlusion.setEnabled(possible)
        tip, reason = self._occlusion_tip, ""
        if not possible:
            tip = self.tr(
                "Occlusion asks how two digits fare, so it is there for their difference alone, not for one "
                "unit. Choose “{difference}” above the bars, or press Escape there, to go back up to it."
            ).format(difference=difference)
            reason = self.tr("(only for {difference})").format(difference=difference)
        self._occlusion.setToolTip(wrapped(tip))
        self._reason.setText(reason)
        self._reason.setToolTip(wrapped(tip))
        chosen = self._occlusion if possible and self._wants_occlusion else self._gradient
        with QSignalBlocker(self._occlusion):
            chosen.setChecked(True)

    def show_map(
        self,
        picture: np.ndarray,
        values: np.ndarray | None,
        sides: tuple[str, str],
        words: str,
        read: Callable[[int, int], str],
        field: Field | None = None,
    ) -> None:
        """Show values (H, W), None while they are computed, over their picture (H, W) in [0, 1].

        `sides` are the meaning of negative and of positive values; `read` returns the value at a row and
        column in words; the pixels of `field` are framed.
        """
        self._values, self._read = values, read
        limit = colour_limit(0.0 if values is None else largest_finite(values))
        self.map.set_values(picture, values, limit)
        self.map.set_field(field)
        self.legend.set_range(None if values is None else limit, signed=True)
        for label, side in zip(self._sides, sides, strict=True):
            label.set_text(side)
        self.words.set_text(words)
        self._show_reading()

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim the map: it is about a drawing that is not there any more."""
        self.map.set_dimmed(dimmed)

    def reading(self) -> str:
        """Return the words about the pixel under the mouse."""
        return self._reading.text()

    @Slot(bool)
    def _on_kind_toggled(self, is_occlusion: bool) -> None:
        self._wants_occlusion = is_occlusion
        self.kind_chosen.emit()

    @Slot()
    def _show_reading(self) -> None:
        pixel = self.map.pointed
        if self._values is None or self._read is None:
            self._reading.set_text("")
        elif pixel is None:
            self._reading.set_text(self.tr("Point at a pixel to read its number."))
        else:
            self._reading.set_text(self._read(*pixel))
