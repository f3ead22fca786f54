"""The smallest change of the drawing that gives another answer, and the way there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from core.explaining.evidence_records import ChangePath
from core.records import Prediction, Trace
from gui.tabs.why.digit_chooser import DigitChooser
from gui.tabs.why.path_plot import PathPlot
from gui.tabs.why.signed_map import SignedMap, colour_limit
from gui.widgets.construct import STRETCH, in_column, in_row, named, spaced
from gui.widgets.digit_picture import DigitPicture
from gui.widgets.legend import Legend
from gui.widgets.play_button import PlayButton
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.probability_plot import LEFT, RIGHT
from gui.widgets.slider import Slider
from gui.widgets.steady_label import SteadyLabel
from gui.widgets.term_label import TermText
from gui.words.numbers import number

_FRAME = 50  # milliseconds between two pictures when the way is played


class ChangeView(QWidget):
    """A choice of a digit; the pictures on the way to the change, and the network's answers to them."""

    change_wanted = Signal()
    """The smallest change that is read as `rival` is to be found."""
    picture_chosen = Signal(object)
    """The shown picture (H, W) float32 in [0, 1] is to be put on the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("change_view")
        self._path: ChangePath | None = None
        self._is_on_pad = False  # what is drawn now came from the way
        self._timer = QTimer(self, interval=_FRAME)
        self._timer.timeout.connect(self._on_frame)
        text = self.tr("{digit}, as above")
        tip = self.tr("The digit that the network is to read in place of its answer. Easiest: the runner-up.")
        accessible = self.tr("The digit that the drawing is to be read as")
        self.target = named(DigitChooser(text, self.tr("as above"), self), "target_digit", tip, accessible)
        tip = self.tr(
            "Follow the gradient to a picture that is read as that digit, then shrink the change as far "
            "as it goes (Rony et al. 2019). “Smallest” is by the L2 length: the root of the sum of all "
            "pixels' squared changes."
        )
        self.find_button = named(
            QPushButton(self.tr("Find"), self), "find_change_button", tip, clicked=self.change_wanted
        )
        self.words = named(TermText(2, self), "change_words")
        self.plot = PathPlot(self)
        self._make_pictures()
        self._make_way()
        self._lay_out()
        self.plot.chosen.connect(self.slider.setValue)
        self.set_askable(False)

    def _make_pictures(self) -> None:
        tip = self.tr("What the network reads at this point of the way.")
        accessible = self.tr("The picture at this point of the way")
        self.picture = named(DigitPicture(self), "path_picture", tip, accessible)
        tip = self.tr(
            "What has been drawn, and what erased, up to this point of the way. The faint gray is the "
            "drawing itself: it shows through where little has changed."
        )
        self.change = SignedMap("change_map", self.tr("The change alone, over the drawing"), tip, self)
        self.change.pixel_pointed.connect(self._on_pixel_pointed)
        self.legend = named(Legend(self), "change_legend")
        tip = self.tr("The network's answer to the picture at this point of the way.")
        self.bars = named(ProbabilityBars(self), "path_bars", tip)
        centred = Qt.AlignmentFlag.AlignHCenter
        self._picture_title = named(SteadyLabel(self, alignment=centred), "path_picture_title")
        self._change_title = named(SteadyLabel(self, alignment=centred), "change_title")
        self._bars_title = named(SteadyLabel(self), "path_bars_title")

    def _make_way(self) -> None:
        tip = self.tr("Let the drawing change, from the beginning or from here")
        self.play_button = named(PlayButton(self), "path_play_button", tip, self.tr("Play the way"))
        self.play_button.toggled.connect(self._on_play_toggled)
        tip = self.tr(
            "From the drawing, at the left, over the point where the answer flips, and half as far again."
        )
        accessible = self.tr("How far the drawing is changed")
        self.slider = named(Slider(self), "path_slider", tip, accessible)
        self.slider.valueChanged.connect(self._on_moved)
        text = self.tr("To the flip")
        tip = self.tr("The first picture that is read as the other digit")
        self.flip_button = named(QPushButton(text, self), "to_flip_button", tip, clicked=self._on_flip_wanted)
        text = self.tr("To the pad")
        tip = self.tr(
            "Put this picture on the pad and go on drawing on it; undo brings your drawing back. The pad's "
            "ink is cropped, scaled and centred anew before it is read, and a change as small as this seldom "
            "survives that."
        )
        button = QPushButton(text, self)
        self.pad_button = named(button, "put_on_pad_button", tip, clicked=self._on_pad_wanted)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("The smallest change that turns it into"), self)
        label.setBuddy(self.target)
        ask = in_row(label, self.target, self.find_button, STRETCH)
        pictures = spaced(QGridLayout(), rows=3, columns=14)
        for column, (title, widget) in enumerate(
            (
                (self._picture_title, self.picture),
                (self._change_title, self.change),
                (self._bars_title, self.bars),
            )
        ):
            pictures.addWidget(title, 0, column)
            pictures.addWidget(widget, 1, column)
            pictures.setColumnStretch(column, 1)
        top = Qt.AlignmentFlag.AlignTop
        erased = named(QLabel(self.tr("erased"), self), "erased_label", small=True)
        drawn = named(QLabel(self.tr("drawn"), self), "drawn_label", small=True)
        legend = in_row(STRETCH, (erased, 0, top), self.legend, (drawn, 0, top), STRETCH, spacing=6)
        pictures.addLayout(legend, 2, 1)
        pictures.setRowStretch(1, 1)
        handle = 8  # half of the slider's: its middle is to stand below the curves' point
        before = LEFT - self.play_button.width() - handle
        way = in_row(self.play_button, before, (self.slider, 1), RIGHT - handle, spacing=0)
        picture = in_row(STRETCH, self.flip_button, self.pad_button)
        in_column(ask, self.words, (pictures, 3), (self.plot, 2), way, picture, on=self, margins=(6, 6, 6, 6))

    # The way

    @property
    def rival(self) -> int:
        """The digit that the drawing is to be read as."""
        return self.target.digit

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        self.change.set_colours(colours)
        self.legend.set_colours(colours)

    def clear(self, sentence: str) -> None:
        """Show no way, and say why."""
        self._show_path(None)
        self.words.set_text(sentence)

    def set_askable(self, askable: bool) -> None:
        """Allow to look for a change; where there is no drawing, show none."""
        self.find_button.setEnabled(askable)
        self.target.setEnabled(askable)
        if not askable:
            self.clear(self.tr("Draw a digit at the left, then look for the smallest change of it."))

    def pause(self) -> None:
        """Stop playing the way."""
        self.play_button.setChecked(False)

    def say_searching(self) -> None:
        """Say that the change is being looked for."""
        self.clear(self.tr("Searching…"))

    def show_path(self, path: ChangePath) -> None:
        """Show the way that was found, at its flip."""
        self._show_path(path)
        self._say_found(path)

    def set_outdated(self, outdated: bool) -> None:
        """Mark the way as found for an earlier drawing or network, or as up to date."""
        if self._path is not None:
            self.picture.set_dimmed(outdated)
            self.change.set_dimmed(outdated)
        if not outdated:
            if self._path is not None:
                self._say_found(self._path)
            return
        words = self.tr("This was found for the drawing, or the network, as it was before. Find it anew.")
        if self._path is None:
            words = self.tr(
                "How little must be drawn or erased until the network reads another digit? Find it."
            )
        elif self._is_on_pad:
            words = self.tr(
                "The picture is on the pad. Its ink is cropped, scaled and centred anew before it is read: "
                "a change as small as this seldom survives that."
            )
        self.words.set_text(words)

    def _say_found(self, path: ChangePath) -> None:
        words = self.tr(
            "The smallest change found from {digit} to {rival} has length {length} and changes no pixel by "
            "more than {largest}; there may be a smaller one. (Length, L2: the root of the sum of squared "
            "pixel changes. One pixel from paper to ink has length 1.)"
        )
        length, largest = number(path.length, 2), number(path.largest, 2)
        digit, rival = path.names
        self.words.set_text(words.format(digit=digit, rival=rival, length=length, largest=largest))

    def _show_path(self, path: ChangePath | None) -> None:
        self._path, self._is_on_pad = path, False
        self.play_button.setChecked(False)
        for widget in (self.play_button, self.slider, self.flip_button, self.pad_button):
            widget.setEnabled(path is not None)
        self.picture.set_dimmed(False)
        self.change.set_dimmed(False)
        self.plot.set_path(path)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, 0 if path is None else len(path.positions) - 1)
            self.slider.setValue(0 if path is None else path.flip)
        self._on_moved()

    @Slot()
    def _on_moved(self) -> None:
        path, at = self._path, self.slider.value()
        self.plot.set_place(at)
        if path is None:
            self.picture.set_picture(None)
            self.change.set_values(np.zeros_like(self.change.picture()), None, 1.0)
            self.legend.set_range(None, signed=True)
            self.bars.set_prediction(None)
            for label in (self._picture_title, self._change_title, self._bars_title):
                label.set_text("")
            return
        limit = colour_limit(float(np.abs(path.pictures[-1] - path.pictures[0]).max()))
        self.picture.set_picture(path.pictures[at])
        self.change.set_values(path.pictures[0], path.pictures[at] - path.pictures[0], limit)
        self.legend.set_range(limit, signed=True)
        prediction = _prediction(path, at)
        self.bars.set_prediction(prediction)
        title = self.tr("With {share} % of the change")
        if at == path.flip:
            title = self.tr("At the flip: 100 % of the change")
        self._picture_title.set_text(title.format(share=round(100 * float(path.positions[at]))))
        self._bars_title.set_text(self.tr("Read as {digit}").format(digit=prediction.name))
        self._on_pixel_pointed(self.change.pointed)

    @Slot(object)
    def _on_pixel_pointed(self, pixel: tuple[int, int] | None) -> None:
        path = self._path
        if path is None:
            return
        text = self.tr("The change alone")
        if pixel is not None:
            before, now = (float(path.pictures[at][pixel]) for at in (0, self.slider.value()))
            words = self.tr("row {row}, column {column}: {before} → {now}")
            text = words.format(row=pixel[0], column=pixel[1], before=number(before, 2), now=number(now, 2))
        self._change_title.set_text(text)

    @Slot()
    def _on_flip_wanted(self) -> None:
        if self._path is not None:
            self.slider.setValue(self._path.flip)

    @Slot()
    def _on_pad_wanted(self) -> None:
        if self._path is not None:
            self._is_on_pad = True
            self.picture_chosen.emit(self._path.pictures[self.slider.value()].copy())

    @Slot(bool)
    def _on_play_toggled(self, playing: bool) -> None:
        if not playing:
            self._timer.stop()
            return
        if self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
        self._timer.start()

    @Slot()
    def _on_frame(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.slider.value() == self.slider.maximum():
            self.play_button.setChecked(False)


def _prediction(path: ChangePath, at: int) -> Prediction:
    probabilities = path.probabilities[at]
    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))  # but for a constant
    trace = Trace(path.pictures[at][None], ())
    return Prediction(probabilities, logits, trace, 0.0, classes=path.classes)
