"""Labelled digits in files: IDX of several kinds, tables of text, NumPy's arrays; whole and hostile ones."""

from __future__ import annotations

import gzip
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from example_digits import first_digits

from core.data import array_digits, csv_digits, idx
from core.data.labelled_files import open_labelled, read_labelled
from core.data.levels import as_levels
from core.errors import FileProblem
from core.files import limits

FEW = first_digits("test", 12)


def read(*paths: Path, chosen: list[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
    file = open_labelled(paths)
    return read_labelled(file, np.arange(file.count) if chosen is None else np.array(chosen))


def assert_are_few(*paths: Path) -> None:
    pictures, labels = read(*paths)
    assert np.array_equal(pictures, FEW.images) and np.array_equal(labels, FEW.labels)
    assert pictures.dtype == labels.dtype == np.uint8
    some, theirs = read(*paths, chosen=[7, 0, 11])
    assert np.array_equal(some, FEW.images[[7, 0, 11]]) and np.array_equal(theirs, FEW.labels[[7, 0, 11]])


# IDX


def idx_labels(values: np.ndarray, kind: int) -> bytes:
    return struct.pack(f">HBB{values.ndim}I", 0, kind, values.ndim, *values.shape) + values.tobytes()


@pytest.mark.parametrize(
    ("kind", "code"),
    [(">u1", 0x08), (">i1", 0x09), (">i2", 0x0B), (">i4", 0x0C)],
    ids=lambda value: str(value),
)
def test_labels_of_any_integers_are_read(tmp_path: Path, kind: str, code: int) -> None:
    idx.write(tmp_path / "a-images-idx3-ubyte", FEW.images)
    (tmp_path / "a-labels-idx1-ubyte").write_bytes(idx_labels(FEW.labels.astype(kind), code))
    assert_are_few(tmp_path / "a-images-idx3-ubyte")


@pytest.mark.parametrize("packed", [True, False])
def test_qmnist_has_its_labels_in_the_first_of_eight_columns(tmp_path: Path, packed: bool) -> None:
    suffix = ".gz" if packed else ""
    pictures = tmp_path / f"qmnist-test-images-idx3-ubyte{suffix}"
    labels = tmp_path / f"qmnist-test-labels-idx2-int{suffix}"
    idx.write(pictures, FEW.images)
    table = np.full((12, 8), 4711, ">i4")
    table[:, 0] = FEW.labels
    content = idx_labels(table, 0x0C)
    labels.write_bytes(gzip.compress(content) if packed else content)
    assert_are_few(pictures)
    assert_are_few(labels)
    assert_are_few(labels, pictures)


def test_labels_of_other_shapes_and_kinds_are_refused(tmp_path: Path) -> None:
    idx.write(tmp_path / "a-images-idx3-ubyte", FEW.images)
    labels = tmp_path / "a-labels-idx1-ubyte"
    for values, kind in ((np.zeros((12, 7), ">i4"), 0x0C), (np.zeros(12, ">f4"), 0x0D)):
        labels.write_bytes(idx_labels(values, kind))
        with pytest.raises(FileProblem, match="not an IDX file"):
            read(tmp_path / "a-images-idx3-ubyte", labels)
    labels.write_bytes(idx_labels(np.full(12, -1, ">i2"), 0x0B))
    with pytest.raises(FileProblem, match="label -1"):
        read(labels)


# Tables of text


def lines(separator: str = ",", last: bool = False, quoted: bool = False) -> list[str]:
    rows = []
    for picture, label in zip(FEW.images, FEW.labels, strict=True):
        cells = [str(level) for level in picture.ravel()]
        cells = [*cells, str(label)] if last else [str(label), *cells]
        rows.append(separator.join(f'"{cell}"' if quoted else cell for cell in cells))
    return rows


KAGGLE = ",".join(["label", *(f"pixel{number}" for number in range(784))])


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([KAGGLE, *lines()]),
        "\r\n".join(lines()) + "\r\n\r\n",
        "\ufeff" + "\n".join([KAGGLE, *lines()]),
        "\n".join([KAGGLE.replace(",", ";"), *lines(";")]),
        "\n".join(lines("\t")),
        "\n".join(lines(quoted=True)),
        "\n".join(lines(last=True)),
        "\n".join([KAGGLE.removeprefix("label,") + ",class", *lines(last=True)]),
        "\n".join(["," + KAGGLE, *(f"{number},{line}" for number, line in enumerate(lines()))]),
    ],
    ids=["kaggle", "plain", "mark", "semicolons", "tabs", "quoted", "label last", "class last", "pandas"],
)
def test_a_table_with_a_label_and_all_pixels_in_each_line_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "digits.csv").write_text(text, encoding="utf-8", newline="")
    assert_are_few(tmp_path / "digits.csv")
    (tmp_path / "digits.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert_are_few(tmp_path / "digits.csv.gz")


def test_tables_of_fractions_and_of_few_levels_get_all_levels(tmp_path: Path) -> None:
    rows = np.column_stack([FEW.labels, FEW.images.reshape(12, -1) / 255])
    np.savetxt(tmp_path / "a.csv", rows, delimiter=",", fmt="%.6g")
    assert_are_few(tmp_path / "a.csv")
    small = FEW.images[:, 2:26:3, 2:26:3] // 16  # as scikit-learn's, 0 to 15 or 16
    small[0, 0, 0] = 16
    np.savetxt(
        tmp_path / "b.csv", np.column_stack([small.reshape(12, -1), FEW.labels]), delimiter=",", fmt="%d"
    )
    pictures, labels = read(tmp_path / "b.csv")
    assert pictures.shape == (12, 8, 8) and pictures.max() == 255
    assert np.abs(pictures / 255 - small / 16).max() < 0.003
    assert np.array_equal(labels, FEW.labels)


def test_dark_digits_on_white_are_turned_whatever_file_they_are_in(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=255 - FEW.images, y=FEW.labels)
    assert_are_few(tmp_path / "a.npz")


def test_a_single_line_is_a_digit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines()[3])
    pictures, labels = read(tmp_path / "a.csv")
    assert np.array_equal(pictures, FEW.images[3:4]) and labels.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not a file of digits"),
        ("1,2,3\n", "not a file of digits"),
        ("label,pixel0\n", "not a file of digits"),
        (KAGGLE.splitlines()[0] + "\n", "not a file of digits"),  # a heading alone
        ("\n".join(line.split(",", 1)[1] for line in lines()), "not a file of digits"),  # without labels
        ("\0" * 2000, "not a file of digits"),
        ("\n".join([KAGGLE, "7" + ",0" * 783]), "not a table of digits"),
        ("\n".join([*lines(), "7" + ",0" * 700]), "not a table of digits"),
        ("\n".join([KAGGLE, "7" + ",x" * 784]), "not a table of digits"),
        ("\n".join([KAGGLE, "7" + ",nan" * 784]), "not a table of digits"),
        ("\n".join([KAGGLE, "12" + ",0" * 784]), "label 12"),
        ("\n".join([KAGGLE, "7.5" + ",0" * 784]), "label 7.5"),
        ("\n".join([KAGGLE, "nan" + ",0" * 784]), "label nan"),
    ],
)
def test_a_table_that_is_none_of_digits_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(FileProblem, match=told):
        read(tmp_path / "a.csv")


def test_a_table_of_very_many_lines_is_refused_before_they_are_parted(tmp_path: Path) -> None:
    for end in (b"\n", b"\r"):
        (tmp_path / "a.csv").write_bytes(lines()[0].encode() + end * 2_000_001)
        with pytest.raises(FileProblem, match="more than 2,000,000 lines"):
            open_labelled([tmp_path / "a.csv"])


def test_a_table_that_unpacks_to_far_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DIGITS_FILE", 1000)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"7" * 1001))
    with pytest.raises(FileProblem, match="too large"):
        csv_digits.open_table(tmp_path / "a.csv.gz")


# Arrays


def test_keras_s_mnist_npz_has_both_sets(tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    np.savez(
        path,
        x_test=FEW.images[8:],
        x_train=FEW.images[:8],
        y_train=FEW.labels[:8],
        y_test=FEW.labels[8:],
    )
    pictures, labels = read(path)
    assert sorted(labels) == sorted(FEW.labels) and len(pictures) == 12
    for picture, label in zip(pictures, labels, strict=True):
        assert any(
            np.array_equal(picture, other) and label == right
            for other, right in zip(FEW.images, FEW.labels, strict=True)
        )
    some, theirs = read(path, chosen=[11, 5, 0])
    assert np.array_equal(some, pictures[[11, 5, 0]]) and np.array_equal(theirs, labels[[11, 5, 0]])


SHAPES: dict[str, Callable[[], dict[str, np.ndarray]]] = {
    "rows": lambda: {"data": FEW.images.reshape(12, -1), "target": FEW.labels},
    "channels last": lambda: {"images": FEW.images[..., None], "labels": FEW.labels[:, None]},
    "channels first": lambda: {"x": FEW.images[:, None], "y": FEW.labels.astype(np.int64)},
    "fractions": lambda: {"x": FEW.images / 255, "y": FEW.labels.astype(np.float32)},
    "from -1 to 1": lambda: {"x": (FEW.images / 127.5 - 1).astype(np.float32), "y": FEW.labels},
    "columns first": lambda: {"x": np.asfortranarray(FEW.images), "y": FEW.labels},
    "big-endian": lambda: {"x": FEW.images.astype(">i4"), "y": FEW.labels.astype(">i2")},
    "more arrays": lambda: {
        "x": FEW.images,
        "y": FEW.labels,
        "note": np.array("hello"),
        "ids": np.zeros((12, 2)),
    },
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_of_pictures_and_labels_are_found(tmp_path: Path, name: str, save: Any) -> None:
    save(tmp_path / "a.npz", **SHAPES[name]())
    assert_are_few(tmp_path / "a.npz")


def test_two_npy_files_are_pictures_and_labels(tmp_path: Path) -> None:
    np.save(tmp_path / "pictures.npy", FEW.images)
    np.save(tmp_path / "labels.npy", FEW.labels)
    assert_are_few(tmp_path / "pictures.npy", tmp_path / "labels.npy")
    assert_are_few(tmp_path / "labels.npy", tmp_path / "pictures.npy")
    with pytest.raises(FileProblem, match="not clear which arrays"):
        read(tmp_path / "pictures.npy")


def test_sets_of_one_size_are_told_apart_by_name_or_not_taken(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "a.npz",
        x_a=FEW.images[:6],
        x_b=FEW.images[6:],
        labels_b=FEW.labels[6:],
        labels_a=FEW.labels[:6],
    )
    assert_are_few(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", one=FEW.images, two=FEW.labels, three=FEW.labels)
    with pytest.raises(FileProblem, match="not clear which arrays"):
        read(tmp_path / "b.npz")
    np.savez(
        tmp_path / "c.npz",
        x_a=FEW.images[:5],
        x_b=FEW.images[5:, :20, :20],
        y_a=FEW.labels[:5],
        y_b=FEW.labels[5:],
    )
    with pytest.raises(FileProblem, match="not clear which arrays"):
        read(tmp_path / "c.npz")


def npy(header: str, content: bytes = b"", version: bytes = b"\1\0") -> bytes:
    size = struct.pack("<H" if version == b"\1\0" else "<I", len(header))
    return b"\x93NUMPY" + version + size + header.encode("latin1") + content


def archive(path: Path, compression: int = zipfile.ZIP_DEFLATED, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return path


def described(shape: str, kind: str = "|u1") -> str:
    return f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n"


LABELS = npy(described("(1,)"), b"\7")


def refusal(path: Path) -> str:
    with pytest.raises(FileProblem) as told:
        read(path)
    return str(told.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = 0
    original = zipfile.ZipExtFile.read

    def counted(file: zipfile.ZipExtFile, size: int | None = -1) -> bytes:
        nonlocal unpacked
        content = original(file, size)
        unpacked += len(content)
        return content

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    bomb = bytes(50_000_000)
    for shape in ("(1, 784)", "(400000, 784)", "(1, 28, 28)"):
        path = archive(tmp_path / "a.npz", x=npy(described(shape), bomb), y=LABELS)
        assert refusal(path)
        assert unpacked < 100_000
    endless, labels = npy(described("(-1, 784)"), bomb), npy(described("(-1,)"), bomb)
    assert refusal(archive(tmp_path / "a.npz", x=endless, y=labels)) and unpacked < 100_000
    many = npy(described("(400000,)"), bytes(400_000))
    assert "too large" in refusal(
        archive(tmp_path / "a.npz", x=npy(described("(400000, 784)"), bomb), y=many)
    )
    assert unpacked < 100_000


@pytest.mark.parametrize(
    "pictures",
    [
        npy(described("(1, 784)"), bytes(700)),
        npy(described("(1, 784)"), bytes(800)),
        npy(described("(-1, 784)"), bytes(784)),
        npy(described("(1, -28, -28)"), bytes(784)),
        npy(described("(True, 784)"), bytes(784)),
        npy(described("(1, 784)", "|O"), pickle.dumps(["pickled"])),
        npy(described("(1, 784)", "<c8"), bytes(784 * 8)),
        npy(described("(1, 784)") + " " * 20_000, bytes(784)),
        npy(described("(1, 784)"), bytes(784), version=b"\2\0"),
        npy("__import__('os').system('false')", bytes(784)),
        npy("{'descr': (", bytes(784)),
        npy("-" * 9000 + "1", bytes(784)),
        npy("1" + "+1" * 4000, bytes(784)),
        npy("{{}: 1}", bytes(784)),
        npy(described("()"), bytes(784)),
        npy(described("(1, 785)"), bytes(785)),
        npy(described("(1, 784)", "<f4"), struct.pack("<784f", *[float("nan")] * 784)),
        npy(described("(1, 784)", "<f8"), struct.pack("<784d", *[1e300] * 784)),  # more than float32 holds
        b"\x93NUMPY",
        b"",
    ],
)
def test_arrays_that_are_not_what_they_should_be_are_refused(tmp_path: Path, pictures: bytes) -> None:
    assert "a.npz" in refusal(archive(tmp_path / "a.npz", x=pictures, y=LABELS))
    (tmp_path / "a.npy").write_bytes(pictures)
    assert "a.npy" in refusal(tmp_path / "a.npy")


def test_torn_and_foreign_archives_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz", x=npy(described("(1, 784)"), bytes(range(196)) * 4), y=LABELS)
    whole = path.read_bytes()
    for content in (b"", b"PK\3\4", whole[:-30], whole[:200], whole[:60] + b"\xff" * 40 + whole[100:]):
        path.write_bytes(content)
        assert "a.npz" in refusal(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "hello")
    assert "not clear which arrays" in refusal(path)
    assert "There is no file" in refusal(tmp_path / "missing.npz")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("x.npy", npy(described("(1, 784)"), bytes(784)))
        file.writestr("y.npy", LABELS)
    damaged = bytearray(path.read_bytes())
    damaged[60:70] = b"\xff" * 10
    path.write_bytes(damaged)
    assert "a.npz" in refusal(path)


def test_more_arrays_than_a_file_of_digits_has_are_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_digits, "_MOST_ARRAYS", 1)
    assert "not clear" in refusal(
        archive(tmp_path / "a.npz", x=npy(described("(1, 784)"), bytes(784)), y=LABELS)
    )


def test_a_file_larger_than_imports_may_read_is_refused_unread(
    tmp_path: Path,
) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(600 * 2**20)  # it takes no room on the disk
    assert "512 MB" in refusal(tmp_path / "a.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", ["a.npz", "a.csv", "a-images-idx3-ubyte"])
def test_a_pipe_is_no_file_of_digits(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert "is not a file" in refusal(tmp_path / name)


def test_levels_are_stretched_only_where_they_have_to_be() -> None:
    def levels(*values: float) -> list[int]:
        return as_levels(np.array(values)).tolist()

    assert levels(0, 17, 255) == [0, 17, 255]
    assert levels(0, 0.5, 1) == [0, 128, 255]
    assert levels(0, 8, 16) == [0, 128, 255]
    assert levels(-1, 0, 1) == [0, 128, 255]
    assert levels(-128, 127) == [0, 255]
    assert levels(0, 65535) == [0, 255]
    assert levels(0, 0) == [0, 0]
    assert as_levels(np.array([0, 1], np.uint8)).tolist() == [0, 255]
    assert as_levels(np.zeros((0, 3))).shape == (0, 3)
