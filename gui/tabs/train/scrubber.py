"""A slider over a run's snapshots, which moves the whole view of the run to that step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from gui.widgets.construct import in_row, named
from gui.widgets.play_button import PlayButton
from gui.widgets.slider import Slider
from gui.widgets.steady_label import SteadyLabel

_FRAME = 120  # milliseconds between two snapshots when they are played


class Scrubber(QWidget):
    """A position for each snapshot; the last one is the newest network, which goes on changing."""

    step_chosen = Signal(int)
    """The step of a saved snapshot."""
    newest_chosen = Signal()
    """The newest network, saved or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scrubber")
        self._steps: list[int] = []
        self._steps_per_epoch = 1
        self._timer = QTimer(self, interval=_FRAME)
        self._timer.timeout.connect(self._on_frame)
        tip = self.tr("Play the run from its beginning, or from here")
        name = self.tr("Play the run")
        self._play = named(PlayButton(self), "play_button", tip, name)
        self._play.toggled.connect(self._on_play_toggled)
        tip = self.tr(
            "Go back in the run: curves, kernels, layers and the answer to your drawing move to that "
            "moment. At the right end they follow the newest network."
        )
        slider = Slider(self)
        self._slider = named(slider, "scrub_slider", tip, self.tr("Moment of the run"))
        self._slider.valueChanged.connect(self._on_moved)
        widest = self.tr("step 000,000 (000.0 epochs done), newest")
        self._shown = named(SteadyLabel(self, widest=widest), "scrub_label")
        text, tip = self.tr("Back to now"), self.tr("Show the newest step, and follow the run as it learns")
        self._live = named(QToolButton(self), "live_button", tip, text=text, clicked=self.choose_newest)
        policy = self._live.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves when it comes and goes
        self._live.setSizePolicy(policy)
        in_row(self._play, (self._slider, 1), self._shown, self._live, on=self)
        self.set_steps([], 1)

    @property
    def is_at_newest(self) -> bool:
        """Whether the newest network is chosen."""
        return self._slider.value() == self._slider.maximum()

    def set_steps(self, steps: Sequence[int], steps_per_epoch: int) -> None:
        """Offer these snapshots; the newest one stays chosen, or the present step, if it is among them."""
        at_newest, chosen = self.is_at_newest, self._chosen()
        self._steps, self._steps_per_epoch = list(steps), steps_per_epoch
        self.setEnabled(bool(self._steps))
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, len(self._steps))
            if at_newest or chosen is None or chosen not in self._steps:
                self._slider.setValue(len(self._steps))
            else:
                self._slider.setValue(self._steps.index(chosen))
        self._live.setHidden(self.is_at_newest)

    def choose(self, step: int) -> None:
        """Go to the saved snapshot nearest to a step."""
        if self._steps:
            nearest = int(np.abs(np.array(self._steps) - step).argmin())
            self._slider.setValue(nearest)

    @Slot()
    def choose_newest(self) -> None:
        """Go to the newest network."""
        self._slider.setValue(self._slider.maximum())

    def show_step(self, step: int | None) -> None:
        """Write the step that is on the screen; None for none."""
        text = ""
        if step is not None:
            epochs = f"{step / self._steps_per_epoch:.1f}"
            text = self.tr("step {step} ({epoch} epochs done)").format(step=f"{step:,}", epoch=epochs)
            if self.is_at_newest:
                text = self.tr("{moment}, newest").format(moment=text)
        self._shown.set_text(text)

    def _chosen(self) -> int | None:
        position = self._slider.value()
        return self._steps[position] if position < len(self._steps) else None

    @Slot()
    def _on_moved(self) -> None:
        step = self._chosen()
        self._live.setHidden(self.is_at_newest)
        if step is None:
            self.newest_chosen.emit()
        else:
            self.step_chosen.emit(step)

    @Slot(bool)
    def _on_play_toggled(self, playing: bool) -> None:
        if playing:
            if self.is_at_newest:
                self._slider.setValue(0)
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_frame(self) -> None:
        self._slider.setValue(self._slider.value() + 1)
        if self.is_at_newest:
            self._play.setChecked(False)
