"""The run that the Train tab shows: its curves, and its network at one step at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.files.limits import RUNS
from core.processes.orders import RunStarted
from core.records import DIGITS, Answering, EpochMetrics, Prediction, Snapshot, StepMetrics
from core.training.config import TrainingConfig
from core.training.history import History
from core.training.runs import KeptRun, Run, read_run
from gui.processes.job import Job
from gui.tabs.train.train_view import TrainView
from gui.words.core_texts import in_words

_SETTLED = 300  # milliseconds without a change of the drawing: then all snapshots are asked about it


class OpenRun(QObject):
    """Keeps curves, kernels, layers and the answer to the drawing at the same step."""

    followed = Signal(object)
    """The Snapshot that answers the drawing from now on; None: the network of the Model menu."""
    probabilities_wanted = Signal(object, int)
    """The path of a run all of whose snapshots should answer the drawing, and the drawing's number."""
    opened = Signal(object)
    """The RunInfo of an earlier run, which is shown now."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, view: TrainView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._opening = view.jobs.follow(Job(RUNS, self))
        self._opening.finished.connect(self._on_read)
        self._opening.failed.connect(self._on_unreadable)
        self._to_open: Path | None = None  # the run that is being read
        self._news: list[StepMetrics | EpochMetrics] | None = None  # since a run goes on whose past is read
        self._moments = view.jobs.follow(Job(RUNS, self))
        self._moments.finished.connect(self._show)
        self._moments.failed.connect(self._on_moment_unreadable)
        self._moments.ended.connect(self._read_moment)
        self._wanted: int | None = None  # the step of the snapshot to read next
        self.run: Run | None = None
        self.config: TrainingConfig | None = None
        self.history: History | None = None
        self._steps: list[int] = []  # of which there are snapshots on the disk
        self._initial: Snapshot | None = None
        self._newest: Snapshot | None = None
        self._chosen: Snapshot | None = None
        self._shown: Snapshot | None = None  # on the screen
        self._awaited: deque[Snapshot] = deque(maxlen=50)  # of this run, emitted by `followed`
        self._answers: dict[int, np.ndarray] = {}  # step → probabilities of the present drawing
        self._classes = DIGITS  # whose probabilities these are
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

    def open(self, path: Path) -> None:
        """Read an earlier run, in place of any other that is being read; `opened` or `failed` follows."""
        self._to_open, self._news = path, None
        self._opening.restart(read_run, path)

    def stay(self) -> None:
        """Open no earlier run: another one begins."""
        self._to_open = self._news = None
        self._opening.drop()

    @Slot(object)
    def _on_read(self, kept: KeptRun) -> None:
        news, self._news, self._to_open = self._news, None, None
        if kept.problem is not None:
            self.failed.emit(in_words(kept.problem))
        if news is None:
            newest = kept.snapshots[max(kept.snapshots)] if kept.snapshots else None
            initial = kept.snapshots.get(0)
            self._begin(Run(kept.info.path), kept.info.config, kept.history, kept.steps, initial, newest)
            self.opened.emit(kept.info)
        else:
            self._add_past(kept, news)

    @Slot(object)
    def _on_unreadable(self, problem: LabError) -> None:
        self._to_open = self._news = None
        self.failed.emit(in_words(problem))

    def _add_past(self, kept: KeptRun, news: list[StepMetrics | EpochMetrics]) -> None:
        """A run goes on: what was before has been read, and may have some of the news in it."""
        for metrics in news:
            kept.history.add(metrics)
        self._steps = sorted({*self._steps, *kept.steps})
        self._initial = kept.snapshots.get(0)
        self._set_history(kept.history)
        self._view.scrubber.set_steps(self._steps, kept.history.steps_per_epoch)
        if self._initial is not None:
            self._view.weights.set_initial(self._initial.weights)

    def state(self) -> tuple[tuple[Any, ...] | None, Path | None]:
        """Return what `restore` needs."""
        if self.run is None or self.config is None or self.history is None:
            return None, self._to_open
        shown = self.run, self.config, self.history, self._steps, self._initial, self._newest
        return shown, self._to_open

    def restore(self, shown: tuple[Any, ...] | None, to_open: Path | None) -> None:
        """Show the run of another OpenRun, and go on with what it was about to open."""
        if shown is not None:
            self._begin(*shown)
        if to_open is not None:
            self.open(to_open)
            self._news = [] if to_open == self.path else None

    def begin(self, started: RunStarted) -> None:
        """Show the run that has started."""
        if self._was_pushed_aside:
            self._view.transport.follow.setChecked(True)
        self.stay()
        history = History(started.steps, started.steps_per_epoch)
        self._begin(Run(started.path), started.config, history, (), None, None)
        if started.step:
            self.open(started.path)
            self._news = []

    def _begin(
        self,
        run: Run,
        config: TrainingConfig,
        history: History,
        steps: Sequence[int],
        initial: Snapshot | None,
        newest: Snapshot | None,
    ) -> None:
        """Show a run at its newest snapshot."""
        self._set(run, config, history)
        self._steps, self._initial, self._newest = list(steps), initial, newest
        if initial is not None:
            self._view.weights.set_initial(initial.weights)
        self._view.scrubber.set_steps(steps, history.steps_per_epoch)
        self._view.scrubber.choose_newest()
        if newest is not None:
            self._show(newest)
        else:
            self._follow_nothing()

    def _set(self, run: Run | None, config: TrainingConfig | None, history: History | None) -> None:
        view = self._view
        self._forget_moment()
        self.run, self.config = run, config
        self._steps, self._initial = [], None
        self._newest = self._chosen = self._shown = None
        self._awaited.clear()
        view.scrubber.show_step(None)
        view.clear_weights()
        view.clear_layers()
        self._set_history(history)
        view.curves.set_target(0.0 if config is None else config.target_accuracy)
        self.on_ink_changed()

    def _set_history(self, history: History | None) -> None:
        self.history = history
        self._view.curves.set_history(history)
        self._view.transport.set_history(history)
        if history is not None and history.epochs:
            self._view.weights.set_silent(history.epochs[-1].silent)

    def close(self) -> None:
        """Show no run: this one was deleted."""
        self.stay()
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
        if self._news is not None:
            self._news.append(metrics)
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
            self._initial = snapshot
            self._view.weights.set_initial(snapshot.weights)
        if snapshot.is_kept and snapshot.step not in self._steps:
            self._steps.append(snapshot.step)
        self._view.scrubber.set_steps(self._steps, self.history.steps_per_epoch)
        if self._view.scrubber.is_at_newest:
            self._show(snapshot)

    # The snapshot on the screen

    @Slot(int)
    def _on_step_chosen(self, step: int) -> None:
        self._wanted = step
        if not self._moments.is_running:
            self._read_moment()

    @Slot()
    def _read_moment(self) -> None:
        """Read the snapshot that is wanted now: while one was read, the slider may have passed others."""
        if self._wanted is not None and self.run is not None:
            step, self._wanted = self._wanted, None
            self._moments.start(self.run.snapshot, step)

    def _forget_moment(self) -> None:
        self._wanted = None
        self._moments.drop()

    @Slot(object)
    def _on_moment_unreadable(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))

    @Slot()
    def _on_newest_chosen(self) -> None:
        self._forget_moment()
        if self._newest is not None:
            self._show(self._newest)

    @Slot(object)
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
            self._classes = prediction.classes
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

    def set_probabilities(
        self, drawing: int, steps: np.ndarray, probabilities: np.ndarray, classes: tuple[str, ...]
    ) -> None:
        """Show the snapshots' answers (n, K) to a drawing at steps (n,), unless it has changed since."""
        if drawing == self._drawing and len(steps):
            self._classes = classes
            self._answers |= dict(zip(steps.tolist(), probabilities, strict=True))
            self._show_answers()

    def _show_answers(self) -> None:
        steps = sorted(self._answers)
        rows = [self._answers[step] for step in steps]
        probabilities = np.array(rows, np.float32).reshape(-1, len(self._classes))
        self._view.curves.set_probabilities(np.array(steps, np.int64), probabilities, self._classes)
