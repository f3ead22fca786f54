"""The commands that run without a window, as scripts use them."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import non_digits
import numpy as np
import pytest
import torch
from PIL import Image

from core import __version__, cli
from core.catalog import ARCHITECTURES, SHIPPED
from core.cli import main
from core.data import datasets
from core.data.datasets import DigitSet, load_mnist
from core.errors import FileProblem
from core.networks import weight_files
from core.reading import evaluation
from core.reading.classifier import Classifier
from core.records import EpochMetrics, Prediction, Resemblance, Trace
from core.training import trainer
from core.training.config import Augmentation, TrainingConfig

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def first_training_digits(split: str) -> DigitSet:
    mnist = load_mnist(split)
    return mnist if split == "test" else DigitSet(mnist.images[:600], mnist.labels[:600])


@pytest.fixture(autouse=True)
def few_training_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training runs on MNIST's first 600 digits, so that it takes no time."""
    monkeypatch.setattr(datasets, "load_mnist", first_training_digits)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """PNG files of MNIST's first test digits: 7, 2, 1, 0, 4."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = []
    for index, digit in enumerate(load_mnist("test").images[:5]):
        paths.append(folder / f"{index}.png")
        Image.fromarray(255 - digit).resize((280, 280), Image.Resampling.BICUBIC).save(paths[-1])
    return paths


def no_window(_model: str | None, _device: str | None) -> int:
    raise AssertionError("a command opened the window")


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments], no_window)


def output(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What a command prints that succeeds and complains of nothing."""
    assert run(*arguments) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def complaint(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line on stderr of a command that a user can mend; it ends with code 2."""
    assert run(*arguments) == 2
    line = capsys.readouterr().err
    assert_one_line(line)
    return line


def assert_one_line(line: str) -> None:
    assert line.startswith("lenet-lab: ")
    assert line.endswith("\n")
    assert line.count("\n") == 1


def refused_by_the_parser(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err


# The window.


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ([], (None, None)),
        (["--model", "lenet_sigmoid"], ("lenet_sigmoid", None)),
        (["--device", "cpu"], (None, "cpu")),
        (["--model", "my.safetensors", "--device", "auto"], ("my.safetensors", "auto")),
    ],
)
def test_without_a_command_the_window_opens_with_what_was_asked_for(
    arguments: list[str], asked: tuple[str | None, str | None]
) -> None:
    opened = []

    def open_window(model: str | None, device: str | None) -> int:
        opened.append((model, device))
        return 5

    assert main(arguments, open_window) == 5
    assert opened == [asked]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--version")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"LeNet Lab {__version__}\n"


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["classify"]])
def test_help_is_printed(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*command, "--help")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: lenet-lab")


# Evaluate.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "least"), [("lenet_pen", 0.995), ("lenet", 0.995), ("lenet_sigmoid", 0.985)]
)
def test_the_shipped_networks_read_mnists_test_digits(
    capsys: pytest.CaptureFixture[str], model: str, least: float
) -> None:
    told = json.loads(output(capsys, "evaluate", "--json", "--model", model, "--device", "cpu"))
    assert least <= told["accuracy"] <= 1
    assert told == {
        "accuracy": told["accuracy"],
        "samples": 10_000,
        "model": model,
        "dataset": "mnist-test",
    }


@pytest.mark.slow
def test_evaluate_measures_the_default_model_and_tells_it_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = output(capsys, "evaluate")
    assert told.endswith("of 10,000 MNIST test digits read correctly by lenet_pen\n")


def test_a_model_that_is_named_before_the_command_is_used(
    capsys: pytest.CaptureFixture[str], pictures: list[Path]
) -> None:
    line = complaint(capsys, "--model", "nowhere.safetensors", "classify", pictures[0])
    assert "nowhere.safetensors" in line


@pytest.mark.parametrize("command", ["classify", "evaluate", "train"])
def test_a_device_that_is_named_before_the_command_is_used(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    pictures: list[Path],
    command: str,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    more = {"classify": pictures, "train": ["--output", tmp_path / "net.safetensors"]}.get(command, [])
    assert run("--device", "cuda", command, *more) == 2
    assert "no cuda device" in capsys.readouterr().err.splitlines()[-1]


# Classify.


def test_classify_prints_one_object_an_image(
    capsys: pytest.CaptureFixture[str], pictures: list[Path]
) -> None:
    lines = output(capsys, "classify", *pictures, "--json", "--quick").splitlines()
    answers = [json.loads(line) for line in lines]
    assert [answer["path"] for answer in answers] == [str(path) for path in pictures]
    assert [answer["digit"] for answer in answers] == ["7", "2", "1", "0", "4"]
    for answer in answers:
        assert set(answer) == {"path", "digit", "probabilities", "sure", "familiar", "digits", "box"}
        assert answer["sure"] is True and answer["familiar"] is None
        assert answer["digits"] == 1 and len(answer["box"]) == 4
        assert len(answer["probabilities"]) == 10
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
        assert str(np.argmax(answer["probabilities"])) == answer["digit"]


def test_classify_prints_a_line_an_image(capsys: pytest.CaptureFixture[str], pictures: list[Path]) -> None:
    lines = output(capsys, "classify", *pictures, "--model", "lenet_sigmoid", "--device", "cpu").splitlines()
    assert len(lines) == 5
    assert lines[0].startswith(f"{pictures[0]}: 7 (")
    assert lines[0].endswith("%)")


@pytest.mark.parametrize(
    ("probabilities", "familiarity", "told"),
    [
        ({4: 0.95, 9: 0.05}, None, "4 (95.0%)"),
        ({4: 0.95, 9: 0.05}, 0.5, "4 (95.0%)"),
        ({4: 0.5, 9: 0.4, 7: 0.1}, 0.5, "4? (50.0%), not sure: 4 or 9"),
        ({4: 0.7, 9: 0.06, 7: 0.06, 2: 0.06, 1: 0.06, 3: 0.06}, 0.5, "4? (70.0%), not sure: perhaps 4"),
        ({4: 0.95, 9: 0.05}, 0.001, "4? (95.0%), a guess: unlike what the network has learnt from"),
        ({4: 0.5, 9: 0.5}, 0.001, "a guess: unlike what the network has learnt from"),
    ],
)
def test_classify_says_what_speaks_against_an_answer(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    pictures: list[Path],
    probabilities: dict[int, float],
    familiarity: float | None,
    told: str,
) -> None:
    chances = np.zeros(10, np.float32)
    chances[list(probabilities)] = list(probabilities.values())
    nothing = np.zeros(0)
    monkeypatch.setattr(
        Classifier,
        "classify",
        lambda *_: Prediction(chances, np.log(chances + 1e-9), Trace(nothing, ()), 1.0),
    )
    resemblance = Resemblance(familiarity or 0.0, nothing, nothing, nothing)
    known = None if familiarity is None else SimpleNamespace(resemblance=lambda _: resemblance)
    monkeypatch.setattr(cli, "_familiarity", lambda _: known)
    assert output(capsys, "classify", pictures[0]).endswith(f"{told}\n")
    answer = json.loads(output(capsys, "classify", pictures[0], "--json"))
    assert answer["sure"] == (max(chances) == np.float32(0.95))
    assert answer["familiar"] == (None if familiarity is None else familiarity > 0.1)


@pytest.mark.slow
def test_a_scribble_is_called_a_guess_and_a_digit_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pictures: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "load_mnist", load_mnist)  # all training digits
    scribble = tmp_path / "scribble.png"
    Image.fromarray(255 - non_digits.draw("scribbles", 5, seed=2)[4]).save(scribble)
    digit, drawn = output(capsys, "classify", pictures[0], scribble).splitlines()
    assert digit.partition(": ")[2].startswith("7 (") and digit.endswith("%)")
    assert drawn.endswith("a guess: unlike what the network has learnt from")
    answers = output(capsys, "classify", "--json", pictures[0], scribble).splitlines()
    assert [json.loads(answer)["familiar"] for answer in answers] == [True, False]


def test_where_pictures_cannot_be_compared_the_answer_is_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, pictures: list[Path]
) -> None:
    def missing(split: str) -> DigitSet:
        raise FileProblem("There is no file {path}.", path="mnist")

    monkeypatch.setattr(datasets, "load_mnist", missing)
    answer = json.loads(output(capsys, "classify", pictures[0], "--json", "--model", "lenet"))
    assert (answer["digit"], answer["familiar"]) == ("7", None)


@pytest.fixture
def two_digits(tmp_path: Path, pictures: list[Path]) -> Path:
    """A 7, and a larger 2 to the right of it."""
    page = Image.new("L", (900, 500), 255)
    for number, (left, side) in enumerate([(60, 280), (450, 400)]):
        digit = np.asarray(Image.open(pictures[number]).convert("L"))
        digit = digit if np.median(digit) > 127 else 255 - digit
        page.paste(Image.fromarray(digit).resize((side, side)), (left, 50))
    page.save(tmp_path / "two.png")
    return tmp_path / "two.png"


def test_of_several_digits_the_largest_is_read_and_the_others_are_told_of(
    capsys: pytest.CaptureFixture[str], two_digits: Path
) -> None:
    [line] = output(capsys, "classify", "--quick", two_digits).splitlines()
    assert line.startswith(f"{two_digits}: 2 (") and line.endswith(
        "the largest of 2 digits; --all reads each"
    )
    answer = json.loads(output(capsys, "classify", "--quick", two_digits, "--json"))
    assert answer["digit"] == "2" and answer["digits"] == 2


def test_all_digits_are_read_where_that_is_asked(
    capsys: pytest.CaptureFixture[str], two_digits: Path
) -> None:
    answers = [
        json.loads(line)
        for line in output(capsys, "classify", "--quick", two_digits, "--all", "--json").splitlines()
    ]
    assert [answer["digit"] for answer in answers] == ["7", "2"]
    assert answers[0]["box"][0] < 340 < 450 < answers[1]["box"][0]
    lines = output(capsys, "classify", "--quick", two_digits, "--all").splitlines()
    assert len(lines) == 2 and "largest" not in lines[0]


def test_the_good_pictures_are_read_when_one_is_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pictures: list[Path]
) -> None:
    assert run("classify", "--json", pictures[0], tmp_path / "nowhere.png", pictures[1]) == 2
    printed = capsys.readouterr()
    assert [json.loads(line)["digit"] for line in printed.out.splitlines()] == ["7", "2"]
    assert_one_line(printed.err)
    assert "nowhere.png" in printed.err


@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "text", "folder", "blank"])
def test_a_picture_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pictures: list[Path], kind: str
) -> None:
    path = tmp_path / f"{kind}.png"
    if kind == "folder":
        path.mkdir()
    elif kind == "blank":
        Image.new("L", (50, 50), 255).save(path)
    elif kind != "missing":
        whole = pictures[0].read_bytes()
        path.write_bytes({"empty": b"", "truncated": whole[: len(whole) // 2], "text": b"seven"}[kind])
    assert f"{kind}.png" in complaint(capsys, "classify", path)
    assert run("classify", path) == 2
    assert capsys.readouterr().out == ""


def test_a_picture_whose_name_is_not_in_ascii_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pictures: list[Path]
) -> None:
    path = tmp_path / "sieben – 七.png"
    path.write_bytes(pictures[0].read_bytes())
    assert json.loads(output(capsys, "classify", "--json", "--quick", path))["path"] == str(path)


# What a user can mend.


@pytest.mark.parametrize("command", ["evaluate", "classify"])
@pytest.mark.parametrize("kind", ["missing", "text", "empty", "folder"])
def test_a_model_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pictures: list[Path], command: str, kind: str
) -> None:
    path = tmp_path / "model.safetensors"
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_text("" if kind == "empty" else "no weights")
    images = pictures if command == "classify" else []
    assert str(path) in complaint(capsys, command, *images, "--model", path)


@pytest.mark.parametrize("name", ["nosuch", "n" * 300])
@pytest.mark.parametrize("command", ["evaluate", "classify", "train"])
def test_a_name_of_no_network_is_told_with_those_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pictures: list[Path], command: str, name: str
) -> None:
    arguments: dict[str, list[object]] = {
        "evaluate": ["--model", name],
        "classify": ["--model", name, pictures[0]],
        "train": ["--start", name, "--output", tmp_path / "net.safetensors"],
    }
    told = complaint(capsys, command, *arguments[command])
    assert f"“{name}”" in told and all(shipped in told for shipped in SHIPPED)


@pytest.mark.parametrize("command", ["evaluate", "classify", "train"])
@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_an_absent_device_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    pictures: list[Path],
    command: str,
    device: str,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    more = {"classify": pictures, "train": ["--output", tmp_path / "net.safetensors"]}.get(command, [])
    assert run(command, *more, "--device", device) == 2
    last_line = capsys.readouterr().err.splitlines()[-1]
    assert last_line == f"lenet-lab: PyTorch finds no {device} device on this computer. It can use: cpu."
    assert not (tmp_path / "net.safetensors").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--epochs", "0"),
        ("--batch-size", "-1"),
        ("--learning-rate", "0"),
        ("--learning-rate", "nan"),
        ("--learning-rate", "inf"),
        ("--momentum", "1"),
        ("--weight-decay", "-1"),
        ("--label-smoothing", "1"),
        ("--augmentation", "-0.5"),
        ("--weight-average", "2"),
        ("--validation", "60000"),
        ("--seed", "99999999999999999999"),
        ("--learning-rate", "1e30"),
        ("--dropout", "1"),
        ("--target-accuracy", "1.5"),
        ("--patience", "-1"),
        ("--digits", "100"),
        ("--digits", "0"),
        ("--pen-digits", "-1"),
        ("--pen-digits", "1000000"),
    ],
)
def test_a_training_config_without_sense_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    path = tmp_path / "net.safetensors"
    told = complaint(capsys, "train", "--output", path, "--validation", 100, f"{option}={value}")
    assert option[2:].replace("-", "_") in told
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["train"],
        ["train", "--output", "x", "--epochs", "many"],
        ["train", "--output", "x", "--architecture", "resnet"],
        ["train", "--output", "x", "--optimizer", "lion"],
        ["train", "--output", "x", "--schedule", "warm"],
        ["classify"],
        ["evaluate", "--device", "tpu"],
        ["paint"],
    ],
    ids=" ".join,
)
def test_arguments_that_are_not_understood_are_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    told = refused_by_the_parser(capsys, *arguments)
    assert told.startswith("lenet-lab: ") and told.endswith("--help)\n")
    assert told.count("\n") == 1


# Train.


def train(*arguments: object) -> int:
    return run("train", "--epochs", 2, "--validation", 100, "--device", "cpu", *arguments)


@pytest.mark.slow
def test_train_writes_weights_that_evaluate_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "runs" / "net.safetensors"
    assert train("--output", path, "--optimizer", "adamw", "--learning-rate", 0.003, "--batch-size", 16) == 0
    told = capsys.readouterr().out
    assert [line.split()[:2] for line in told.splitlines()] == [
        ["epoch", "1/2"],
        ["epoch", "2/2"],
        ["saved", str(path)],
    ]
    measured = json.loads(output(capsys, "evaluate", "--json", "--model", path))
    assert measured["model"] == str(path)
    assert measured["accuracy"] > 0.4  # a network that has learnt nothing reads 0.1


@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))
def test_the_file_tells_how_the_network_was_trained(tmp_path: Path, architecture: str) -> None:
    path = tmp_path / "net.safetensors"
    options = ["--architecture", architecture, "--optimizer", "adamw", "--learning-rate", 0.001, "--seed", 4]
    assert train("--output", path, *options) == 0
    about: dict[str, Any] = weight_files.load(path).about
    assert about["architecture"] == architecture
    assert about["classes"] == [str(digit) for digit in range(10)]
    chosen = {"architecture": architecture, "optimizer": "adamw", "learning_rate": 0.001, "seed": 4}
    assert about["config"].items() >= {**chosen, "epochs": 2, "validation": 100, "device": "cpu"}.items()
    assert about["metrics"]["epoch"] == 2
    assert 0 <= about["metrics"]["validation_accuracy"] <= 1


def test_digits_generated_from_pen_strokes_are_learnt_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.safetensors"
    assert train("--output", path, "--pen-digits", 30) == 0
    assert "generating pen digits" in capsys.readouterr().err
    assert weight_files.load(path).about["config"]["pen_digits"] == 30


def test_without_validation_no_accuracy_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--output", tmp_path / "net.safetensors", "--validation", 0) == 0
    assert "accuracy" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["net.pt", "net"])
def test_weights_go_to_no_file_of_another_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    told = complaint(capsys, "train", "--output", tmp_path / "new" / name)
    assert name in told and ".safetensors" in told
    assert os.listdir(tmp_path) == []


def test_a_run_of_four_steps_is_trained(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    assert train("--output", path, "--epochs", 1, "--batch-size", 125) == 0
    weight_files.load(path)


@pytest.mark.parametrize("name", ["file/net.safetensors", "folder.safetensors", "n" * 300 + ".safetensors"])
def test_an_output_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder.safetensors").mkdir()
    assert train("--output", tmp_path / name) == 2
    last_line = capsys.readouterr().err.splitlines()[-1]
    assert last_line.startswith("lenet-lab: ")
    assert name in last_line
    assert sorted(os.listdir(tmp_path)) == ["file", "folder.safetensors"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_device_is_not_replaced_by_weights_and_a_link_is_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.safetensors")
        assert "is not a file" in complaint(capsys, "train", "--output", tmp_path / "pipe.safetensors")
        assert (tmp_path / "pipe.safetensors").is_fifo()
    link, target = tmp_path / "link.safetensors", tmp_path / "target.safetensors"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert train("--output", link, "--epochs", 1, "--batch-size", 125) == 0
    assert link.is_symlink() and weight_files.load(target).architecture == "lenet"


def test_a_run_that_cannot_begin_leaves_no_empty_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    complaint(capsys, "train", "--output", tmp_path / "a.safetensors", "--start", tmp_path / "missing")


@pytest.mark.parametrize("command", ["classify", "evaluate"])
def test_numbers_that_are_too_large_are_no_answer(
    tmp_path: Path, pictures: list[Path], capsys: pytest.CaptureFixture[str], command: str
) -> None:
    loaded = weight_files.load_model("lenet")
    large = {name: value.numpy().copy() for name, value in loaded.network.state_dict().items()}
    large["fc1.weight"][:] = 3e38
    weight_files.save(tmp_path / "large.safetensors", large, {"architecture": "lenet"})
    images = [pictures[0]] if command == "classify" else []
    arguments = [command, "--model", tmp_path / "large.safetensors", "--json", *images]
    assert "numbers are too large" in complaint(capsys, *arguments)


def test_a_folder_that_was_deleted_is_told_as_such(
    tmp_path: Path, pictures: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert "has been deleted" in complaint(capsys, "classify", pictures[0])


def test_a_name_of_two_lines_is_told_in_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "two\\nlines.png" in complaint(capsys, "classify", "two\nlines.png")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize(
    ("shell", "code"),
    [("classify --quick {} >&-", 0), ("classify --quick {} >/dev/full", 2), ("classify none 2>/dev/full", 2)],
)
def test_closed_and_full_outputs_end_without_a_traceback(pictures: list[Path], shell: str, code: int) -> None:
    line = f"exec {sys.executable} -m gui {shell.format(pictures[0])}"
    finished = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert finished.returncode == code
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("batch_size", [50, 4])  # as an epoch ends, and in the midst of one
def test_a_run_that_diverges_is_told_and_does_not_replace_good_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], batch_size: int
) -> None:
    path = tmp_path / "net.safetensors"
    assert train("--output", path) == 0
    capsys.readouterr()
    assert train("--output", path, "--learning-rate", 1000, "--batch-size", batch_size) == 2
    printed = capsys.readouterr()
    assert printed.err.splitlines()[-1].startswith("lenet-lab: Training has diverged")
    assert "saved" not in printed.out
    weight_files.load(path)


def test_a_run_that_is_stopped_keeps_the_weights_of_its_last_epoch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.safetensors"
    whole_run = trainer.train

    def interrupted(config: Any, pen_digits: Any) -> Iterator[Any]:
        for metrics in whole_run(config, pen_digits=pen_digits):
            yield metrics
            if hasattr(metrics, "weights"):
                raise KeyboardInterrupt

    monkeypatch.setattr(trainer, "train", interrupted)
    assert train("--output", path) == 130
    told = capsys.readouterr().err
    assert told.endswith(f"\nlenet-lab: stopped; the weights after epoch 1 are in {path}\n")
    assert weight_files.load(path).about["metrics"]["epoch"] == 1


def test_a_run_that_is_stopped_in_its_first_epoch_says_that_nothing_is_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(config: Any, pen_digits: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(trainer, "train", interrupted)
    assert train("--output", tmp_path / "net.safetensors") == 130
    assert capsys.readouterr().err.endswith("\nlenet-lab: stopped; nothing is saved yet\n")


def test_a_run_that_fails_in_its_second_epoch_says_what_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.safetensors"
    whole_run = trainer.train

    def diverging(config: Any, pen_digits: Any) -> Iterator[Any]:
        for metrics in whole_run(config, pen_digits=pen_digits):
            if isinstance(metrics, EpochMetrics) and metrics.epoch == 2:
                broken = {name: np.full_like(value, np.nan) for name, value in metrics.weights.items()}
                metrics = dataclasses.replace(metrics, weights=broken)
            yield metrics

    monkeypatch.setattr(trainer, "train", diverging)
    assert train("--output", path) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("lenet-lab: Training has diverged")
    assert told.endswith(f" The weights after epoch 1 are in {path}.")
    assert weight_files.load(path).about["metrics"]["epoch"] == 1


def config_file(tmp_path: Path, **settings: Any) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"validation": 100, "epochs": 1, "device": "cpu", **settings}))
    return path


def trained_config(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = weight_files.load(path).about["config"]
    return found


def test_a_file_of_settings_is_followed(tmp_path: Path) -> None:
    settings = {"optimizer": "adam", "schedule": "cosine", "dropout": 0.2, "augmentation": {"noise": 0.1}}
    config = config_file(tmp_path, **settings)
    assert run("train", "--output", tmp_path / "net.safetensors", "--config", config) == 0
    expected = TrainingConfig.from_json(json.loads(config.read_text()))
    assert trained_config(tmp_path / "net.safetensors") == expected.to_json()
    assert expected.augmentation == Augmentation(noise=0.1)


def test_the_command_line_overrules_the_file_of_settings(tmp_path: Path) -> None:
    config = config_file(tmp_path, optimizer="sgd", momentum=0.5, augmentation={"noise": 0.1})
    flags = ["--momentum", 0.8, "--no-nesterov", "--augmentation", 0.7, "--learning-rate", 0.02]
    assert run("train", "--output", tmp_path / "net.safetensors", "--config", config, *flags) == 0
    told = trained_config(tmp_path / "net.safetensors")
    assert (told["optimizer"], told["momentum"], told["nesterov"]) == ("sgd", 0.8, False)
    assert told["augmentation"] == dataclasses.asdict(Augmentation.of_strength(0.7))


def test_the_same_settings_from_a_file_and_from_flags_train_the_same_weights(tmp_path: Path) -> None:
    config = config_file(tmp_path, optimizer="adam", learning_rate=0.002, label_smoothing=0.1)
    flags = ["--optimizer", "adam", "--learning-rate", 0.002, "--label-smoothing", 0.1, "--epochs", 1]
    assert run("train", "--output", tmp_path / "file.safetensors", "--config", config) == 0
    assert train("--output", tmp_path / "flags.safetensors", *flags) == 0
    assert (tmp_path / "file.safetensors").read_bytes() == (tmp_path / "flags.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "not a JSON file"),
        ("[]", "must be a JSON object"),
        ('{"epochs": 0}', "epochs must be"),
        ('{"epoch": 3}', "epoch is not a setting"),
        ('{"augmentation": 1}', "augmentation must be"),
        ('{"augmentation": {"rotation": -1}}', "augmentation.rotation must be"),
        (None, "There is no file"),
    ],
)
def test_a_file_of_settings_without_sense_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, named: str
) -> None:
    config = tmp_path / "config.json"
    if content is not None:
        config.write_text(content)
    told = complaint(capsys, "train", "--output", tmp_path / "net.safetensors", "--config", config)
    assert named in told
    assert str(config) in told
    assert not (tmp_path / "net.safetensors").exists()


def test_a_run_that_reaches_its_target_ends_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.safetensors"
    options = ["--epochs", 50, "--target-accuracy", 0.3, "--learning-rate", 0.003, "--batch-size", 16]
    assert train("--output", path, *options) == 0
    told = weight_files.load(path).about["metrics"]
    assert told["validation_accuracy"] >= 0.3
    assert told["epoch"] < 50
    assert f"epoch {told['epoch']}/50" in capsys.readouterr().out.splitlines()[-2]


def test_a_run_with_patience_keeps_the_best_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    accuracies = iter([0.3, 0.5, 0.4, 0.45, 0.2])
    real = evaluation.measure

    def measured(*arguments: Any) -> Any:
        return dataclasses.replace(real(*arguments), accuracy=next(accuracies))

    monkeypatch.setattr(trainer, "measure", measured)
    path = tmp_path / "net.safetensors"
    assert train("--output", path, "--epochs", 50, "--patience", 3) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert weight_files.load(path).about["metrics"]["epoch"] == 2


# As processes of their own.


def in_a_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gui", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
def test_python_m_gui_classifies_pictures(pictures: list[Path]) -> None:
    finished = in_a_process("classify", *pictures[:2], "--json", "--quick")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert [json.loads(line)["digit"] for line in finished.stdout.splitlines()] == ["7", "2"]


@pytest.mark.slow
def test_python_m_gui_ends_with_code_2_and_one_line(tmp_path: Path) -> None:
    finished = in_a_process("evaluate", "--model", tmp_path / "nowhere.safetensors")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert_one_line(finished.stderr)


@pytest.mark.slow
def test_a_name_that_the_terminal_cannot_show_does_not_stop_the_command(
    tmp_path: Path, pictures: list[Path]
) -> None:
    path = tmp_path / "größe.png"
    path.write_bytes(pictures[0].read_bytes())
    finished = in_a_process("classify", path, pictures[1], "--quick", PYTHONIOENCODING="ascii")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert [line.rpartition(": ")[2][0] for line in finished.stdout.splitlines()] == ["7", "2"]


@pytest.mark.slow
@pytest.mark.parametrize("buffered", [True, False])
def test_a_reader_that_leaves_early_is_no_error(pictures: list[Path], buffered: bool) -> None:
    command = [
        sys.executable,
        *([] if buffered else ["-u"]),
        "-m",
        "gui",
        "classify",
        "--quick",
        *map(str, pictures),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        ended = process.wait(timeout=120)
    assert (ended, told) == (0, b"")
