"""Digits, drawings and steps of preprocessing that several test files use; no window, no torch."""

from __future__ import annotations

import functools
import itertools

import numpy as np
from PIL import Image, ImageDraw

from core.data.datasets import DigitSet, load_mnist
from core.ink.preprocess import SIZE, Steps
from core.my_digits.store import MyDigit, MyDigits

CENTRES = np.arange(SIZE) + 0.5  # of the picture's pixels; MNIST centres at that of pixel 14
ALL_CHOICES = [Steps(*taken) for taken in itertools.product([True, False], repeat=4)]
NO_STEP = ALL_CHOICES[-1]


@functools.cache
def mnist(split: str) -> DigitSet:
    return load_mnist(split)


def first_digits(split: str, count: int) -> DigitSet:
    return DigitSet(mnist(split).images[:count], mnist(split).labels[:count])


def picture(index: int) -> np.ndarray:
    """A test digit as a network gets it."""
    found: np.ndarray = mnist("test").images[index].astype(np.float32) / 255
    return found


def enlarged(digit: np.ndarray) -> np.ndarray:
    """A picture (28, 28) pixel by pixel on a sheet of (280, 280)."""
    return digit.repeat(10, 0).repeat(10, 1)


def four() -> np.ndarray:
    """A test digit (28, 28) whose runner-up is a 9."""
    found: np.ndarray = mnist("test").images[6]
    return found


def four_drawn() -> np.ndarray:
    """The same digit on the sheet."""
    return enlarged(four())


def ink(seed: int) -> np.ndarray:
    """A drawing that no other seed gives."""
    sheet = np.zeros((280, 280), np.uint8)
    sheet[60:220, 100:130] = np.random.default_rng(seed).integers(1, 256, (160, 30))
    return sheet


def line(points: np.ndarray, width: float, side: int) -> np.ndarray:
    """A line through points (N, 2) in 0–1 with round ends, antialiased, on a sheet of side × side pixels."""
    fine = 4 * side
    sheet = Image.new("L", (fine, fine))
    pen = ImageDraw.Draw(sheet)
    vertices = [(float(x), float(y)) for x, y in points * fine]
    pen.line(vertices, fill=255, width=round(width * fine))
    radius = width * fine / 2
    for x, y in vertices:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(4))


def brush_stroke(seed: int = 0, side: int = 280) -> np.ndarray:
    """A stroke of a brush, well within its sheet, and not in the middle of it."""
    random = np.random.default_rng(seed)
    return line(random.uniform(0.2, 0.6, (5, 2)), 0.08, side)


def assert_is_picture(picture: np.ndarray) -> None:
    assert picture.shape == (SIZE, SIZE)
    assert picture.dtype == np.float32
    assert picture.min() >= 0  # no value is NaN, either
    assert picture.max() <= 1


def read_all(store: MyDigits) -> list[MyDigit]:
    return [store.read(path) for path in store.listed()[0]]
