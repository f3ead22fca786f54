"""The commands: train, evaluate and classify run without a window; without a command it opens."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from core import __version__
from core.catalog import DEFAULT_MODEL, DEVICES, SHIPPED
from core.errors import FileProblem, LabError
from core.records import SERIOUS_RIVAL, EpochMetrics, Prediction, StepMetrics, leading
from core.training.config import Augmentation, TrainingConfig
from core.training.config import read as read_config
from core.training.setting_kinds import Choice, Decimal, InvalidSetting, Kind, Name, Switch, Whole, kinds

if TYPE_CHECKING:  # they need torch
    from core.explaining.familiarity import Familiarity
    from core.reading.classifier import Classifier

_CAN_BE_MENDED = 2  # exit code, with one line on stderr: a user caused it, or can mend it


def main(argv: Sequence[str], open_window: Callable[[str | None, str | None], int]) -> int:
    """Run the command that `argv` names, or open the window; the exit code.

    `open_window` gets the model and the device that were asked for, or None for those of last time.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # whoever started this has closed it
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack a file name's letters
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command is None:
            return open_window(arguments.model, arguments.device)
        _check_working_folder()
        if arguments.command != "train":
            arguments.model = arguments.model or DEFAULT_MODEL
            arguments.device = arguments.device or "auto"
        elif arguments.device is None:  # as in the config
            del arguments.device
        run = {"train": _train, "evaluate": _evaluate, "classify": _classify}[arguments.command]
        code = run(arguments)
        sys.stdout.flush()  # here, where a failure can still be reported
        return code
    except LabError as error:
        return _mended(str(error))
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # what is written to, as a full disk; those of files that are read are LabErrors
        return _mended(f"the output cannot be written ({error.strerror or error}).")
    except KeyboardInterrupt as stopped:
        print("\nlenet-lab: stopped", *stopped.args, sep="; ", file=sys.stderr)
        return 130


def _mended(problem: str) -> int:
    """Say in one line what somebody can mend; the exit code for that."""
    with contextlib.suppress(OSError):  # nobody can be told, where that cannot be written either
        print("lenet-lab:", problem.replace("\n", "\\n"), file=sys.stderr)
    return _CAN_BE_MENDED


def _check_working_folder() -> None:
    try:
        os.getcwd()
    except FileNotFoundError:
        raise LabError("The folder that you work in has been deleted. Change to another one.") from None


class _Parser(argparse.ArgumentParser):
    """Prints errors as all others are: in one line."""

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
    train = commands.add_parser(
        "train",
        help="train a network on the bundled MNIST",
        description="What is not given is as in the --config file, or else as in brackets.",
    )
    train.add_argument("--output", type=Path, required=True, help="where the weights go: a .safetensors file")
    train.add_argument("--config", type=Path, help="a file of settings (.json), as the Train tab saves them")
    _add_settings(train)

    evaluate = commands.add_parser("evaluate", help="measure accuracy on MNIST's 10,000 test digits")
    classify = commands.add_parser("classify", help="read the digit in each picture file")
    for command in (evaluate, classify):
        _add_model_and_device(command, argparse.SUPPRESS, DEFAULT_MODEL)
        command.add_argument("--json", action="store_true", help="print JSON, one object a line")
    classify.add_argument("--all", action="store_true", help="read each digit where there are several")
    classify.add_argument(
        "--quick",
        action="store_true",
        help="do not find out whether a picture is like those learnt from, which takes some seconds",
    )
    classify.add_argument("images", metavar="IMAGE", type=Path, nargs="+")
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """An option for each setting with a text for it."""
    known = kinds(TrainingConfig)
    for field in dataclasses.fields(TrainingConfig):
        described = field.metadata.get("help")
        if field.name == "augmentation":
            parser.add_argument(
                "--augmentation",
                type=float,
                default=argparse.SUPPRESS,
                help="0 for none; 1 turns, scales, slants, shifts and bends the digits as people do (0)",
            )
        elif described is not None:
            flag = "--" + field.name.replace("_", "-")
            shown = f"{described} ({field.default})".strip()
            options = _options(known[field.name])
            parser.add_argument(flag, default=argparse.SUPPRESS, help=shown, **options)


def _options(kind: Kind) -> dict[str, Any]:
    """How a command line reads a setting of this kind."""
    if isinstance(kind, Whole):
        return {"type": int}
    if isinstance(kind, Decimal):
        return {"type": float}
    if isinstance(kind, Switch):
        return {"action": argparse.BooleanOptionalAction}
    assert isinstance(kind, Choice | Name)
    return {"choices": kind.names or None}


def _add_model_and_device(parser: argparse.ArgumentParser, default: str | None, described: str) -> None:
    parser.add_argument(
        "--model",
        default=default,
        help=f"{' or '.join(SHIPPED)} as shipped, or a file of weights (default: {described})",
    )
    parser.add_argument(
        "--device", choices=DEVICES, default=default, help="where the network runs (default: auto)"
    )


def _config(arguments: argparse.Namespace) -> TrainingConfig:
    """The settings of the file, if one is given, changed by those on the command line."""
    config = read_config(arguments.config) if arguments.config else TrainingConfig()
    given = vars(arguments)
    changes = {each.name: given[each.name] for each in dataclasses.fields(config) if each.name in given}
    try:
        if "augmentation" in changes:
            changes["augmentation"] = Augmentation.of_strength(changes["augmentation"])
        return dataclasses.replace(config, **changes)
    except InvalidSetting as error:
        raise LabError("{reason}.", reason=error) from error


def _train(arguments: argparse.Namespace) -> int:
    config = _config(arguments)

    from tqdm import tqdm

    from core.networks import weight_files
    from core.pen_digits.generator import generate
    from core.training.metrics_json import about_weights
    from core.training.trainer import train

    weight_files.prepare(arguments.output)
    best, kept = -1.0, _Kept(arguments.output)
    pen_digits = tqdm(
        generate(config.pen_digits, config.seed),
        "generating pen digits",
        config.pen_digits,
        dynamic_ncols=True,
        leave=False,
        disable=config.pen_digits == 0,
    )
    bar: tqdm[Any] | None = None
    with contextlib.ExitStack() as closing, kept.told_at_an_early_end():
        for metrics in train(config, pen_digits=pen_digits):
            if bar is None:  # only now: what is refused at once leaves no empty bar
                bar = closing.enter_context(tqdm(unit="step", dynamic_ncols=True))
            if isinstance(metrics, StepMetrics):
                bar.total = metrics.steps
                bar.set_postfix(loss=f"{metrics.loss:.4f}", refresh=False)
                bar.update(metrics.step - bar.n)
                continue
            bar.write(_epoch_line(metrics, config.epochs))
            accuracy = metrics.validation_accuracy or 0.0
            if not config.patience or accuracy > best:
                # After each epoch: what has been learnt survives a power cut.
                weight_files.save(arguments.output, metrics.weights, about_weights(config, metrics))
                best, kept.epoch = accuracy, metrics.epoch
        if isinstance(metrics, StepMetrics):  # a run that comes to its end ends with an epoch
            raise weight_files.diverged(arguments.output)
    print(f"saved {arguments.output}")
    return 0


@dataclasses.dataclass
class _Kept:
    """What a run has saved so far."""

    path: Path
    epoch: int = 0
    """After which the weights in the file were saved; 0 where there are none yet."""

    @contextlib.contextmanager
    def told_at_an_early_end(self) -> Iterator[None]:
        """Have what stops the run say what is kept of it."""
        try:
            yield
        except KeyboardInterrupt:
            told = (
                f"the weights after epoch {self.epoch} are in {self.path}"
                if self.epoch
                else "nothing is saved yet"
            )
            raise KeyboardInterrupt(told) from None
        except LabError as error:
            if not self.epoch:
                raise
            raise LabError(
                "{problem} The weights after epoch {epoch} are in {path}.",
                problem=error,
                epoch=self.epoch,
                path=self.path,
            ) from error


def _epoch_line(metrics: EpochMetrics, epochs: int) -> str:
    accuracy = metrics.validation_accuracy
    measured = "" if accuracy is None else f"  validation accuracy {accuracy:.2%}"
    return (
        f"epoch {metrics.epoch}/{epochs}  loss {metrics.training_loss:.4f}{measured}  {metrics.seconds:.1f} s"
    )


def _evaluate(arguments: argparse.Namespace) -> int:
    from core.catalog import DATA_SETS, MNIST, dataset_of
    from core.data.datasets import load
    from core.networks import weight_files
    from core.networks.batches import as_tensors
    from core.networks.devices import resolve
    from core.reading.evaluation import accuracy

    device = resolve(arguments.device)
    loaded = weight_files.load_model(arguments.model)
    network, dataset = loaded.network.to(device), dataset_of(loaded.about)
    digits = load(dataset, "test")
    share = accuracy(network, *as_tensors(digits, device))
    result = {
        "accuracy": round(share, 6),
        "samples": len(digits),
        "model": arguments.model,
        "dataset": f"{dataset}-test",
    }
    if arguments.json:
        print(json.dumps(result))
    else:
        what = "MNIST test digits" if dataset == MNIST else f"test pictures of {DATA_SETS[dataset].title}"
        print(f"{share:.2%} of {len(digits):,} {what} read correctly by {arguments.model}")
    return 0


def _classify(arguments: argparse.Namespace) -> int:
    import numpy as np
    import torch

    from core.ink import picture_files
    from core.reading.classifier import Classifier
    from core.reading.evaluation import no_answer

    torch.set_num_threads(1)  # what is asked is small: with two, it took longer on a machine that is busy
    classifier = Classifier.open(arguments.model, arguments.device)
    # Once, and not before there is an answer: it takes some seconds.
    familiarity = functools.cache(lambda: None if arguments.quick else _familiarity(classifier))
    failed = False
    for path in arguments.images:
        try:
            sheet = picture_files.read_sheet(path)
            if not sheet.digits:
                raise FileProblem("There is nothing drawn in {path}.", path=path)
        except FileProblem as error:  # the other pictures are still worth reading
            _mended(str(error))
            failed = True
            continue
        chosen = range(len(sheet.digits)) if arguments.all else [sheet.largest]
        for number in chosen:
            answer = classifier.classify(sheet.ink(number))
            if not np.isfinite(answer.probabilities).all():
                raise no_answer()
            if known := familiarity():
                resemblance = known.resemblance(answer.trace)
                answer = dataclasses.replace(answer, familiarity=resemblance.familiarity)
            box = sheet.digits[number].box
            if arguments.json:
                found = {
                    "path": str(path),
                    "digit": answer.name,
                    "probabilities": [round(float(value), 6) for value in answer.probabilities],
                    "sure": answer.is_sure,
                    "familiar": None if answer.familiarity is None else not answer.is_unlike_digits,
                    "digits": len(sheet.digits),
                    "box": [box.left, box.top, box.width, box.height],
                }
                print(json.dumps(found))
            else:
                line = f"{path}: {_in_words(answer)}"
                if len(sheet.digits) > 1 and not arguments.all:
                    line += f", the largest of {len(sheet.digits)} digits; --all reads each"
                print(line)
    return _CAN_BE_MENDED if failed else 0


def _familiarity(classifier: Classifier) -> Familiarity | None:
    """How the digits that the network has learnt from look to it; None where that cannot be known."""
    from tqdm import tqdm

    from core.data import datasets
    from core.explaining import familiarity
    from core.pen_digits import generator
    from core.training.learnt_digits import learnt_pen_digits

    count = familiarity.REFERENCES + familiarity.HELD_OUT
    info = classifier.info
    bar = tqdm(total=1.0, desc="looking at training digits", leave=False, disable=None)  # in a terminal only
    bar.bar_format = "{desc}: {percentage:.0f} %"
    try:
        pen_digits = generator.collect(learnt_pen_digits(info.about, count // familiarity.PEN_SHARE))
        digits = datasets.mixed(datasets.load(info.dataset, "train"), pen_digits, count)
        steps = familiarity.learn(classifier.network, digits)
        while True:
            bar.update(next(steps) - bar.n)
    except StopIteration as end:
        learnt: Familiarity = end.value
        return learnt
    except LabError:  # its pictures have another size, or MNIST's files are missing: the answer is as good
        return None
    finally:
        bar.close()


def _in_words(answer: Prediction) -> str:
    """The class, its probability, and what speaks against trusting it, as the window says it."""
    first, second = leading(answer.probabilities)
    if answer.is_unlike_digits:
        doubt = "a guess: unlike what the network has learnt from"
    elif answer.is_sure:
        return f"{answer.name} ({answer.probabilities[first]:.1%})"
    elif answer.probabilities[second] >= SERIOUS_RIVAL:
        doubt = f"not sure: {answer.name} or {answer.classes[second]}"
    else:
        doubt = f"not sure: perhaps {answer.name}"
    return f"{answer.name}? ({answer.probabilities[first]:.1%}), {doubt}"
