"""What goes between the collection of one's own digits, its tab, the pad, and the network that reads them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from core import my_digits
from core.digit_import import Progress
from core.errors import FileProblem
from core.my_digits import MyDigit, MyDigits
from core.records import ModelInfo
from gui.engine import Engine
from gui.my_digits.collection import Collection
from gui.my_digits.digit_files import DigitFiles
from gui.my_digits.gallery_model import GalleryModel
from gui.my_digits.label_row import LabelRow
from gui.my_digits.my_digits_tab import MyDigitsTab
from gui.my_digits.readings import Readings
from gui.my_digits.teach_desk import TeachDesk
from gui.pad.drawing_canvas import DrawingCanvas
from gui.settings import Settings
from gui.training_run import TrainingRun

_ROW_PAUSE = 40  # milliseconds: comparing a drawing with those that are kept takes 0.1 ms, at each move
_SHOWN_EVERY = 100  # milliseconds: readings may come faster


class MyDigitsDesk(QObject):
    """Keeps what the pad's row says, shows what there is, and lets the gallery change it.

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
        self.collection = Collection(MyDigits(my_digits.default_folder()), self)
        self.readings = Readings(engine, self)
        self._model = GalleryModel(self.readings.of, self)
        self.tab = MyDigitsTab(self._model)
        self.row = LabelRow()
        self.files = DigitFiles(self.collection, settings, self.tab, self)
        self.teaching = TeachDesk(self.tab.card, self.collection, run, self)
        self._timer = QTimer(self, interval=_SHOWN_EVERY, singleShot=True)
        self._timer.timeout.connect(self._show_readings)
        engine.loaded.connect(self._on_loaded)
        self._row_timer = QTimer(self, interval=_ROW_PAUSE, singleShot=True)
        self._row_timer.timeout.connect(self._show_kept)
        canvas.ink_changed.connect(self._on_ink_changed)
        self._connect_collection()
        self._connect_tab()
        self._show()

    def _connect_collection(self) -> None:
        collection, files = self.collection, self.files
        collection.changed.connect(self._show)
        collection.read.connect(self._on_read)
        files.job.advanced.connect(self._on_job_advanced)
        files.job.ended.connect(self._on_job_ended)
        for source in (collection, files, self.teaching):
            source.failed.connect(self.failed)
            source.noted.connect(self.noted)
        self.teaching.model_chosen.connect(self.model_chosen)
        self.readings.changed.connect(self._on_readings_changed)
        self.row.label_chosen.connect(self.keep)
        self.row.take_back_wanted.connect(collection.undo)

    def _connect_tab(self) -> None:
        tab, gallery, collection, files = self.tab, self.tab.gallery, self.collection, self.files
        tab.shown.connect(self._on_shown)
        tab.filter.choice_changed.connect(self._show)
        tab.place.clicked.connect(gallery.choose_current)
        tab.delete.clicked.connect(gallery.delete_selected)
        tab.undo.clicked.connect(collection.undo)
        tab.cancel.clicked.connect(files.job.cancel)
        tab.import_pictures.triggered.connect(files.choose_pictures)
        tab.import_idx.triggered.connect(files.choose_idx)
        tab.export_pictures.triggered.connect(files.choose_where_to_export_pictures)
        tab.export_idx.triggered.connect(files.choose_where_to_export_idx)
        tab.export_plain_idx.triggered.connect(files.choose_where_to_export_plain_idx)
        gallery.relabel_wanted.connect(collection.relabel)
        gallery.delete_wanted.connect(collection.delete)
        gallery.undo_wanted.connect(collection.undo)
        gallery.digit_chosen.connect(self._place)
        gallery.selection_changed.connect(self._on_selection_changed)

    def close(self) -> None:
        """The window closes: give up what is under way."""
        self.files.job.close()
        self.collection.close()

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

    @Slot(object)
    def _place(self, digit: MyDigit) -> None:
        try:
            ink = self.collection.store.ink(digit.path)
        except FileProblem as problem:
            self.failed.emit(str(problem))
            self.collection.load()
            return
        self._canvas.place(ink)
        self.placed.emit()
        self.noted.emit(self.tr("One of your digits, a {label}.").format(label=digit.label))

    # The tab

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self.teaching.set_network(info.model)
        self.collection.load()  # not sooner: at the start, the network comes first

    @Slot(bool)
    def _on_shown(self, is_seen: bool) -> None:
        self.readings.set_wanted(is_seen)
        if is_seen:
            self.collection.load()  # another window may have changed it

    @Slot()
    def _on_read(self) -> None:
        self.tab.set_foreign([str(path) for path in self.collection.foreign])
        self._show()

    @Slot()
    def _show(self) -> None:
        """Show what the collection has now, as far as the filter lets it through."""
        digits = self.collection.digits
        tab = self.tab
        tab.filter.set_counts(digits, self.readings)
        shown = [digit for digit in digits if tab.filter.accepts(digit, self.readings)]
        self._model.set_digits(shown)
        self.readings.set_digits(digits)
        if digits or self.collection.is_known:
            tab.show_page(len(digits), len(shown))
        tab.set_undo(self.collection.undo_text)
        self._on_selection_changed()
        self._show_kept()
        self.teaching.show_lesson()

    @Slot()
    def _on_readings_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show_readings(self) -> None:
        self._model.on_readings_changed()
        digits, tab = self.collection.digits, self.tab
        tab.filter.set_counts(digits, self.readings)
        shown = [digit for digit in digits if tab.filter.accepts(digit, self.readings)]
        self._model.set_digits(shown)
        if digits:
            tab.show_page(len(digits), len(shown))

    @Slot()
    def _on_selection_changed(self) -> None:
        self.tab.set_selected(len(self.tab.gallery.selectionModel().selectedIndexes()))

    @Slot(object)
    def _on_job_advanced(self, progress: Progress) -> None:
        self.tab.show_progress(progress)

    @Slot()
    def _on_job_ended(self) -> None:
        self.tab.show_progress(None)
        self.collection.load()
