"""How long teaching ten drawings takes, beside the bare optimiser steps that it makes.

    python tests/benchmarks/teaching_speed.py [--digits N] [--turns N] [--threads N]

Two ways take turns in one run:

* ours: all of teaching, as the training process gives it: reading the collection's files, the features of all
  digits, learning once for each part that is held out and once from all, and reading MNIST's test digits;
* floor: as many steps of the same optimiser on the same layers, over one batch that lies in memory.

One thread, as the training process has on two cores. The first turn warms up and is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from core.catalog import DEFAULT_MODEL
from core.data.datasets import load_mnist
from core.my_digits.store import MyDigits
from core.networks import weight_files
from core.teaching import teacher
from core.teaching.teacher import MOST_FOLDS, teach_collection
from core.teaching.teaching_records import TeachingResult
from core.training.optimizing import flatten


def collection(folder: Path, count: int) -> MyDigits:
    store = MyDigits(folder)
    digits = load_mnist("test")
    for picture, label in zip(digits.images[:count], digits.labels, strict=False):
        store.add(picture.repeat(10, 0).repeat(10, 1), int(label))
    return store


def ours(store: MyDigits) -> TeachingResult:
    *_, result = teach_collection(store, DEFAULT_MODEL)
    assert isinstance(result, TeachingResult)
    return result


def floor(steps: int) -> None:
    network = weight_files.load_model(DEFAULT_MODEL).network
    head = network.tail("flatten").train()
    weights = flatten(head)
    optimizer = torch.optim.Adam([weights], lr=1e-3)
    batch = torch.rand(teacher._OWN + teacher._OTHERS, 400)
    labels = torch.arange(len(batch)) % 10
    for _ in range(steps):
        assert weights.grad is not None
        weights.grad.zero_()
        F.cross_entropy(head(batch), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--digits", type=int, default=10)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    count = arguments.digits
    learnings = 1 + (min(count, MOST_FOLDS) if count > 1 else 0)
    steps = learnings * min(max(teacher._STEPS, 2 * count), teacher._MOST_STEPS)
    seconds: dict[str, list[float]] = {"ours": [], "floor": []}
    with tempfile.TemporaryDirectory() as folder:
        store = collection(Path(folder), count)
        for _ in range(arguments.turns + 1):
            for name, way in (("ours", lambda: ours(store)), ("floor", lambda: floor(steps))):
                started = time.perf_counter()
                way()
                seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(each[1:]) for name, each in seconds.items()}
    print(f"{count} digits, {learnings} × {steps // learnings} steps, {arguments.threads} thread(s)")
    print(
        f"  all of teaching  {medians['ours']:6.2f} s, at worst {max(seconds['ours'][1:]):.2f} s (under 15)"
    )
    print(f"  bare steps       {medians['floor']:6.2f} s")
    print(f"  ratio            {medians['ours'] / medians['floor']:6.2f}")


if __name__ == "__main__":
    main()
