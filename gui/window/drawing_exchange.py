"""Drawings that come onto the pad from outside, or leave it: files, clipboard, test digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData, QObject, QSaveFile, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import LabError
from gui.pad.drawing_canvas import DrawingCanvas
from gui.paint.images import gray_from_image, image_from_gray
from gui.window.settings import Settings
from gui.words.core_texts import in_words


class DrawingExchange(QObject):
    """Puts pictures on a canvas and takes its drawing away; what fails leaves the drawing as it was."""

    placed = Signal()
    """Something from outside is on the pad now."""
    failed = Signal(str)
    """Why something could not be done, as a sentence."""
    noted = Signal(str)
    """A sentence about what was done."""

    def __init__(self, canvas: DrawingCanvas, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._canvas = canvas
        self._settings = settings
        self._window = window
        self._random = np.random.default_rng()

    # In

    def show_test_digit(self, label: int | None) -> None:
        """Put a random digit of MNIST's test set on the pad; of class `label`, where it is given."""
        from core.data.datasets import load_mnist  # only here: the files take a moment to check

        try:
            digits = load_mnist("test")
        except LabError as error:
            self.failed.emit(in_words(error))
            return
        numbers = np.arange(len(digits)) if label is None else np.flatnonzero(digits.labels == label)
        number = int(self._random.choice(numbers))
        self._canvas.place(digits.images[number])
        self.placed.emit()
        text = self.tr("Digit {number} of MNIST's 10,000 test digits. Its label there is {label}.")
        self.noted.emit(text.format(number=number, label=digits.labels[number]))

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
        path, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open picture"),
            self._settings.folder,
            self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp);;All files (*)"),
        )
        if path:
            self._settings.folder = str(Path(path).parent)
            self.open_picture(Path(path))

    def open_picture(self, path: Path) -> None:
        """Put the picture file at `path` on the pad."""
        from core.ink import picture_files  # only here: it loads Pillow

        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            ink = picture_files.read(path)
        except LabError as error:
            self.failed.emit(self.tr("{problem} The drawing is as it was.").format(problem=in_words(error)))
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        self._place(ink, path.name)

    @Slot()
    def paste(self) -> None:
        """Put what is on the clipboard on the pad."""
        self.take(QGuiApplication.clipboard().mimeData())

    @Slot(object)
    def take(self, mime: QMimeData) -> None:
        """Put a dropped or pasted picture, or picture file, on the pad."""
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        picture: Any = mime.imageData()
        if files:
            self.open_picture(Path(files[0]))
        elif isinstance(picture, QImage) and not picture.isNull():
            self._take_image(picture)
        else:
            self.failed.emit(self.tr("There is no picture to put on the pad."))

    def _take_image(self, picture: QImage) -> None:
        from core.ink import picture_files

        if picture.width() * picture.height() > picture_files.MOST_PIXELS:
            self.failed.emit(self.tr("The picture is too large."))
            return
        levels = gray_from_image(picture).astype(np.float32)
        alpha = None
        if picture.hasAlphaChannel():
            mask = picture.convertToFormat(QImage.Format.Format_Alpha8)
            mask.reinterpretAsFormat(QImage.Format.Format_Grayscale8)
            alpha = gray_from_image(mask).astype(np.float32)
        self._place(picture_files.to_ink(levels, alpha), self.tr("The picture"))

    def _place(self, ink: np.ndarray, name: str) -> None:
        if ink.any():
            self._canvas.place(ink)
            self.placed.emit()
        else:
            text = self.tr("{name} shows nothing but paper. The drawing is as it was.")
            self.failed.emit(text.format(name=name))

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
        if (
            file.open(QSaveFile.OpenModeFlag.WriteOnly)
            and QImageWriter(file, QByteArray(b"png")).write(self._drawing())
            and file.commit()
        ):
            self.noted.emit(self.tr("Saved {path}").format(path=path))
        else:
            text = self.tr("The drawing could not be saved to {path} ({reason}). Choose another folder.")
            self.failed.emit(text.format(path=path, reason=file.errorString()))

    def _drawing(self) -> QImage:
        return image_from_gray(255 - self._canvas.ink())
