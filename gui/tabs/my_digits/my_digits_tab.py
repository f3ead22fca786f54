"""The My digits tab: the collection in its gallery, with its readings, teaching, import and export."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from core.errors import LabError
from core.files.limits import DIGITS
from core.my_digits.store import MyDigit
from core.records import ModelInfo
from gui.processes.job import Job
from gui.tabs.my_digits.digit_files import DigitFiles
from gui.tabs.my_digits.gallery_model import GalleryModel
from gui.tabs.my_digits.my_digits_view import MyDigitsView
from gui.tabs.my_digits.readings import Readings
from gui.tabs.my_digits.teach_desk import TeachDesk
from gui.window.figure import Figure
from gui.window.tab import Context, Tab
from gui.words.core_texts import in_words

_SHOWN_EVERY = 100  # milliseconds: readings may come faster


class MyDigitsTab(Tab):
    """Shows those digits of the collection that pass the filter; the gallery changes the collection."""

    def build(self, context: Context) -> QWidget:
        engine, settings = context.engine, context.settings
        self._collection, self._settings, self._exchange = context.collection, settings, context.exchange
        self.readings = Readings(engine, self)
        self.model = GalleryModel(self.readings.of, self)
        self.view = MyDigitsView(self.model)
        settings.restore_sizes(self.view.splitter)
        self.files = DigitFiles(self._collection, settings, engine, self.view, self)
        self.teaching = TeachDesk(self.view.card, self._collection, context.run, self)
        self._label = 0  # of the digit that is about to be placed on the pad
        self._placing = Job(DIGITS, self)
        self._placing.finished.connect(self._on_ink_read)
        self._placing.failed.connect(self._on_digit_unreadable)
        context.canvas.ink_changed.connect(self._placing.drop)  # what is drawn meanwhile is newer
        self._timer = QTimer(self, interval=_SHOWN_EVERY, singleShot=True)
        self._timer.timeout.connect(self._show_readings)
        self._connect()
        engine.loaded.connect(self._on_loaded)
        self.teaching.model_chosen.connect(self.model_chosen)
        if engine.opened is not None:
            self.teaching.set_network(engine.opened)
        self._show()
        return self.view

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self.teaching.set_network(info)

    def _connect(self) -> None:
        view, gallery, collection, files = self.view, self.view.gallery, self._collection, self.files
        collection.changed.connect(self._show)
        collection.read.connect(self._on_read)
        files.job.advanced.connect(view.show_progress)
        files.job.ended.connect(self._on_job_ended)
        for source in (files, self.teaching):
            source.failed.connect(self.failed)
            source.noted.connect(self.noted)
        self.readings.changed.connect(self._on_readings_changed)
        view.shown.connect(self._on_shown)
        view.filter.choice_changed.connect(self._show)
        view.place.clicked.connect(gallery.choose_current)
        view.delete.clicked.connect(gallery.delete_selected)
        view.undo.clicked.connect(collection.undo)
        view.cancel.clicked.connect(files.job.cancel)
        view.import_pictures.triggered.connect(files.choose_pictures)
        view.import_data.triggered.connect(files.choose_files)
        view.export_pictures.triggered.connect(files.choose_where_to_export_pictures)
        view.export_idx.triggered.connect(files.choose_where_to_export_idx)
        view.export_plain_idx.triggered.connect(files.choose_where_to_export_plain_idx)
        gallery.relabel_wanted.connect(collection.relabel)
        gallery.delete_wanted.connect(collection.delete)
        gallery.undo_wanted.connect(collection.undo)
        gallery.digit_chosen.connect(self._on_digit_chosen)
        gallery.selection_changed.connect(self._on_selection_changed)

    def advice(self) -> str:
        misread = sum(map(self.readings.is_misread, self._collection.digits))
        if misread == 1:
            return self.tr("One of your digits is misread by the network that answers. Teach it that one.")
        text = self.tr("{count} of your digits are misread by the network that answers. Teach it them.")
        return text.format(count=misread) if misread else ""

    def figures(self) -> list[Figure]:
        return self.view.figures()

    def close(self) -> None:
        self._settings.remember_sizes(self.view.splitter)
        self.files.close()
        self.teaching.close()
        self._placing.drop()

    @Slot(bool)
    def _on_shown(self, is_visible: bool) -> None:
        self.readings.set_wanted(is_visible)
        if is_visible:
            self._collection.load()  # another window may have changed it

    @Slot(object)
    def _on_digit_chosen(self, digit: MyDigit) -> None:
        self._label = digit.label
        self._placing.restart(self._collection.store.ink, digit.path)

    @Slot(object)
    def _on_ink_read(self, ink: np.ndarray) -> None:
        self._exchange.place_own_digit(ink, self._label)

    @Slot(object)
    def _on_digit_unreadable(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))
        self._collection.load()

    @Slot()
    def _on_read(self) -> None:
        self.view.set_foreign([str(path) for path in self._collection.foreign])
        self._show()

    @Slot()
    def _show(self) -> None:
        """Show the collection anew: it has changed, or the filter."""
        self._fill()
        self.readings.set_digits(self._collection.digits)
        self.view.set_undo(self._collection.undo_text)
        self._on_selection_changed()
        self.teaching.show_task()

    def _fill(self) -> None:
        digits, view = self._collection.digits, self.view
        view.filter.set_counts(digits, self.readings)
        shown = [digit for digit in digits if view.filter.accepts(digit, self.readings)]
        self.model.set_digits(shown)
        if digits or self._collection.is_known:
            view.show_page(len(digits), len(shown), self._collection.is_known)

    @Slot()
    def _on_readings_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show_readings(self) -> None:
        self.model.on_readings_changed()
        self.view.set_reader(self.readings.reader)
        self._fill()

    @Slot()
    def _on_selection_changed(self) -> None:
        self.view.set_selected(len(self.view.gallery.selectionModel().selectedIndexes()))

    @Slot()
    def _on_job_ended(self) -> None:
        self.view.show_progress(None)
        self._collection.load()
