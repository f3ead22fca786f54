"""What goes between the pad and the collection of one's own digits; the tab is built when it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from core.files.folders import user_folder
from core.my_digits.store import MyDigits
from core.records import ModelInfo
from gui.pad.drawing_canvas import DrawingCanvas
from gui.processes.engine import Engine
from gui.processes.training_run import TrainingRun
from gui.tabs.my_digits.collection import Collection
from gui.tabs.my_digits.label_row import LabelRow
from gui.widgets.late_page import LatePage
from gui.window.settings import Settings

if TYPE_CHECKING:
    from gui.tabs.my_digits.gallery_desk import GalleryDesk

_ROW_PAUSE = 40  # milliseconds: comparing a drawing with those that are kept takes 0.1 ms, at each move


class MyDigitsDesk(QObject):
    """Keeps what the pad's row says, and marks there what the drawing is kept as.

    Args:
        canvas: whose drawing is labelled.
        engine: what reads.
        run: the training process.
        settings: of the window.
        parent: whose child this is.
    """

    model_chosen = Signal(str)
    """The network that the pad is to use from now on: a shipped name, or a path."""
    placed = Signal()
    """A digit of the collection is on the pad now."""
    failed = Signal(str)
    noted = Signal(str)
    """A sentence."""

    def __init__(
        self,
        canvas: DrawingCanvas,
        engine: Engine,
        run: TrainingRun,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._engine = engine
        self._run = run
        self._settings = settings
        self._model = ""  # that answers the pad
        self.collection = Collection(MyDigits(user_folder("my_digits")), self)
        self.row = LabelRow()
        self.page = LatePage("my_digits_page")
        self.gallery: GalleryDesk | None = None
        self._row_timer = QTimer(self, interval=_ROW_PAUSE, singleShot=True)
        self._row_timer.timeout.connect(self._show_kept)
        canvas.ink_changed.connect(self._on_ink_changed)
        engine.loaded.connect(self._on_loaded)
        self.collection.changed.connect(self._show_kept)
        self.collection.failed.connect(self.failed)
        self.collection.noted.connect(self.noted)
        self.row.label_chosen.connect(self.keep)
        self.row.take_back_wanted.connect(self.collection.undo)
        self.page.needed.connect(self.build)

    @Slot()
    def build(self) -> None:
        """Build the tab's content, if there is none yet."""
        if self.gallery is not None:
            return
        from gui.tabs.my_digits.gallery_desk import GalleryDesk

        desk = self.gallery = GalleryDesk(self.collection, self._engine, self._run, self._settings, self)
        desk.digit_chosen.connect(self._place)
        desk.teaching.model_chosen.connect(self.model_chosen)
        desk.failed.connect(self.failed)
        desk.noted.connect(self.noted)
        if self._model:
            desk.teaching.set_network(self._model)
        self.page.set_content(desk.tab)

    def close(self) -> None:
        """The window closes: give up what is under way."""
        if self.gallery is not None:
            self.gallery.close()
        self.collection.close()

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._model = info.model
        if self.gallery is not None:
            self.gallery.teaching.set_network(info.model)
        self.collection.load()  # not sooner: at the start, the network comes first

    # The pad

    @Slot(int)
    def keep(self, label: int) -> None:
        """The drawing on the pad is this digit."""
        ink = self._canvas.ink()
        if ink.any():
            self.collection.keep(ink, label)
        else:
            self.noted.emit(self.tr("Draw a digit first; then tell which it is."))

    @Slot(QAction)
    def on_label_action(self, action: QAction) -> None:
        """The drawing on the pad is the digit that the action carries."""
        self.keep(action.data())

    @Slot(object)
    def _on_ink_changed(self, _ink: np.ndarray) -> None:
        if not self._row_timer.isActive():
            self._row_timer.start()

    @Slot()
    def _show_kept(self) -> None:
        """Mark on the pad's row what the drawing is kept as."""
        ink = self._canvas.ink()
        kept = self.collection.find(ink)
        self.row.set_state(
            kept=None if kept is None else kept.label,
            is_empty=not ink.any(),
            can_take_back=kept is not None and kept.digest == self.collection.last_kept,
        )

    @Slot(object, int)
    def _place(self, ink: np.ndarray, label: int) -> None:
        self._canvas.place(ink)
        self.placed.emit()
        self.noted.emit(self.tr("One of your digits, a {label}.").format(label=label))
