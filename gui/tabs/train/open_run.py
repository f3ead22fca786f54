"""The run that the Train tab shows: its curves, and its network at one step at a time."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import FileProblem
from core.processes.orders import RunStarted
from core.records import Answering, EpochMetrics, Prediction, Snapshot, StepMetrics
from core.training.config import TrainingConfig
from core.training.history import History
from core.training.runs import Run
from gui.tabs.train.train_view import TrainView
from gui.words.core_texts import in_words

_SETTLED = 300  # milliseconds without a change of the drawing: then all snapshots are asked about it


class OpenRun(QObject):
    """Keeps curves, kernels, layers and the answer to the drawing at the same step."""

    followed = Signal(object)
    """The Snapshot that answers the drawing from now on; None: the network of the Model menu."""
    probabilities_wanted = Signal(object, int)
    """The path of a run all of whose snapshots should answer the drawing, and the drawing's number."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, view: TrainView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.run: Run | None = None
        self.config: TrainingConfig | None = None
        self.history: History | None = None
        self._newest: Snapshot | None = None
        self._chosen: Snapshot | None = None
        self._shown: Snapshot | None = None  # on the screen
        self._awaited: deque[Snapshot] = deque(maxlen=50)  # of this run, emitted by `followed`
        self._answers: dict[int, np.ndarray] = {}  # step → probabilities of the present drawing
        self._drawing = 0  # counts drawings and runs: answers about earlier ones come too late
        self._was_pushed_aside = False  # by a choice in the Model menu, not by the tick
        self._ink_timer = QTimer(self, interval=_SETTLED, singleShot=True)
        self._ink_timer.timeout.connect(self.ask_all_snapshots)
        view.transport.follow_toggled.connect(self._on_follow_toggled)
        view.scrubber.step_chosen.connect(self._on_step_chosen)
        view.scrubber.newest_chosen.connect(self._on_newest_chosen)
        view.curves.step_chosen.connect(view.scrubber.choose)

    @property
    def path(self) -> Path | None:
        """The run's folder."""
        return None if self.run is None else self.run.path

    # The run

    def show(self, run: Run) -> bool:
        """Show a run from the disk; return whether it can be read."""
        try:
            info, history = run.info(), run.history()
        except FileProblem as problem:
            self.failed.emit(in_words(problem))
            return False
        self.restore(run, info.config, history, None)
        return True

    def state(self) -> tuple[Run, TrainingConfig, History, Snapshot | None] | None:
        """Return what `restore` needs; None where no run is shown."""
        if self.run is None or self.config is None or self.history is None:
            return None
        return self.run, self.config, self.history, self._newest

    def restore(self, run: Run, config: TrainingConfig, history: History, newest: Snapshot | None) -> None:
        """Show a run at its newest snapshot: the one given, or the newest on the disk."""
        self._set(run, config, history)
        steps = run.snapshot_steps()
        if steps and steps[0] == 0 and (initial := self._read(0)):
            self._view.weights.set_initial(initial.weights)
        self._view.scrubber.set_steps(steps, history.steps_per_epoch)
        self._view.scrubber.choose_newest()
        self._newest = newest or (self._read(steps[-1]) if steps else None)
        if self._newest is not None:
            self._show(self._newest)
        else:
            self._follow_nothing()

    def begin(self, started: RunStarted) -> None:
        """Show the run that has started."""
        if self._was_pushed_aside:
            self._view.transport.follow.setChecked(True)
        run = Run(started.path)
        if not self.show(run):
            self._set(run, started.config, History(started.steps, started.steps_per_epoch))

    def _set(self, run: Run | None, config: TrainingConfig | None, history: History | None) -> None:
        view = self._view
        self.run, self.config, self.history = run, config, history
        self._newest = self._chosen = self._shown = None
        self._awaited.clear()
        view.scrubber.show_step(None)
        view.clear_weights()
        view.curves.set_history(history)
        view.curves.set_target(0.0 if config is None else config.target_accuracy)
        view.transport.set_history(history)
        if history is not None and history.epochs:
            view.weights.set_silent(history.epochs[-1].silent)
        self.on_ink_changed()

    def close(self) -> None:
        """Show no run: this one was deleted."""
        self._set(None, None, None)
        self._view.scrubber.set_steps([], 1)
        self._follow_nothing()

    def _follow_nothing(self) -> None:
        self._awaited.clear()
        self._view.clear_layers()
        self.followed.emit(None)

    def add(self, metrics: StepMetrics | EpochMetrics) -> None:
        """Add metrics to the history; `show_progress` shows them."""
        if self.history is None:
            return
        self.history.add(metrics)
        if isinstance(metrics, EpochMetrics):
            self._view.weights.set_silent(metrics.silent)

    def show_progress(self) -> None:
        """Show the history as it is now."""
        if self.history is not None:
            self._view.refresh_curves()
            self._view.transport.set_history(self.history)

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot of the run at work, and show it unless an older one is chosen."""
        if self.run is None or self.history is None:
            return
        self._newest = snapshot
        if snapshot.step == 0:
            self._view.weights.set_initial(snapshot.weights)
        self._view.scrubber.set_steps(self.run.snapshot_steps(), self.history.steps_per_epoch)
        if self._view.scrubber.is_at_newest:
            self._show(snapshot)

    # The snapshot on the screen

    @Slot(int)
    def _on_step_chosen(self, step: int) -> None:
        if snapshot := self._read(step):
            self._show(snapshot)

    @Slot()
    def _on_newest_chosen(self) -> None:
        if self._newest is not None:
            self._show(self._newest)

    def _read(self, step: int) -> Snapshot | None:
        try:
            return None if self.run is None else self.run.snapshot(step)
        except FileProblem as problem:
            self.failed.emit(in_words(problem))
            return None

    def _show(self, snapshot: Snapshot) -> None:
        """Show a snapshot at once, or together with its answer to the drawing."""
        self._chosen = snapshot
        if self._view.transport.follow.isChecked():
            self._awaited.append(snapshot)
            self.followed.emit(snapshot)
        else:
            self._show_inside(snapshot)

    def show_moment(self, answering: Answering, prediction: Prediction | None) -> None:
        """Show the followed network and its answer to the drawing, None for bare paper."""
        snapshot = answering.snapshot
        if snapshot is None or not any(snapshot is awaited for awaited in self._awaited):
            return  # of another run, or of none
        self._view.show_layers(answering.info, prediction)
        if snapshot is self._shown:
            return  # the drawing has changed, not the network: curves must not cost time at every stroke
        self._show_inside(snapshot)
        if prediction is not None and not self._ink_timer.isActive():
            self._answers[snapshot.step] = prediction.probabilities
            self._show_answers()

    def _show_inside(self, snapshot: Snapshot) -> None:
        view = self._view
        self._shown = snapshot
        view.set_snapshot(snapshot)
        view.scrubber.show_step(snapshot.step)
        view.curves.set_cursor(None if view.scrubber.is_at_newest else snapshot.step)

    @Slot(bool)
    def _on_follow_toggled(self, follow: bool) -> None:
        self._was_pushed_aside = False
        if not follow:
            self._follow_nothing()
        if self._chosen is not None:
            self._show(self._chosen)

    def push_aside(self) -> None:
        """Stop following, as another network was chosen to answer; the next run is followed again."""
        if self._view.transport.follow.isChecked():
            self._view.transport.follow.setChecked(False)
            self._was_pushed_aside = True

    # The drawing over the run

    @Slot()
    def on_ink_changed(self) -> None:
        """Forget the snapshots' answers to the drawing before; soon ask for those to this one."""
        self._drawing += 1
        if self._answers:
            self._answers.clear()
            self._show_answers()
        self._ink_timer.start()

    @Slot()
    def ask_all_snapshots(self) -> None:
        """Ask for the answers of all saved snapshots to the drawing."""
        if self.run is not None:
            self.probabilities_wanted.emit(self.run.path, self._drawing)

    def set_probabilities(self, drawing: int, steps: np.ndarray, probabilities: np.ndarray) -> None:
        """Show the snapshots' answers (n, 10) to a drawing at steps (n,), unless it has changed since."""
        if drawing == self._drawing:
            self._answers |= dict(zip(steps.tolist(), probabilities, strict=True))
            self._show_answers()

    def _show_answers(self) -> None:
        steps = sorted(self._answers)
        rows = [self._answers[step] for step in steps]
        probabilities = np.array(rows, np.float32).reshape(-1, 10)
        self._view.curves.set_probabilities(np.array(steps, np.int64), probabilities)
