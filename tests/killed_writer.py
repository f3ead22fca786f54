"""Kill a process that writes a run's files, again and again, and look at what is left each time.

A program of its own, so that it can fork: `python -m tests.killed_writer FOLDER KILLS SECONDS`. It loads no
torch. It prints one JSON object: how often it killed, how often in the midst of a file, how far the run
came, and what was wrong.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np

from core.errors import LabError
from core.files import tensor_files
from core.records import EpochMetrics, RunResult, Snapshot, StepMetrics
from core.training import runs
from core.training.config import TrainingConfig
from core.training.runs import Run

PER_EPOCH = 10
CONFIG = TrainingConfig(digits=110, validation=100, batch_size=1, epochs=10_000)
LONGEST = 0.04  # seconds that a writer lives


def arrays(step: int) -> dict[str, np.ndarray]:
    """As large as a LeNet's, every number tells the step: a file of two steps would show it."""
    return {"fc1.weight": np.full((400, 120), step, np.float32), "fc3.bias": np.full(10, step, np.float32)}


def write_for_ever(run: Run) -> None:
    """What the training process writes, in its order, as fast as it can."""
    start = 0
    if run.can_go_on:
        start = run.load_state()[1]["step"]
    run.cut(start)
    run.finish(None)
    for step in itertools.count(start + 1):
        values = arrays(step)
        run.append(StepMetrics(step, CONFIG.steps, np.array([step], np.float32), np.array([0.1]), 0.9, 1.0))
        if step % PER_EPOCH == 0:
            epoch = EpochMetrics(step // PER_EPOCH, step, 1.0, 0.5, 1.0, 0.5, 1.0, {"relu1": 0.0}, values)
            run.append(epoch)
            run.save_weights(values, epoch)
        if step % 3 == 0:
            run.save_snapshot(Snapshot("lenet", step, values, {"fc1": 1.0}))
        run.save_state({**values, "optimizer.0.step": np.array(step)}, {"step": step})
        if step % 4 == 0:
            run.finish(RunResult("stopped", step, None, None))


def check(run: Run) -> int:
    """Open every file; the step of the checkpoint.

    Raises:
        LabError, ValueError, AssertionError: something is torn.
    """
    assert run.info().config == CONFIG
    step = 0
    if run.can_go_on:
        values, about = run.load_state()
        step = about["step"]
        assert all((value == step).all() for value in values.values()), "checkpoint of two steps"
    if run.weights_path.exists():
        values, about = tensor_files.parse(run.weights_path.read_bytes(), "lenet_lab")
        of = about["metrics"]["epoch"] * PER_EPOCH
        assert all((value == of).all() for value in values.values()), "weights of two steps"
    for each in run.snapshot_steps():
        snapshot = run.snapshot(each)
        assert all((value == each).all() for value in snapshot.weights.values()), "snapshot of two steps"
    known = [each.step for each in run.metrics() if isinstance(each, StepMetrics)]
    assert known == list(range(1, len(known) + 1)), "gaps in the curve"
    assert len(known) >= step, "a curve that ends before the checkpoint"
    ended = [each.epoch for each in run.metrics(until=step) if isinstance(each, EpochMetrics)]
    assert ended == list(range(1, step // PER_EPOCH + 1)), "epochs missing"
    return step


def main(folder: Path, kills: int, seconds: float) -> None:
    """Kill so many writers, in so many seconds at most."""
    # It is for power cuts; a kill does not empty the system's buffers.
    os.fsync = lambda _descriptor: None  # type: ignore[assignment]
    chance = random.Random(0)
    run = runs.create(folder, CONFIG, CONFIG.steps, CONFIG.steps_per_epoch)
    wrong: list[str] = []
    killed, torn, step, started = 0, 0, 0, time.monotonic()
    while killed < kills and time.monotonic() - started < seconds and not wrong:
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(run)
            finally:
                os._exit(1)
        time.sleep(LONGEST * chance.random())
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += 1
        torn += any(path.is_file() for path in run.path.rglob(".*"))
        if not os.WIFSIGNALED(status):
            wrong.append("a writer ended by itself")
        try:
            step = check(run)
        except (LabError, ValueError, AssertionError) as error:
            wrong.append(f"after {killed} kills: {error!r}")
        for old in run.snapshot_steps()[:-3]:  # so that looking stays quick
            (run.path / "snapshots" / f"{old:08d}.safetensors").unlink()
    run.cut(step)
    left = [path.name for path in run.path.rglob(".*")]
    print(json.dumps({"killed": killed, "step": step, "wrong": wrong, "torn": torn, "left": left}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
