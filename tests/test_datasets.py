"""The bundled MNIST is MNIST, and says so when it is not."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.data.datasets import DigitSet, draw_test_digit, load_mnist, mnist_folder
from core.errors import FileProblem

MD5 = {  # of the unpacked files, as published with MNIST
    "train-images-idx3-ubyte.gz": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte.gz": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}
COUNTS = {  # how often each digit occurs, as counted by those who use MNIST
    "train": [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    "test": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
}
IMAGES, LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"


@pytest.mark.parametrize("name", MD5)
def test_the_bundled_files_have_the_published_digests(name: str) -> None:
    content = gzip.decompress((mnist_folder() / name).read_bytes())
    assert hashlib.md5(content, usedforsecurity=False).hexdigest() == MD5[name]


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_split_has_its_digits_and_labels(split: str) -> None:
    digits = load_mnist(split)
    assert len(digits) == sum(COUNTS[split])
    assert digits.images.shape == (len(digits), 28, 28)
    assert digits.labels.shape == (len(digits),)
    assert digits.images.dtype == digits.labels.dtype == np.uint8
    assert np.bincount(digits.labels, minlength=10).tolist() == COUNTS[split]


def test_the_first_digits_are_those_that_every_book_shows() -> None:
    assert load_mnist("train").labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert load_mnist("test").labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_ink_is_bright_and_paper_is_zero() -> None:
    images = load_mnist("test").images
    assert not images[:, 0].any()
    assert images.max() == 255
    assert images.mean() / 255 == pytest.approx(0.1325, abs=5e-4)  # the mean that textbooks normalise with


def test_a_digit_set_knows_how_many_digits_it_has() -> None:
    assert len(DigitSet(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))) == 3


def remove(path: Path) -> None:
    path.unlink()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def cut_in_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def unpack(path: Path) -> None:
    path.write_bytes(gzip.decompress(path.read_bytes()))


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def change_a_value(path: Path) -> None:
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[-1] ^= 1
    path.write_bytes(gzip.compress(content, 1))


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [remove, cut_short, cut_in_the_header, empty, unpack, damage, change_a_value, replace_by_a_folder],
)
@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_a_spoilt_file_is_named_with_the_way_to_restore_it(
    tmp_path: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    for file in (IMAGES, LABELS):
        shutil.copy(mnist_folder() / file, tmp_path)
    assert len(load_mnist("test", tmp_path)) == 10_000
    spoil(tmp_path / name)
    with pytest.raises(FileProblem, match=re.escape(str(tmp_path / name))) as told:
        load_mnist("test", tmp_path)
    assert f"Install LeNet Lab again, or copy {name} back" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_in_the_place_of_another_is_refused(tmp_path: Path) -> None:
    shutil.copy(mnist_folder() / IMAGES, tmp_path)
    shutil.copy(mnist_folder() / "train-labels-idx1-ubyte.gz", tmp_path / LABELS)
    with pytest.raises(FileProblem, match="digest"):
        load_mnist("test", tmp_path)


def test_an_unknown_split_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        load_mnist("validation")


def test_a_drawn_test_digit_is_one_of_its_label_and_the_same_for_a_seed() -> None:
    digits = load_mnist("test")
    drawn = [draw_test_digit(7, seed) for seed in range(20)]
    assert len({digit.number for digit in drawn}) > 10
    for digit in drawn:
        assert digit.label == digits.labels[digit.number] == 7
        np.testing.assert_array_equal(digit.image, digits.images[digit.number])
    assert draw_test_digit(7, 3).number == drawn[3].number
    assert {draw_test_digit(None, seed).label for seed in range(80)} == set(range(10))
