"""The My digits tab: the gallery with its filter and buttons, and beside it what teaching is done with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.my_digits.importing import Progress
from gui.paint.theme import small_font
from gui.tabs.my_digits.filter_row import FilterRow
from gui.tabs.my_digits.gallery import Gallery
from gui.tabs.my_digits.gallery_model import GalleryModel
from gui.tabs.my_digits.teach_card import TeachCard
from gui.widgets.construct import named, spaced

_CARD = 330  # pixels


class MyDigitsView(QWidget):
    """What is seen; the desk does the rest."""

    shown = Signal(bool)
    """It has come into sight, or gone out of it."""

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("my_digits_tab")
        self._total = 0
        self._is_known = False
        self.filter = FilterRow(self)
        self.gallery = Gallery(model, self)
        self.card = TeachCard(self)
        self._empty = named(QLabel(self), "my_digits_empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setTextFormat(Qt.TextFormat.RichText)
        self._empty.setMargin(24)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.gallery)
        self._foreign = named(QLabel(self), "my_digits_foreign")
        self._foreign.setFont(small_font(self.font()))
        self._foreign.setWordWrap(True)
        self._foreign.hide()
        self._build_buttons()
        self._build_progress()
        self._lay_out()
        self._say(self.tr("Looking for your digits…"))
        self._enable()

    def _build_buttons(self) -> None:
        self.place = self._button(
            "place_digit_button", self.tr("Put on the pad"), self.tr("Draw on with the selected digit")
        )
        self.delete = self._button(
            "delete_digits_button", self.tr("Delete"),
            self.tr("Delete the selected digits; Undo brings them back (Delete)"),
        )  # fmt: skip
        self.undo = self._button("undo_digits_button", self.tr("Undo"), "")
        self.import_ = self._button(
            "import_digits_button", self.tr("Import"), self.tr("Take in digits from pictures or IDX files")
        )
        self.export = self._button(
            "export_digits_button", self.tr("Export"), self.tr("Write all digits as pictures or IDX files")
        )
        menu = QMenu(self.import_)
        self.import_pictures = menu.addAction(self.tr("Folder of pictures…"))
        self.import_pictures.setToolTip(
            self.tr(
                "PNG, JPEG, BMP and other pictures of any size, dark on light or light on dark. Each is "
                "labelled by the folder it is in, 0 to 9, or by the digit that its name begins with: 7_a.png."
            )
        )
        self.import_idx = menu.addAction(self.tr("IDX files…"))
        self.import_idx.setToolTip(
            self.tr(
                "As MNIST's are, plain or .gz. Choose the file of pictures, and that of labels if it is not "
                "called alike."
            )
        )
        menu.setToolTipsVisible(True)
        self.import_.setMenu(menu)
        menu = QMenu(self.export)
        self.export_pictures = menu.addAction(self.tr("Folder of pictures…"))
        self.export_pictures.setToolTip(
            self.tr("280×280 PNG files in folders 0 to 9, as torchvision's ImageFolder reads them")
        )
        self.export_idx = menu.addAction(self.tr("IDX files, packed…"))
        self.export_plain_idx = menu.addAction(self.tr("IDX files…"))
        for action in (self.export_idx, self.export_plain_idx):
            action.setToolTip(self.tr("28×28 pixels as the network reads them, in MNIST's own format"))
        menu.setToolTipsVisible(True)
        self.export.setMenu(menu)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = named(QPushButton(text, self), name, tip)
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + 16)
        return button

    def _build_progress(self) -> None:
        self._progress_row = QWidget(self)
        self._progress_words = QLabel(self.tr("Working on files…"), self)
        self._progress = named(
            QProgressBar(self), "files_progress", accessible=self.tr("Progress of import or export")
        )
        self.cancel = self._button(
            "files_cancel_button", self.tr("Cancel"), self.tr("Give it up; all is as it was before")
        )
        row = spaced(QHBoxLayout(self._progress_row))
        row.addWidget(self._progress_words)
        row.addWidget(self._progress, 1)
        row.addWidget(self.cancel)
        self._progress_row.hide()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.place, self.delete, self.undo):
            buttons.addWidget(button)
        buttons.addStretch()
        for button in (self.import_, self.export):
            buttons.addWidget(button)
        left = QWidget(self)
        column = spaced(QVBoxLayout(left), 4)
        column.addWidget(self.filter)
        column.addWidget(self._pages, 1)
        column.addWidget(self._foreign)
        column.addWidget(self._progress_row)
        column.addLayout(buttons)
        scroll = named(QScrollArea(self), "teach_scroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.card)
        scroll.setMinimumWidth(280)
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "my_digits_splitter")
        self.splitter.addWidget(left)
        self.splitter.addWidget(scroll)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([_CARD * 2, _CARD])
        self.splitter.setChildrenCollapsible(False)
        layout = spaced(QVBoxLayout(self), margins=(8, 8, 8, 4))
        layout.addWidget(self.splitter)

    # What is shown

    def show_page(self, total: int, shown: int, is_known: bool) -> None:
        """Show the gallery, or say why there is nothing in it.

        Args:
            total: how many digits there are, as far as that is known.
            shown: how many of them are in the gallery.
            is_known: whether all have been read: then they can be exported, and others told from them.
        """
        self._is_known = is_known
        if shown:
            self._pages.setCurrentWidget(self.gallery)
        elif total:
            self._say(self.tr("None of your digits is of this kind."))
        else:
            self._say(
                self.tr(
                    "<h3>Does the network misread your hand?</h3>"
                    "<p>Draw a digit at the left. Below the answer, click which digit it is, or press Ctrl "
                    "and the number: the drawing is kept here with its right label.</p>"
                    "<p>A few of those that were misread are enough to teach the network your hand, in "
                    "seconds. Some that it reads right do no harm.</p>"
                    "<p>Or import digits that you have as pictures or IDX files.</p>"
                )
            )
        self._total = total
        self._enable()

    def _say(self, text: str) -> None:
        self._empty.setText(text)
        self._pages.setCurrentWidget(self._empty)

    def set_foreign(self, names: list[str]) -> None:
        """Tell of files in the collection's folder that are no digits of it."""
        self._foreign.setVisible(bool(names))
        if len(names) == 1:
            text = self.tr(
                "1 file in the folder of My digits is no digit that was kept here. It is left alone."
            )
        else:
            text = self.tr(
                "{count} files in the folder of My digits are no digits that were kept here. They are left "
                "alone."
            )
        self._foreign.setText(text.format(count=f"{len(names):,}"))
        self._foreign.setToolTip("\n".join(names[:20]))

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far an import or export is; None: none is under way."""
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

    def set_undo(self, what: str) -> None:
        """What can be taken back, in words; empty: nothing."""
        self.undo.setEnabled(bool(what))
        self.undo.setToolTip(
            self.tr("Take back: {what} (Ctrl+Z in the gallery)").format(what=what)
            if what
            else self.tr("Nothing to take back yet")
        )

    def set_selected(self, count: int) -> None:
        """Enable what can be done with the selection."""
        self.place.setEnabled(count == 1)
        self.delete.setEnabled(count > 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shown.emit(False)
