"""Digits as people write them with a pen, generated: forms, other hands, ink, and the network's picture.

MNIST was written by American clerks and high-school students; `core.pen_digits.forms` has the forms of the
rest of the world as well. NumPy only.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np

from core.data.datasets import DigitSet
from core.ink import preprocess
from core.pen_digits.forms import FORMS, Form, draw_skeleton
from core.pen_digits.painting import paint

# Of the sheet, in pixels; only what is thick beside what matters, as the picture is scaled anyway.
_SIDE = 140
_LONGER_SIDE = 100.0  # of a digit's lines on it
_SPACING = 8.0  # of a stroke's points, in pixels: as quick hands leave them, and as few as painting needs
_PER_CURVE = 12  # points from one of a skeleton's to the next

# Stroke width over the longer side. Most digits are written as MNIST's are; the others as with a brush that
# is far too thin or thick: a digit on a fifth of the pad, with the pad's usual brush, has 0.43.
_USUAL_WIDTH, _WIDTH_SPREAD = 0.12, 0.03
_THINNEST, _THICKEST = 0.05, 0.4
_OF_USUAL_WIDTH = 0.7  # of all


def generate(count: int, seed: int) -> Iterator[tuple[np.ndarray, int]]:
    """Pictures (28, 28) uint8, 0 = paper, each with its digit 0–9, in the shares of `core.pen_digits.forms`.

    The same seed gives the same digits. One takes about a millisecond.
    """
    random = np.random.default_rng(seed % 2**64)  # which takes no negative seeds
    shares = [form.share for form in FORMS]
    for number in random.choice(len(FORMS), count, p=shares).tolist():
        yield draw(FORMS[number], random), FORMS[number].digit


def collect(digits: Iterable[tuple[np.ndarray, int]]) -> DigitSet:
    """The pictures and digits that `generate` gives, as a set."""
    pairs = list(digits)
    images = np.array([image for image, _ in pairs], np.uint8).reshape(-1, 28, 28)
    return DigitSet(images, np.array([digit for _, digit in pairs], np.uint8))


def draw(form: Form, random: np.random.Generator) -> np.ndarray:
    """One digit of a form as the network reads it: (28, 28) uint8."""
    if random.random() < _OF_USUAL_WIDTH:
        width = float(np.clip(random.normal(_USUAL_WIDTH, _WIDTH_SPREAD), _THINNEST, _THICKEST))
    else:
        width = float(np.exp(random.uniform(np.log(_THINNEST), np.log(_THICKEST))))
    ink = paint(write(form, random), width * _LONGER_SIDE, _SIDE)
    picture: np.ndarray = (preprocess.to_mnist(ink) * 255).round().astype(np.uint8)
    return picture


def write(form: Form, random: np.random.Generator) -> list[np.ndarray]:
    """A form as some hand writes it: strokes (n, 2) of points x, y, in the middle of 140×140 pixels."""
    strokes = []
    for pieces in draw_skeleton(form.skeleton, random):
        shaken = [piece + random.normal(0, 0.02, piece.shape) for piece in pieces]
        for before, after in itertools.pairwise(shaken):
            after[0] = before[-1]
        strokes.append(np.concatenate([curve(piece) for piece in shaken]))
    if len(strokes) > 1 and random.random() < 0.06:  # the pen was not lifted
        strokes = [np.concatenate(strokes)]
    strokes = [_with_other_ends(stroke, random) for stroke in strokes]
    strokes = _turned(_bent(strokes, random), form, random)
    return [_thinned_out(stroke) for stroke in _fitted(strokes)]


def curve(points: np.ndarray) -> np.ndarray:
    """A smooth curve (m, 2) through points (n, 2): the splines of Catmull and Rom (1974)."""
    before, after = 2 * points[0] - points[1], 2 * points[-1] - points[-2]
    padded = np.concatenate([[before], points, [after]])
    a, b, c, d = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0, 1, _PER_CURVE, endpoint=False)[:, None]
    curve = b + (c - a) / 2 * t + (a - 2.5 * b + 2 * c - d / 2) * t**2 + (1.5 * (b - c) + (d - a) / 2) * t**3
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def _with_other_ends(stroke: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A stroke that begins or ends a little earlier, or with a small hook."""
    first, last = random.integers(0, 4, 2) * (random.random(2) < 0.4)
    stroke = stroke[first : len(stroke) - last]
    hook, where = random.normal(0, 0.05, 2), random.random()
    if where < 0.15:
        return np.concatenate([stroke, stroke[-1:] + hook])
    if where < 0.28:
        return np.concatenate([stroke[:1] + hook, stroke])
    return stroke


def _bent(strokes: list[np.ndarray], random: np.random.Generator) -> list[np.ndarray]:
    """Of other proportions (a larger head, a shorter foot), and in waves about as long as a digit."""
    proportions = random.normal(0, [0.05, 0.08])
    frequencies, phases = random.normal(0, 0.7, (4, 2)), random.uniform(0, 2 * np.pi, 4)
    heights = random.normal(0, 0.025, (4, 2))
    bent = []
    for stroke in strokes:
        moved = stroke + proportions * np.sin(np.pi * stroke)
        bent.append(moved + np.sin(2 * np.pi * moved @ frequencies.T + phases) @ heights)
    return bent


def _turned(strokes: list[np.ndarray], form: Form, random: np.random.Generator) -> list[np.ndarray]:
    """As wide as the form may be, slanted and turned."""
    width, slant, angle = random.uniform(*form.widths), random.normal(0.1, 0.22), random.normal(0, 0.12)
    slanted = np.array([[width, 0], [-slant, 1]])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [stroke @ slanted @ turn for stroke in strokes]


def _fitted(strokes: list[np.ndarray]) -> list[np.ndarray]:
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = _LONGER_SIDE / float((high - low).max())
    return [(stroke - (low + high) / 2) * scale + _SIDE / 2 for stroke in strokes]


def _thinned_out(stroke: np.ndarray) -> np.ndarray:
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    at = np.linspace(0, lengths[-1], max(2, int(np.ceil(lengths[-1] / _SPACING)) + 1))
    return np.stack([np.interp(at, lengths, stroke[:, axis]) for axis in (0, 1)], axis=1)
