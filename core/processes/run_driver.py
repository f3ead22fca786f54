"""A training run that follows orders: advanced, reported to the window, and kept on the disk."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import FileProblem, LabError
from core.files.lock import FileLock
from core.processes.orders import (
    TO_LEAVE,
    Command,
    Link,
    RunEnded,
    RunPaused,
    RunStarted,
    RunTroubled,
    SetRates,
)
from core.records import EpochMetrics, RunResult
from core.training import runs
from core.training.runs import Run

if TYPE_CHECKING:
    from core.training.trainer import Trainer

TELL_EVERY = 0.2  # seconds: a snapshot takes about a millisecond, half a percent of that
KEEP_EVERY = 5.0  # seconds: no more than that is lost when the process is killed

_log = logging.getLogger(__name__)


class RunDriver:
    """Advances a run, sends the window news of it, keeps it on the disk, follows orders between two steps."""

    def __init__(self, trainer: Trainer, run: Run, lock: FileLock, link: Link) -> None:
        self._trainer = trainer
        self._run, self._info, self._lock = run, run.info(), lock
        self._link = link
        self._pause_at: int | None = None  # a step; None: run on
        self._paused = False
        self._sent = self._kept = time.monotonic()
        self._next_snapshot = trainer.step
        self._spacing = max(1, -(-trainer.steps // (runs.MOST_SNAPSHOTS - 2)))
        self._problem: LabError | None = None  # what could not be kept
        self._unsaved: EpochMetrics | None = None  # the result so far, where it is newer than its file
        self._weights_kept = 0.0

    def drive(self) -> None:
        """Train until the run is over."""
        trainer = self._trainer
        started = RunStarted(
            path=self._run.path,
            config=trainer.config,
            steps=trainer.steps,
            steps_per_epoch=trainer.steps_per_epoch,
            step=trainer.step,
            learning_rate=trainer.learning_rate,
            momentum=trainer.momentum,
        )
        try:
            self._link.send(started)
            self._send_news()
            self._keep()
            while trainer.ended is None:
                self._follow_orders()
                if trainer.ended is None:
                    self._advance()
        except TO_LEAVE:
            self._keep_for_later()
            raise
        self._end()

    def _advance(self) -> None:
        trainer = self._trainer
        if not trainer.at_end_of_epoch:  # else it was left just there, and is taken up again
            trainer.advance()
        if trainer.at_end_of_epoch:
            self._report()
            if trainer.ended is None:
                self._end_epoch()
        if trainer.step == self._pause_at:
            self._paused, self._pause_at = True, None
        now = time.monotonic()
        if self._paused or now - self._sent >= TELL_EVERY:
            self._send_news()
        if trainer.ended is None and now - self._kept >= KEEP_EVERY:
            self._report_and_keep()
        if self._paused and trainer.ended is None:
            self._on_paused()

    def _on_paused(self) -> None:
        self._report_and_keep()
        self._link.send(RunPaused(self._trainer.step))

    # Orders

    def _follow_orders(self) -> None:
        while self._trainer.ended is None and (self._paused or self._link.has_order()):
            self._follow(self._link.next_order())
        self._link.check()

    def _follow(self, order: Any) -> None:
        trainer = self._trainer
        _log.info("order at step %d: %s", trainer.step, order)
        if isinstance(order, SetRates):
            trainer.set_rates(order.learning_rate, order.momentum)
            self._on_disk(self._run.name_rate, trainer.learning_rate)
        elif order is Command.PAUSE and not self._paused:
            self._paused, self._pause_at = True, None
            self._send_news()
            self._on_paused()
        elif order is Command.GO_ON:
            self._paused, self._pause_at = False, None
        elif order is Command.ONE_STEP:
            self._paused, self._pause_at = False, trainer.step + 1
        elif order is Command.ONE_EPOCH:
            self._paused = False
            self._pause_at = (trainer.epoch + 1) * trainer.steps_per_epoch
        elif order is Command.STOP:
            self._report_and_keep()
            trainer.ended = trainer.ended or "stopped"

    # News

    def _report(self) -> None:
        metrics = self._trainer.report()
        if len(metrics.losses):
            self._on_disk(self._run.append, metrics)  # first: the window may have gone
            self._link.send(metrics)

    def _send_news(self) -> None:
        """Send what is new, the network included, several times a second."""
        self._report()
        snapshot = self._trainer.snapshot()
        if self._trainer.ended != "diverged":  # what is not finite is of no use to look at
            is_wanted = self._trainer.step >= self._next_snapshot
            if is_wanted:
                self._next_snapshot = snapshot.step + self._spacing
            is_kept = is_wanted and self._on_disk(self._run.save_snapshot, snapshot)
            self._link.send(replace(snapshot, is_kept=is_kept))
        self._sent = time.monotonic()

    def _end_epoch(self) -> None:
        trainer = self._trainer
        metrics = trainer.end_epoch()
        if trainer.ended != "diverged":
            self._on_disk(self._run.append, metrics)
            if not trainer.config.patience or trainer.best_epoch == metrics.epoch:
                self._unsaved = metrics
            if time.monotonic() - self._weights_kept >= TELL_EVERY:  # epochs may be as short as a step
                self._keep_result()
        self._link.send(replace(metrics, weights={}))  # the window has snapshots

    # Keeping

    def _report_and_keep(self) -> None:
        self._report()
        if self._trainer.ended is None:
            self._keep()

    def _keep_for_later(self) -> None:
        """Keep all there is, though the window may have gone."""
        with contextlib.suppress(OSError):
            self._report()
        with contextlib.suppress(OSError):
            self._keep_result()
            if self._trainer.ended is None:
                self._keep()
            else:
                self._end()

    def _keep_result(self) -> None:
        if self._unsaved is not None:
            metrics, self._unsaved = self._unsaved, None
            self._on_disk(self._run.save_weights, metrics.weights, metrics)
            self._weights_kept = time.monotonic()
            _log.info("weights of step %d written to %s", metrics.step, self._run.weights_path)

    def _keep(self) -> None:
        self._on_disk(self._run.save_state, *self._trainer.state())
        self._kept = time.monotonic()

    def _on_disk(self, write: Callable[..., None], *arguments: Any) -> bool:
        """Write, and return whether that went well; else say so once and train on."""
        try:
            if not self._run.is_there:
                self._make_again()
            write(*arguments)
            _log.debug("%s in %s at step %d", write.__name__, self._run.path, self._trainer.step)
        except FileProblem as problem:
            self._tell(problem)
            return False
        return True

    def _make_again(self) -> None:
        """The run's folder was taken away: keep from now on what can be kept, and say so."""
        self._run.make_again(self._info, self._lock)
        self._tell(
            LabError(
                "The run's folder {path} was removed while the run was at work. It was made again: what is "
                "learnt is kept there, but the curves and snapshots so far are lost.",
                path=self._run.path,
            ),
            even_if_another_was=True,
        )

    def _tell(self, problem: LabError, even_if_another_was: bool = False) -> None:
        _log.warning("%s", problem)
        if self._problem is None or even_if_another_was:
            self._problem = problem
            self._link.send(RunTroubled(problem))

    def _end(self) -> None:
        trainer = self._trainer
        assert trainer.ended is not None
        if trainer.ended in ("stopped", "diverged"):
            result = RunResult(trainer.ended, trainer.step, None, None, trainer.validation_accuracy)
        else:
            result = trainer.test()
        self._keep_result()
        self._on_disk(self._run.finish, result)
        has_best = trainer.config.patience and trainer.best_epoch
        is_within_epoch = trainer.step != trainer.epoch * trainer.steps_per_epoch  # else they are kept
        is_newer = trainer.ended == "stopped" and not has_best and is_within_epoch
        if is_newer or (trainer.ended != "diverged" and not self._run.has_weights):
            self._on_disk(self._run.save_weights, trainer.result(), None)
        if trainer.ended != "diverged":
            snapshot = trainer.snapshot()
            is_kept = self._on_disk(self._run.save_snapshot, snapshot)
            self._link.send(replace(snapshot, is_kept=is_kept))
        _log.info("the run in %s has ended at step %d: %s", self._run.path, trainer.step, trainer.ended)
        self._link.send(RunEnded(self._run.path, result, self._problem))
