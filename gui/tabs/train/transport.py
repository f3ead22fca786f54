"""The buttons that drive a run, how far it is, and the two rates that can be changed under way."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.training.config import MOMENTUM, RATE, TrainingConfig
from core.training.history import History
from core.training.setting_kinds import InvalidSetting
from gui.processes.training_run import RunState
from gui.tabs.train.setup.setting_fields import DecimalField, RateField
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import share

_RECENT = 5.0  # seconds: over these the speed is measured


class Transport(QWidget):
    """Start, pause, one step, one epoch, stop; progress; rates. It knows a run's state, not the run."""

    start_pressed = Signal()
    pause_pressed = Signal()
    go_on_pressed = Signal()
    step_pressed = Signal()
    epoch_pressed = Signal()
    stop_pressed = Signal()
    rates_changed = Signal(float, float)
    """Learning rate and momentum, as the user wants them from now on."""
    follow_toggled = Signal(bool)
    """Whether the pad is to be answered by the network in training."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self._state = RunState.IDLE
        self._batch_size = 1
        self._can_start = True
        self._speed: list[tuple[float, int]] = []  # seconds of training, and the step reached then
        self._rates = (0.0, 0.0)  # of the run
        self._build_buttons()
        self._build_rates()
        self._progress = named(QProgressBar(self), "run_progress", accessible=self.tr("Progress of the run"))
        self._progress.setTextVisible(False)
        self._progress.setMaximumHeight(8)
        self._said = named(SteadyLabel(self), "run_said")
        self.follow = named(
            QCheckBox(self.tr("The pad follows this run"), self),
            "follow_check",
            self.tr(
                "Your drawing is answered by the network in training, several times a second, here and in "
                "the Inspect tab. Without it, the network of the Model menu answers."
            ),
        )
        self.follow.setChecked(True)
        self.follow.toggled.connect(self.follow_toggled)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.follow)
        layout = spaced(QVBoxLayout(self), 4)
        layout.addLayout(row)
        layout.addWidget(self._progress)
        layout.addWidget(self._said)
        layout.addWidget(self._rates_row)
        self.set_state(RunState.IDLE)
        self.set_history(None)

    def _build_buttons(self) -> None:
        self._start = self._button(
            "start_button", self.tr("▶ Start"), "F5",
            self.tr("Train with the settings at the left; while a run waits: go on"),
        )  # fmt: skip
        self._pause = self._button(
            "pause_button", self.tr("❚❚ Pause"), "F6", self.tr("Wait after this batch; nothing is lost")
        )
        self._step = self._button(
            "step_button", self.tr("One step"), "F7",
            self.tr("Learn from a single batch, then wait: see what one step of gradient descent changes"),
        )  # fmt: skip
        self._epoch = self._button(
            "epoch_button", self.tr("One epoch"), "F8",
            self.tr("Run to the end of this epoch, in which every training digit is met once, then wait"),
        )  # fmt: skip
        self._stop = self._button(
            "stop_button", self.tr("■ Stop"), "Shift+F5",
            self.tr("End the run; it is kept, and can go on later from where it is"),
        )  # fmt: skip
        self._buttons = (self._start, self._pause, self._step, self._epoch, self._stop)
        self._start.clicked.connect(self._on_start)
        self._pause.clicked.connect(self.pause_pressed)
        self._step.clicked.connect(self.step_pressed)
        self._epoch.clicked.connect(self.epoch_pressed)
        self._stop.clicked.connect(self.stop_pressed)

    def _button(self, name: str, text: str, keys: str, tip: str) -> QPushButton:
        button = named(QPushButton(text, self), name, self.tr("{tip} ({keys})").format(tip=tip, keys=keys))
        # Fusion would make each 80 pixels wide, and with it the window wider than small screens.
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + 16)
        button.setShortcut(QKeySequence(keys))
        return button

    def _build_rates(self) -> None:
        self._rates_row = QWidget(self)
        policy = self._rates_row.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves when a run begins or ends
        self._rates_row.setSizePolicy(policy)
        self._rate = named(
            RateField(self),
            "live_rate",
            self.tr(
                "The largest learning rate of the run's schedule, from now on: how far each step goes "
                "against the gradient. Enter takes it over."
            ),
            self.tr("Learning rate of this run"),
        )
        self._rate.setFixedWidth(self._rate.fontMetrics().horizontalAdvance("0.000001") + 16)
        self._momentum = named(
            DecimalField(MOMENTUM, parent=self),
            "live_momentum",
            self.tr("How much of the direction of the steps before goes into each step, from now on."),
            self.tr("Momentum of this run"),
        )
        self._momentum.setKeyboardTracking(False)
        row = spaced(QHBoxLayout(self._rates_row))
        self._rate_label = QLabel(self)
        row.addWidget(self._rate_label)
        row.addWidget(self._rate)
        row.addWidget(QLabel(self.tr("momentum"), self))
        row.addWidget(self._momentum)
        row.addStretch(1)
        self._rate.editingFinished.connect(self._on_rates_edited)
        self._momentum.editingFinished.connect(self._on_rates_edited)

    # What is shown

    def set_state(self, state: RunState) -> None:
        """Enable what can be done now."""
        if state is RunState.RUNNING and self._state is not RunState.RUNNING:
            self._speed = []
        self._state = state
        idle, paused = state is RunState.IDLE, state is RunState.PAUSED
        self._start.setText(self.tr("▶ Go on") if paused else self.tr("▶ Start"))
        self._start.setEnabled(paused or (idle and self._can_start))
        self._pause.setEnabled(state is RunState.RUNNING)
        self._step.setEnabled(self._start.isEnabled())
        self._epoch.setEnabled(self._start.isEnabled())
        self._stop.setEnabled(not idle and state is not RunState.TEACHING)
        self._rates_row.setVisible(state in (RunState.RUNNING, RunState.PAUSED))

    def set_can_start(self, can_start: bool) -> None:
        """Whether the settings make a run."""
        self._can_start = can_start
        self.set_state(self._state)

    def set_rates(self, learning_rate: float, momentum: float) -> None:
        """Show the rates that the run uses, without a signal."""
        self._rates = (learning_rate, momentum)
        self._rate.set_setting(learning_rate)
        with QSignalBlocker(self._momentum):
            self._momentum.set_setting(momentum)

    def say(self, text: str) -> None:
        """Show a sentence where the numbers of a run stand else."""
        self._said.set_text(text)

    def set_history(self, history: History | None) -> None:
        """Show how far a run is."""
        if history is None:
            self._progress.setRange(0, 1)
            self._progress.setValue(0)
            self.say(self.tr("No run yet. Choose settings, or take them as they are, and press Start."))
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
            read = share(history.epochs[-1].validation_accuracy)
            facts.append(self.tr("validation {share}").format(share=read))
        steps = self.tr("step {step} of {steps}")
        facts.append(steps.format(step=f"{history.step:,}", steps=f"{history.steps:,}"))
        return facts

    def _pace(self, history: History) -> list[str]:
        """Steps a second over the last seconds, and what is left at that pace."""
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
        """The run at work is of this config: its batch size tells the speed."""
        self._batch_size = config.batch_size
        self._rate_label.setText(
            self.tr("From now on: learning rate")
            if config.schedule == "constant"
            else self.tr("From now on: largest rate of the schedule")
        )

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
            self._rate.set_setting(self._rates[0])  # as it was: there is no such rate
            return
        rates = rate, self._momentum.setting()
        if rates != self._rates:
            self._rates = rates
            self.rates_changed.emit(*rates)
