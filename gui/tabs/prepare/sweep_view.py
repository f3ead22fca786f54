"""One kind of variation: its slider, and the network's answers along it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from core.ink.preprocess import ALL_STEPS, Steps
from core.reading.variation_records import RANGES, Sweep
from gui.tabs.prepare import sweep_words
from gui.tabs.prepare.amount_slider import AmountSlider
from gui.tabs.prepare.sweep_plot import SweepPlot
from gui.widgets.construct import STRETCH, bold, in_column, in_row, named
from gui.widgets.play_button import PlayButton
from gui.widgets.probability_plot import LEFT, RIGHT
from gui.widgets.steady_label import SteadyLabel
from gui.widgets.term_label import TermText

_FRAME = 60  # milliseconds between two amounts when the slider plays


class SweepView(QWidget):
    """A title with the amount, the plot, the slider below it, and a few words on where the answer flips."""

    amount_changed = Signal()
    """The slider has moved."""

    def __init__(self, kind: str, title: str, explanation: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{kind}_sweep")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)  # equal room for all
        self._kind = kind
        self._range = RANGES[kind]
        self._steps = ALL_STEPS
        self._began = sweep_words.neutral(kind)  # where the slider was when it began to play
        self._timer = QTimer(self, interval=_FRAME)
        self._timer.timeout.connect(self._on_frame)
        self.title = title
        self._make_slider(title, explanation)
        self._make_buttons(title)
        tip = self.tr(
            "How probable the network finds each digit while this slider moves and the others stay. The "
            "strip above names the digit that is read. Hatched: ink leaves the sheet. Click or drag to "
            "move the slider."
        )
        accessible = self.tr("The ten probabilities along: {title}").format(title=title)
        self.plot = named(SweepPlot(kind, self), f"{kind}_plot", tip, accessible)
        self.plot.chosen.connect(self.slider.setValue)
        self.plot.reset_wanted.connect(self.slider.reset)
        self.words = named(TermText(2, self), f"{kind}_words", small=True)
        self._lay_out()
        self._say_amount()

    def _make_slider(self, title: str, explanation: str) -> None:
        tip = self.tr("{explanation} A double click, or the key 0, goes back.")
        tip = tip.format(explanation=explanation)
        slider = AmountSlider(sweep_words.neutral(self._kind), self)
        self.slider = named(slider, f"{self._kind}_slider", tip, title)
        self.slider.setRange(self._range.low, self._range.high)
        self.slider.setPageStep(2 * self._range.step)
        self.slider.reset()
        self.slider.valueChanged.connect(self._on_moved)
        self._title = bold(QLabel(title, self))
        self._title.setBuddy(self.slider)
        self._title.setToolTip(self.slider.toolTip())
        self._amount = named(SteadyLabel(self, widest=self.tr("+000 px")), f"{self._kind}_amount")

    def _make_buttons(self, title: str) -> None:
        tip = self.tr("Move the slider from one end to the other, and back to here")
        accessible, button = self.tr("Play: {title}").format(title=title), PlayButton(self)
        name = f"{self._kind}_play_button"
        self.play_button = named(button, name, tip, accessible)
        self.play_button.toggled.connect(self._on_play_toggled)

    def _lay_out(self) -> None:
        head = in_row(self._title, 4, self._amount, STRETCH, self.play_button, margins=(4, 0, 0, 0))
        handle = self.slider.half_a_handle()  # its middle is to stand below the curves' point
        below = in_row(self.slider, margins=(LEFT - handle, 0, RIGHT - handle, 0))
        in_column(head, (self.plot, 1), below, self.words, on=self, spacing=1)

    @property
    def amount(self) -> int:
        """The slider's value."""
        return self.slider.value()

    def set_steps(self, steps: Steps) -> None:
        """Set the steps that prepare the drawing."""
        self._steps = steps
        self._say_readings()

    def show_sweep(self, sweep: Sweep) -> None:
        """Show the answers along the slider."""
        self.plot.set_sweep(sweep)
        self._say_readings()

    def pause(self) -> None:
        """Stop the slider where it is."""
        self.play_button.setChecked(False)

    def _say_amount(self) -> None:
        self._amount.set_text(sweep_words.amount(self._kind, self.amount))

    def _say_readings(self) -> None:
        """Say which steps undo the variation, if any do; else where the answer flips."""
        sweep = self.plot.sweep
        words = sweep_words.undone(self._kind, self._steps)
        if sweep is not None and (not words or not sweep.readings()):
            words = sweep_words.readings(sweep, self.amount)
        self.words.set_text(words)

    @Slot()
    def _on_moved(self) -> None:
        self.plot.set_amount(self.amount)
        self._say_amount()
        self._say_readings()
        self.amount_changed.emit()

    @Slot(bool)
    def _on_play_toggled(self, playing: bool) -> None:
        if playing:
            self._began = self.amount
            self.slider.setValue(self._range.low)
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_frame(self) -> None:
        if self.amount < self._range.high:
            self.slider.setValue(self.amount + self._range.step)
        else:
            self.pause()
            self.slider.setValue(self._began)
