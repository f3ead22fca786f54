"""The commands that run without a window: train, evaluate, classify."""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from core import __version__
from core.catalog import ARCHITECTURES, DEFAULT_MODEL, DEVICES
from core.errors import FileProblem, LabError
from core.records import OPTIMIZERS, SCHEDULES, EpochMetrics, TrainingConfig

_CAN_BE_MENDED = 2  # exit code, with one line on stderr: a user caused it, or can mend it


def main(argv: Sequence[str], open_window: Callable[[str | None, str | None], int]) -> int:
    """Run the command that `argv` names, or open the window; the exit code.

    `open_window` gets the model and the device that were asked for, or None for those of last time.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack a file name's letters
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command is None:
            return open_window(arguments.model, arguments.device)
        if arguments.command != "train":
            arguments.model = arguments.model or DEFAULT_MODEL
        arguments.device = arguments.device or "auto"
        run = {"train": _train, "evaluate": _evaluate, "classify": _classify}[arguments.command]
        code = run(arguments)
        sys.stdout.flush()  # here, where a failure can still be told
        return code
    except LabError as error:
        print(f"lenet-lab: {error}", file=sys.stderr)
        return _CAN_BE_MENDED
    except BrokenPipeError:  # the reader of our output has gone; there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # what is written to, as a full disk; files that are read are told above
        print(f"lenet-lab: the output cannot be written ({error.strerror or error}).", file=sys.stderr)
        return _CAN_BE_MENDED
    except KeyboardInterrupt:
        print("\nlenet-lab: stopped", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as all other errors are told."""

    def error(self, message: str) -> NoReturn:
        self.exit(_CAN_BE_MENDED, f"lenet-lab: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lenet-lab",
        description="Draw a digit and look inside the convolutional network that reads it. "
        "Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"LeNet Lab {__version__}")
    _add_model_and_device(parser, None, "as last time")  # a command reads them, too
    commands = parser.add_subparsers(dest="command")
    defaults = TrainingConfig()

    train = commands.add_parser(
        "train",
        help="train a network on the bundled MNIST",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    train.add_argument("--output", type=Path, required=True, help="where the weights go (.safetensors)")
    train.add_argument("--architecture", choices=list(ARCHITECTURES), default=defaults.architecture)
    train.add_argument("--epochs", type=int, default=defaults.epochs)
    train.add_argument("--batch-size", type=int, default=defaults.batch_size)
    train.add_argument("--optimizer", choices=OPTIMIZERS, default=defaults.optimizer)
    train.add_argument("--learning-rate", type=float, default=defaults.learning_rate, help="or its peak")
    train.add_argument("--momentum", type=float, default=defaults.momentum, help="beta 1 for adamw")
    train.add_argument("--weight-decay", type=float, default=defaults.weight_decay)
    train.add_argument("--schedule", choices=SCHEDULES, default=defaults.schedule)
    train.add_argument("--label-smoothing", type=float, default=defaults.label_smoothing)
    train.add_argument(
        "--augmentation",
        type=float,
        default=defaults.augmentation,
        help="0 for none; 1 turns, scales, shears, shifts and bends the digits as people do",
    )
    train.add_argument(
        "--weight-average",
        type=float,
        default=defaults.weight_average,
        help="decay per step of the running average of weights that is kept; 0 keeps the last ones",
    )
    train.add_argument(
        "--validation",
        type=int,
        default=defaults.validation,
        help="training digits held out to measure accuracy; 0 trains on all 60,000",
    )
    train.add_argument("--seed", type=int, default=defaults.seed)
    train.add_argument(
        "--device", choices=DEVICES, default=argparse.SUPPRESS, help="auto where it is not given"
    )

    evaluate = commands.add_parser("evaluate", help="measure accuracy on MNIST's 10,000 test digits")
    classify = commands.add_parser("classify", help="read the digit in each picture file")
    for command in (evaluate, classify):
        _add_model_and_device(command, argparse.SUPPRESS, DEFAULT_MODEL)
        command.add_argument("--json", action="store_true", help="print JSON, one object a line")
    classify.add_argument("images", metavar="IMAGE", type=Path, nargs="+")
    return parser


def _add_model_and_device(parser: argparse.ArgumentParser, default: str | None, described: str) -> None:
    parser.add_argument(
        "--model",
        default=default,
        help=f"{' or '.join(ARCHITECTURES)} as shipped, or a file of weights (default: {described})",
    )
    parser.add_argument(
        "--device", choices=DEVICES, default=default, help="where the network runs (default: auto)"
    )


def _train(arguments: argparse.Namespace) -> int:
    chosen = {field.name: getattr(arguments, field.name) for field in dataclasses.fields(TrainingConfig)}
    try:
        config = TrainingConfig(**chosen)
    except ValueError as error:
        raise LabError("{reason}.", reason=error) from error

    from tqdm import tqdm

    from core import checkpoint
    from core.training import train

    checkpoint.prepare(arguments.output)
    last: EpochMetrics | None = None
    with tqdm(unit="step", dynamic_ncols=True) as bar:
        for metrics in train(config):
            if not isinstance(metrics, EpochMetrics):
                bar.total = metrics.steps
                bar.set_postfix(loss=f"{metrics.loss:.4f}", refresh=False)
                bar.update(metrics.step - bar.n)
                continue
            last = metrics
            bar.write(_epoch_line(metrics, config.epochs))
            # After each epoch: what has been learnt survives a power cut.
            checkpoint.save(arguments.output, metrics.weights, _about(config, metrics))
    assert last is not None  # a config has at least one epoch
    print(f"saved {arguments.output}")
    return 0


def _epoch_line(metrics: EpochMetrics, epochs: int) -> str:
    accuracy = metrics.validation_accuracy
    measured = "" if accuracy is None else f"  validation accuracy {accuracy:.2%}"
    return (
        f"epoch {metrics.epoch}/{epochs}  loss {metrics.training_loss:.4f}{measured}  {metrics.seconds:.1f} s"
    )


def _about(config: TrainingConfig, metrics: EpochMetrics) -> dict[str, object]:
    return {
        "architecture": config.architecture,
        "classes": [str(digit) for digit in range(10)],
        "config": dataclasses.asdict(config),
        "metrics": {
            "epoch": metrics.epoch,
            "training_loss": metrics.training_loss,
            "validation_accuracy": metrics.validation_accuracy,
        },
    }


def _evaluate(arguments: argparse.Namespace) -> int:
    from core import checkpoint
    from core.datasets import load_mnist
    from core.devices import resolve
    from core.evaluation import accuracy, as_tensors

    device = resolve(arguments.device)
    network = checkpoint.load_model(arguments.model).network.to(device)
    digits = load_mnist("test")
    share = accuracy(network, *as_tensors(digits, device))
    result = {
        "accuracy": round(share, 6),
        "samples": len(digits),
        "model": arguments.model,
        "dataset": "mnist-test",
    }
    if arguments.json:
        print(json.dumps(result))
    else:
        print(f"{share:.2%} of {len(digits):,} MNIST test digits read correctly by {arguments.model}")
    return 0


def _classify(arguments: argparse.Namespace) -> int:
    from core import ink_files
    from core.classifier import Classifier

    classifier = Classifier(arguments.model, arguments.device)
    failed = False
    for path in arguments.images:
        try:
            ink = ink_files.read(path)
            if not ink.any():
                raise FileProblem("There is nothing drawn in {path}.", path=path)
        except FileProblem as error:  # the other pictures are still worth reading
            print(f"lenet-lab: {error}", file=sys.stderr)
            failed = True
            continue
        answer = classifier.classify(ink)
        if arguments.json:
            probabilities = [round(float(value), 6) for value in answer.probabilities]
            print(json.dumps({"path": str(path), "digit": answer.digit, "probabilities": probabilities}))
        else:
            print(f"{path}: {answer.digit} ({answer.probabilities.max():.1%})")
    return _CAN_BE_MENDED if failed else 0
