"""How many of MNIST's test digits are recognised when they come back as pictures, and how many others.

    python tests/benchmarks/known_test_digits.py [DIGITS]

Saves DIGITS of the test digits (1,000) as pictures of several kinds, reads them as the import does, and
compares them with themselves; then all 10,000 with the 60,000 training digits, which are others.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops

from core.data.datasets import load_mnist
from core.ink.digit_png import on_sheet
from core.my_digits.picture_folders import read_ink
from core.teaching.digit_shapes import are_near, shape_of

Make = Callable[[Image.Image], Image.Image]


def enlarged(side: int, how: Image.Resampling) -> Make:
    return lambda picture: picture.resize((side, side), how)


def dark_on_light(picture: Image.Image) -> Image.Image:
    return ImageChops.invert(picture)


SAME = enlarged(28, Image.Resampling.NEAREST)
KINDS: dict[str, tuple[Make, str, int | None]] = {
    "PNG": (SAME, ".png", None),
    "PNG, dark on light": (dark_on_light, ".png", None),
    "JPEG, quality 75": (SAME, ".jpg", 75),
    "JPEG, quality 50": (SAME, ".jpg", 50),
    "JPEG, quality 50, dark on light": (dark_on_light, ".jpg", 50),
    "ten times as large, bilinear, PNG": (enlarged(280, Image.Resampling.BILINEAR), ".png", None),
    "ten times as large, Lanczos, PNG": (enlarged(280, Image.Resampling.LANCZOS), ".png", None),
    "ten times as large, bicubic, JPEG, quality 50": (
        enlarged(280, Image.Resampling.BICUBIC), ".jpg", 50,
    ),
    "four times as large, bicubic, JPEG, quality 75": (
        enlarged(112, Image.Resampling.BICUBIC), ".jpg", 75,
    ),
    "twenty times as large, Lanczos, PNG": (enlarged(560, Image.Resampling.LANCZOS), ".png", None),
}  # fmt: skip


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    tests = load_mnist("test").images
    started = time.perf_counter()
    shapes = np.stack([shape_of(image) for image in tests])
    print(f"shapes of 10,000 digits: {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    for block in np.split(shapes, 20):  # as teaching does it
        are_near(block, shapes)
    print(f"10,000 compared with 10,000: {time.perf_counter() - started:.2f} s")
    chosen = np.random.default_rng(1).permutation(len(tests))[:count]
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, suffix, quality) in KINDS.items():
            path = Path(folder) / f"digit{suffix}"
            found = 0
            for number in chosen:
                make(Image.fromarray(tests[number])).save(path, quality=quality)
                taught = shape_of(on_sheet(read_ink(path)))
                found += int(are_near(shapes[number : number + 1], taught[None])[0])
            print(f"{name}: {found / count:.1%} of {count:,} recognised")
    alarms = dropped = 0
    for images in np.split(load_mnist("train").images, 6):
        others = np.stack([shape_of(image) for image in images])
        alarms += int(are_near(others, shapes).sum())
        dropped += int(are_near(shapes, others).sum())
    print(f"training digits taken for a test digit: {alarms:,} of 60,000")
    print(f"test digits lost where 10,000 training digits are taught: {dropped / 6:.1f} of 10,000")


if __name__ == "__main__":
    main()
