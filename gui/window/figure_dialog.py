"""The dialog that makes a figure of a view: which, how wide, with what caption, as what."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from gui.paint.text import fit_to_text, pixels
from gui.widgets.construct import STRETCH, in_column, in_row, named
from gui.widgets.painted import Painted
from gui.widgets.save_dialog import ask_where_to_save
from gui.window.figure import Figure
from gui.window.figure_advice import warnings_of
from gui.window.figure_desk import PNG, SVG, FigureDesk
from gui.window.figure_print import Preview, is_too_large, preview_of
from gui.window.settings import FIGURE_WIDTHS

_RIM = 8  # pixels around the preview
_PAUSE = 150  # milliseconds from the last change to the next preview


class _Preview(Painted):
    """A picture, as large as there is room."""

    resized = Signal()

    preferred_size = QSize(520, 420)
    smallest_size = QSize(260, 200)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("figure_preview", self.tr("Preview of the figure"), parent=parent)
        self.picture = QImage()

    def room(self) -> QSize:
        """Return how large the picture can be."""
        return self.rect().adjusted(_RIM, _RIM, -_RIM, -_RIM).size().expandedTo(QSize(1, 1))

    def show_picture(self, picture: QImage) -> None:
        """Show a picture; a null one shows none."""
        self.picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
            size = self.picture.size().scaled(self.room(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(QPoint(), size)
            place.moveCenter(self.rect().center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self.picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class FigureDialog(QDialog):
    """Copies or saves one of the figures in sight; what is chosen is remembered for the next one."""

    def __init__(self, figures: list[Figure], chosen: Figure, desk: FigureDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("figure_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Save as figure"))
        self._figures, self._desk, self._settings = figures, desk, desk.context.settings
        self._captions: dict[int, str] = {}  # those that were typed
        self._make_choices()
        self._make_caption()
        self._make_buttons()
        self.preview = _Preview(self)
        self._told = named(QLabel(self, wordWrap=True), "figure_message")
        self._told.setMinimumHeight(2 * self._told.fontMetrics().height())  # nothing moves when it speaks
        self._lay_out()
        self._pause = QTimer(self, interval=_PAUSE, singleShot=True)
        self._pause.timeout.connect(self.show_preview)
        self._connect()
        self.resize(self.sizeHint())  # Qt's first size is two thirds of the screen at most
        self.list.setCurrentRow(figures.index(chosen))  # the preview comes when its size is known

    def _make_choices(self) -> None:
        self.list = named(QListWidget(self), "figure_list", accessible=self.tr("What is in sight"))
        self.list.addItems([each.title for each in self._figures])
        fit_to_text(self.list, lambda it: it.setFixedWidth(pixels(it, 190)))
        box = QDoubleSpinBox(self, decimals=1, singleStep=1.0, suffix=self.tr(" cm"))
        tip = self.tr("As printed, or in a document: from 1 to 100 cm. Letters grow and shrink with it.")
        self.width_box = named(box, "figure_width", tip, self.tr("Width of the figure in centimetres"))
        self.width_box.setRange(*(each / 10 for each in FIGURE_WIDTHS))
        self.width_box.setValue(self._settings.figure_width)
        self.png, self.svg = (
            named(QRadioButton(text, self), f"figure_{kind}", tip)
            for kind, text, tip in (
                (PNG, self.tr("PNG"), self.tr("Pixels, 300 for each inch: for slides and text documents")),
                (SVG, self.tr("SVG"), self.tr("Lines and letters that stay sharp and can be edited")),
            )
        )
        (self.svg if self._settings.figure_format == SVG else self.png).setChecked(True)

    def _make_caption(self) -> None:
        box = QCheckBox(self.tr("C&aption"), self)
        tip = self.tr("A text below the figure; it can be changed here")
        self.with_caption = named(box, "figure_with_caption", tip)
        self.with_caption.setChecked(self._settings.figure_caption)
        edit = QPlainTextEdit(self, tabChangesFocus=True)
        self.caption = named(edit, "figure_caption", accessible=self.tr("Caption of the figure"))
        self.caption.setEnabled(self._settings.figure_caption)
        fit_to_text(self.caption, lambda it: it.setFixedHeight(3 * it.fontMetrics().height() + 14))

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        action = QDialogButtonBox.ButtonRole.ActionRole
        copy, save = QPushButton(self.tr("&Copy"), self), QPushButton(self.tr("&Save…"), self)
        save.setProperty("main", True)  # before it is styled
        save.setDefault(True)
        tip = self.tr("Put it on the clipboard, as pixels and as SVG: each program takes what it can")
        self.buttons.addButton(named(copy, "figure_copy", tip, clicked=self._on_copy), action)
        self.buttons.addButton(named(save, "figure_save", clicked=self._on_save), action)
        self._does = (copy, save)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("&Width"), self)
        label.setBuddy(self.width_box)
        self._size = named(QLabel(self), "figure_size", pale=True)
        choices = in_row(label, self.width_box, 16, self.png, self.svg, 16, self.with_caption, STRETCH)
        self._advice = named(QLabel(self, wordWrap=True), "figure_advice")
        self._advice.setMinimumHeight(3 * self._advice.fontMetrics().height())
        parts = ((self.preview, 1), self._size, self._advice, choices, self.caption, self._told)
        right = in_column(*parts, spacing=6)
        in_column((in_row(self.list, (right, 1), spacing=10), 1), self.buttons, on=self, margins=None)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._on_figure_chosen)
        self.width_box.valueChanged.connect(self._on_width_changed)
        self.svg.toggled.connect(self._on_format_toggled)
        self.with_caption.toggled.connect(self._on_caption_toggled)
        self.caption.textChanged.connect(self._on_caption_typed)
        self.buttons.rejected.connect(self.reject)
        self.preview.resized.connect(self._pause.start)
        self._desk.noted.connect(self._say)
        self._desk.failed.connect(self._say)

    # What is chosen

    @property
    def figure(self) -> Figure:
        """The figure that is chosen."""
        return self._figures[self.list.currentRow()]

    @property
    def words(self) -> str:
        """The caption, without empty lines around; empty for none."""
        return self.caption.toPlainText().strip() if self.with_caption.isChecked() else ""

    @Slot(int)
    def _on_figure_chosen(self, row: int) -> None:
        text = self._captions.get(row) or self._desk.caption_of(self._figures[row])
        self.caption.blockSignals(True)
        self.caption.setPlainText(text)
        self.caption.blockSignals(False)
        self._change()

    @Slot()
    def _on_caption_typed(self) -> None:
        self._captions[self.list.currentRow()] = self.caption.toPlainText()
        self._change()

    @Slot(float)
    def _on_width_changed(self, width: float) -> None:
        self._settings.figure_width = width
        self._change()

    @Slot(bool)
    def _on_format_toggled(self, is_svg: bool) -> None:
        self._settings.figure_format = SVG if is_svg else PNG
        self._change()

    @Slot(bool)
    def _on_caption_toggled(self, is_on: bool) -> None:
        self._settings.figure_caption = is_on
        self.caption.setEnabled(is_on)
        self._change()

    def _change(self) -> None:
        self._say("")
        self._pause.start()

    @Slot()
    def show_preview(self) -> None:
        """Show the figure as it would be now, or say why it cannot be."""
        self._pause.stop()
        width, problem = self.width_box.value(), self._desk.problem_of(self.figure)
        shown = Preview(QImage(), QSize(), 0.0)
        if not problem:
            room = self.preview.room() * self.preview.devicePixelRatioF()
            shown = preview_of(self.figure, self._desk.context.looks, width, self.words, room)
            if is_too_large(shown.size) and self.png.isChecked():
                problem = self._desk.too_large(width)
        self.preview.show_picture(shown.picture)
        self._size.setText("" if shown.size.isEmpty() else self._size_in_words(width, shown))
        self._advice.setText("" if shown.size.isEmpty() else " ".join(warnings_of(width, shown)))
        for button in self._does:
            button.setEnabled(not problem)
        if problem:  # else what was said of the last figure stays
            self._say(problem)

    def _size_in_words(self, width: float, shown: Preview) -> str:
        text = self.tr("{width} × {height} cm · letters from {points} pt")
        if self.png.isChecked():
            text = self.tr("{width} × {height} cm · {across} × {down} pixels · letters from {points} pt")
        return text.format(
            width=f"{width:.1f}",
            height=f"{shown.height_at(width):.1f}",
            across=f"{shown.size.width():,}",
            down=f"{shown.size.height():,}",
            points=f"{shown.letters:.1f}",
        )

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self._told.setText(sentence)

    # What is done

    @Slot()
    def _on_copy(self) -> None:
        self._desk.copy_figure(self.figure, self.words, self.width_box.value())

    @Slot()
    def _on_save(self) -> None:
        suffix = SVG if self.svg.isChecked() else PNG
        kinds = self.tr("SVG picture (*.svg)") if suffix == SVG else self.tr("PNG picture (*.png)")
        name = "".join(letter if letter.isalnum() else "_" for letter in self.figure.title)
        suggested = Path(self._settings.folder) / f"{name}.{suffix}"
        path = ask_where_to_save(self, self.tr("Save as figure"), suggested, kinds)
        if path is not None:
            self._settings.folder = str(path.parent)
            self._desk.save_figure(self.figure, self.words, self.width_box.value(), path)
