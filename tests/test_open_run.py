"""The run that the Train tab shows is read in another process: the newest wish counts, nothing blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driving import button, child, click, wait_for_files
from example_networks import weights
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from core.processes.orders import RunStarted
from core.reading.classifier import Classifier
from core.records import EpochMetrics, Snapshot, StepMetrics
from core.training import runs
from core.training.config import TrainingConfig
from core.training.runs import Run
from gui.tabs.train.open_run import OpenRun
from gui.tabs.train.train_view import TrainView

CONFIG = TrainingConfig(epochs=3, digits=600, validation=100, batch_size=125, device="cpu")
KEPT = (0, 4, 8)


def moment(step: int, is_kept: bool = False) -> Snapshot:
    return Snapshot("lenet", step, weights(seed=step), {"conv1": 0.5}, is_kept)


def losses(*steps: int) -> StepMetrics:
    """Those of some steps: each loss is 100 less the step."""
    values = 100 - np.array(steps, np.float32)
    return StepMetrics(steps[-1], 12, values, np.ones(len(steps)), 0.9, 1.0)


def epoch(number: int) -> EpochMetrics:
    return EpochMetrics(number, 4 * number, 0.5, 0.9, 0.5, 0.8, 1.0, {"conv1": 0.0}, {})


def kept(folder: Path, name: str) -> Run:
    run = runs.create(folder, CONFIG, 12, 4)
    run.rename(name)
    for step in KEPT:
        run.save_snapshot(moment(step))
    run.append(losses(1, 2, 3, 4))
    run.append(epoch(1))
    run.append(losses(5, 6, 7, 8))
    return run


@pytest.fixture
def first(own_runs: Path) -> Run:
    return kept(own_runs, "first")


@pytest.fixture
def second(own_runs: Path) -> Run:
    return kept(own_runs, "second")


class Bench:
    """A view, what it shows of a run, and what that has told."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.view = TrainView()
        qtbot.addWidget(self.view)
        self.view.transport.follow.setChecked(False)
        self.open_run = OpenRun(self.view)
        self.opened: list[str] = []
        self.failed: list[str] = []
        self.shown: list[int] = []
        self.open_run.opened.connect(lambda info: self.opened.append(info.name))
        self.open_run.failed.connect(self.failed.append)
        show = self.open_run._show_inside

        def show_inside(snapshot: Snapshot) -> None:
            self.shown.append(snapshot.step)
            show(snapshot)

        self.open_run._show_inside = show_inside  # type: ignore[method-assign]

    def wait(self) -> None:
        self._qtbot.waitUntil(
            lambda: not (self.open_run._opening.is_running or self.open_run._moments.is_running),
            timeout=20_000,
        )
        wait_for_files(self._qtbot, self.view)

    def open(self, run: Run) -> None:
        self.open_run.open(run.path)
        self.wait()

    def scrub(self, *positions: int) -> None:
        for position in positions:
            child(self.view, QSlider, "scrub_slider").setValue(position)

    @property
    def losses(self) -> list[float]:
        assert self.open_run.history is not None
        return self.open_run.history.losses.tolist()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.open_run._ink_timer.stop()
    made.view.jobs.drop()
    made.wait()


def started(run: Run, step: int) -> RunStarted:
    return RunStarted(run.path, CONFIG, 12, 4, step, 0.1, 0.9)


def test_a_run_opens_with_its_curves_at_its_newest_moment(bench: Bench, first: Run) -> None:
    bench.open(first)
    assert (bench.opened, bench.shown, bench.failed) == (["first"], [8], [])
    assert bench.losses == [100 - step for step in range(1, 9)]
    assert bench.open_run._initial is not None and bench.open_run._initial.step == 0


def test_another_run_s_layers_do_not_stay(bench: Bench, first: Run, second: Run) -> None:
    info, prediction = Classifier.open("lenet", "cpu").info, Classifier.open("lenet", "cpu")
    bench.open(first)
    bench.view.show_layers(info, prediction.classify(np.full((28, 28), 200, np.uint8)))
    assert bench.view._layers is not None
    bench.open(second)
    assert bench.view._layers is None and not len(bench.view.strip._values)


def test_of_two_runs_that_are_opened_one_after_the_other_the_second_is_shown(
    bench: Bench, first: Run, second: Run
) -> None:
    bench.open_run.open(first.path)
    bench.open(second)
    assert (bench.opened, bench.open_run.path) == (["second"], second.path)


def test_what_cannot_be_opened_leaves_the_run_that_is_shown(bench: Bench, first: Run, second: Run) -> None:
    bench.open(first)
    (second.path / "run.json").write_text("{}")
    bench.open(second)
    assert bench.opened == ["first"] and bench.open_run.path == first.path
    assert len(bench.failed) == 1 and "not a training run" in bench.failed[0]


def test_a_damaged_moment_is_told_and_the_run_opens(bench: Bench, first: Run) -> None:
    (first.path / "snapshots" / "00000008.safetensors").write_bytes(b"torn")
    bench.open(first)
    assert len(bench.failed) == 1 and "is damaged" in bench.failed[0]
    assert (bench.opened, bench.shown) == (["first"], [0])


def test_a_run_that_begins_is_shown_in_place_of_one_that_is_being_read(
    bench: Bench, first: Run, second: Run
) -> None:
    bench.open_run.open(first.path)
    bench.open_run.begin(started(second, 0))
    bench.wait()
    assert bench.opened == [] and bench.open_run.path == second.path
    assert bench.losses == []  # a new run has no past, whatever is in its folder


def test_a_run_that_is_left_while_it_is_being_read_is_not_opened(bench: Bench, first: Run) -> None:
    bench.open_run.open(first.path)
    bench.open_run.stay()
    bench.wait()
    assert bench.opened == [] and bench.open_run.path is None


# Scrubbing


def test_of_all_moments_that_the_slider_passes_the_first_and_the_last_are_read(
    bench: Bench, first: Run
) -> None:
    bench.open(first)
    del bench.shown[:]
    bench.scrub(0, 1, 2, 1, 0, 1)
    bench.wait()
    assert bench.shown == [0, 4]


def test_the_newest_moment_is_shown_at_once_and_stays(bench: Bench, first: Run) -> None:
    bench.open(first)
    del bench.shown[:]
    bench.scrub(0, 3)
    assert bench.shown == [8]
    bench.wait()
    assert bench.shown == [8]


def test_after_a_click_in_a_curve_a_button_leads_back_to_live(bench: Bench, first: Run, qtbot: QtBot) -> None:
    bench.view.resize(1000, 700)
    bench.view.show()
    bench.open(first)
    live = button(bench.view, "live_button")
    assert not live.isVisible()
    plot = bench.view.curves.loss.plot
    click(plot.viewport(), plot.point(4, 0.5))
    bench.wait()
    assert bench.shown[-1] == 4 and live.isVisible()
    bench.open_run.add_snapshot(moment(10, is_kept=True))  # the run goes on meanwhile
    assert live.isVisible()
    click(live)
    assert bench.shown[-1] == 10 and not live.isVisible()
    bench.open_run.add_snapshot(moment(12))  # and is followed again
    assert bench.shown[-1] == 12 and not live.isVisible()


def test_a_moment_of_a_run_that_is_not_shown_any_more_comes_too_late(
    bench: Bench, first: Run, second: Run
) -> None:
    bench.open(first)
    bench.scrub(0)
    bench.open_run.begin(started(second, 0))
    bench.open_run.add_snapshot(moment(2))
    del bench.shown[:]
    bench.wait()
    assert bench.shown == [] and bench.open_run._chosen is not None and bench.open_run._chosen.step == 2


def test_moments_of_a_deleted_run_are_not_read_and_nothing_is_said(bench: Bench, first: Run) -> None:
    bench.open(first)
    del bench.shown[:]
    bench.scrub(0, 1)
    first.delete()
    bench.open_run.close()
    bench.wait()
    assert bench.failed == bench.shown == []


def test_a_moment_that_is_gone_is_told(bench: Bench, first: Run) -> None:
    bench.open(first)
    (first.path / "snapshots" / "00000004.safetensors").unlink()
    bench.scrub(1)
    bench.wait()
    assert len(bench.failed) == 1 and "There is no file" in bench.failed[0]
    bench.scrub(0)
    bench.wait()
    assert bench.shown == [8, 0]


# The run at work


def test_a_run_that_goes_on_gets_its_past_without_losing_its_news(bench: Bench, first: Run) -> None:
    bench.open_run.begin(started(first, 8))
    bench.open_run.add(losses(9, 10))
    bench.open_run.add(epoch(2))
    bench.open_run.add_snapshot(moment(10))
    bench.open_run.add(losses(11, 12))
    assert bench.losses[8:] == [91, 90, 89, 88]
    bench.wait()
    assert bench.losses == [100 - step for step in range(1, 13)]
    assert [each.epoch for each in bench.open_run.history.epochs] == [1, 2]
    assert bench.opened == [] and bench.shown == [10]  # it is not one that was opened
    assert bench.open_run._steps == list(KEPT)
    bench.open_run.add_snapshot(moment(12, is_kept=True))
    assert bench.open_run._steps == [*KEPT, 12]
    bench.open_run.add_snapshot(moment(12, is_kept=True))
    assert bench.open_run._steps == [*KEPT, 12]
    bench.scrub(0)
    bench.wait()
    assert bench.shown[-1] == 0


def test_a_past_that_cannot_be_read_is_told_and_the_run_goes_on(bench: Bench, first: Run) -> None:
    (first.path / "run.json").unlink()
    bench.open_run.begin(started(first, 8))
    bench.wait()
    bench.open_run.add(losses(9))
    assert len(bench.failed) == 1 and bench.losses[8:] == [91]


# The window is built anew


def handed_on(qtbot: QtBot, bench: Bench) -> Bench:
    state: Any = bench.open_run.state()
    bench.view.jobs.drop()
    other = Bench(qtbot)
    other.open_run.restore(*state)
    return other


def test_another_view_shows_the_same_without_the_disk(qtbot: QtBot, bench: Bench, first: Run) -> None:
    bench.open(first)
    first.delete()
    other = handed_on(qtbot, bench)
    assert (other.shown, other.open_run.path, other.losses) == ([8], first.path, bench.losses)
    assert other.open_run._steps == list(KEPT)
    other.wait()
    assert other.failed == []
    other.open_run._ink_timer.stop()


def test_another_view_goes_on_to_open_what_was_being_read(
    qtbot: QtBot, bench: Bench, first: Run, second: Run
) -> None:
    bench.open(first)
    bench.open_run.open(second.path)
    other = handed_on(qtbot, bench)
    assert other.open_run.path == first.path
    other.wait()
    assert (other.opened, other.open_run.path) == (["second"], second.path)
    other.open_run._ink_timer.stop()


def test_another_view_goes_on_to_read_a_run_s_past(qtbot: QtBot, bench: Bench, first: Run) -> None:
    bench.open_run.begin(started(first, 8))
    first.append(losses(9))  # it is on the disk before it is told of
    bench.open_run.add(losses(9))
    other = handed_on(qtbot, bench)
    other.open_run.add(losses(10))
    other.wait()
    assert other.losses == [100 - step for step in range(1, 11)]
    assert other.opened == []
    other.open_run._ink_timer.stop()
