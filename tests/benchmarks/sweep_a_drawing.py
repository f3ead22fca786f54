"""How long the answers along all kinds of variation take, beside bare forward passes of as many pictures.

    python tests/benchmarks/sweep_a_drawing.py [--rounds N] [--model NAME]

On one thread and in one run, these take turns for some test digits, each drawn ten times as large:

* the floor: the network alone, over the same pictures, one batch a kind;
* `core.reading.sweeps.sweeps`, which varies each drawing on its sheet and prepares it first, in pieces
  between which a stroke has its turn; also where the drawing is varied already, and where no step prepares
  it;
* `core.reading.sweeps.prepare`, the answer at the sliders' present values.

Times are of this thread on the processor: other programs do not count. Pieces are by the clock.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the inference process has it

import time
from collections.abc import Callable

import numpy as np
import torch

from core.data.datasets import load_mnist
from core.ink.preprocess import ALL_STEPS, Steps
from core.networks import weight_files
from core.reading.sweeps import prepare, sweeps
from core.reading.variation_records import RANGES, Variation

CASES = {
    "as drawn, all steps": (Variation(), ALL_STEPS),
    "as drawn, no step": (Variation(), Steps(False, False, False, False)),
    "varied, all steps": (Variation(20, 10, 20, 120, 5), ALL_STEPS),
}
MOST = 12.0
"""Times the floor that the sweeps of a drawing may take."""


def milliseconds(of: Callable[[], object]) -> float:
    started = time.thread_time()
    of()
    return (time.thread_time() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default="lenet")
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network = weight_files.load_model(arguments.model).network
    digits = [np.kron(digit, np.ones((10, 10), np.uint8)) for digit in load_mnist("test").images[:10]]
    batches = [torch.rand(len(range_.amounts), 1, 28, 28) for range_ in RANGES.values()]

    @torch.inference_mode()
    def floor() -> None:
        for batch in batches:
            network(batch).softmax(1)

    floors: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    present: list[float] = []
    pieces: list[float] = []
    for at in range(arguments.rounds):
        ink = digits[at % len(digits)]
        floors.append(milliseconds(floor))
        for name, (variation, steps) in CASES.items():

            def sweep(variation: Variation = variation, steps: Steps = steps, ink: np.ndarray = ink) -> None:
                started = time.perf_counter()
                for _ in sweeps(network, ink, variation, steps):
                    pieces.append((time.perf_counter() - started) * 1000)
                    started = time.perf_counter()

            taken[name].append(milliseconds(sweep))
        present.append(milliseconds(lambda ink=ink: prepare(network, ink, Variation(), ALL_STEPS)))
    bare = float(np.median(floors))
    count = sum(len(batch) for batch in batches)
    print(f"{arguments.model}, {count} pictures, one thread; bare forward passes {bare:.1f} ms")
    for name, times in taken.items():
        print(f"  {name:20} {np.median(times):6.1f} ms   ratio to the floor {np.median(times) / bare:.1f}")
    print(
        f"  pieces: median {np.median(pieces):.1f} ms, 99th percentile {np.quantile(pieces, 0.99):.1f} ms\n"
        f"  the present values alone {np.median(present):.1f} ms"
    )
    print(f"  first ratio at most {MOST}: {np.median(taken['as drawn, all steps']) / bare <= MOST}")


if __name__ == "__main__":
    main()
