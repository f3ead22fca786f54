"""How many pen digits are read: drawn on the real canvas by mouse events, in several ways.

    QT_QPA_PLATFORM=offscreen python tests/ink_accuracy.py [FILE.npz] [--model NAME] [--mistakes PAGE.png]

The file has the form of ../shared/ink/pen_digits_dev.npz; see the README beside it. The ways are: `usual`
(five sevenths of the pad, in its middle, the usual brush), `mouse` (the same on whole pixels, 8 ms apart),
and `varied` (from a fifth of the pad to all of it, places all over, three brushes).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ink_replay import FILE, PenDigits, draw
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QApplication

from core.catalog import DEFAULT_MODEL
from core.reading.classifier import Classifier
from gui.pad.drawing_canvas import DEFAULT_BRUSH, GRID, DrawingCanvas

BRUSHES = (14, DEFAULT_BRUSH, 34)
WAYS = ("usual", "mouse", "varied")
_SMALLEST = GRID / 5
_LARGE, _MEDIUM = GRID * 3 / 5, GRID * 2 / 5  # sizes from which on they are called so
_TENTH = 0.1
_COLUMNS = 24  # of the page of mistakes
_CELL = 66, 82


@dataclass(frozen=True)
class Drawing:
    """One digit of the file, and how it is drawn."""

    index: int
    size: float = 200.0
    place: tuple[float, float] = (0.5, 0.5)
    brush: int = DEFAULT_BRUSH
    as_mouse: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """What was made of a drawing."""

    drawing: Drawing
    digit: int
    picture: np.ndarray
    """(28, 28) float32: what the network saw."""


def drawings(way: str, count: int, every: int = 1) -> list[Drawing]:
    """One of every `every` of `count` digits, drawn in a way; always the same."""
    random = np.random.default_rng(0)
    made = []
    for index in range(count):
        if way == "varied":
            size, brush = float(random.uniform(_SMALLEST, GRID)), int(random.choice(BRUSHES))
            made.append(Drawing(index, size, tuple(random.random(2).tolist()), brush))
        else:
            made.append(Drawing(index, as_mouse=way == "mouse"))
    return made[::every]


class Replay:
    """Draws and reads, in this process."""

    def __init__(self, file: Path, model: str) -> None:
        self._app = QApplication.instance() or QApplication(sys.argv[:1])
        self._digits = PenDigits(file)
        self._classifier = Classifier.open(model, "cpu")
        self._canvas = DrawingCanvas()
        self._canvas.resize(GRID, GRID)

    def answer(self, drawing: Drawing) -> Answer:
        """Draw on a clean sheet and read what is there."""
        self._canvas.clear()
        self._canvas.set_brush(drawing.brush)
        strokes = self._digits.strokes(drawing.index, drawing.size, drawing.place)
        draw(self._canvas, strokes, drawing.as_mouse)
        prediction = self._classifier.classify(self._canvas.ink())
        return Answer(drawing, prediction.digit, prediction.trace.picture)


_replay: Replay  # a process's own


def _start(file: Path, model: str) -> None:
    import torch

    torch.set_num_threads(1)
    global _replay
    _replay = Replay(file, model)


def _answer(drawing: Drawing) -> Answer:
    return _replay.answer(drawing)


# What is told


def report(answers: list[Answer], digits: PenDigits) -> Iterable[str]:
    """Lines that tell accuracy per source, writer and digit, slashed zeros apart; and per brush and size."""
    index = np.array([answer.drawing.index for answer in answers])
    right = np.array([answer.digit for answer in answers]) == digits.labels[index]
    slashed = digits.slashed_zero[index]
    sources, labels, writers = digits.sources[index], digits.labels[index], digits.writers[index]
    for source in np.unique(sources):
        of_source = (sources == source) & ~slashed
        yield f"  {source:14s} {right[of_source].mean():7.2%} of {of_source.sum():,}"
        by_writer = {
            writer: right[of_source & (writers == writer)].mean() for writer in np.unique(writers[of_source])
        }
        worst = sorted(by_writer.items(), key=lambda item: item[1])[: max(1, round(len(by_writer) * _TENTH))]
        yield (
            f"    {len(by_writer)} writers: median {np.median(list(by_writer.values())):.2%}, "
            f"worst tenth {np.mean([share for _, share in worst]):.2%}"
            f" (worst {worst[0][0]}: {worst[0][1]:.2%})"
        )
        by_digit = (
            f"{digit}: {right[of_source & (labels == digit)].mean():.1%}"
            for digit in np.unique(labels[of_source])
        )
        yield f"    {'  '.join(by_digit)}"
    if slashed.any():
        yield f"  {'slashed zeros':14s} {right[slashed].mean():7.2%} of {slashed.sum():,}"
    if len({answer.drawing.brush for answer in answers}) > 1:
        yield from _by_brush_and_size(answers, right & ~slashed, ~slashed)


def _by_brush_and_size(answers: list[Answer], right: np.ndarray, counted: np.ndarray) -> Iterable[str]:
    sizes = np.array([answer.drawing.size for answer in answers])
    brushes = np.array([answer.drawing.brush for answer in answers])
    classes = {
        "small": sizes < _MEDIUM,
        "medium": (sizes >= _MEDIUM) & (sizes < _LARGE),
        "large": sizes >= _LARGE,
    }
    yield f"  {'brush':14s}" + "".join(f"{name:>9s}" for name in classes)
    for brush in BRUSHES:
        groups = [chosen & (brushes == brush) & counted for chosen in classes.values()]
        shares = (f"{right[group].mean():9.2%}" if group.any() else f"{'–':>9s}" for group in groups)
        yield f"  {brush:<14d}" + "".join(shares)


def page_of_mistakes(answers: list[Answer], digits: PenDigits) -> Image.Image:
    """Every misread drawing as the network saw it, by digit: its label, what was read, and who wrote it."""
    wrong = [answer for answer in answers if answer.digit != digits.labels[answer.drawing.index]]
    wrong.sort(key=lambda answer: (digits.labels[answer.drawing.index], answer.digit))
    width, height = _CELL
    rows = max(1, -(-len(wrong) // _COLUMNS))
    page = Image.new("L", (_COLUMNS * width, rows * height), 255)
    write = ImageDraw.Draw(page)
    for number, answer in enumerate(wrong):
        left, top = number % _COLUMNS * width, number // _COLUMNS * height
        picture = Image.fromarray((255 - answer.picture * 255).round().astype(np.uint8))
        page.paste(picture.resize((56, 56), Image.Resampling.BICUBIC), (left + 4, top + 2))
        write.rectangle((left + 3, top + 1, left + 60, top + 58), outline=200)
        index = answer.drawing.index
        write.text((left + 5, top + 58), f"{digits.labels[index]} read as {answer.digit}", fill=0)
        write.text((left + 5, top + 69), str(digits.writers[index]).rpartition(":")[2][:10], fill=130)
    return page


def main(arguments: list[str] | None = None) -> int:
    """Replay, and tell how many were read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="shipped weights, or a file of weights")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--every", type=int, default=1, help="replay one digit in this many")
    parser.add_argument(
        "--mistakes", type=Path, help="where the page of mistakes goes (.png); the first way's"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)

    digits = PenDigits(options.file)
    # Each process has one core: with threads of their own in NumPy, two were slower than one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    with context.Pool(options.processes, _start, (options.file, options.model)) as pool:
        for way in options.ways:
            started = time.perf_counter()
            answers = pool.map(_answer, drawings(way, len(digits), options.every), chunksize=100)
            speed = len(answers) / (time.perf_counter() - started)
            print(f"{options.model}, {way} ({speed:.0f} digits a second)")
            for line in report(answers, digits):
                print(line)
            if options.mistakes and way == options.ways[0]:
                page_of_mistakes(answers, digits).save(options.mistakes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
