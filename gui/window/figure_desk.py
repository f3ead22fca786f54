"""Figures of what is in sight: which there are, their captions, and the ways that they are taken along."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from core.data.datasets import DrawnDigit
from core.errors import LabError
from core.files import atomic
from core.files.limits import PICTURE
from gui.pad.pad_panel import PadPanel
from gui.processes.job import Job
from gui.widgets.construct import named
from gui.window.figure import Figure, figure_of
from gui.window.pages import Pages
from gui.window.tab import Context
from gui.words.core_texts import in_words
from gui.words.model_names import title_of_answering
from gui.words.numbers import percent
from gui.words.verdict import is_an_answer

PNG, SVG = "png", "svg"
SVG_KIND = "image/svg+xml"


class FigureDesk(QObject):
    """Speaks for the dialog and the menus with pages, settings, clipboard and files."""

    noted = Signal(str)
    """A sentence about what was done."""
    failed = Signal(str)
    """Why something could not be done, as a sentence."""
    _encoded = Signal(object, object)

    def __init__(self, context: Context, pages: Pages, pad: PadPanel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rooms, self._context, self._pages, self._pad = parent, context, pages, pad
        self._digit: DrawnDigit | None = None  # that is on the pad as it came
        self._encoded.connect(self._on_encoded, Qt.ConnectionType.QueuedConnection)
        context.canvas.ink_changed.connect(self._on_ink_changed)
        context.exchange.test_digit_placed.connect(self._on_test_digit_placed)

    @property
    def context(self) -> Context:
        """Shared with all tabs: settings, and the colours of values."""
        return self._context

    # What there is

    def figures(self) -> list[Figure]:
        """Return what is in sight and can be taken along: the page's parts first, then the pad's."""
        tab = self._pages.page(self._pages.name).tab
        found = [] if tab is None else tab.figures()
        found.append(figure_of(self.tr("Answer"), self._pad.answer))
        found.append(figure_of(self.tr("Drawing"), self._context.canvas))
        return [each for each in found if each.is_in_sight()]

    def caption_of(self, figure: Figure) -> str:
        """Return what a figure shows: title, network, drawing, and range of values."""
        answering = self._context.engine.answering
        network = self.tr("no network") if answering is None else title_of_answering(answering)
        text = self.tr("{title}. {network}; {drawing}.")
        text = text.format(title=figure.title, network=network, drawing=self._drawing_in_words())
        return (
            self.tr("{caption} {values}.").format(caption=text, values=figure.values)
            if figure.values
            else text
        )

    def _drawing_in_words(self) -> str:
        if self._context.canvas.is_empty():
            return self.tr("nothing drawn")
        drawing = self.tr("a drawing")
        if self._digit is not None:
            drawing = self.tr("MNIST's test digit {number}, a {label}").format(
                number=f"{self._digit.number:,}", label=self._digit.label
            )
        prediction = self._context.engine.prediction
        if prediction is None or not is_an_answer(prediction):
            return drawing
        share = percent(float(prediction.probabilities[prediction.digit]))
        answer = prediction.classes[prediction.digit]
        text = self.tr("{drawing}, read as {answer} ({percent} %)")
        return text.format(drawing=drawing, answer=answer, percent=share)

    @Slot()
    def _on_ink_changed(self) -> None:
        self._digit = None

    @Slot(object)
    def _on_test_digit_placed(self, digit: DrawnDigit) -> None:
        self._digit = digit

    # Taking it along

    @Slot()
    def open_dialog(self, chosen: Figure | None = None) -> None:
        """Let a figure be chosen, and its width, caption and format."""
        from gui.window.figure_dialog import FigureDialog

        if not (found := self.figures()):
            self.failed.emit(self.tr("Nothing is in sight that could be a figure."))
            return
        main = chosen.main if isinstance(chosen, Figure) else QApplication.focusWidget()
        dialog = FigureDialog(found, _of(main, found) or found[0], self, self._rooms)
        dialog.open()

    @Slot()
    def copy(self) -> None:
        """Copy the figure that has the keys, or else the first."""
        if found := self.figures():
            figure = _of(QApplication.focusWidget(), found) or found[0]
            self.copy_figure(figure, self.default_caption(figure), self._context.settings.figure_width)
        else:
            self.failed.emit(self.tr("Nothing is in sight that could be a figure."))

    def default_caption(self, figure: Figure) -> str:
        """Return a figure's caption; empty where figures are to have none."""
        return self.caption_of(figure) if self._context.settings.figure_caption else ""

    def problem_of(self, figure: Figure) -> str:
        """Return why a figure cannot be made any more, as a sentence; empty where it can."""
        if figure.is_in_sight():
            return ""
        return self.tr("“{title}” is not in sight any more.").format(title=figure.title)

    def copy_figure(self, figure: Figure, caption: str, width: float) -> str:
        """Put a figure on the clipboard, as pixels and as SVG; return why not, or an empty text."""
        from gui.window.figure_print import picture_of, svg_of

        if problem := self.problem_of(figure):
            return self._fail(problem)
        picture = picture_of(figure, self._context.looks, width, caption)
        if picture.isNull():
            return self._fail(self.too_large(width))
        mime = QMimeData()
        mime.setImageData(picture)
        mime.setData(SVG_KIND, svg_of(figure, self._context.looks, width, caption))
        QGuiApplication.clipboard().setMimeData(mime)
        self.noted.emit(self.tr("“{title}” is on the clipboard.").format(title=figure.title))
        return ""

    def save_figure(self, figure: Figure, caption: str, width: float, path: Path) -> str:
        """Save a figure; the file's suffix says how. Return why not, or an empty text.

        It is written a moment later: `noted` or `failed` follows.
        """
        from gui.window.figure_print import picture_of, svg_of

        if problem := self.problem_of(figure):
            return self._fail(problem)
        if path.suffix.lower() == f".{SVG}":
            self._write(path, svg_of(figure, self._context.looks, width, caption))
            return ""
        picture = picture_of(figure, self._context.looks, width, caption)
        if picture.isNull():
            return self._fail(self.too_large(width))
        # Some tenths of a second, in which the window is to go on.
        threading.Thread(
            target=self._encode, args=(path, picture, figure.title, caption), daemon=True
        ).start()
        return ""

    def _encode(self, path: Path, picture: QImage, title: str, caption: str) -> None:
        from gui.window.figure_files import png_bytes

        content = png_bytes(picture, Title=title, Description=caption)
        with suppress(RuntimeError):  # the window has been closed meanwhile
            self._encoded.emit(path, content)

    @Slot(object, object)
    def _on_encoded(self, path: Path, content: bytes) -> None:
        self._write(path, content)

    def _write(self, path: Path, content: bytes) -> None:
        job = Job(PICTURE, self)
        job.finished.connect(self._on_saved)
        job.failed.connect(self._on_not_saved)
        job.ended.connect(job.deleteLater)
        job.start(atomic.save, path, content)

    def _fail(self, sentence: str) -> str:
        self.failed.emit(sentence)
        return sentence

    def too_large(self, width: float) -> str:
        """Return the sentence for a picture of too many pixels."""
        text = self.tr(
            "At {width} cm this figure would have more than 100 million pixels. Choose a smaller width, "
            "or SVG."
        )
        return text.format(width=f"{width:g}")

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self.noted.emit(self.tr("Saved {path}").format(path=path))

    @Slot(object)
    def _on_not_saved(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))

    # The menu of a view

    def open_menu(self, place: QPoint) -> bool:
        """Open the menu of the view at a point of the screen; return whether there is one."""
        figure = _of(QApplication.widgetAt(place), self.figures())
        if figure is None or figure.main is self._context.canvas:  # there the right button erases
            return False
        menu = self.menu_for(figure)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
        return True

    def menu_for(self, figure: Figure) -> QMenu:
        """Return the menu that takes a figure along."""
        menu = named(QMenu(self._rooms), "figure_menu")
        copy, save = self.tr("Copy as picture"), self.tr("Save as figure…")
        width, caption = self._context.settings.figure_width, self.default_caption(figure)
        menu.addAction(copy).triggered.connect(partial(self.copy_figure, figure, caption, width))
        menu.addAction(save).triggered.connect(partial(self.open_dialog, figure))
        return menu


def _of(widget: QWidget | None, figures: list[Figure]) -> Figure | None:
    """Return the smallest figure that a widget belongs to."""
    holding = [
        each for each in figures if widget is not None and any(
            part is widget or part.isAncestorOf(widget) for part in each.widgets
        )
    ]  # fmt: skip
    return min(holding, key=lambda each: each.main.width() * each.main.height(), default=None)
