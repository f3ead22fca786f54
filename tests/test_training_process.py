"""The training process follows orders, tells what happens, and loses nothing when it is cut off."""

from __future__ import annotations

import contextlib
import errno
import functools
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from file_work import drained

from core.data import datasets
from core.data.datasets import DigitSet, load_mnist
from core.errors import DeviceUnavailable, FileProblem, LabError
from core.files import tensor_files
from core.processes import run_driver, training_service
from core.processes.orders import (
    Command,
    DigitsGenerated,
    MeasureSpeed,
    ResumeRun,
    RunEnded,
    RunFailed,
    RunPaused,
    RunStarted,
    RunTroubled,
    SetRates,
    SpeedMeasured,
    StartRun,
)
from core.processes.training_service import serve
from core.reading.evaluation import Measurement
from core.records import EpochMetrics, Snapshot, StepMetrics
from core.training import runs
from core.training import trainer as training
from core.training.config import Augmentation, TrainingConfig
from core.training.runs import Run
from core.training.trainer import Trainer

T = TypeVar("T")

PER_EPOCH = 5
CONFIG = TrainingConfig(
    digits=350,
    validation=100,
    batch_size=50,
    epochs=3,
    learning_rate=0.003,
    dropout=0.2,
    augmentation=Augmentation.of_strength(0.5),
    weight_average=0.5,
    device="cpu",
)
SLOW = replace(CONFIG, epochs=10_000)  # does not end by itself


@functools.cache
def few_digits(split: str) -> DigitSet:
    mnist = load_mnist(split)
    return DigitSet(mnist.images[:350], mnist.labels[:350])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few digits, a snapshot told at every step, and a disk that nobody waits for."""
    monkeypatch.setattr(datasets, "load_mnist", few_digits)
    monkeypatch.setattr(run_driver, "TELL_EVERY", 0.0)
    monkeypatch.setattr(training_service, "_MEASURED", 0.05)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


class ScriptedPipe:
    """Gives orders, and more of them as answers to news; closes once a run is over and no order is left.

    Args:
        orders: to begin with.
        answer: the orders that follow from news.
        gone_after: news after which nobody gives orders any more.
        broken_from: the number of the news from which on nobody reads, either.
    """

    def __init__(
        self,
        *orders: Any,
        answer: Callable[[Any], list[Any]] = lambda _: [],
        gone_after: Callable[[Any], bool] = lambda _: False,
        broken_from: int | None = None,
    ) -> None:
        self.news: list[Any] = []
        self._orders = list(orders)
        self._answer = answer
        self._gone_after = gone_after
        self._broken_from = broken_from
        self._waits = False

    def send(self, record: Any) -> None:
        if len(self.news) == self._broken_from:
            self._waits = False
            raise BrokenPipeError
        self.news.append(record)
        if isinstance(record, RunStarted):
            self._waits = True
        if isinstance(record, RunEnded | RunFailed) or self._gone_after(record):
            self._waits = False
        self._orders += self._answer(record)

    def recv(self) -> Any:
        if not self._orders:
            raise EOFError
        return self._orders.pop(0)

    def poll(self, timeout: float | None = 0.0) -> bool:
        if timeout and self._waits and not self._orders:
            raise AssertionError("the run waits for an order that never comes")
        return bool(self._orders) or not self._waits


def answers(*pairs: tuple[Callable[[Any], bool], list[Any]]) -> Callable[[Any], list[Any]]:
    """Each list of orders is given once: when news meets its condition, and the lists before were given."""
    waiting = list(pairs)

    def answer(told: Any) -> list[Any]:
        if waiting and waiting[0][0](told):
            return waiting.pop(0)[1]
        return []

    return answer


def served(pipe: Any) -> list[Any]:
    """What is told until there are no more orders. In a thread: this process's signals stay its own."""
    problems: list[BaseException] = []

    def follow() -> None:
        try:
            serve(pipe)
        except BaseException as error:
            problems.append(error)

    thread = threading.Thread(target=follow)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert problems == []
    news: list[Any] = pipe.news
    return news


def all_of(kind: type[T], news: list[Any]) -> list[T]:
    return [each for each in news if isinstance(each, kind)]


def the(kind: type[T], news: list[Any]) -> T:
    (only,) = all_of(kind, news)
    return only


def losses(news: list[Any]) -> list[float]:
    return [float(loss) for each in all_of(StepMetrics, news) for loss in each.losses]


def same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> bool:
    return set(first) == set(second) and all(np.array_equal(first[key], second[key]) for key in first)


@functools.cache
def expected_weights() -> dict[str, np.ndarray]:
    """Of CONFIG's run in this process, without any of what a training process does besides."""
    trainer = Trainer(CONFIG, few_digits("train"))
    while trainer.ended is None:
        trainer.advance()
        if trainer.at_end_of_epoch:
            trainer.end_epoch()
    return trainer.weights()


def arrays_in(path: Path) -> dict[str, np.ndarray]:
    return tensor_files.parse(path.read_bytes(), "lenet_lab")[0]


def figures(run: Run) -> list[Any]:
    """What a run's curves show, without the times."""
    history = drained(run.history())
    return [
        history.losses.tolist(),
        history.learning_rates.tolist(),
        [(each.epoch, each.step, each.training_loss, each.validation_accuracy) for each in history.epochs],
    ]


# A run from beginning to end.


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "load_mnist", few_digits)
        patch.setattr(run_driver, "TELL_EVERY", 0.0)
        patch.setattr(os, "fsync", lambda _descriptor: None)
        news = served(ScriptedPipe(StartRun(CONFIG, tmp_path_factory.mktemp("runs"))))
    return Run(the(RunStarted, news).path), news


def test_a_run_tells_where_it_is_kept_and_how_long_it_is(whole_run: tuple[Run, list[Any]]) -> None:
    run, news = whole_run
    started = news[0]
    assert isinstance(started, RunStarted)
    assert (started.config, started.steps, started.steps_per_epoch) == (CONFIG, 15, PER_EPOCH)
    assert started.step == 0
    assert (started.learning_rate, started.momentum) == (CONFIG.learning_rate, CONFIG.momentum)
    assert run.info().config == CONFIG
    assert run.info().path == run.path


def test_every_loss_is_told_once_and_each_epoch_after_its_steps(whole_run: tuple[Run, list[Any]]) -> None:
    _, news = whole_run
    assert [each.step for each in all_of(StepMetrics, news)] == list(range(1, 16))
    assert len(losses(news)) == 15
    ends = [
        (each.step, each.epoch if isinstance(each, EpochMetrics) else None)
        for each in news
        if isinstance(each, StepMetrics | EpochMetrics)
    ]
    assert [ends.index((PER_EPOCH * epoch, epoch)) for epoch in (1, 2, 3)] == [5, 11, 17]


def test_snapshots_are_told_from_before_the_first_step_to_after_the_last(
    whole_run: tuple[Run, list[Any]],
) -> None:
    _, news = whole_run
    snapshots = all_of(Snapshot, news)
    assert [each.step for each in snapshots] == [*range(16), 15]
    assert snapshots[0].gradient_norms == {}
    assert all(len(each.gradient_norms) == 5 for each in snapshots[1:])
    assert same(snapshots[0].weights, Trainer(CONFIG, few_digits("train")).weights())
    assert isinstance(news[1], Snapshot)
    assert isinstance(news[-2], Snapshot)


def test_a_run_ends_with_the_accuracy_on_the_test_digits(whole_run: tuple[Run, list[Any]]) -> None:
    run, news = whole_run
    ended = news[-1]
    assert isinstance(ended, RunEnded)
    assert ended.path == run.path
    assert (ended.result.reason, ended.result.step) == ("epochs", 15)
    assert ended.result.test_accuracy is not None and 0 <= ended.result.test_accuracy <= 1
    assert ended.result.validation_accuracy == all_of(EpochMetrics, news)[-1].validation_accuracy
    assert run.info().result == ended.result
    assert run.info().is_finished


def test_telling_and_keeping_do_not_change_what_is_learnt(whole_run: tuple[Run, list[Any]]) -> None:
    run, _ = whole_run
    assert same(arrays_in(run.weights_path), expected_weights())
    assert same(run.snapshot(15).weights, expected_weights())


def test_what_is_told_is_what_is_kept(whole_run: tuple[Run, list[Any]]) -> None:
    run, news = whole_run
    history = drained(run.history())
    assert history.losses == pytest.approx(np.array(losses(news)), rel=1e-5)
    assert [each.validation_loss for each in history.epochs] == [
        each.validation_loss for each in all_of(EpochMetrics, news)
    ]
    assert run.snapshot_steps() == list(range(16))
    assert {told.step for told in all_of(Snapshot, news) if told.is_kept} == set(range(16))
    for told in all_of(Snapshot, news):
        assert same(run.snapshot(told.step).weights, told.weights)
    assert not list(run.path.rglob(".*"))


@pytest.mark.usefixtures("quick")
def test_a_long_runs_snapshots_are_few_and_evenly_spaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_SNAPSHOTS", 8)
    news = served(ScriptedPipe(StartRun(replace(CONFIG, epochs=7), tmp_path)))
    steps = Run(the(RunStarted, news).path).snapshot_steps()
    assert [told.step for told in all_of(Snapshot, news) if told.is_kept] == steps
    assert len(steps) <= 8
    assert (steps[0], steps[-1]) == (0, 35)
    assert len(set(np.diff(steps[:-1]))) == 1


@pytest.mark.usefixtures("quick")
def test_a_run_that_is_asked_for_while_another_is_at_work_does_not_begin(tmp_path: Path) -> None:
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), StartRun(CONFIG, tmp_path)))
    assert the(RunEnded, news).path == the(RunStarted, news).path
    assert len(drained(runs.all_runs(tmp_path))) == 1


@pytest.mark.usefixtures("quick")
def test_runs_that_follow_each_other_are_kept_apart(tmp_path: Path) -> None:
    one, other = (StartRun(replace(CONFIG, epochs=1, seed=seed), tmp_path) for seed in (0, 1))
    script = answers((lambda told: isinstance(told, RunEnded), [other]))
    first, second = all_of(RunEnded, served(ScriptedPipe(one, answer=script)))
    assert first.path != second.path
    assert [Run(each.path).info().config.seed for each in (first, second)] == [0, 1]
    assert len(drained(runs.all_runs(tmp_path))) == 2


# Orders.


def snapshot_of(step: int) -> Callable[[Any], bool]:
    return lambda told: isinstance(told, Snapshot) and told.step == step


def paused_at(step: int) -> Callable[[Any], bool]:
    return lambda told: isinstance(told, RunPaused) and told.step == step


@pytest.mark.usefixtures("quick")
def test_a_paused_run_is_kept_and_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    kept: list[int] = []

    def look(told: Any) -> bool:
        if isinstance(told, RunPaused):
            kept.append(Run(next(tmp_path.iterdir())).load_state()[1]["step"])
        return isinstance(told, RunPaused)

    script = answers((snapshot_of(7), [Command.PAUSE]), (look, [Command.GO_ON]))
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=script))
    assert kept == [the(RunPaused, news).step] == [7]
    before = news[: news.index(the(RunPaused, news))]
    assert len(losses(before)) == 7
    assert all_of(Snapshot, before)[-1].step == 7
    assert same(all_of(Snapshot, news)[-1].weights, expected_weights())


@pytest.mark.usefixtures("quick")
def test_single_steps_are_taken_one_at_a_time(tmp_path: Path) -> None:
    script = answers(
        (snapshot_of(2), [Command.PAUSE]),
        (paused_at(2), [Command.ONE_STEP]),
        (paused_at(3), [Command.ONE_STEP]),
        (paused_at(4), [Command.PAUSE, Command.ONE_STEP]),  # it is paused: nothing to do
        (paused_at(5), [Command.GO_ON]),
    )
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=script))
    assert [each.step for each in all_of(RunPaused, news)] == [2, 3, 4, 5]
    for first, then in ((2, 3), (3, 4), (4, 5)):
        between = news[news.index(all_of(RunPaused, news)[first - 2]) + 1 :]
        between = between[: between.index(all_of(RunPaused, between)[0])]
        assert len(losses(between)) == 1
        assert [each.step for each in all_of(Snapshot, between)] == [then]
    assert 1 in [each.epoch for each in all_of(EpochMetrics, between)]  # the fifth step ended the epoch
    assert same(all_of(Snapshot, news)[-1].weights, expected_weights())


@pytest.mark.usefixtures("quick")
def test_one_epoch_leads_to_the_end_of_this_one_or_of_the_next(tmp_path: Path) -> None:
    script = answers(
        (snapshot_of(2), [Command.PAUSE]),
        (paused_at(2), [Command.ONE_EPOCH]),
        (paused_at(5), [Command.ONE_EPOCH]),
        (paused_at(10), [Command.ONE_EPOCH]),  # the last: it ends the run
    )
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=script))
    assert [each.step for each in all_of(RunPaused, news)] == [2, 5, 10]
    for epoch, pause in zip(all_of(EpochMetrics, news), all_of(RunPaused, news)[1:], strict=False):
        assert news.index(epoch) < news.index(pause)
    assert the(RunEnded, news).result.reason == "epochs"


@pytest.mark.usefixtures("quick")
def test_a_pause_can_cut_an_epoch_short_that_was_asked_for(tmp_path: Path) -> None:
    script = answers(
        (snapshot_of(1), [Command.ONE_EPOCH]),
        (snapshot_of(3), [Command.PAUSE]),
        (paused_at(3), [Command.GO_ON]),
    )
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=script))
    assert [each.step for each in all_of(RunPaused, news)] == [3]
    assert the(RunEnded, news).result.step == 15


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("paused", [False, True])
def test_a_stopped_run_is_kept_and_can_be_taken_up(tmp_path: Path, paused: bool) -> None:
    stop = answers(
        *([(snapshot_of(7), [Command.PAUSE]), (paused_at(7), [Command.STOP])] if paused else []),
        (snapshot_of(7), [Command.STOP]),
    )
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=stop))
    result = the(RunEnded, news).result
    assert (result.reason, result.step, result.test_accuracy, result.test_loss) == ("stopped", 7, None, None)
    run = Run(the(RunEnded, news).path)
    assert run.info().result == result
    assert not run.info().is_finished
    again = served(ScriptedPipe(ResumeRun(run.path)))
    assert the(RunStarted, again).step == 7
    assert the(RunStarted, again).path == run.path
    assert losses(news) + losses(again) == pytest.approx(drained(run.history()).losses, rel=1e-5)
    assert the(RunEnded, again).result.reason == "epochs"
    assert same(arrays_in(run.weights_path), expected_weights())


def weights_at(step: int, news: list[Any]) -> dict[str, np.ndarray]:
    return next(each.weights for each in all_of(Snapshot, news) if each.step == step)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("step", "patience"), [(2, 0), (7, 0), (10, 0), (2, 2), (7, 2)])
def test_a_stopped_runs_weights_are_the_newest_or_with_patience_the_best(
    tmp_path: Path, step: int, patience: int
) -> None:
    config = replace(CONFIG, patience=patience)
    script = answers((snapshot_of(step), [Command.STOP]))
    news = served(ScriptedPipe(StartRun(config, tmp_path), answer=script))
    newest = all_of(Snapshot, news)[-1]
    assert newest.step == step
    best = all_of(EpochMetrics, news)
    found = arrays_in(Run(the(RunEnded, news).path).weights_path)
    assert same(found, weights_at(best[0].step, news) if patience and best else newest.weights)


@pytest.mark.usefixtures("quick")
def test_rates_that_are_set_under_way_are_used_told_and_taken_up_again(tmp_path: Path) -> None:
    config = replace(CONFIG, schedule="constant")
    script = answers(
        (snapshot_of(3), [Command.PAUSE]),
        (paused_at(3), [SetRates(0.001, 0.5), Command.ONE_STEP]),
        (paused_at(4), [Command.STOP]),
    )
    news = served(ScriptedPipe(StartRun(config, tmp_path), answer=script))
    rates = [(each.learning_rate, each.momentum) for each in all_of(StepMetrics, news)]
    assert rates == [(0.003, 0.9)] * 3 + [(0.001, 0.5)]
    path = the(RunEnded, news).path
    assert Run(path).info().name.endswith(" 0.003 → 0.001")
    again = served(ScriptedPipe(ResumeRun(path)))
    started = the(RunStarted, again)
    assert (started.learning_rate, started.momentum) == (0.001, 0.5)
    assert Run(path).info().name.endswith(" 0.003 → 0.001")
    assert {(each.learning_rate, each.momentum) for each in all_of(StepMetrics, again)} == {(0.001, 0.5)}


@pytest.mark.usefixtures("quick")
def test_orders_for_a_run_that_is_over_are_let_pass(tmp_path: Path) -> None:
    late = [*(each for each in Command if each is not Command.LEAVE), SetRates(0.1, 0.9), None, "stop"]
    news = served(ScriptedPipe(*late, StartRun(replace(CONFIG, epochs=1), tmp_path)))
    assert the(RunEnded, news).result.reason == "epochs"
    assert all_of(RunPaused, news) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("asked", [False, True])
def test_when_the_window_goes_the_run_is_kept_first(tmp_path: Path, asked: bool, paused: bool) -> None:
    at_last = paused_at(7) if paused else snapshot_of(7)
    script = answers(
        *([(snapshot_of(7), [Command.PAUSE])] if paused else []),
        *([(at_last, [Command.LEAVE])] if asked else []),
    )
    news = served(
        ScriptedPipe(
            StartRun(SLOW, tmp_path), answer=script, gone_after=lambda told: not asked and at_last(told)
        )
    )
    assert all_of(RunEnded, news) == []
    run = Run(the(RunStarted, news).path)
    assert run.load_state()[1]["step"] == drained(run.history()).step == 7
    assert run.info().result is None


# Runs that cannot begin, or break off.


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"architecture": "resnet"}, "no architecture"),
        ({"start": "nowhere.safetensors"}, "no file nowhere"),
        ({"start": "lenet_sigmoid"}, "not of lenet"),
        ({"device": "tpu"}, "no device"),
    ],
    ids=str,
)
def test_a_run_that_cannot_begin_is_told_and_leaves_nothing(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    (told,) = served(ScriptedPipe(StartRun(replace(CONFIG, **changes), tmp_path)))
    assert isinstance(told, RunFailed)
    assert sentence in str(told.problem)
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("quick")
def test_after_a_run_that_could_not_begin_another_can(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    news = served(
        ScriptedPipe(
            StartRun(CONFIG, tmp_path / "file"), StartRun(replace(CONFIG, epochs=1), tmp_path / "runs")
        )
    )
    assert isinstance(the(RunFailed, news).problem, FileProblem)
    assert "cannot be kept in" in str(the(RunFailed, news).problem)
    assert the(RunEnded, news).result.reason == "epochs"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("damage", ["no run", "no checkpoint", "damaged", "of another config", "not finite"])
def test_a_run_that_cannot_go_on_is_told_and_stays_as_it_was(tmp_path: Path, damage: str) -> None:
    run = runs.create(tmp_path, CONFIG, 15, PER_EPOCH)
    arrays, about = Trainer(CONFIG, few_digits("train")).state()
    if damage == "no run":
        run = Run(tmp_path / "nowhere")
    elif damage == "damaged":
        run.save_state(arrays, about)
        path = run.path / "state.safetensors"
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "of another config":
        run.save_state(arrays, {**about, "config": replace(CONFIG, seed=1).to_json()})
    elif damage == "not finite":
        run.save_state({**arrays, "network.fc3.bias": np.full(10, np.nan, np.float32)}, about)
    if damage != "no run":
        run.hold().release()  # its file stays
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (told,) = served(ScriptedPipe(ResumeRun(run.path)))
    assert isinstance(told, RunFailed)
    assert "foresaw" not in str(told.problem)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "not enough memory"),
        (MemoryError(), "not enough memory"),
        (ZeroDivisionError("of all things"), r"nobody foresaw \(ZeroDivisionError: of all things\)"),
        (LabError("A known {thing}.", thing="trouble"), "^A known trouble"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_run_that_breaks_off_is_told_and_its_checkpoint_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    real = Trainer.advance

    def advance(self: Trainer) -> None:
        if self.step == 7:
            raise error
        real(self)

    monkeypatch.setattr(Trainer, "advance", advance)
    monkeypatch.setattr(run_driver, "KEEP_EVERY", 0.0)
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path)))
    with pytest.raises(LabError, match=sentence):
        raise the(RunFailed, news).problem
    monkeypatch.setattr(Trainer, "advance", real)
    again = served(ScriptedPipe(ResumeRun(the(RunStarted, news).path)))
    assert the(RunStarted, again).step == 7
    assert same(all_of(Snapshot, again)[-1].weights, expected_weights())


# Runs that diverge.


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("tell_every", [0.0, 1000.0])
def test_a_run_that_diverges_ends_and_keeps_nothing_that_is_not_finite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, optimizer: str, tell_every: float
) -> None:
    monkeypatch.setattr(run_driver, "TELL_EVERY", tell_every)
    monkeypatch.setattr(run_driver, "KEEP_EVERY", tell_every)
    config = replace(CONFIG, learning_rate=1000, optimizer=optimizer, epochs=100, schedule="constant")
    news = served(ScriptedPipe(StartRun(config, tmp_path)))
    result = the(RunEnded, news).result
    assert (result.reason, result.test_accuracy) == ("diverged", None)
    run = Run(the(RunEnded, news).path)
    assert run.info().result == result
    for told in all_of(Snapshot, news):
        assert all(np.isfinite(value).all() for value in told.weights.values())
    for step in run.snapshot_steps():
        assert run.snapshot(step).step == step
    weights, _ = run.load_state()
    for name, value in weights.items():
        assert np.isfinite(value).all() or name.startswith("optimizer."), name
    if run.weights_path.exists():
        assert all(np.isfinite(value).all() for value in arrays_in(run.weights_path).values())


# Two windows, and folders that go.


@pytest.mark.usefixtures("quick")
def test_a_run_at_work_is_its_window_s_alone(tmp_path: Path) -> None:
    tried: list[Any] = []

    def try_from_another_window(told: Any) -> bool:
        if snapshot_of(7)(told):
            (run,) = (Run(info.path) for info in drained(runs.all_runs(tmp_path)))
            tried.append(run.info().is_at_work)
            before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
            tried.append(served(ScriptedPipe(ResumeRun(run.path))))
            for act in (run.delete, run.hold):
                with pytest.raises(FileProblem, match="at work in another window"):
                    act()
            assert len(drained(run.history()).losses) == 7  # it can be looked at
            assert {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()} == before
        return False

    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=answers((try_from_another_window, []))))
    is_at_work, (refused,) = tried
    assert is_at_work
    assert isinstance(refused, RunFailed) and "Stop it there first" in str(refused.problem)
    assert the(RunEnded, news).result.reason == "epochs"
    run = Run(the(RunEnded, news).path)
    assert [each.step for each in run.metrics() if isinstance(each, StepMetrics)] == list(range(1, 16))
    assert not run.info().is_at_work
    run.hold().release()
    run.delete()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("orders", [[], [Command.STOP]])
def test_a_run_that_goes_on_is_its_window_s_alone_and_whoever_ends_leaves_it(
    tmp_path: Path, orders: list[Command]
) -> None:
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=answers((snapshot_of(2), [Command.STOP]))))
    run = Run(the(RunEnded, news).path)
    tried = []

    def hold(told: Any) -> bool:
        if snapshot_of(7)(told):
            with pytest.raises(FileProblem, match="at work in another window"):
                run.hold()
            tried.append(run.info().is_at_work)
        return snapshot_of(7)(told)

    served(ScriptedPipe(ResumeRun(run.path), answer=answers((hold, orders))))
    assert tried == [True]
    run.hold().release()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("patience", [0, 5])
@pytest.mark.parametrize(("gone", "step"), [("runs", 12), ("run", 12), ("run.json", 12), ("run", 15)])
def test_a_run_whose_folder_is_deleted_says_so_and_keeps_what_it_learns(
    tmp_path: Path, gone: str, step: int, patience: int
) -> None:
    config = replace(CONFIG, patience=patience)
    held: list[bool] = []
    deleted: list[Any] = []

    def delete(told: Any) -> bool:
        if snapshot_of(step)(told) and not deleted:
            deleted.append(told)
            (info,) = drained(runs.all_runs(tmp_path / "runs"))
            if gone == "run.json":
                (info.path / gone).unlink()
            else:
                shutil.rmtree(tmp_path / "runs" if gone == "runs" else info.path)
        if snapshot_of(14)(told) and deleted:
            (info,) = drained(runs.all_runs(tmp_path / "runs"))
            held.append(info.is_at_work)
        return False

    news = served(ScriptedPipe(StartRun(config, tmp_path / "runs"), answer=answers((delete, []))))
    troubled, ended = the(RunTroubled, news), the(RunEnded, news)
    assert "was removed while the run was at work. It was made again" in str(troubled.problem)
    assert str(ended.path) in str(troubled.problem) and ended.problem is not None
    (info,) = drained(runs.all_runs(tmp_path / "runs"))
    assert (info.path, info.config, info.result) == (ended.path, config, ended.result)
    assert held == [True] * (step < 14) and not info.is_at_work
    run = Run(info.path)
    best = max(all_of(EpochMetrics, news), key=lambda each: (each.validation_accuracy, -each.epoch))
    expected = weights_at(best.step, news) if patience else expected_weights()
    assert same(arrays_in(run.weights_path), expected)
    assert run.snapshot_steps()[-1] == 15
    assert drained(run.history()).step == (15 if step < 15 else 0)


@pytest.mark.usefixtures("quick")
def test_that_a_folder_was_deleted_is_told_after_another_trouble_too(tmp_path: Path) -> None:
    """A link in the folder's place lets nothing be kept; then it goes as well."""
    done: list[str] = []

    def exchange(told: Any) -> bool:
        if snapshot_of(7)(told) and not done:
            done.append("a link")
            (path,) = (tmp_path / "runs").iterdir()
            path.rename(tmp_path / "away")
            path.symlink_to(tmp_path / "away")
        elif snapshot_of(12)(told) and len(done) == 1:
            done.append("nothing")
            (path,) = (tmp_path / "runs").iterdir()
            path.unlink()
        return False

    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path / "runs"), answer=answers((exchange, []))))
    assert done == ["a link", "nothing"]
    first, second = (str(each.problem) for each in all_of(RunTroubled, news))
    assert "is a link" in first and "It was made again" in second


@pytest.mark.usefixtures("quick")
def test_a_run_that_breaks_off_is_nobody_s_when_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def look(news: Any) -> bool:
        if isinstance(news, RunFailed):
            (info,) = drained(runs.all_runs(tmp_path))
            told.append(info.is_at_work)
        return False

    def fail(_: Trainer) -> None:
        raise MemoryError

    monkeypatch.setattr(Trainer, "advance", fail)
    served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=answers((look, []))))
    assert told == [False]


@pytest.mark.usefixtures("quick")
def test_a_stopped_run_whose_folder_was_deleted_can_go_on(tmp_path: Path) -> None:
    def delete(told: Any) -> bool:
        if snapshot_of(7)(told):
            shutil.rmtree(tmp_path)
        return snapshot_of(7)(told)

    script = answers((delete, [Command.STOP]))
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=script))
    again = served(ScriptedPipe(ResumeRun(the(RunEnded, news).path)))
    assert the(RunStarted, again).step == 7
    assert same(arrays_in(Run(the(RunEnded, again).path).weights_path), expected_weights())


# Disks that are full.


@pytest.mark.usefixtures("quick")
def test_a_run_that_cannot_be_kept_says_so_once_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any, **_folders: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fill(told: Any) -> bool:
        if snapshot_of(7)(told):
            monkeypatch.setattr(os, "replace", full)
        return False

    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=answers((fill, []))))
    troubled = the(RunTroubled, news)
    assert "No space left" in str(troubled.problem)
    assert "Free some space" in str(troubled.problem)
    assert the(RunEnded, news).result.reason == "epochs"
    assert len(losses(news)) == 15
    assert same(all_of(Snapshot, news)[-1].weights, expected_weights())
    run = Run(the(RunStarted, news).path)
    assert run.snapshot_steps() == list(range(8))  # what is told is on the disk
    assert not list(run.path.rglob(".*"))


@pytest.mark.usefixtures("quick")
def test_a_run_whose_folder_is_spoilt_goes_on(tmp_path: Path) -> None:
    def spoil(told: Any) -> bool:
        if isinstance(told, RunPaused):
            path = next(tmp_path.iterdir())
            for name in ("metrics.jsonl", "state.safetensors", "run.json"):
                (path / name).unlink(missing_ok=True)
                (path / name).mkdir()
        return isinstance(told, RunPaused)

    script = answers((snapshot_of(7), [Command.PAUSE]), (spoil, [Command.GO_ON]))
    news = served(ScriptedPipe(StartRun(CONFIG, tmp_path), answer=script))
    assert the(RunTroubled, news).problem.fields["path"]
    assert the(RunEnded, news).result.reason == "epochs"
    assert len(losses(news)) == 15


# Windows that go away.


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_wherever_the_window_goes_away_the_run_can_be_taken_up_without_a_gap(tmp_path: Path) -> None:
    # Each news in turn is the first that nobody reads.
    config = replace(CONFIG, epochs=2, patience=2)
    whole = served(ScriptedPipe(StartRun(config, tmp_path / "whole")))
    expected = Run(the(RunStarted, whole).path)
    for broken_from in range(1, len(whole)):
        news = served(ScriptedPipe(StartRun(config, tmp_path / str(broken_from)), broken_from=broken_from))
        run = Run(the(RunStarted, news).path)
        told = max((each.step for each in all_of(StepMetrics, news)), default=0)
        if run.info().result is None:
            assert run.load_state()[1]["step"] >= told
            again = served(ScriptedPipe(ResumeRun(run.path)))
            assert the(RunEnded, again).result == the(RunEnded, whole).result
        assert run.info().result == expected.info().result
        assert figures(run) == figures(expected)
        assert same(arrays_in(run.weights_path), arrays_in(expected.weights_path))
        assert run.snapshot_steps() == expected.snapshot_steps()
        for step in run.snapshot_steps():
            assert same(run.snapshot(step).weights, expected.snapshot(step).weights)


@pytest.mark.usefixtures("quick")
def test_the_best_weights_are_not_replaced_by_worse_ones_of_a_run_that_was_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accuracies = iter([0.5, 0.7, 0.6, 0.65])
    monkeypatch.setattr(training, "measure", lambda *_: Measurement(0.5, next(accuracies, 0.1), {}))
    config = replace(CONFIG, patience=2, epochs=9)
    script = answers((snapshot_of(12), [Command.STOP]))
    news = served(ScriptedPipe(StartRun(config, tmp_path), answer=script))
    best = weights_at(all_of(EpochMetrics, news)[1].step, news)
    run = Run(the(RunEnded, news).path)
    assert same(arrays_in(run.weights_path), best)
    again = served(ScriptedPipe(ResumeRun(run.path)))
    assert [each.validation_accuracy for each in all_of(EpochMetrics, again)] == [0.6, 0.65]
    result = the(RunEnded, again).result
    assert (result.reason, result.validation_accuracy) == ("patience", 0.7)
    assert same(arrays_in(run.weights_path), best)


# Digits that are generated before a run starts.


@pytest.mark.usefixtures("quick")
def test_how_many_digits_are_generated_is_told_before_the_run_starts(
    tmp_path: Path,
) -> None:
    config = replace(CONFIG, pen_digits=50, epochs=1)
    news = served(ScriptedPipe(StartRun(config, tmp_path)))
    generated = all_of(DigitsGenerated, news)
    assert [(each.done, each.wanted) for each in generated] == [(done, 50) for done in range(50)]
    assert isinstance(news[50], RunStarted)
    assert news[50].steps_per_epoch == config.steps_per_epoch == PER_EPOCH + 1
    assert the(RunEnded, news).result.reason == "epochs"


@pytest.mark.usefixtures("quick")
def test_nothing_is_left_of_a_run_whose_window_goes_while_its_digits_are_generated(tmp_path: Path) -> None:
    news = served(ScriptedPipe(StartRun(replace(CONFIG, pen_digits=50), tmp_path), broken_from=3))
    assert [type(each) for each in news] == [DigitsGenerated] * 3
    assert drained(runs.all_runs(tmp_path)) == []


# How long an epoch takes.


def patient(order: MeasureSpeed, then: StartRun | None = None) -> ScriptedPipe:
    """Orders to measure; the next order follows when that is done."""
    pipe = ScriptedPipe(
        order,
        answer=lambda news: [then] if then and isinstance(news, SpeedMeasured) else [],
        gone_after=lambda news: isinstance(news, SpeedMeasured),
    )
    pipe._waits = True
    return pipe


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("batch_size", [1, 50, 250, 1000])
def test_the_time_of_an_epoch_is_measured_and_nothing_is_kept(tmp_path: Path, batch_size: int) -> None:
    config = replace(CONFIG, batch_size=batch_size)
    news = served(patient(MeasureSpeed(config), StartRun(replace(CONFIG, epochs=1), tmp_path)))
    told = news[0]
    assert isinstance(told, SpeedMeasured)
    assert (told.config, told.problem) == (config, None)
    assert 0 < told.seconds_per_epoch < 60
    assert len(drained(runs.all_runs(tmp_path))) == 1
    trainer = Trainer(replace(CONFIG, epochs=1), few_digits("train"))
    for _ in range(PER_EPOCH):
        trainer.advance()
    assert same(all_of(Snapshot, news)[-1].weights, trainer.weights())


@pytest.mark.usefixtures("quick")
def test_measuring_that_an_order_breaks_off_tells_no_time(tmp_path: Path) -> None:
    news = served(ScriptedPipe(MeasureSpeed(CONFIG), StartRun(replace(CONFIG, epochs=1), tmp_path)))
    assert news[0] == SpeedMeasured(CONFIG, 0.0)
    assert len(drained(runs.all_runs(tmp_path))) == 1


@pytest.mark.usefixtures("quick")
def test_the_time_of_an_epoch_is_foretold_without_generating_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(count: int, seed: int) -> Iterator[Any]:
        assert count == 0
        return iter(())

    monkeypatch.setattr(training, "generate", generate)
    config = replace(CONFIG, pen_digits=100_000)
    few, many = (served(patient(MeasureSpeed(each)))[0] for each in (CONFIG, config))
    more = config.steps_per_epoch / CONFIG.steps_per_epoch
    assert many.problem is None
    assert many.seconds_per_epoch > few.seconds_per_epoch * more / 10  # the measuring itself is noisy


@pytest.mark.usefixtures("quick")
def test_large_batches_are_measured_in_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.processes.training_service._LARGEST_MEASURED", 30)
    measured: list[int] = []
    batch_of = Trainer.advance

    def spy(trainer: Trainer) -> None:
        measured.append(trainer.config.batch_size)
        batch_of(trainer)

    monkeypatch.setattr(Trainer, "advance", spy)
    config = replace(CONFIG, batch_size=CONFIG.learnt_digits)
    small, large = (
        served(patient(MeasureSpeed(each)))[0] for each in (replace(CONFIG, batch_size=30), config)
    )
    assert set(measured) == {30}
    assert large.config == config and large.problem is None
    assert small.seconds_per_epoch / 10 < large.seconds_per_epoch < small.seconds_per_epoch * 10


@pytest.mark.usefixtures("quick")
def test_where_no_epoch_can_be_measured_the_reason_is_told() -> None:
    news = served(
        ScriptedPipe(
            MeasureSpeed(replace(CONFIG, device="tpu")), MeasureSpeed(replace(CONFIG, architecture="resnet"))
        )
    )
    assert [type(each.problem) for each in news] == [DeviceUnavailable, LabError]
    assert {each.seconds_per_epoch for each in news} == {0}


@pytest.mark.usefixtures("quick")
def test_the_time_of_an_epoch_that_diverges_is_measured_too() -> None:
    (told,) = served(ScriptedPipe(MeasureSpeed(replace(CONFIG, learning_rate=1000, optimizer="sgd"))))
    assert told.problem is None


# As a process of its own, with all of MNIST to choose from.


def serve_at_full_speed(pipe: Connection) -> None:
    """What a training process does; but it waits neither for other processes nor for the disk."""
    os.nice = lambda _increment: 0
    os.fsync = lambda _descriptor: None  # type: ignore[assignment]
    serve(pipe)


class Process:
    """A spawned training process, seen from the window's."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, there = context.Pipe()
        self.process = context.Process(target=serve_at_full_speed, args=(there,), daemon=True)
        self.process.start()
        there.close()
        self.news: list[Any] = []

    def until(self, expected: Callable[[Any], bool]) -> Any:
        """The first news that are as expected; a run that fails is not waited for."""
        pipe: Connection = self.pipe
        while True:
            assert pipe.poll(120), "no news"
            self.news.append(pipe.recv())
            if expected(self.news[-1]):
                return self.news[-1]
            assert not isinstance(self.news[-1], RunFailed), str(self.news[-1].problem)

    def end(self) -> int | None:
        """Wait for the end, and for what is told until then; the exit code."""
        with contextlib.suppress(EOFError, OSError):
            while self.pipe.poll(120):
                self.news.append(self.pipe.recv())
        self.process.join(60)
        assert not self.process.is_alive()
        return self.process.exitcode


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Process]]:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # as here: sums of another order have other last bits
    started: list[Process] = []
    yield started
    for each in started:
        each.process.kill()
        each.process.join(10)
        each.pipe.close()


def of(kind: type[Any]) -> Callable[[Any], bool]:
    return lambda told: isinstance(told, kind)


@pytest.mark.slow
def test_a_run_whose_process_was_killed_is_taken_up_by_another_with_the_same_end(
    tmp_path: Path, processes: list[Process]
) -> None:
    config = replace(CONFIG, epochs=4)
    expected = Trainer(config)
    while expected.ended is None:
        expected.advance()
        if expected.at_end_of_epoch:
            expected.end_epoch()

    first = Process()
    processes.append(first)
    first.pipe.send(StartRun(config, tmp_path))
    run = Run(first.until(of(RunStarted)).path)
    first.pipe.send(Command.ONE_EPOCH)
    first.until(of(RunPaused))
    first.pipe.send(Command.ONE_STEP)
    kept = first.until(of(RunPaused)).step
    with pytest.raises(FileProblem, match="at work in another window"):
        run.hold()
    first.pipe.send(Command.GO_ON)
    assert first.process.pid is not None
    os.kill(first.process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    first.end()

    second = Process()
    processes.append(second)
    second.pipe.send(ResumeRun(run.path))
    assert second.until(of(RunStarted)).step >= kept == 6
    result = second.until(of(RunEnded)).result
    assert (result.reason, result.step) == ("epochs", 20)
    assert result.test_accuracy == run.info().result.test_accuracy
    assert same(arrays_in(run.weights_path), expected.weights())
    assert [each.epoch for each in drained(run.history()).epochs] == [1, 2, 3, 4]
    assert np.isfinite(drained(run.history()).losses).all()

    # It lives on after the run, and ends when the window does.
    second.pipe.send(StartRun(SLOW, tmp_path))
    started = second.until(of(RunStarted))
    told = second.until(of(StepMetrics)).step
    second.pipe.close()
    assert second.end() == 0
    assert Run(started.path).load_state()[1]["step"] >= told


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no signals")
def test_a_process_that_is_asked_to_end_keeps_its_run_and_lets_ctrl_c_be_answered_by_the_window(
    tmp_path: Path, processes: list[Process]
) -> None:
    process = Process()
    processes.append(process)
    process.pipe.send(StartRun(SLOW, tmp_path))
    run = Run(process.until(of(RunStarted)).path)
    told = process.until(of(StepMetrics)).step
    assert process.process.pid is not None
    os.kill(process.process.pid, signal.SIGINT)
    told = process.until(lambda each: isinstance(each, StepMetrics) and each.step > told + 5).step
    os.kill(process.process.pid, signal.SIGTERM)
    assert process.end() == 0
    assert run.load_state()[1]["step"] >= told
    assert run.info().result is None
    assert drained(run.history()).step == run.load_state()[1]["step"]
