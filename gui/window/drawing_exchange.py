"""Drawings that come onto the pad from outside, or leave it: files, clipboard, test digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData, QObject, QSaveFile, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from core.data.datasets import DrawnDigit, draw_test_digit
from core.errors import LabError
from core.files.foreign import WeightsGiven
from core.files.limits import DIGITS
from core.ink.digit_png import KEY, digest
from core.ink.sheets import SUFFIXES, Sheet
from gui.pad.drawing_canvas import DrawingCanvas
from gui.paint.images import image_from_gray
from gui.processes.job import Job
from gui.window import clipboard
from gui.window.picture_reader import PictureReader
from gui.window.settings import Settings
from gui.words.core_texts import in_words


class DrawingExchange(QObject):
    """Puts pictures on a canvas and takes its drawing away; what fails leaves the drawing as it was."""

    placed = Signal()
    """Something from outside is on the pad now."""
    test_digit_placed = Signal(object)
    """The DrawnDigit that is on the pad now."""
    failed = Signal(str)
    """Why something could not be done, as a sentence."""
    noted = Signal(str)
    """A sentence about what was done."""
    several_found = Signal(object, str)
    """A Sheet with several digits, of which the largest is on the pad, and its name."""
    weights_given = Signal(object)
    """The path of a file that is no picture, but a network's weights."""
    waited = Signal(str)
    """A picture takes a while to read: a sentence. It can be cancelled."""
    ended = Signal()
    """No picture is read any more."""

    def __init__(self, canvas: DrawingCanvas, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._canvas = canvas
        self._settings = settings
        self._window = window
        self._random = np.random.default_rng()
        self._drawn = Job(DIGITS, self)
        self._drawn.finished.connect(self._on_drawn)
        self._drawn.failed.connect(self._on_not_drawn)
        self._reader = PictureReader(self)
        self._reader.found.connect(self._on_found)
        self._reader.failed.connect(self._on_failed)
        self._reader.waited.connect(self.waited)
        self._reader.ended.connect(self.ended)

    # In

    def show_test_digit(self, label: int | None) -> None:
        """Put a random digit of MNIST's test set on the pad; of class `label`, where it is given."""
        self._drawn.restart(draw_test_digit, label, int(self._random.integers(2**32)))

    @Slot()
    def show_any_test_digit(self) -> None:
        """Put a random digit of MNIST's test set on the pad."""
        self.show_test_digit(None)

    @Slot(object)
    def _on_drawn(self, digit: DrawnDigit) -> None:
        self._canvas.place(digit.image)
        self.placed.emit()
        self.test_digit_placed.emit(digit)
        text = self.tr("Digit {number} of MNIST's 10,000 test digits. Its label there is {label}.")
        self.noted.emit(text.format(number=digit.number, label=digit.label))

    @Slot(object)
    def _on_not_drawn(self, error: LabError) -> None:
        self.failed.emit(in_words(error))

    @Slot(object)
    def place_training_digit(self, picture: np.ndarray) -> None:
        """Put one of the training digits, (28, 28) uint8, on the pad."""
        self._canvas.place(picture)
        self.placed.emit()
        self.noted.emit(self.tr("One of the training digits: the network has learnt from it."))

    def place_own_digit(self, ink: np.ndarray, label: int) -> None:
        """Put one of the user's own digits, ink (280, 280) uint8, on the pad."""
        self._canvas.place(ink)
        self.placed.emit()
        self.noted.emit(self.tr("One of your digits, a {label}.").format(label=label))

    @Slot(object)
    def place_picture(self, picture: np.ndarray) -> None:
        """Put a picture (28, 28) float32 in [0, 1] on the pad."""
        self._canvas.place((picture * 255).round().astype(np.uint8))
        self.placed.emit()

    @Slot()
    def choose_picture(self) -> None:
        """Ask for a picture file and put it on the pad."""
        kinds = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        path, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open picture"),
            self._settings.folder,
            self.tr("Pictures ({kinds})").format(kinds=kinds) + ";;" + self.tr("All files (*)"),
        )
        if path:
            self._settings.folder = str(Path(path).parent)
            self.open_picture(Path(path))

    def open_picture(self, path: Path) -> None:
        """Put the largest digit in the picture file at `path` on the pad, as soon as it is found."""
        self._reader.read_file(path)

    @Slot()
    def paste(self) -> None:
        """Put what is on the clipboard on the pad."""
        if clipboard.is_to_be_waited_for():
            self._reader.read_clipboard()
        else:
            self.take(QGuiApplication.clipboard().mimeData())

    @Slot(object)
    def take(self, mime: QMimeData | None) -> None:
        """Put a dropped or pasted picture, or picture file, on the pad."""
        path = clipboard.file_in(mime)
        pixels = None if path is not None else clipboard.pixels_in(mime)
        if path is not None:
            self.open_picture(path)
        elif pixels is not None:
            self._reader.read_pixels(pixels)
        else:
            self.failed.emit(self.tr("There is no picture to put on the pad."))

    @Slot()
    def cancel(self) -> None:
        """Read the picture no further, and put no test digit on the pad that is still to come."""
        self._reader.cancel()
        self._drawn.drop()

    @Slot(object)
    def place_ink(self, ink: np.ndarray) -> None:
        """Put ink (H, W) uint8 of any size on the pad."""
        self._canvas.place(ink)
        self.placed.emit()

    @Slot(object, str)
    def _on_found(self, sheet: Sheet, name: str) -> None:
        if not sheet.digits:
            text = self.tr("{name} shows nothing but paper. The drawing is as it was.")
            self.failed.emit(text.format(name=name))
            return
        self.place_ink(sheet.ink(sheet.largest))
        if len(sheet.digits) > 1:
            self.several_found.emit(sheet, name)
        elif sheet.digits[0].may_be_several:
            self.noted.emit(self.tr("What was found is wide: digits that touch are read as one."))

    @Slot(object, object)
    def _on_failed(self, error: LabError, path: Path | None) -> None:
        if path is not None and isinstance(error, WeightsGiven):
            self.weights_given.emit(path)
        else:
            self.failed.emit(self.tr("{problem} The drawing is as it was.").format(problem=in_words(error)))

    # Out

    @Slot()
    def copy(self) -> None:
        """Put the drawing on the clipboard, dark on white."""
        QGuiApplication.clipboard().setImage(self._drawing())
        self.noted.emit(self.tr("The drawing is on the clipboard."))

    @Slot()
    def choose_where_to_save(self) -> None:
        """Ask for a file and save the drawing there."""
        suggested = str(Path(self._settings.folder) / self.tr("digit.png"))
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save drawing"), suggested, self.tr("PNG picture (*.png)")
        )
        if path:
            self._settings.folder = str(Path(path).parent)
            self.save_drawing(Path(path))

    def save_drawing(self, path: Path) -> None:
        """Write the drawing, dark on white, as a PNG file: whole, or not at all."""
        if path.suffix.lower() != ".png":
            path = path.with_name(f"{path.name}.png")
        file = QSaveFile(str(path))
        if file.open(QSaveFile.OpenModeFlag.WriteOnly) and self._written_to(file) and file.commit():
            self.noted.emit(self.tr("Saved {path}").format(path=path))
        else:
            text = self.tr("The drawing could not be saved to {path} ({reason}). Choose another folder.")
            self.failed.emit(text.format(path=path, reason=file.errorString()))

    def _written_to(self, file: QSaveFile) -> bool:
        writer = QImageWriter(file, QByteArray(b"png"))
        writer.setText(KEY, digest(self._canvas.ink()))  # by which it opens again as it was
        return writer.write(self._drawing())

    def _drawing(self) -> QImage:
        return image_from_gray(255 - self._canvas.ink())
