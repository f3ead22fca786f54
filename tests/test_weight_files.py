"""Weights survive in files, and no file can do more than hold weights."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from example_networks import weights
from safetensors.numpy import save as to_safetensors

from core.catalog import ARCHITECTURES, SHIPPED
from core.errors import FileProblem, LabError
from core.files import limits, model_files
from core.networks import weight_files
from core.reading.classifier import Classifier

ABOUT = {"architecture": "lenet", "metrics": {"validation_accuracy": 0.987, "note": "größer – 大"}}


def content(values: dict[str, np.ndarray], about: str | None = json.dumps(ABOUT)) -> bytes:
    return to_safetensors(values, metadata=None if about is None else {"lenet_lab": about})


def with_header(header: bytes, length: int | None = None, body: bytes = b"") -> bytes:
    return (len(header) if length is None else length).to_bytes(8, "little") + header + body


def assert_refused(path: Path) -> str:
    """The sentence with which a file is refused; it names the file, on one line."""
    with pytest.raises(FileProblem, match=re.escape(str(path))) as told:
        weight_files.load(path)
    assert "\n" not in str(told.value)
    return str(told.value)


# What is saved comes back.


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_what_was_saved_is_loaded_bit_for_bit(tmp_path: Path, name: str) -> None:
    path = tmp_path / "net.safetensors"
    weight_files.save(path, weights(name), {**ABOUT, "architecture": name})
    loaded = weight_files.load(path)
    assert loaded.architecture == name
    assert loaded.about == {**ABOUT, "architecture": name}
    assert not loaded.network.training
    state = loaded.network.state_dict()
    assert list(state) == list(weights(name))
    for key, value in weights(name).items():
        assert state[key].dtype == torch.float32
        assert state[key].numpy().tobytes() == value.tobytes()


def test_weights_that_are_not_contiguous_are_saved_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    turned = weights()
    turned["fc1.weight"] = np.asfortranarray(turned["fc1.weight"])
    turned["conv2.weight"] = turned["conv2.weight"].transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2)
    weight_files.save(path, turned, ABOUT)
    state = weight_files.load(path).network.state_dict()
    for key, value in weights().items():
        assert np.array_equal(state[key].numpy(), value)


def test_saving_makes_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "today" / "net.safetensors"
    weight_files.save(path, weights(), ABOUT)
    assert weight_files.load(path).architecture == "lenet"


def test_saving_again_replaces_the_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    weight_files.save(path, weights(seed=1), ABOUT)
    weight_files.save(path, weights(seed=2), ABOUT)
    assert os.listdir(tmp_path) == ["net.safetensors"]
    loaded = weight_files.load(path).network.state_dict()
    assert np.array_equal(loaded["conv1.weight"].numpy(), weights(seed=2)["conv1.weight"])


# A write that fails.


def fail_with_a_full_disk(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_when_the_disk_is_full_the_old_file_stays_and_nothing_is_left_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.safetensors"
    weight_files.save(path, weights(seed=1), ABOUT)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", fail_with_a_full_disk)
    with pytest.raises(FileProblem, match=r"net\.safetensors .*Choose another folder, or free some space"):
        weight_files.save(path, weights(seed=2), ABOUT)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net.safetensors"]


def test_a_first_save_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", fail_with_a_full_disk)
    with pytest.raises(FileProblem):
        weight_files.save(tmp_path / "net.safetensors", weights(), ABOUT)
    assert os.listdir(tmp_path) == []


def test_a_save_that_is_interrupted_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.safetensors"
    weight_files.save(path, weights(seed=1), ABOUT)
    before = path.read_bytes()

    def interrupt(*_paths: object, **_folders: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        weight_files.save(path, weights(seed=2), ABOUT)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net.safetensors"]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_not_saved_over_good_ones(tmp_path: Path, value: float) -> None:
    path = tmp_path / "net.safetensors"
    weight_files.save(path, weights(), ABOUT)
    diverged = weights()
    diverged["fc2.weight"][0, 0] = value
    with pytest.raises(LabError, match="diverged"):
        weight_files.save(path, diverged, ABOUT)
    weight_files.load(path)
    assert os.listdir(tmp_path) == ["net.safetensors"]


def test_where_a_file_can_be_saved_is_known_before_there_are_weights(tmp_path: Path) -> None:
    weight_files.prepare(tmp_path / "new" / "net.safetensors")
    assert os.listdir(tmp_path / "new") == []
    (tmp_path / "file").write_text("kept")
    for impossible in (tmp_path, tmp_path / "file" / "net.safetensors", tmp_path / ("n" * 300)):
        with pytest.raises(FileProblem, match=re.escape(str(impossible))):
            weight_files.prepare(impossible)
    assert (tmp_path / "file").read_text() == "kept"


def test_preparing_keeps_the_file_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    weight_files.save(path, weights(), ABOUT)
    before = path.read_bytes()
    weight_files.prepare(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net.safetensors"]


def test_a_folder_in_the_way_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "net.safetensors" / "inside").mkdir(parents=True)
    with pytest.raises(FileProblem, match=r"net\.safetensors"):
        weight_files.save(tmp_path / "net.safetensors", weights(), ABOUT)
    assert os.listdir(tmp_path) == ["net.safetensors"]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(FileProblem, match="could not be saved"):
        weight_files.save(tmp_path / "file" / "net.safetensors", weights(), ABOUT)
    assert (tmp_path / "file").read_text() == "kept"


# Files that are refused, with nothing in them executed.


class Payload:
    """Creates a folder when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._marker),)


def test_the_payload_would_do_its_work_if_it_were_unpickled(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "marker")))
    assert (tmp_path / "marker").exists()


@pytest.mark.parametrize("write", [pickle.dump, torch.save])
def test_a_pickle_in_disguise_is_refused_and_not_executed(
    tmp_path: Path, write: Callable[[Any, Any], None]
) -> None:
    path = tmp_path / "net.safetensors"
    with path.open("wb") as file:
        write({"conv1.weight": Payload(tmp_path / "marker")}, file)
    assert_refused(path)
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 9, 100, 500, 1000, 5000, 100_000, -4, -1])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(content(weights())[:kept])
    assert_refused(path)


def test_a_file_with_bytes_after_its_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(content(weights()) + b"more")
    assert_refused(path)


@pytest.mark.parametrize(
    "crafted",
    [
        with_header(b"{}", length=2**63),
        with_header(b"{}", length=2**64 - 1),
        with_header(b"{}", length=10**8),
        with_header(b"{}"),
        with_header(b""),
        with_header(b"not json"),
        with_header(b"[]"),
        with_header(b"[" * 100_000 + b"]" * 100_000),
        with_header(b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,160000000000]}}', body=bytes(16)),
        with_header(b'{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}', body=bytes(16)),
        with_header(b'{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,16]}}', body=bytes(16)),
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"just some text\n" * 20,
        bytes(4096),
        b"\xff" * 4096,
    ],
    ids=lambda crafted: f"{crafted[:24]!r}",
)
def test_a_crafted_header_is_refused(tmp_path: Path, crafted: bytes) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(crafted)
    assert_refused(path)


@pytest.mark.parametrize(
    "about",
    [
        None,
        "",
        "not json",
        "[" * 100_000 + "]" * 100_000,
        '{"architecture": ' * 50_000 + "1" + "}" * 50_000,
        "null",
        "3",
        '"lenet"',
        "[]",
        '["architecture"]',
        "{}",
        '{"architecture": null}',
        '{"architecture": 1}',
        '{"architecture": ["lenet"]}',
        '{"architecture": {"lenet": 1}}',
        '{"architecture": ' + "9" * 5000 + "}",
        '{"architecture": ""}',
        '{"architecture": "resnet50"}',
        '{"architecture": "{path} {0} {x.__class__}"}',
        '{"architecture": "os.system"}',
    ],
    ids=lambda about: f"{about[:40]!r}" if about is not None else "none",
)
def test_a_file_that_does_not_name_a_known_architecture_is_refused(tmp_path: Path, about: str | None) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(content(weights(), about))
    assert_refused(path)


def test_safetensors_of_another_program_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(to_safetensors(weights(), metadata={"format": "pt"}))
    assert "not a file of weights that LeNet Lab has written" in assert_refused(path)


def without_a_layer(values: dict[str, np.ndarray]) -> None:
    del values["fc3.bias"]


def with_one_more(values: dict[str, np.ndarray]) -> None:
    values["fc4.bias"] = np.zeros(10, np.float32)


def with_another_name(values: dict[str, np.ndarray]) -> None:
    values["fc9.bias"] = values.pop("fc3.bias")


def transposed(values: dict[str, np.ndarray]) -> None:
    values["fc1.weight"] = np.ascontiguousarray(values["fc1.weight"].T)


def without_dimensions(values: dict[str, np.ndarray]) -> None:
    values["fc3.bias"] = np.zeros((), np.float32)


def with_none_at_all(values: dict[str, np.ndarray]) -> None:
    values.clear()


@pytest.mark.parametrize(
    "change",
    [without_a_layer, with_one_more, with_another_name, transposed, without_dimensions, with_none_at_all],
)
def test_weights_of_another_shape_are_refused(
    tmp_path: Path, change: Callable[[dict[str, np.ndarray]], None]
) -> None:
    values = weights()
    change(values)
    path = tmp_path / "net.safetensors"
    path.write_bytes(content(values))
    assert "do not fit the architecture lenet" in assert_refused(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    values = weights()
    values["conv2.bias"][3] = value
    path = tmp_path / "net.safetensors"
    path.write_bytes(content(values))
    assert "finite" in assert_refused(path)


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32, np.uint8, np.bool_])
def test_weights_of_another_type_are_refused(tmp_path: Path, dtype: type) -> None:
    values = weights()
    values["fc3.bias"] = values["fc3.bias"].astype(dtype)
    path = tmp_path / "net.safetensors"
    path.write_bytes(content(values))
    assert_refused(path)


@pytest.mark.parametrize("dtype", ["BF16", "F8_E4M3", "F8_E5M2", "C64", "X7"])
def test_types_that_numpy_does_not_know_are_refused(tmp_path: Path, dtype: str) -> None:
    size = {"BF16": 2, "C64": 8}.get(dtype, 1) * 4
    header = {
        "__metadata__": {"lenet_lab": json.dumps(ABOUT)},
        "conv1.bias": {"dtype": dtype, "shape": [4], "data_offsets": [0, size]},
    }
    path = tmp_path / "net.safetensors"
    path.write_bytes(with_header(json.dumps(header).encode(), body=bytes(size)))
    assert_refused(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "no file" in assert_refused(tmp_path / "nowhere.safetensors")


@pytest.mark.parametrize("inside", ["", "file/net.safetensors"])
def test_what_is_no_file_is_told(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("")
    assert_refused(tmp_path / inside)


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    assert_refused(tmp_path / ("n" * 300))


def test_a_file_far_larger_than_any_network_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.safetensors"
    weight_files.save(path, weights(), ABOUT)
    monkeypatch.setattr(limits, "WEIGHTS_FILE", path.stat().st_size)
    weight_files.load(path)
    monkeypatch.setattr(limits, "WEIGHTS_FILE", path.stat().st_size - 1)
    monkeypatch.setattr(Path, "read_bytes", None)  # calling it would fail
    assert "too large" in assert_refused(path)


# Weights that come with the program.


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped weights' folder, which the program takes for its own."""
    folder = tmp_path / "weights"
    shutil.copytree(str(files("resources") / "weights"), folder)
    monkeypatch.setattr(model_files, "files", lambda _package: tmp_path)
    return folder


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_weights_are_of_the_architecture_that_the_catalogue_names(name: str) -> None:
    loaded = weight_files.load_model(name)
    assert loaded.architecture == SHIPPED[name].architecture


def test_anything_else_is_the_path_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    weight_files.save(path, weights(), ABOUT)
    assert weight_files.load_model(str(path)).about == ABOUT
    with pytest.raises(FileProblem, match=r"no network “lenet5”.* lenet_pen, lenet, lenet_sigmoid\."):
        weight_files.load_model("lenet5")


def assert_shipped_is_refused(path: Path) -> None:
    with pytest.raises(FileProblem, match=re.escape(str(path))) as told:
        weight_files.load_model("lenet")
    assert "Install LeNet Lab again to restore it" in str(told.value)
    assert f"lenet-lab train --output {path}" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_shipped_file_that_was_changed_is_told_with_the_way_to_restore_it(shipped: Path) -> None:
    path = shipped / "lenet.safetensors"
    values = bytearray(path.read_bytes())
    values[-1] ^= 1  # the lowest bit of an exponent: still a file of good weights
    path.write_bytes(values)
    weight_files.load(path)
    assert_shipped_is_refused(path)


def test_other_good_weights_in_the_place_of_the_shipped_ones_are_told(shipped: Path) -> None:
    path = shipped / "lenet.safetensors"
    weight_files.save(path, weights(), ABOUT)
    assert_shipped_is_refused(path)


def test_a_missing_shipped_file_is_told_with_the_way_to_restore_it(shipped: Path) -> None:
    (shipped / "lenet.safetensors").unlink()
    assert_shipped_is_refused(shipped / "lenet.safetensors")


@pytest.mark.parametrize("sums", [None, b"", b"no digests here\n", b"\xff\xfe", b"0000 other.safetensors\n"])
def test_missing_or_damaged_digests_are_told_with_the_way_to_restore_them(
    shipped: Path, sums: bytes | None
) -> None:
    if sums is None:
        (shipped / "SHA256SUMS").unlink()
    else:
        (shipped / "SHA256SUMS").write_bytes(sums)
    assert_shipped_is_refused(shipped / "lenet.safetensors")


def test_the_digests_name_every_shipped_file() -> None:
    folder = Path(str(files("resources") / "weights"))
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    assert set(listed) == {f"{name}.safetensors" for name in SHIPPED}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_a_classifier_tells_where_its_weights_came_from(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    weight_files.save(path, weights("lenet_sigmoid"), {"architecture": "lenet_sigmoid"})
    info = Classifier.open(str(path), "cpu").info
    assert (info.model, info.architecture, info.device) == (str(path), "lenet_sigmoid", "cpu")
    assert info.parameters == 61_706
