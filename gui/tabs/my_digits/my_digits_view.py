"""The view of the My digits tab: the gallery with its filter and buttons, and the teaching card beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QProgressBar, QPushButton, QSplitter, QWidget

from core.records import Answering, Progress
from gui.tabs.my_digits.filter_row import FilterRow
from gui.tabs.my_digits.gallery import Gallery
from gui.tabs.my_digits.gallery_model import GalleryModel
from gui.tabs.my_digits.teach_card import TeachCard
from gui.widgets.construct import STRETCH, in_column, in_row, named, narrow, split, stacked
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.steady_label import SteadyLabel
from gui.window.figure import Figure, figure_of
from gui.words.model_names import title_of_answering

_CARD = 330  # pixels


class MyDigitsView(QWidget):
    """Shows the gallery and the card; the tab connects them."""

    shown = Signal(bool)
    """Whether it is visible now."""

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("my_digits_tab")
        self._total = 0
        self._is_known = False
        self.filter = FilterRow(self)
        self.gallery = Gallery(model, self)
        self.card = TeachCard(self)
        empty = QLabel(self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter, margin=24)
        empty.setTextFormat(Qt.TextFormat.RichText)
        self._empty = named(empty, "my_digits_empty")
        self._pages = stacked(self, self._empty, self.gallery)
        self._reader = named(SteadyLabel(self), "my_digits_reader", small=True)
        self._foreign = named(QLabel(self, wordWrap=True), "my_digits_foreign", small=True)
        self._foreign.hide()
        self._build_buttons()
        self._build_menus()
        self._build_progress()
        self._lay_out()
        self._say(self.tr("Looking for your digits…"))
        self._enable()

    def _build_buttons(self) -> None:
        tip = self.tr("Draw on with the selected digit")
        self.place = self._button("place_digit_button", self.tr("Put on the pad"), tip)
        tip = self.tr("Delete the selected digits; Undo brings them back (Delete)")
        self.delete = self._button("delete_digits_button", self.tr("Delete"), tip)
        self.undo = self._button("undo_digits_button", self.tr("Undo"))
        tip = self.tr("Take in digits from pictures or files of digits")
        self.import_ = self._button("import_digits_button", self.tr("Import"), tip)
        tip = self.tr("Write all digits as pictures or IDX files")
        self.export = self._button("export_digits_button", self.tr("Export"), tip)

    def _button(self, name: str, text: str, tip: str = "") -> QPushButton:
        return narrow(named(QPushButton(self), name, tip, text=text), 16)

    def _build_menus(self) -> None:
        menu = self._menu(self.import_)
        self.import_pictures = menu.addAction(self.tr("Folder of pictures…"))
        tip = self.tr(
            "PNG, JPEG, BMP and other pictures of any size, dark on light or light on dark. They are "
            "labelled by a table labels.csv beside them, by their folders' names (7, seven, Class 7), or by "
            "their own (7_a.png). Where that is not certain, you are asked first."
        )
        self.import_pictures.setToolTip(tip)
        self.import_data = menu.addAction(self.tr("File of digits (IDX, CSV, npz)…"))
        tip = self.tr(
            "IDX files as MNIST's, EMNIST's and QMNIST's are, plain or .gz: choose the file of pictures, and "
            "that of labels if it is not called alike. Tables of text with a label and all pixels in each "
            "line, as Kaggle's train.csv. NumPy's files, as mnist.npz."
        )
        self.import_data.setToolTip(tip)
        menu = self._menu(self.export)
        self.export_pictures = menu.addAction(self.tr("Folder of pictures…"))
        tip = self.tr("280×280 PNG files in folders 0 to 9, as torchvision's ImageFolder reads them")
        self.export_pictures.setToolTip(tip)
        self.export_idx = menu.addAction(self.tr("IDX files, packed…"))
        self.export_plain_idx = menu.addAction(self.tr("IDX files…"))
        for action in (self.export_idx, self.export_plain_idx):
            action.setToolTip(self.tr("28×28 pixels as the network reads them, in MNIST's own format"))

    def _menu(self, button: QPushButton) -> QMenu:
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        button.setProperty("menu", True)
        return menu

    def _build_progress(self) -> None:
        self._progress_row = QWidget(self)
        words = QLabel(self.tr("Working on files…"), self)
        self._progress = named(
            QProgressBar(self), "files_progress", accessible=self.tr("Progress of import or export")
        )
        tip = self.tr("Give it up; all is as it was before")
        self.cancel = self._button("files_cancel_button", self.tr("Cancel"), tip)
        in_row(words, (self._progress, 1), self.cancel, on=self._progress_row)
        self._progress_row.hide()

    def _lay_out(self) -> None:
        selected, files = (self.place, self.delete, self.undo), (self.import_, self.export)
        buttons = in_row(*selected, STRETCH, *files, spacing=4)
        left = QWidget(self)
        parts = (self.filter, self._reader, (self._pages, 1), self._foreign, self._progress_row, buttons)
        in_column(*parts, on=left, spacing=4)
        scroll = ScrollColumn(self.card, "teach_scroll", self)
        scroll.setMinimumWidth(280)
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "my_digits_splitter")
        split(self.splitter, (left, 1), (scroll, 0)).setSizes([_CARD * 2, _CARD])
        in_column(self.splitter, on=self, margins=(8, 8, 8, 4))

    # What is shown

    def show_page(self, total: int, shown: int, is_known: bool) -> None:
        """Show the gallery, or say why it is empty.

        Of the digits known, `shown` pass the filter; only once all have been read, so that the whole
        collection `is_known`, can they be exported, or others imported.
        """
        self._is_known = is_known
        if shown:
            self._pages.setCurrentWidget(self.gallery)
        elif total:
            self._say(self.tr("None of your digits is of this kind."))
        else:
            text = self.tr(
                "<h3>Does the network misread your handwriting?</h3>"
                "<p>Draw a digit at the left. Below the answer, click which digit it is, or just "
                "press its number: the drawing is kept here with its right label.</p>"
                "<p>A few of those that were misread are enough to teach it your handwriting, in "
                "seconds. Some that it reads right do no harm.</p>"
                "<p>Or import digits that you have as pictures, or in files as MNIST is.</p>"
            )
            self._say(text)
        self._total = total
        self._enable()

    def figures(self) -> list[Figure]:
        """Return the gallery, unless it is empty."""
        is_shown = self._pages.currentWidget() is self.gallery
        return [figure_of(self.tr("My digits"), self.gallery)] if is_shown else []

    def _say(self, text: str) -> None:
        self._empty.setText(text)
        self._pages.setCurrentWidget(self._empty)

    def set_reader(self, answering: Answering | None) -> None:
        """Say which network ticks and crosses are of."""
        if answering is None:
            self._reader.set_text("")
            return
        words = self.tr("✓ and ✗: read by {network}.")
        if answering.snapshot is not None:
            words = self.tr("✓ and ✗: as the network in training reads them; they change while it learns.")
        self._reader.set_text(words.format(network=title_of_answering(answering)))

    def set_foreign(self, names: list[str]) -> None:
        """Name the files in the collection's folder that are no digits of it."""
        self._foreign.setVisible(bool(names))
        text = self.tr("1 file in the folder of My digits is no digit that was kept here. It is left alone.")
        if len(names) != 1:
            text = self.tr(
                "{count} files in the folder of My digits are no digits that were kept here. They are left "
                "alone."
            )
        self._foreign.setText(text.format(count=f"{len(names):,}"))
        self._foreign.setToolTip("\n".join(names[:20]))

    def show_progress(self, progress: Progress | None) -> None:
        """Show the progress of an import or export; None hides it."""
        self._progress_row.setVisible(progress is not None)
        self._enable()
        if progress is not None:
            self._progress.setRange(0, progress.total)
            self._progress.setValue(progress.done)

    def _enable(self) -> None:
        is_free = self._progress_row.isHidden() and self._is_known
        self.filter.setEnabled(self._total > 0)
        self.import_.setEnabled(is_free)
        self.export.setEnabled(is_free and self._total > 0)

    def set_undo(self, change: str) -> None:
        """Offer to undo a change, given in words; an empty text: there is none."""
        self.undo.setEnabled(bool(change))
        tip = self.tr("Take back: {what} (Ctrl+Z in the gallery)").format(what=change)
        self.undo.setToolTip(tip if change else self.tr("Nothing to take back yet"))

    def set_selected(self, count: int) -> None:
        """Enable the buttons that suit a selection of this size."""
        self.place.setEnabled(count == 1)
        self.delete.setEnabled(count > 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shown.emit(False)
