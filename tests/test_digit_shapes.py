"""MNIST's test digits are recognised among those that are taught, however they have come back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from example_digits import mnist
from PIL import Image

from core.ink.digit_png import on_sheet
from core.my_digits.picture_folders import read_ink
from core.teaching.digit_shapes import are_near, shape_of

TESTS = mnist("test").images[:60]
SHAPES = np.stack([shape_of(image) for image in TESTS])


def come_back(folder: Path, suffix: str, side: int = 28, dark: bool = False, quality: int = 75) -> np.ndarray:
    """The shapes of test digits that were saved as pictures and imported."""
    shapes = []
    for image in TESTS:
        picture = Image.fromarray(255 - image if dark else image)
        picture = picture.resize((side, side), Image.Resampling.BICUBIC)
        picture.save(folder / f"digit{suffix}", quality=quality)
        shapes.append(shape_of(on_sheet(read_ink(folder / f"digit{suffix}"))))
    return np.stack(shapes)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("suffix", "side", "quality"),
    [
        (".png", 28, 0),
        (".jpg", 28, 75),
        (".jpg", 28, 50),
        (".png", 280, 0),
        (".jpg", 280, 50),
        (".png", 100, 0),
    ],
)
def test_a_test_digit_is_recognised_when_it_comes_back(
    tmp_path: Path, suffix: str, side: int, quality: int, dark: bool
) -> None:
    taught = come_back(tmp_path, suffix, side, dark, quality)
    for shape, one in zip(SHAPES, taught, strict=True):
        assert are_near(shape[None], one[None])[0]
    assert are_near(SHAPES, taught).all()


def test_other_digits_are_hardly_ever_taken_for_one() -> None:
    others = np.stack([shape_of(image) for image in mnist("train").images[:3000]])
    tests = np.stack([shape_of(image) for image in mnist("test").images[:3000]])
    assert are_near(others, tests).mean() < 0.003
    assert are_near(SHAPES, SHAPES).all() and not are_near(SHAPES[:1], SHAPES[1:])[0]


def test_a_shape_is_the_same_wherever_and_however_large_a_digit_is() -> None:
    image = TESTS[0]
    shape = shape_of(image)
    assert shape.dtype == np.float32 and shape.shape == (196,)
    assert np.linalg.norm(shape) == pytest.approx(1, abs=1e-5)
    moved = np.roll(np.pad(image, 20), (9, -13), (0, 1))
    for same in (on_sheet(image), moved, image.repeat(3, 0).repeat(3, 1), (image // 2).astype(np.uint8)):
        assert np.linalg.norm(shape_of(same) - shape) < 0.03
    wider = np.asarray(Image.fromarray(image).resize((42, 28)))
    assert np.linalg.norm(shape_of(wider) - shape) > 0.3


def test_echoes_paler_than_a_tenth_of_the_ink_do_not_count() -> None:
    image = TESTS[0]
    echoes = np.where(image == 0, 24, image).astype(np.uint8)
    assert np.linalg.norm(shape_of(echoes) - shape_of(image)) < 0.05


def test_bare_paper_and_single_pixels_are_near_to_nothing() -> None:
    bare, dot = np.zeros((28, 28), np.uint8), np.zeros((28, 28), np.uint8)
    dot[3, 5] = 1
    assert not shape_of(bare).any() and np.isfinite(shape_of(dot)).all()
    assert not are_near(np.stack([shape_of(bare)]), SHAPES)[0]
    assert not are_near(np.stack([shape_of(dot)]), SHAPES)[0]
