"""Keeps the pad's drawing in the collection of one's own digits."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from gui.pad.collection import Collection
from gui.pad.drawing_canvas import DrawingCanvas
from gui.pad.label_row import LabelRow

_ROW_PAUSE = 40  # milliseconds: comparing a drawing with those that are kept takes 0.1 ms, at each move


class LabelDesk(QObject):
    """Keeps the canvas's drawing under the label chosen in the row, and marks there how it is kept."""

    noted = Signal(str)
    """A sentence."""

    def __init__(
        self, row: LabelRow, canvas: DrawingCanvas, collection: Collection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._row, self._canvas, self._collection = row, canvas, collection
        self._timer = QTimer(self, interval=_ROW_PAUSE, singleShot=True)
        self._timer.timeout.connect(self._show_kept)
        canvas.ink_changed.connect(self._on_ink_changed)
        collection.changed.connect(self._show_kept)
        row.label_chosen.connect(self.keep)
        row.take_back_wanted.connect(collection.undo)

    @Slot(int)
    def keep(self, label: int) -> None:
        """Keep the drawing on the pad under this label."""
        if not self._canvas.is_empty() and not self._canvas.is_sample():
            self._collection.keep(self._canvas.ink(), label)
        else:
            self.noted.emit(self.tr("Draw a digit first; then tell which it is."))

    @Slot(QAction)
    def on_label_action(self, action: QAction) -> None:
        """Keep the drawing on the pad under the action's label."""
        self.keep(action.data())

    @Slot(object)
    def _on_ink_changed(self, _ink: np.ndarray) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show_kept(self) -> None:
        """Mark in the row the label under which the drawing is kept."""
        ink = self._canvas.ink()
        kept = self._collection.find(ink)
        self._row.set_state(
            kept=None if kept is None else kept.label,
            is_empty=self._canvas.is_empty() or self._canvas.is_sample(),
            can_take_back=kept is not None and kept.digest == self._collection.last_kept,
        )
