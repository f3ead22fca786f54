"""How many non-digits are called unlike any digit, and how many digits are.

    python tests/benchmarks/non_digits.py [--model NAME_OR_PATH] [--font FILE] [--seed N] [--pen FILE]

2,000 generated drawings go through the program's own preprocessing; letters come from Pillow's own font
unless another is given. Letters that are digits in shape are counted apart. With the file of pen digits,
2,000 of them are replayed on the canvas.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import ink_replay
import non_digits
import numpy as np
import torch

from core.data.datasets import DigitSet, load_mnist, mixed
from core.explaining.familiarity import HELD_OUT, PEN_SHARE, REFERENCES, Familiarity, learn
from core.ink.preprocess import to_mnist
from core.networks import trace
from core.networks.table import Network
from core.networks.weight_files import load_model
from core.pen_digits import generator
from core.records import UNFAMILIAR, Trace
from core.training.learnt_digits import learnt_pen_digits

DRAWINGS = {"scribbles": 500, "dots": 100, "filled shapes": 400, "faces": 300, "signs": 300}
LETTERS = 400  # 2,000 in all


def learn_by_steps(network: Network, generated: DigitSet) -> Familiarity:
    """Print how long the steps of learning take."""
    digits = mixed(load_mnist("train"), generated, REFERENCES + HELD_OUT)
    steps, milliseconds = learn(network, digits), []
    while True:
        started = time.perf_counter()
        try:
            next(steps)
        except StopIteration as end:
            familiarity: Familiarity = end.value
            break
        finally:
            milliseconds.append((time.perf_counter() - started) * 1000)
    print(
        f"learning: {sum(milliseconds) / 1000:.1f} s in {len(milliseconds)} steps, median "
        f"{statistics.median(milliseconds):.1f} ms, p99 {np.quantile(milliseconds, 0.99):.1f} ms, "
        f"longest {max(milliseconds):.1f} ms"
    )
    return familiarity


def print_times(familiarity: Familiarity, seen: Trace) -> None:
    milliseconds = []
    for _ in range(500):
        started = time.perf_counter()
        familiarity.resemblance(seen)
        milliseconds.append((time.perf_counter() - started) * 1000)
    print(
        f"resemblance: median {statistics.median(milliseconds):.2f} ms, "
        f"p99 {np.quantile(milliseconds, 0.99):.2f} ms"
    )


def flagged(familiarity: Familiarity, network: Network, pictures: np.ndarray) -> np.ndarray:
    """Which of the pictures (n, 28, 28) are called unlike any digit."""
    scores = [familiarity.resemblance(trace.run(network, picture)[1]).familiarity for picture in pictures]
    return np.array(scores) < UNFAMILIAR


def as_pictures(inks: np.ndarray) -> np.ndarray:
    return np.stack([to_mnist(ink) for ink in inks])


def report(name: str, flags: np.ndarray) -> None:
    print(f"{name:28s} {flags.mean():7.1%} of {len(flags):6,} flagged")


def report_letters(
    familiarity: Familiarity, network: Network, inks: np.ndarray, chosen: list[str]
) -> np.ndarray:
    flags = flagged(familiarity, network, as_pictures(inks))
    report("letters", flags)
    of = np.array(chosen)
    shares = {letter: flags[of == letter].mean() for letter in sorted(set(chosen))}
    missed = [f"{letter} {share:.0%}" for letter, share in shares.items() if share < 0.5]
    print(f"{'':4}letters flagged less than half the time: {', '.join(missed) or 'none'}")
    return flags


def report_pen_digits(familiarity: Familiarity, network: Network, file: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from gui.pad.drawing_canvas import GRID, DrawingCanvas

    app = QApplication.instance() or QApplication(sys.argv[:1])
    canvas = DrawingCanvas()
    canvas.resize(GRID, GRID)
    digits = ink_replay.PenDigits(file)
    usual = np.flatnonzero(~digits.slashed_zero)
    chosen = usual[:: len(usual) // 2000]
    pictures = as_pictures(np.stack(list(ink_replay.inks(canvas, digits, chosen))))
    flags = flagged(familiarity, network, pictures)
    read = np.array([trace.run(network, picture)[0].argmax() for picture in pictures])
    right = read == digits.labels[chosen]
    report("pen digits", flags)
    report("    read rightly", flags[right])
    report("    misread", flags[~right])
    shares = [f"{digit} {flags[digits.labels[chosen] == digit].mean():.1%}" for digit in range(10)]
    print(f"{'':4}by digit: {', '.join(shares)}")
    del app


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="lenet_pen", help="a shipped network's name, or a file of weights")
    parser.add_argument("--font", type=Path, help="a font's file; without it, Pillow's own")
    parser.add_argument("--seed", type=int, default=2, help="1 chose the method")
    parser.add_argument("--pen", type=Path, default=ink_replay.FILE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # as in the program

    loaded = load_model(arguments.model)
    network = loaded.network
    # As the inference process has it.
    learnt = generator.collect(learnt_pen_digits(loaded.about, (REFERENCES + HELD_OUT) // PEN_SHARE))
    familiarity = learn_by_steps(network, learnt)
    test = load_mnist("test").images / np.float32(255)
    print_times(familiarity, trace.run(network, test[0])[1])

    report("MNIST's test digits", flagged(familiarity, network, test))
    kinds = []
    for kind, count in DRAWINGS.items():
        flags = flagged(familiarity, network, as_pictures(non_digits.draw(kind, count, arguments.seed)))
        report(kind, flags)
        kinds.append(flags)
    font = non_digits.font(arguments.font)
    print(f"font: {' '.join(str(name) for name in font.getname())}")
    inks, letters = non_digits.draw_letters(LETTERS, arguments.seed, font)
    kinds.append(report_letters(familiarity, network, inks, letters))
    together = np.concatenate(kinds)
    report("non-digits together", together)
    inks, _ = non_digits.draw_letters(100, arguments.seed, font, non_digits.DIGIT_SHAPED)
    like = flagged(familiarity, network, as_pictures(inks))
    report(f"digit-shaped {non_digits.DIGIT_SHAPED}", like)
    report("together with these", np.concatenate([together, like]))
    if arguments.pen.exists():
        report_pen_digits(familiarity, network, arguments.pen)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
