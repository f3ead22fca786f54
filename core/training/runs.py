"""Training runs on the disk: a folder each, with config, curves, weights, snapshots, checkpoint. No torch."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import FileProblem, as_file_problem
from core.files import atomic, tensor_files
from core.records import EpochMetrics, RunResult, Snapshot, StepMetrics
from core.training.config import TrainingConfig
from core.training.history import History
from core.training.metrics_json import about_weights, metrics_from_json, metrics_to_json, result_from_json

MOST_SNAPSHOTS = 120
"""Of a run, evenly spaced; 250 kB each for a LeNet, 30 MB in all."""

_MOST_METRICS = 2**32  # bytes: hundreds of millions of steps

_STATE = "lenet_lab_state"


@dataclass(frozen=True)
class RunInfo:
    """A run at a glance: its name, config, length and result."""

    path: Path
    name: str
    created: str
    """Local time, ISO 8601."""
    config: TrainingConfig
    steps: int
    """How many the whole run has."""
    steps_per_epoch: int
    result: RunResult | None
    """None while it is under way, or where it was cut off."""

    @property
    def is_finished(self) -> bool:
        """Whether it came to its end; else it can go on from its checkpoint."""
        return self.result is not None and self.result.reason not in ("stopped", "diverged")


def create(folder: Path, config: TrainingConfig, steps: int, steps_per_epoch: int) -> Run:
    """A new run in a folder of its own within `folder`.

    Raises:
        FileProblem: the folder cannot be written.
    """
    now = datetime.now()
    with _keeping(folder):
        for attempt in range(1000):
            path = folder / (now.strftime("%Y%m%d-%H%M%S") + (f"-{attempt}" if attempt else ""))
            with contextlib.suppress(FileExistsError):
                path.mkdir(parents=True)
                break
        else:
            raise FileExistsError(f"{path} and 999 others")
        info = RunInfo(
            path,
            name=f"{config.architecture}, {config.optimizer} {config.learning_rate:g}",
            created=now.isoformat(timespec="seconds"),
            config=config,
            steps=steps,
            steps_per_epoch=steps_per_epoch,
            result=None,
        )
        try:
            Run(path).write_info(info)
        except OSError:
            shutil.rmtree(path, ignore_errors=True)
            raise
    return Run(path)


def all_runs(folder: Path) -> list[RunInfo]:
    """The runs in a folder, newest first. What is no run, or cannot be read, is left out."""
    infos = []
    try:
        paths = sorted(folder.iterdir(), reverse=True)
    except OSError:
        return []
    for path in paths:
        with contextlib.suppress(FileProblem):
            infos.append(Run(path).info())
    return infos


@dataclass(frozen=True)
class Run:
    """One run's folder. All that it writes is whole or absent, whenever the process is killed.

    Raises:
        FileProblem: in every method that writes: the folder cannot be written.
    """

    path: Path

    @property
    def weights_path(self) -> Path:
        """The run's result as a file of weights: the newest, or the best where the config has patience."""
        return self.path / "weights.safetensors"

    # Name, config, result

    def info(self) -> RunInfo:
        """The run at a glance.

        Raises:
            FileProblem: the folder is no run, or is damaged.
        """
        try:
            content = json.loads(atomic.read(self.path / "run.json"))
            steps, steps_per_epoch = content["steps"], content["steps_per_epoch"]
            if not (
                isinstance(steps, int) and isinstance(steps_per_epoch, int) and 1 <= steps_per_epoch <= steps
            ):
                raise ValueError("steps")
            config = TrainingConfig.from_json(content["config"])
            if steps > config.steps:
                raise ValueError("more steps than the config has")
            return RunInfo(
                path=self.path,
                name=str(content["name"]),
                created=str(content["created"]),
                config=config,
                steps=steps,
                steps_per_epoch=steps_per_epoch,
                result=result_from_json(content["result"]),
            )
        except (FileProblem, ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
            raise FileProblem("{path} is not a training run, or it is damaged.", path=self.path) from error

    def write_info(self, info: RunInfo) -> None:
        """Write the run's name, config and result anew.

        Raises:
            OSError: it cannot be written.
        """
        content = dataclasses.asdict(info)
        del content["path"]
        atomic.write_bytes(self.path / "run.json", json.dumps(content, indent=1).encode())

    def rename(self, name: str) -> None:
        """Give the run another name."""
        with _keeping(self.path):
            self.write_info(dataclasses.replace(self.info(), name=name))

    def finish(self, result: RunResult | None) -> None:
        """Write down how the run ended; None: it goes on."""
        with _keeping(self.path):
            self.write_info(dataclasses.replace(self.info(), result=result))

    def delete(self) -> None:
        """Remove the run and all that is in it."""
        with _keeping(self.path):
            shutil.rmtree(self.path)

    # Curves

    def append(self, metrics: StepMetrics | EpochMetrics) -> None:
        """Keep the next metrics."""
        with _keeping(self.path), self._metrics_path.open("a") as file:
            # The end of line comes first: a line that a full disk has cut off spoils no other.
            file.write("\n" + json.dumps(metrics_to_json(metrics)))

    def metrics(self, until: int | None = None) -> Iterator[StepMetrics | EpochMetrics]:
        """The metrics kept, in their order, of steps up to `until`. A torn last line is left out."""
        with contextlib.suppress(FileProblem):
            yield from self._read_metrics(until)

    def _read_metrics(self, until: int | None) -> Iterator[StepMetrics | EpochMetrics]:
        for line in atomic.read(self._metrics_path, _MOST_METRICS).splitlines():
            try:
                metrics = metrics_from_json(json.loads(line))
            except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
                continue
            if until is None or metrics.step <= until:
                yield metrics

    @property
    def _metrics_path(self) -> Path:
        return self.path / "metrics.jsonl"

    def history(self) -> History:
        """The run's curves.

        Raises:
            FileProblem: the folder is no run, or is damaged.
        """
        info = self.info()
        history = History(info.steps, info.steps_per_epoch)
        for metrics in self.metrics(until=info.steps):
            history.add(metrics)
        return history

    # Snapshots

    def snapshot_steps(self) -> list[int]:
        """The steps of which there is a snapshot, in order."""
        try:
            names = os.listdir(self.path / "snapshots")
        except OSError:
            return []
        stems = (name.partition(".safetensors")[0] for name in names if name.endswith(".safetensors"))
        return sorted(int(stem) for stem in stems if stem.isdecimal() and 8 <= len(stem) <= 12)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot."""
        about = {
            "architecture": snapshot.architecture,
            "gradient_norms": snapshot.gradient_norms,
            "names": list(snapshot.weights),  # safetensors keeps arrays in an order of its own
        }
        with _keeping(self.path):
            # Not durable: with a wait for the disk, two hundred snapshots would cost seconds of training.
            path = self._snapshot_path(snapshot.step)
            tensor_files.write_weights(path, snapshot.weights, about, durable=False)

    def snapshot(self, step: int) -> Snapshot:
        """The snapshot of a step.

        Raises:
            FileProblem: there is none, or it is damaged.
        """
        path = self._snapshot_path(step)
        try:
            weights, about = tensor_files.parse(atomic.read(path), tensor_files.WEIGHTS)
            weights = {name: weights[name] for name in about["names"]}
            norms = {str(name): float(norm) for name, norm in about["gradient_norms"].items()}
            if not tensor_files.are_weights(weights):
                raise ValueError("not all finite 32-bit numbers")
            return Snapshot(str(about["architecture"]), step, weights, norms)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise FileProblem("The snapshot {path} is damaged.", path=path) from error

    def _snapshot_path(self, step: int) -> Path:
        return self.path / "snapshots" / f"{step:08d}.safetensors"

    # Weights and checkpoint

    def save_weights(self, weights: dict[str, np.ndarray], metrics: EpochMetrics | None) -> None:
        """Keep the run's result so far, as a file that opens as a model."""
        with _keeping(self.path):
            tensor_files.write_weights(self.weights_path, weights, about_weights(self.info().config, metrics))

    def save_state(self, arrays: dict[str, np.ndarray], about: dict[str, Any]) -> None:
        """Keep all that the run needs to go on; see `core.training.trainer.Trainer.state`.

        Raises:
            FileProblem: it cannot be written; the one before stays.
        """
        with _keeping(self.path):
            tensor_files.write(self._state_path, arrays, _STATE, about)

    def load_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The state that was kept last.

        Raises:
            FileProblem: there is none, or it is damaged.
        """
        try:
            return tensor_files.parse(atomic.read(self._state_path), _STATE)
        except ValueError as error:
            raise FileProblem("The checkpoint {path} is damaged.", path=self._state_path) from error

    @property
    def can_go_on(self) -> bool:
        """Whether there is a checkpoint to go on from."""
        return self._state_path.exists()

    @property
    def _state_path(self) -> Path:
        return self.path / "state.safetensors"

    def cut(self, step: int) -> None:
        """Forget what came after a step: the run goes on from there."""
        with _keeping(self.path):
            if self._metrics_path.exists():
                # Not `metrics`, which passes over a file that cannot be read: that must not be replaced.
                kept = [json.dumps(metrics_to_json(metrics)) for metrics in self._read_metrics(until=step)]
                atomic.write_bytes(self._metrics_path, "\n".join(kept).encode())
            for later in self.snapshot_steps():
                if later > step:
                    self._snapshot_path(later).unlink(missing_ok=True)
            for torn in self.path.rglob(".*.*"):  # what a process was writing when it was killed
                torn.unlink(missing_ok=True)


def _keeping(path: Path) -> contextlib.AbstractContextManager[None]:
    return as_file_problem(
        "The run cannot be kept in {path} ({reason}). Free some space there, or make it writable.", path=path
    )
