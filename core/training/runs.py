"""Training runs on the disk: a folder each, with config, curves, weights, snapshots, checkpoint. No torch."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import re
import uuid
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from core.catalog import known_dataset
from core.data import class_names
from core.errors import FileProblem, as_file_problem
from core.files import atomic, limits, tensor_files
from core.files.lock import FileLock
from core.files.own_folder import OwnFolder
from core.records import DIGITS, EpochMetrics, Progress, RunResult, Snapshot, StepMetrics
from core.training.config import MOST_STEPS, TrainingConfig
from core.training.history import History
from core.training.metrics_json import about_weights, metrics_from_json, metrics_to_json, result_from_json

MOST_SNAPSHOTS = 120
"""Of a run, evenly spaced; 250 kB each for a LeNet, 30 MB in all."""

# Bytes: a run of one's own gets along with a thousandth; a stranger's must not fill the memory.
_LONGEST_LINE = 2**20  # steps of a fifth of a second, 20 bytes each
_LONGEST_NAME = 200  # letters
_LINES_AT_ONCE, _STEPS_AT_ONCE = 100, 10_000  # between two Progresses: some milliseconds
_MOST_LISTED_SNAPSHOTS = 1000  # the newest: each pause and each start adds one to `MOST_SNAPSHOTS`

_STATE = "lenet_lab_state"
_THEN = " → "  # in a run's automatic name, between its first learning rate and the present one
_LEAVING = ".deleting-"  # what a run is called while it is taken away
_TORN = re.compile(r"\..*\.")  # what a process was writing when it was killed
_SNAPSHOT = re.compile(r"([0-9]{8})\.safetensors")


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
    is_at_work: bool = False
    """Whether a process is at it, of this window or of another."""
    has_weights: bool = False
    """Whether a result so far is there."""
    has_checkpoint: bool = False
    """Whether there is a checkpoint to go on from."""

    @property
    def is_finished(self) -> bool:
        """Whether it came to its end; else it can go on from its checkpoint."""
        return self.result is not None and self.result.reason not in ("stopped", "diverged")


def create(folder: Path, config: TrainingConfig, steps: int, steps_per_epoch: int) -> Run:
    """A new run in a folder of its own within `folder`.

    Raises:
        FileProblem: the folder cannot be written.
    """
    now, files = datetime.now(), OwnFolder(folder)
    with _keeping(folder):
        for attempt in range(1000):
            path = folder / (now.strftime("%Y%m%d-%H%M%S") + (f"-{attempt}" if attempt else ""))
            if files.make_new(path):
                break
        else:
            raise FileExistsError(f"{path} and 999 others")
        info = RunInfo(
            path,
            name=automatic_name(config),
            created=now.isoformat(timespec="seconds"),
            config=config,
            steps=steps,
            steps_per_epoch=steps_per_epoch,
            result=None,
        )
        try:
            Run(path).write_info(info)
        except OSError:
            with contextlib.suppress(OSError):
                files.remove(path)
            raise
    return Run(path)


def automatic_name(config: TrainingConfig, rate: float | None = None) -> str:
    """The name of a run that nobody has named; `rate` is the learning rate that it was given under way."""
    name = f"{config.architecture}, {config.optimizer} {config.learning_rate:g}"
    return name if rate in (None, config.learning_rate) else f"{name}{_THEN}{rate:g}"


def _is_automatic(name: str, config: TrainingConfig) -> bool:
    first, then, rate = name.partition(_THEN)
    with contextlib.suppress(ValueError):
        return first == automatic_name(config) and (not then or float(rate) >= 0)
    return False


def all_runs(folder: Path) -> Iterator[Progress | list[RunInfo]]:
    """The runs in a folder, newest first. What is no run, or cannot be read, is left out."""
    infos, entries = [], []
    with contextlib.suppress(OSError):
        entries = OwnFolder(folder).entries(folder)
    for done, entry in enumerate(reversed(entries)):
        yield Progress(done, len(entries))
        if entry.path.name.startswith(_LEAVING):
            with contextlib.suppress(OSError, FileProblem):
                OwnFolder(folder).remove(entry.path)
        elif entry.is_folder:
            with contextlib.suppress(FileProblem):
                infos.append(Run(entry.path).info())
    yield infos


@dataclass(frozen=True, eq=False)
class KeptRun:
    """What is shown first of a run that is on the disk."""

    info: RunInfo
    history: History
    steps: tuple[int, ...]
    """Those of which there is a snapshot, in order."""
    snapshots: dict[int, Snapshot]
    """By their steps: the one before training and the newest, where they are there."""
    problem: FileProblem | None
    """Why one of them cannot be read."""


def read_run(path: Path) -> Iterator[Progress | KeptRun]:
    """Open a run.

    Raises:
        FileProblem: the folder is no run, or is damaged; or its curves cannot be read.
    """
    run = Run(path)
    info, history = run.info(), (yield from run.history())
    steps, snapshots, problem = run.snapshot_steps(), {}, None
    for step in {0, *steps[-1:]} & set(steps):
        try:
            snapshots[step] = run.snapshot(step)
        except FileProblem as error:
            problem = error
    yield KeptRun(info, history, tuple(steps), snapshots, problem)


@dataclass(frozen=True, eq=False)
class Compared:
    """Runs whose curves are drawn beside each other's."""

    runs: tuple[tuple[Path, History], ...]
    problem: FileProblem | None
    """Why one of them cannot be read."""


def read_curves(paths: Sequence[Path]) -> Iterator[Progress | Compared]:
    """The curves of several runs, as far as they can be read."""
    found, problem = [], None
    for path in paths:
        try:
            found.append((path, (yield from Run(path).history())))
        except FileProblem as error:
            problem = error
    yield Compared(tuple(found), problem)


def save_weights(path: Path, to: Path) -> Path:
    """Copy a run's weights to a file that the user names, and return that.

    Raises:
        FileProblem: they cannot be read, or it not be written; or it is not called `.safetensors`.
    """
    tensor_files.check_name(to)
    content = Run(path).read_weights()
    return atomic.save(to, content)


def save_curves(path: Path, to: Path) -> Iterator[Progress | Path]:
    """Write a run's curves as a table (CSV) to a file that the user names; that is the last record.

    Raises:
        FileProblem: they cannot be read, or it not be written.
    """
    history = yield from Run(path).history()
    table = io.StringIO()
    for step, line in enumerate(history.csv_lines()):
        if not step % _STEPS_AT_ONCE:
            yield Progress(step, history.step)
        table.write(line)
    yield atomic.save(to, table.getvalue().encode())


def delete(path: Path) -> Path:
    """Remove a run, and return its path. Raises as `Run.delete`."""
    Run(path).delete()
    return path


@dataclass(frozen=True)
class Run:
    """One run's folder. All that it writes is whole or absent, whenever the process is killed.

    It may come from a stranger: links in it are not followed, and it may itself be none.

    Raises:
        FileProblem: in every method that writes: the folder cannot be written.
    """

    path: Path

    @property
    def _files(self) -> OwnFolder:
        return OwnFolder(self.path.parent)

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
            content = json.loads(self._files.read(self._info_path, limits.SMALL_FILE))
            steps, steps_per_epoch = content["steps"], content["steps_per_epoch"]
            if not (
                isinstance(steps, int) and isinstance(steps_per_epoch, int) and 1 <= steps_per_epoch <= steps
            ):
                raise ValueError("steps")
            config = TrainingConfig.from_json(content["config"])
            if steps > config.steps:
                raise ValueError("more steps than the config has")
            result = result_from_json(content["result"])
            return RunInfo(
                path=self.path,
                name=str(content["name"])[:_LONGEST_NAME],
                created=str(content["created"])[:_LONGEST_NAME],
                config=config,
                steps=steps,
                steps_per_epoch=steps_per_epoch,
                result=result,
                is_at_work=result is None and self._lock.is_held(),
                has_weights=self.has_weights,
                has_checkpoint=self.can_go_on,
            )
        except (FileProblem, ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
            raise FileProblem("{path} is not a training run, or it is damaged.", path=self.path) from error

    def write_info(self, info: RunInfo) -> None:
        """Write the run's name, config and result anew.

        Raises:
            OSError: it cannot be written.
        """
        content = dataclasses.asdict(info)
        for name in ("path", "is_at_work", "has_weights", "has_checkpoint"):
            del content[name]
        self._files.write(self._info_path, json.dumps(content, indent=1).encode())

    @property
    def _info_path(self) -> Path:
        return self.path / "run.json"

    @property
    def is_there(self) -> bool:
        """Whether the folder is there, and says what it is."""
        return self._files.is_file(self._info_path)

    def rename(self, name: str) -> None:
        """Give the run another name."""
        with _keeping(self.path):
            self.write_info(dataclasses.replace(self.info(), name=name))

    def name_rate(self, rate: float) -> None:
        """Say in its name that the run goes on with another learning rate; a name that it was given stays."""
        with _keeping(self.path):
            info = self.info()
            name = automatic_name(info.config, rate)
            if name != info.name and _is_automatic(info.name, info.config):
                self.write_info(dataclasses.replace(info, name=name))

    def finish(self, result: RunResult | None) -> None:
        """Write down how the run ended; None: it goes on."""
        with _keeping(self.path):
            self.write_info(dataclasses.replace(self.info(), result=result))

    def delete(self) -> None:
        """Remove the run and all that is in it; of a link, the link.

        Were the process killed in the middle, `all_runs` would finish it.

        Raises:
            FileProblem: it is at work, or cannot be removed: then nothing of it is.
        """
        if self._lock.is_held():
            raise self._at_work()
        with as_file_problem(
            "The run cannot be deleted from {path} ({reason}). Make that folder writable, and try again.",
            path=self.path.parent,
        ):
            hidden = self.path.with_name(f"{_LEAVING}{uuid.uuid4().hex}")
            self._files.move(self.path, hidden)
            self._files.sync(self.path.parent)
        with contextlib.suppress(OSError, FileProblem):  # it is not seen any more
            self._files.remove(hidden)

    # Its owner

    def hold(self) -> FileLock:
        """Be the one who is at work on this run, until the lock is released or the process ends.

        Raises:
            FileProblem: another process is.
        """
        lock = self._lock
        with _keeping(self.path):
            if not lock.acquire():
                raise self._at_work()
        return lock

    def make_again(self, info: RunInfo, lock: FileLock) -> None:
        """Make the folder of a run anew that was taken away while it was at work, and hold it again."""
        with _keeping(self.path):
            self.write_info(info)
            lock.acquire()

    @property
    def _lock(self) -> FileLock:
        return FileLock(self._files, self.path / "run.lock")

    def _at_work(self) -> FileProblem:
        return FileProblem(
            "This run is at work in another window. Stop it there first. "
            "Here you can open it, and look at it."
        )

    # Curves

    def append(self, metrics: StepMetrics | EpochMetrics) -> None:
        """Keep the next metrics."""
        with _keeping(self.path):
            # The end of line comes first: a line that a full disk has cut off spoils no other.
            self._files.append(self._metrics_path, ("\n" + json.dumps(metrics_to_json(metrics))).encode())

    def metrics(self, until: int | None = None) -> Iterator[StepMetrics | EpochMetrics]:
        """The metrics kept, in their order, of steps up to `until`. A torn last line is left out."""
        with contextlib.suppress(FileProblem):
            yield from self._read_metrics(MOST_STEPS if until is None else until)

    def _read_metrics(self, until: int) -> Iterator[StepMetrics | EpochMetrics]:
        path = self._metrics_path
        with as_file_problem("{path} cannot be read ({reason}).", path=path):
            try:
                opened = self._files.descriptor(path)
            except FileNotFoundError:
                return  # there are none yet
            with os.fdopen(opened, "rb") as file:
                if os.fstat(opened).st_size > limits.CURVES_FILE:
                    raise FileProblem(
                        "The curves in {path} are too large: a run's have {most} MB at most.",
                        path=path,
                        most=limits.CURVES_FILE // 2**20,
                    )
                for line in _lines(file):
                    try:
                        metrics = metrics_from_json(json.loads(line))
                    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
                        continue
                    if metrics.step <= until:
                        yield metrics

    @property
    def _metrics_path(self) -> Path:
        return self.path / "metrics.jsonl"

    def history(self) -> Generator[Progress, None, History]:
        """Return the run's curves.

        Raises:
            FileProblem: the folder is no run, or is damaged; or its curves cannot be read.
        """
        info = self.info()
        history = History(info.steps, info.steps_per_epoch)
        for number, metrics in enumerate(self._read_metrics(info.steps)):
            if not number % _LINES_AT_ONCE:
                yield Progress(history.step, info.steps)
            if isinstance(metrics, StepMetrics) or metrics.epoch <= info.config.epochs:
                history.add(metrics)
        return history

    # Snapshots

    def snapshot_steps(self) -> list[int]:
        """The steps of which there is a snapshot, in order."""
        try:
            entries = self._files.entries(self.path / "snapshots")
        except (OSError, FileProblem):
            return []
        found = (_SNAPSHOT.fullmatch(entry.path.name) for entry in entries if entry.is_file)
        steps = sorted(int(name[1]) for name in found if name is not None)
        return [step for step in steps if step <= MOST_STEPS][-_MOST_LISTED_SNAPSHOTS:]

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot."""
        about = {
            "architecture": snapshot.architecture,
            "gradient_norms": snapshot.gradient_norms,
            "classes": list(snapshot.classes),
            "dataset": snapshot.dataset,
            "names": list(snapshot.weights),  # safetensors keeps arrays in an order of its own
        }
        with _keeping(self.path):
            # Not durable: with a wait for the disk, two hundred snapshots would cost seconds of training.
            path = self._snapshot_path(snapshot.step)
            content = tensor_files.packed_weights(path, snapshot.weights, about)
            self._files.write(path, content, durable=False)

    def snapshot(self, step: int) -> Snapshot:
        """The snapshot of a step.

        Raises:
            FileProblem: there is none, or it is damaged.
        """
        path = self._snapshot_path(step)
        try:
            weights, about = tensor_files.parse(
                self._files.read(path, limits.WEIGHTS_FILE), tensor_files.WEIGHTS
            )
            weights = {name: weights[name] for name in about["names"]}
            norms = {str(name): float(norm) for name, norm in about["gradient_norms"].items()}
            if not tensor_files.are_weights(weights):
                raise ValueError("not all finite 32-bit numbers")
            classes = class_names.checked(about.get("classes", list(DIGITS)))
            dataset = known_dataset(about.get("dataset"))
            return Snapshot(
                str(about["architecture"]), step, weights, norms, classes=classes, dataset=dataset
            )
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise FileProblem("The snapshot {path} is damaged.", path=path) from error

    def _snapshot_path(self, step: int) -> Path:
        return self.path / "snapshots" / f"{step:08d}.safetensors"

    # Weights and checkpoint

    def save_weights(self, weights: dict[str, np.ndarray], metrics: EpochMetrics | None) -> None:
        """Keep the run's result so far, as a file that opens as a model."""
        path = self.weights_path
        with _keeping(self.path):
            about = about_weights(self.info().config, metrics)
            self._files.write(path, tensor_files.packed_weights(path, weights, about))

    @property
    def has_weights(self) -> bool:
        """Whether the run's result so far is there."""
        return self._files.is_file(self.weights_path)

    def read_weights(self) -> bytes:
        """The content of the file of weights.

        Raises:
            FileProblem: it is missing, unreadable or far too large.
        """
        return self._files.read(self.weights_path, limits.WEIGHTS_FILE)

    def save_state(self, arrays: dict[str, np.ndarray], about: dict[str, Any]) -> None:
        """Keep all that the run needs to go on; see `core.training.trainer.Trainer.state`.

        Raises:
            FileProblem: it cannot be written; the one before stays.
        """
        with _keeping(self.path):
            self._files.write(self._state_path, tensor_files.packed(arrays, _STATE, about))

    def load_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The state that was kept last.

        Raises:
            FileProblem: there is none, or it is damaged.
        """
        try:
            return tensor_files.parse(self._files.read(self._state_path, limits.WEIGHTS_FILE), _STATE)
        except ValueError as error:
            raise FileProblem("The checkpoint {path} is damaged.", path=self._state_path) from error

    @property
    def can_go_on(self) -> bool:
        """Whether there is a checkpoint to go on from."""
        return self._files.is_file(self._state_path)

    @property
    def _state_path(self) -> Path:
        return self.path / "state.safetensors"

    def cut(self, step: int) -> None:
        """Forget what came after a step: the run goes on from there. Only for the one who holds the run."""
        with _keeping(self.path):
            # Not `metrics`, which passes over a file that cannot be read: that must not be replaced.
            kept = [json.dumps(metrics_to_json(metrics)) for metrics in self._read_metrics(step)]
            if self._files.is_file(self._metrics_path):
                self._files.write(self._metrics_path, "\n".join(kept).encode())
            for later in self.snapshot_steps():
                if later > step:
                    self._files.remove(self._snapshot_path(later))
            for folder in (self.path, self.path / "snapshots"):
                if self._files.is_folder(folder):
                    for entry in self._files.entries(folder):
                        if _TORN.match(entry.path.name) and entry.is_file:
                            self._files.remove(entry.path)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """A file's lines, but for those that are longer than any of ours."""
    is_whole = True
    while line := file.readline(_LONGEST_LINE):
        ends = line.endswith(b"\n")
        if is_whole and (ends or len(line) < _LONGEST_LINE):
            yield line
        is_whole = ends


def _keeping(path: Path) -> contextlib.AbstractContextManager[None]:
    return as_file_problem(
        "The run cannot be kept in {path} ({reason}). Free some space there, or make it writable.", path=path
    )
