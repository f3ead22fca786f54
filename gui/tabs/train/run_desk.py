"""Connects the Train tab's view with the training process and the runs on the disk."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from core.catalog import ARCHITECTURES
from core.errors import LabError
from core.processes.orders import Command, DigitsGenerated, RunEnded, RunStarted, SpeedMeasured
from core.records import EpochMetrics, ModelInfo, RunResult, StepMetrics
from core.training.config import Augmentation, TrainingConfig
from core.training.hints import diagnose
from core.training.runs import RunInfo
from gui.processes.training_run import RunState, TrainingRun
from gui.tabs.train.open_run import OpenRun
from gui.tabs.train.runs.run_files import RunFiles
from gui.tabs.train.runs.runs_desk import RunsDesk
from gui.tabs.train.setup.architecture_table import ArchitectureTable
from gui.tabs.train.train_view import TrainView
from gui.words.core_texts import core_text, in_words
from gui.words.numbers import share

_SETTLED = 300  # milliseconds without a change of the settings: then their speed is measured
_SHOWN_EVERY = 100  # milliseconds: a run's news may come faster

_LONG = 99.9  # seconds an epoch: room is kept for the words of a time as long as that


class RunDesk(QObject):
    """Connects the view, the run at work, the dialogs for files, and the runs saved in a folder."""

    preview_wanted = Signal(object, int)
    """An Augmentation, and the seed of its random numbers."""
    layers_wanted = Signal(str)
    """An architecture's name."""
    model_chosen = Signal(str)
    """The path of the weights that the pad uses from now on."""
    failed = Signal(str)
    """A sentence."""
    noted = Signal(str)
    """A sentence of less weight."""

    def __init__(
        self, view: TrainView, run: TrainingRun, files: RunFiles, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._view, self._run, self._files, self._folder = view, run, files, folder
        self.open_run = OpenRun(view, self)
        self._kept = RunsDesk(view, self.open_run, files, folder, self)
        self._rates = (0.0, 0.0)
        self._accepted: tuple[Path, float] | None = None  # a run that is over, and the rate to resume it with
        self._table: ArchitectureTable | None = None
        self._preview_seed = 0
        self._could_start = True
        self._form_timer = QTimer(self, interval=_SETTLED, singleShot=True)
        self._form_timer.timeout.connect(self._on_form_settled)
        self._progress_timer = QTimer(self, interval=_SHOWN_EVERY, singleShot=True)
        self._progress_timer.timeout.connect(self._show_progress)
        self._connect_run()
        self._connect_view()
        self._kept.show()
        self._on_config_changed(view.form.config())
        if run.state is not RunState.IDLE:
            self._on_state_changed(run.state)

    def _connect_run(self) -> None:
        run = self._run
        run.state_changed.connect(self._on_state_changed)
        run.digits_generated.connect(self._on_digits_generated)
        run.started.connect(self._on_started)
        run.advanced.connect(self._on_advanced)
        run.epoch_ended.connect(self._on_advanced)
        run.snapshot_taken.connect(self.open_run.add_snapshot)
        run.ended.connect(self._on_ended)
        run.troubled.connect(self._on_troubled)
        run.failed.connect(self._on_failed)
        run.speed_measured.connect(self._on_speed_measured)

    def _connect_view(self) -> None:
        view, run, files = self._view, self._run, self._files
        transport, form, list_ = view.transport, view.form, view.runs
        transport.start_pressed.connect(self.start)
        transport.pause_pressed.connect(run.pause)
        transport.go_on_pressed.connect(run.go_on)
        transport.step_pressed.connect(self._on_step_pressed)
        transport.epoch_pressed.connect(self._on_epoch_pressed)
        transport.stop_pressed.connect(run.stop)
        transport.rates_changed.connect(self._on_rates_changed)
        view.hint_bar.rate_accepted.connect(self._on_rate_accepted)
        view.shown.connect(self._form_timer.start)
        form.keep_room_for_time(self._time_words(_LONG, 60 * _LONG))
        form.config_changed.connect(self._on_config_changed)
        form.file_wanted.connect(files.choose_start)
        form.open_wanted.connect(files.open_settings)
        form.save_wanted.connect(self._on_save_settings)
        form.table_wanted.connect(self._on_table_wanted)
        form.preview_wanted.connect(self._on_preview_wanted)
        files.start_chosen.connect(form.set_start_file)
        files.settings_opened.connect(form.set_config)
        files.failed.connect(self.failed)
        files.noted.connect(self.noted)
        files.begun.connect(view.jobs.follow)
        self.open_run.opened.connect(self._on_opened)
        self.open_run.failed.connect(self.failed)
        list_.opened.connect(self.open)
        list_.resumed.connect(self.resume)
        self._kept.failed.connect(self.failed)
        self._kept.noted.connect(self.noted)
        self._kept.model_chosen.connect(self.model_chosen)

    # Setting up

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig | None) -> None:
        self._view.transport.set_can_start(config is not None)
        if config is None:
            self._view.transport.say(self.tr("Fix the field marked in red."))
        elif self._run.state is RunState.IDLE and not self._could_start:
            self._view.transport.set_history(self.open_run.history)
        self._could_start = config is not None
        self._form_timer.start()

    @Slot()
    def _on_form_settled(self) -> None:
        if not self._view.isVisible():
            return  # nobody sees it: no process is to start for it
        config = self._view.form.config()
        if config is not None:
            self.preview_wanted.emit(config.augmentation, self._preview_seed)
        if config is None or self._run.state is not RunState.IDLE:
            self._view.form.set_time_per_epoch("")
        else:
            self._view.form.set_time_per_epoch(self.tr("measuring how long an epoch takes…"))
            self._run.measure_speed(config)

    @Slot(object)
    def _on_preview_wanted(self, kinds: Augmentation) -> None:
        """Show other digits, with other random numbers."""
        self._preview_seed += 1
        self.preview_wanted.emit(kinds, self._preview_seed)

    @Slot(object)
    def _on_speed_measured(self, measured: SpeedMeasured) -> None:
        if measured.config != self._view.form.config():
            return  # of settings that are not in the form any more
        text, seconds = "", measured.seconds_per_epoch
        if measured.problem is not None:
            text = in_words(measured.problem)
        elif seconds:  # else it was interrupted, and is measured later
            text = self._time_words(seconds, seconds * measured.config.epochs)
        self._view.form.set_time_per_epoch(text)

    def _time_words(self, epoch: float, run: float) -> str:
        text = self.tr("About {epoch} s an epoch here, {run} in all (measured)")
        return text.format(epoch=f"{epoch:.1f}", run=self._duration(run))

    def _duration(self, seconds: float) -> str:
        whole = round(seconds)
        if whole < 100:
            return self.tr("{seconds} s").format(seconds=whole)
        return self.tr("{minutes}:{seconds:02d} min").format(minutes=whole // 60, seconds=whole % 60)

    @Slot()
    def _on_table_wanted(self) -> None:
        config = self._view.form.config()
        if config is not None:
            self.layers_wanted.emit(config.architecture)

    def state(self) -> tuple[Any, ...]:
        """Return what `restore` needs."""
        return self.open_run.state(), self._rates, self._accepted

    def restore(
        self,
        open_run: tuple[Any, ...],
        rates: tuple[float, float],
        accepted: tuple[Path, float] | None,
    ) -> None:
        """Go on with the run that another desk had open."""
        self._rates, self._accepted = rates, accepted
        self.open_run.restore(*open_run)
        if self.open_run.config is None:
            return
        if self._run.state in (RunState.RUNNING, RunState.PAUSED):
            self._view.transport.set_config(self.open_run.config)
            self._view.transport.set_rates(*rates)
            self._view.runs.set_busy(True, self.open_run.path)
        self._show_progress()

    def close(self) -> None:
        """Stop all that is under way: the window closes."""
        self._view.jobs.drop()
        self._form_timer.stop()
        self._progress_timer.stop()

    def show_table(self, info: ModelInfo) -> None:
        """Show an architecture's layers in a window of its own."""
        if self._table is None:
            self._table = ArchitectureTable(self._view)
            self._table.setWindowFlag(Qt.WindowType.Dialog)
            self._table.resize(660, 760)
            QShortcut(QKeySequence.StandardKey.Cancel, self._table, self._table.close)
        title = core_text(ARCHITECTURES[info.architecture].title)
        self._table.setWindowTitle(title)
        self._table.set_table(info.table, title)
        self._table.show()
        self._table.raise_()

    @Slot()
    def _on_save_settings(self) -> None:
        config = self._view.form.config()
        if config is not None:
            self._files.save_settings(config)

    # The run at work

    @Slot()
    def start(self) -> None:
        """Begin a run with the settings of the form."""
        self._start(None)

    @Slot()
    def _on_step_pressed(self) -> None:
        if self._run.state is RunState.IDLE:
            self._start(Command.ONE_STEP)
        else:
            self._run.one_step()

    @Slot()
    def _on_epoch_pressed(self) -> None:
        if self._run.state is RunState.IDLE:
            self._start(Command.ONE_EPOCH)
        else:
            self._run.one_epoch()

    def _start(self, only: Command | None) -> None:
        config = self._view.form.config()
        if config is not None:
            self._view.transport.say(self.tr("Starting…"))
            self.open_run.stay()
            self._run.start(config, self._folder, only)

    @Slot(object)
    def resume(self, path: Path) -> None:
        """Resume an unfinished run."""
        if self._run.state is not RunState.IDLE:
            return
        self._view.transport.say(self.tr("Starting…"))
        self.open_run.stay()
        self._view.runs.set_busy(True, path)
        rate = self._accepted[1] if self._accepted and self._accepted[0] == path else None
        self._run.resume(path, rate)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        had_keys = QApplication.focusWidget()
        self._view.transport.set_state(state)
        self._view.form.set_locked(state not in (RunState.IDLE, RunState.TEACHING))
        if had_keys is not None and self._view.isAncestorOf(had_keys) and not had_keys.isEnabled():
            self._view.views.tabBar().setFocus()  # else Qt gives the keys to whatever comes next, Stop say
        if state is RunState.IDLE:
            self._view.transport.set_history(self.open_run.history)
            self._view.runs.set_busy(False)
        elif state in (RunState.STARTING, RunState.TEACHING):
            self._view.runs.set_busy(True)
        if state is RunState.TEACHING:
            text = self.tr("A network is being taught My digits: a run can start in some seconds.")
            self._view.transport.say(text)

    @Slot(object)
    def _on_digits_generated(self, generated: DigitsGenerated) -> None:
        text = self.tr("Generating pen digits: {done} of {wanted}")
        self._view.transport.say(text.format(done=f"{generated.done:,}", wanted=f"{generated.wanted:,}"))

    @Slot(object)
    def _on_started(self, started: RunStarted) -> None:
        self._view.hint_bar.set_hint(None)
        self._view.runs.set_busy(True, started.path)
        self._view.transport.set_config(started.config)
        self.open_run.begin(started)
        self._rates, self._accepted = (started.learning_rate, started.momentum), None
        self._view.transport.set_rates(*self._rates)
        self._kept.show(started.path)
        self._kept.compare()

    @Slot(object)
    def _on_advanced(self, metrics: StepMetrics | EpochMetrics) -> None:
        self.open_run.add(metrics)
        if not self._progress_timer.isActive():  # epochs of a few steps come by the hundred
            self._progress_timer.start()

    @Slot()
    def _show_progress(self) -> None:
        self.open_run.show_progress()
        if self.open_run.config is not None and self.open_run.history is not None:
            hint = diagnose(self.open_run.config, self.open_run.history, self._rates[0])
            self._view.hint_bar.set_hint(hint)

    @Slot(float, float)
    def _on_rates_changed(self, learning_rate: float, momentum: float) -> None:
        self._rates = (learning_rate, momentum)
        self._run.set_rates(learning_rate, momentum)

    @Slot(float)
    def _on_rate_accepted(self, rate: float) -> None:
        if self._run.state is not RunState.IDLE:
            self._view.transport.set_rates(rate, self._rates[1])
            self._on_rates_changed(rate, self._rates[1])
            return
        if self.open_run.path is not None:
            self._accepted = self.open_run.path, rate
        config = self._view.form.config()
        if config is not None:
            self._view.form.set_config(dataclasses.replace(config, learning_rate=rate))

    @Slot(object)
    def _on_ended(self, ended: RunEnded) -> None:
        self._progress_timer.stop()
        self._show_progress()
        text = self._outcome(ended.result)
        if ended.problem is not None:
            text += " " + self.tr("But not all of it could be kept.")
            self.failed.emit(in_words(ended.problem))
        self._view.transport.say(text)
        self._kept.show()
        self.open_run.ask_all_snapshots()

    def _outcome(self, result: RunResult) -> str:
        sentences = {
            "epochs": self.tr("Done."),
            "target": self.tr("The target accuracy is reached."),
            "patience": self.tr("Validation has not improved any more: ended early, with the best weights."),
            "stopped": self.tr("Stopped at step {step}. It can go on: see Runs."),
            "diverged": self.tr("Ended at step {step}: the loss is not a finite number any more."),
        }
        text = sentences[result.reason].format(step=f"{result.step:,}")
        if result.validation_accuracy is not None:
            text += " " + self.tr("Validation {share}.").format(share=share(result.validation_accuracy))
        if result.test_accuracy is not None:
            test = self.tr("It reads {share} of MNIST's 10,000 test digits.")
            text += " " + test.format(share=share(result.test_accuracy))
        return text

    @Slot(object)
    def _on_troubled(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))

    @Slot(object)
    def _on_failed(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))
        self._view.transport.set_history(self.open_run.history)
        self._kept.show()

    # Earlier runs

    @Slot(object)
    def open(self, path: Path) -> None:
        """Read an earlier run, and show it with its settings in the form, unless one is at work."""
        if self._run.state is not RunState.IDLE:
            self.noted.emit(self.tr("Stop the run at work first. A tick compares runs at any time."))
        else:
            self.open_run.open(path)

    @Slot(object)
    def _on_opened(self, info: RunInfo) -> None:
        self._view.hint_bar.set_hint(None)
        self._view.form.set_config(info.config)
        if info.result is not None:
            self._view.transport.say(self._outcome(info.result))
        self._kept.compare()
