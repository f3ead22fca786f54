"""The buttons that control a run, its progress, and the two rates that can be changed while it runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Signal, SignalInstance, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QLabel, QProgressBar, QPushButton, QWidget

from core.training.config import MOMENTUM, RATE, TrainingConfig
from core.training.history import History
from core.training.setting_kinds import InvalidSetting
from gui.paint.icons import icon
from gui.paint.text import fit_to_text
from gui.processes.training_run import RunState
from gui.tabs.train.setup.setting_fields import DecimalField, RateField
from gui.widgets.construct import STRETCH, in_column, in_row, named, narrow, symbol
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import share

_MARGIN, _WITH_SIGN = 16, 32  # pixels around a button's words
_RECENT = 5.0  # seconds: over these the speed is measured
_Slot = SignalInstance | Callable[[], None]


class Transport(QWidget):
    """Start, pause, one step, one epoch, stop; progress; rates. It knows a run's state, not the run."""

    start_pressed = Signal()
    pause_pressed = Signal()
    go_on_pressed = Signal()
    step_pressed = Signal()
    epoch_pressed = Signal()
    stop_pressed = Signal()
    rates_changed = Signal(float, float)
    """The learning rate and momentum from now on."""
    follow_toggled = Signal(bool)
    """Whether the network in training answers the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self._state = RunState.IDLE
        self._batch_size = 1
        self._can_start = True
        self._has_runs = self._says_none = False
        self._speed: list[tuple[float, int]] = []  # seconds of training, and the step reached then
        self._rates = (0.0, 0.0)  # of the run
        self._buttons: dict[str, QPushButton] = {}
        self._build_buttons()
        self._build_rates()
        progress = QProgressBar(self, textVisible=False)
        progress.setMaximumHeight(8)
        self._progress = named(progress, "run_progress", accessible=self.tr("Progress of the run"))
        self._message = named(SteadyLabel(self), "run_said")
        tip = self.tr(
            "Your drawing is answered by the network in training, several times a second, here and in "
            "the Inspect tab. Without it, the network of the Model menu answers."
        )
        text = self.tr("The pad follows this run")
        self.follow = named(QCheckBox(self), "follow_check", tip, text=text)
        self.follow.setChecked(True)
        self.follow.toggled.connect(self.follow_toggled)
        row = in_row(*self._buttons.values(), STRETCH, self.follow, spacing=4)
        in_column(row, self._progress, self._message, self._rates_row, on=self, spacing=4)
        self.set_state(RunState.IDLE)
        self.set_history(None)

    def _build_buttons(self) -> None:
        tip = self.tr("Train with the settings at the left; while a run waits: go on")
        self._start = self._button("start", self.tr("Start"), "F5", tip, self._on_start)
        self._start.setProperty("main", True)
        symbol(self._start).setIcon(icon("play", QPalette.ColorRole.HighlightedText))
        tip = self.tr("Wait after this batch; nothing is lost")
        self._pause = self._button("pause", "", "F6", tip, self.pause_pressed)
        symbol(self._pause, "pause")
        self._pause.setAccessibleName(self.tr("Pause"))
        tip = self.tr("Learn from a single batch, then wait: see what one step of gradient descent changes")
        self._step = self._button("step", self.tr("One step"), "F7", tip, self.step_pressed)
        tip = self.tr("Run to the end of this epoch, in which every training digit is met once, then wait")
        self._epoch = self._button("epoch", self.tr("One epoch"), "F8", tip, self.epoch_pressed)
        tip = self.tr("End the run; it is kept, and can go on later from where it is")
        self._stop = self._button("stop", "", "Shift+F5", tip, self.stop_pressed)
        symbol(self._stop, "stop")
        self._stop.setAccessibleName(self.tr("Stop"))

    def press(self, name: str) -> None:
        """Press the button "start", "pause", "step", "epoch" or "stop", if it can be pressed now."""
        self._buttons[name].click()

    def _button(self, name: str, text: str, keys: str, tip: str, clicked: _Slot) -> QPushButton:
        # The keys are the menu's: a button loses its own with each new text, and while its page is hidden.
        tip = self.tr("{tip} ({keys})").format(tip=tip, keys=keys)
        # Buttons of the style's usual width would make the page wider than small screens.
        margin = _WITH_SIGN if name in ("start", "pause", "stop") else _MARGIN
        button = narrow(named(QPushButton(self), f"{name}_button", tip, text=text, clicked=clicked), margin)
        self._buttons[name] = button
        return button

    def _build_rates(self) -> None:
        self._rates_row = QWidget(self)
        policy = self._rates_row.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves when a run begins or ends
        self._rates_row.setSizePolicy(policy)
        tip = self.tr(
            "The largest learning rate of the run's schedule, from now on: how far each step goes "
            "against the gradient. Enter takes it over."
        )
        self._rate = named(RateField(self), "live_rate", tip, self.tr("Learning rate of this run"))
        fit_to_text(
            self._rate, lambda it: it.setFixedWidth(it.fontMetrics().horizontalAdvance("0.000001") + 16)
        )
        tip = self.tr("How much of the direction of the steps before goes into each step, from now on.")
        field = DecimalField(MOMENTUM, parent=self)
        self._momentum = named(field, "live_momentum", tip, self.tr("Momentum of this run"))
        self._momentum.setKeyboardTracking(False)
        self._rate_label, momentum = QLabel(self), QLabel(self.tr("momentum"), self)
        row = in_row(self._rate_label, self._rate, momentum, self._momentum, on=self._rates_row)
        row.addStretch(1)
        self._rate.editingFinished.connect(self._on_rates_edited)
        self._momentum.editingFinished.connect(self._on_rates_edited)

    # What is shown

    def set_state(self, state: RunState) -> None:
        """Enable the buttons that suit the state."""
        if state is RunState.RUNNING and self._state is not RunState.RUNNING:
            self._speed = []
        self._state = state
        idle, paused = state is RunState.IDLE, state is RunState.PAUSED
        self._start.setText(self.tr("Go on") if paused else self.tr("Start"))
        self._start.setEnabled(paused or (idle and self._can_start))
        self._pause.setEnabled(state is RunState.RUNNING)
        self._step.setEnabled(self._start.isEnabled())
        self._epoch.setEnabled(self._start.isEnabled())
        self._stop.setEnabled(not idle and state is not RunState.TEACHING)
        self._rates_row.setVisible(state in (RunState.RUNNING, RunState.PAUSED))

    def set_can_start(self, can_start: bool) -> None:
        """Enable Start, or not: the settings may be wrong."""
        self._can_start = can_start
        self.set_state(self._state)

    def set_rates(self, learning_rate: float, momentum: float) -> None:
        """Show the rates that the run uses, without a signal."""
        self._rates = (learning_rate, momentum)
        self._rate.set_setting(learning_rate)
        with QSignalBlocker(self._momentum):
            self._momentum.set_setting(momentum)

    def say(self, text: str) -> None:
        """Show a sentence in place of the run's numbers."""
        self._message.set_text(text)
        self._says_none = False

    def set_has_runs(self, has_runs: bool) -> None:
        """Say whether there are runs that could be opened."""
        self._has_runs = has_runs
        if self._says_none:
            self._say_none()

    def _say_none(self) -> None:
        text = self.tr("No run yet. Choose settings, or take them as they are, and press Start.")
        if self._has_runs:
            text = self.tr("No run is open. Press Start for a new one, or open one of your Runs.")
        self.say(text)
        self._says_none = True

    def set_history(self, history: History | None) -> None:
        """Show a run's progress."""
        if history is None:
            self._progress.setRange(0, 1)
            self._progress.setValue(0)
            self._say_none()
            return
        self._progress.setRange(0, history.steps)
        self._progress.setValue(history.step)
        self.say(" · ".join(self._facts(history)))

    def _facts(self, history: History) -> list[str]:
        epochs = -(-history.steps // history.steps_per_epoch)
        facts = [self.tr("epoch {epoch} of {epochs}").format(epoch=history.epoch, epochs=epochs)]
        if self._state is RunState.RUNNING:
            facts += self._pace(history)
        if history.epochs and history.epochs[-1].validation_accuracy is not None:
            accuracy = share(history.epochs[-1].validation_accuracy)
            facts.append(self.tr("validation {share}").format(share=accuracy))
        steps = self.tr("step {step} of {steps}")
        facts.append(steps.format(step=f"{history.step:,}", steps=f"{history.steps:,}"))
        return facts

    def _pace(self, history: History) -> list[str]:
        """Return the time left and the images a second, at the pace of the last seconds."""
        self._speed.append((history.seconds, history.step))
        while self._speed[-1][0] - self._speed[0][0] > _RECENT:
            del self._speed[0]
        (first_second, first_step), (last_second, last_step) = self._speed[0], self._speed[-1]
        if last_step <= first_step or last_second <= first_second:
            return []
        pace = (last_step - first_step) / (last_second - first_second)
        left = int((history.steps - history.step) / pace)
        return [
            self.tr("{minutes}:{seconds:02d} left").format(minutes=left // 60, seconds=left % 60),
            self.tr("{count} images/s").format(count=f"{pace * self._batch_size:,.0f}"),
        ]

    def set_config(self, config: TrainingConfig) -> None:
        """Take the batch size and the schedule of the run at work."""
        self._batch_size = config.batch_size
        text = self.tr("From now on: highest learning rate")
        is_constant = config.schedule == "constant"
        self._rate_label.setText(self.tr("From now on: learning rate") if is_constant else text)

    # Input

    @Slot()
    def _on_start(self) -> None:
        if self._state is RunState.PAUSED:
            self.go_on_pressed.emit()
        else:
            self.start_pressed.emit()

    @Slot()
    def _on_rates_edited(self) -> None:
        try:
            rate = self._rate.setting()
        except InvalidSetting:
            rate = -1.0
        if not RATE.accepts(rate):
            self._rate.set_setting(self._rates[0])  # as before: the text is no valid rate
            return
        rates = rate, self._momentum.setting()
        if rates != self._rates:
            self._rates = rates
            self.rates_changed.emit(*rates)
