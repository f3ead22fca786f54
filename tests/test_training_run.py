"""The training process, seen from Qt: real processes, killed and closed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driving import TrainingThread
from pytestqt.qtbot import QtBot

from core.data import datasets
from core.data.datasets import DigitSet, load_mnist
from core.my_digits.store import MyDigits
from core.processes import training_service
from core.records import EpochMetrics, Snapshot, StepMetrics
from core.teaching.teaching_records import TeachingProgress, TeachingResult
from core.training.config import TrainingConfig
from core.training.runs import Run
from gui.processes.training_run import RunState, TrainingRun

pytestmark = pytest.mark.slow  # runs are trained, some in real processes

WAIT = 60_000


def config(**changes: Any) -> TrainingConfig:
    settings = {"epochs": 2, "digits": 900, "validation": 100, "batch_size": 40, "device": "cpu", **changes}
    return TrainingConfig(**settings)


@pytest.fixture
def open_run(qtbot: QtBot) -> Iterator[Callable[..., TrainingRun]]:
    """Runs that are closed at the end; in a thread, or in a process where that is asked for."""
    opened = []

    def open_one(in_process: bool = False) -> TrainingRun:
        run = TrainingRun() if in_process else TrainingRun(new_worker=TrainingThread)
        opened.append(run)
        return run

    yield open_one
    for run in opened:
        run.close()


def test_a_run_tells_of_its_beginning_its_steps_and_epochs_and_its_end(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    news: list[Any] = []
    for told in (run.started, run.advanced, run.epoch_ended, run.snapshot_taken, run.state_changed):
        told.connect(news.append)
    with qtbot.waitSignal(run.ended, timeout=WAIT) as ended:
        run.start(config(), tmp_path)
        assert run.state is RunState.STARTING
    assert ended.args[0].result.reason == "epochs"
    assert ended.args[0].result.test_accuracy > 0.1
    states = [each for each in news if isinstance(each, RunState)]
    assert states == [RunState.STARTING, RunState.RUNNING, RunState.IDLE]
    snapshots = [each for each in news if isinstance(each, Snapshot)]
    assert (snapshots[0].step, snapshots[-1].step) == (0, 40)
    assert sum(len(each.losses) for each in news if isinstance(each, StepMetrics)) == 40
    assert [each.epoch for each in news if isinstance(each, EpochMetrics)] == [1, 2]


def test_a_run_pauses_takes_one_step_one_epoch_and_goes_on(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    steps: list[int] = []
    run.snapshot_taken.connect(lambda snapshot: steps.append(snapshot.step))

    def paused() -> bool:
        return run.state is RunState.PAUSED

    with qtbot.waitSignal(run.started, timeout=WAIT):
        run.start(config(epochs=200), tmp_path)
    run.pause()
    qtbot.waitUntil(paused, timeout=WAIT)
    before = steps[-1]
    run.one_step()
    assert run.state is RunState.RUNNING
    qtbot.waitUntil(paused, timeout=WAIT)
    assert steps[-1] == before + 1
    run.one_epoch()
    qtbot.waitUntil(paused, timeout=WAIT)
    assert steps[-1] % 20 == 0
    assert steps[-1] > before + 1
    run.go_on()
    with qtbot.waitSignal(run.ended, timeout=WAIT) as ended:
        run.stop()
    assert ended.args[0].result.reason == "stopped"


def test_rates_are_changed_under_way(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    rates: list[float] = []
    run.advanced.connect(lambda metrics: rates.append(metrics.learning_rate))
    with qtbot.waitSignal(run.started, timeout=WAIT):
        run.start(config(epochs=300, schedule="constant", learning_rate=0.001), tmp_path)
    run.set_rates(0.002, 0.5)
    qtbot.waitUntil(lambda: bool(rates) and rates[-1] == 0.002, timeout=WAIT)
    run.stop()
    qtbot.waitUntil(lambda: run.state is RunState.IDLE, timeout=WAIT)


def test_the_newest_config_is_the_one_whose_speed_is_told_last(
    qtbot: QtBot, open_run: Callable[..., TrainingRun]
) -> None:
    run = open_run()
    measured: list[TrainingConfig] = []
    run.speed_measured.connect(lambda speed: measured.append(speed.config))
    for batch_size in (10, 20, 40):
        run.measure_speed(config(batch_size=batch_size))
    qtbot.waitUntil(lambda: len(measured) == 2, timeout=WAIT)
    assert [each.batch_size for each in measured] == [10, 40]


def test_speed_whose_measuring_a_run_breaks_off_is_measured_after_it(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    seconds: list[float] = []
    ended: list[int] = []
    run.speed_measured.connect(lambda speed: seconds.append(speed.seconds_per_epoch))
    run.ended.connect(lambda _: ended.append(len(seconds)))
    run.measure_speed(config())
    run.start(config(epochs=1), tmp_path)
    qtbot.waitUntil(lambda: bool(seconds) and seconds[-1] > 0 and run.state is RunState.IDLE, timeout=WAIT)
    assert seconds == [0.0, seconds[-1]] and ended == [1]


def test_what_cannot_run_is_told_before_the_start(qtbot: QtBot, open_run: Callable[..., TrainingRun]) -> None:
    run = open_run()
    with qtbot.waitSignal(run.speed_measured, timeout=WAIT) as measured:
        run.measure_speed(config(start="/nowhere/mine.safetensors"))
    assert "nowhere" in str(measured.args[0].problem)


def test_runs_that_cannot_be_kept_do_not_begin(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    run = open_run()
    with qtbot.waitSignal(run.failed, timeout=WAIT) as failed:
        run.start(config(), tmp_path / "file")
    assert str(tmp_path / "file") in str(failed.args[0])
    assert run.state is RunState.IDLE


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_process_is_told_and_the_run_goes_on_from_its_checkpoint(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run(in_process=True)
    with qtbot.waitSignal(run.started, timeout=WAIT) as started:
        run.start(config(epochs=500), tmp_path)
    path = started.args[0].path
    with qtbot.waitSignals([run.advanced] * 2, timeout=WAIT):
        pass
    with qtbot.waitSignal(run.snapshot_taken, timeout=WAIT) as taken:
        run.pause()
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=WAIT)
    assert run.process_id is not None
    with qtbot.waitSignal(run.failed, timeout=WAIT) as failed:
        os.kill(run.process_id, signal.SIGKILL)
    assert "-9" in str(failed.args[0])
    assert run.state is RunState.IDLE
    assert Run(path).can_go_on

    with qtbot.waitSignal(run.started, timeout=WAIT) as resumed:
        run.resume(path)
    assert resumed.args[0].path == path
    assert resumed.args[0].step >= taken.args[0].step > 0
    with qtbot.waitSignal(run.ended, timeout=WAIT):
        run.stop()


def test_closing_in_mid_run_keeps_what_was_learnt(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run(in_process=True)
    with qtbot.waitSignal(run.started, timeout=WAIT) as started:
        run.start(config(epochs=500), tmp_path)
    with qtbot.waitSignals([run.advanced] * 3, timeout=WAIT):
        pass
    process = run.process_id
    run.close()
    assert process is not None
    # A busy computer takes its time to take it away.
    qtbot.waitUntil(lambda: process not in [each.pid for each in multiprocessing.active_children()])
    kept = Run(started.args[0].path)
    _, about = kept.load_state()
    assert about["step"] > 0
    assert kept.info().result is None
    assert not kept.info().is_finished


def test_a_run_that_ended_leaves_the_process_ready_for_the_next(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    paths = set()
    for _ in range(2):
        with qtbot.waitSignal(run.ended, timeout=WAIT) as ended:
            run.start(config(epochs=1), tmp_path)
        paths.add(ended.args[0].path)
    assert len(paths) == 2


def test_the_window_process_has_no_torch_through_this(qtbot: QtBot) -> None:
    assert not hasattr(training_service, "torch")


def test_a_system_that_starts_no_process_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    def refuse(_pipe: Any) -> Any:
        raise OSError(24, "Too many open files")

    run = TrainingRun(new_worker=refuse)
    problems: list[Any] = []
    run.failed.connect(problems.append)
    run.start(config(), tmp_path)
    assert run.state is RunState.IDLE
    assert "Too many open files" in str(problems[0])


def test_after_closing_nothing_starts_again(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    run.close()
    run.measure_speed(config())
    run.start(config(), tmp_path)
    assert run.process_id is None
    assert run._worker is None


def test_a_run_goes_on_though_the_weights_it_started_from_are_gone(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    with qtbot.waitSignal(run.ended, timeout=WAIT) as first:
        run.start(config(epochs=1), tmp_path / "first")
    weights = Run(first.args[0].path).weights_path
    with qtbot.waitSignals([run.started, run.advanced], timeout=WAIT):
        run.start(config(epochs=300, start=str(weights)), tmp_path / "second")
    with qtbot.waitSignal(run.ended, timeout=WAIT) as stopped:
        run.stop()
    weights.unlink()
    with qtbot.waitSignal(run.started, timeout=WAIT) as resumed:
        run.resume(stopped.args[0].path)
    assert resumed.args[0].step == stopped.args[0].result.step
    assert resumed.args[0].config.start == str(weights)
    with qtbot.waitSignal(run.ended, timeout=WAIT):
        run.stop()


# Teaching


@pytest.fixture
def quick_teaching(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A collection of two digits, few to be rehearsed, and its folder."""

    def few(split: str) -> DigitSet:
        digits = load_mnist(split)
        return DigitSet(digits.images[:500], digits.labels[:500])

    monkeypatch.setattr(datasets, "load_mnist", few)
    return collection(tmp_path / "mine", 2)


def collection(folder: Path, count: int) -> Path:
    store = MyDigits(folder)
    for number in range(count):
        ink = np.zeros((280, 280), np.uint8)
        ink[40:240, 100 + 10 * number : 130 + 10 * number] = 255
        store.add(ink, number)
    return folder


def test_teaching_tells_of_its_progress_and_its_result(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], quick_teaching: Path
) -> None:
    run = open_run()
    news: list[Any] = []
    run.teaching_advanced.connect(news.append)
    run.state_changed.connect(news.append)
    with qtbot.waitSignal(run.taught, timeout=WAIT) as taught:
        run.teach("lenet", quick_teaching)
    result = taught.args[0]
    assert isinstance(result, TeachingResult)
    assert result.labels.tolist() == [0, 1]
    assert [each for each in news if isinstance(each, RunState)] == [RunState.TEACHING, RunState.IDLE]
    assert len([each for each in news if isinstance(each, TeachingProgress)]) > 20


def test_a_run_and_a_lesson_do_not_begin_beside_each_other(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], quick_teaching: Path, tmp_path: Path
) -> None:
    run = open_run()
    with qtbot.waitSignal(run.started, timeout=WAIT):
        run.start(config(epochs=500), tmp_path / "runs")
    run.teach("lenet", quick_teaching)
    assert run.state is RunState.RUNNING
    with qtbot.waitSignal(run.ended, timeout=WAIT):
        run.stop()
    run.teach("lenet", quick_teaching)
    assert run.state is RunState.TEACHING
    for order in (run.pause, run.go_on, run.one_step, run.one_epoch):
        order()
    run.start(config(), tmp_path / "runs")
    assert run.state is RunState.TEACHING
    with qtbot.waitSignal(run.taught, timeout=WAIT):
        pass
    with qtbot.waitSignal(run.ended, timeout=WAIT):
        run.start(config(epochs=1), tmp_path / "runs")


def test_teaching_under_way_stops_when_it_is_told_to(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    with qtbot.waitSignal(run.teaching_advanced, timeout=WAIT):
        run.teach("lenet", collection(tmp_path / "mine", 5))
    with qtbot.waitSignal(run.teaching_ended, timeout=WAIT) as ended:
        run.stop()
    assert ended.args == [None]
    assert run.state is RunState.IDLE


def test_a_lesson_whose_process_is_still_loading_is_given_up_at_once(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], quick_teaching: Path
) -> None:
    run = open_run(in_process=True)
    ended: list[Any] = []
    run.teaching_ended.connect(ended.append)
    run.teach("lenet", quick_teaching)
    run.stop()
    assert ended == [None]
    assert run.state is RunState.IDLE


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_process_killed_while_teaching_is_told_and_the_next_teaching_has_another(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run(in_process=True)
    folder = collection(tmp_path / "mine", 6)
    with qtbot.waitSignal(run.teaching_advanced, timeout=WAIT):
        run.teach("lenet", folder)
    failed: list[Any] = []
    run.failed.connect(failed.append)
    assert run.process_id is not None
    with qtbot.waitSignal(run.teaching_ended, timeout=WAIT) as ended:
        os.kill(run.process_id, signal.SIGKILL)
    assert "-9" in str(ended.args[0]) and "My digits" in str(ended.args[0])
    assert failed == [] and run.state is RunState.IDLE
    assert len(MyDigits(folder).listed()[0]) == 6
    with qtbot.waitSignal(run.taught, timeout=WAIT):
        run.teach("lenet", folder)


def test_what_cannot_be_taught_is_told(
    qtbot: QtBot, open_run: Callable[..., TrainingRun], tmp_path: Path
) -> None:
    run = open_run()
    with qtbot.waitSignal(run.teaching_ended, timeout=WAIT) as ended:
        run.teach("lenet", tmp_path / "empty")
    assert "empty" in str(ended.args[0])

    def refuse(_pipe: Any) -> Any:
        raise OSError(24, "Too many open files")

    run = TrainingRun(new_worker=refuse)
    problems: list[Any] = []
    run.teaching_ended.connect(problems.append)
    run.teach("lenet", tmp_path)
    assert run.state is RunState.IDLE
    assert "Too many open files" in str(problems[0])
