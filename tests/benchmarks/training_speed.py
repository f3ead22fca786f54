"""How fast an epoch is, beside the loop that most tutorials have, and beside the bare steps.

    python tests/benchmarks/training_speed.py [--batch-size N] [--threads N] [--turns N]

Four ways to make the same steps (lenet, SGD with momentum) take turns in one run, some steps each:

* tutorial: DataLoader over torchvision's MNIST (PIL images), ToTensor and Normalize, as in most lessons;
* ours: `Trainer`, with losses read and a snapshot taken five times a second, as in the window;
* floor: the same steps over one batch that lies in memory;
* augmented: ours with every kind of augmentation that moves pixels (strength 1).

Then: what a snapshot costs that is sent and kept five times a second, and a checkpoint every five seconds.
"""

from __future__ import annotations

import argparse
import gzip
import pickle
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from core import networks
from core.data.datasets import load_mnist, mnist_folder
from core.networks.batches import as_batch, as_tensors
from core.processes.run_driver import KEEP_EVERY, TELL_EVERY
from core.training import runs
from core.training.config import Augmentation, TrainingConfig
from core.training.trainer import Trainer

STEPS_A_TURN = 40


def lesson_digits(folder: Path) -> datasets.MNIST:
    """MNIST as lessons load it, from the bundled files."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for packed in mnist_folder().glob("*.gz"):
        (raw / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    return datasets.MNIST(str(folder), train=True, transform=transform)


def optimizer_of(network: torch.nn.Module) -> torch.optim.Optimizer:
    return torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)


def tutorial(batch_size: int, digits: datasets.MNIST) -> Iterator[None]:
    network = networks.build("lenet", seed=0)
    optimizer = optimizer_of(network)
    while True:
        for images, labels in DataLoader(digits, batch_size, shuffle=True):
            optimizer.zero_grad()
            F.cross_entropy(network(images), labels).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            yield


def floor(batch_size: int) -> Iterator[None]:
    network = networks.build("lenet", seed=0).to(memory_format=torch.channels_last)
    optimizer = optimizer_of(network)
    images, labels = as_tensors(load_mnist("train"), torch.device("cpu"))
    batch, answers = as_batch(images[:batch_size]), labels[:batch_size]
    while True:
        optimizer.zero_grad()
        F.cross_entropy(network(batch), answers).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        yield


def ours(batch_size: int, augmentation: float) -> Iterator[None]:
    config = TrainingConfig(
        epochs=1000,
        batch_size=batch_size,
        optimizer="sgd",
        learning_rate=0.05,
        nesterov=False,
        weight_decay=0.0,
        schedule="constant",
        validation=0,
        augmentation=Augmentation.of_strength(augmentation),
        device="cpu",
    )
    trainer = Trainer(config)
    told = time.monotonic()
    while True:
        trainer.advance()
        if time.monotonic() - told > TELL_EVERY:
            trainer.report()
            trainer.snapshot()
            told = time.monotonic()
        if trainer.at_end_of_epoch:
            trainer.end_epoch()
        yield


def seconds(of: Callable[[], object]) -> float:
    started = time.perf_counter()
    of()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--threads", type=int, help="PyTorch's own choice where it is not given")
    parser.add_argument("--turns", type=int, default=25)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    batch_size = arguments.batch_size
    steps = -(-60_000 // batch_size)

    with tempfile.TemporaryDirectory() as folder:
        digits = lesson_digits(Path(folder))
    ways = {
        "tutorial": tutorial(batch_size, digits),
        "ours": ours(batch_size, 0.0),
        "floor": floor(batch_size),
        "augmented": ours(batch_size, 1.0),
    }
    for way in ways.values():
        for _ in range(10):
            next(way)
    turns: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.turns):
        for name, way in ways.items():
            turns[name].append(seconds(lambda way=way: [next(way) for _ in range(STEPS_A_TURN)]))
    print(f"batch size {batch_size}, {torch.get_num_threads()} threads, median of {arguments.turns} turns")
    epoch = {name: statistics.median(each) / STEPS_A_TURN * steps for name, each in turns.items()}
    for name, value in epoch.items():
        print(f"  {name:10} {value:6.2f} s an epoch of 60,000 digits")

    def ratio(of: str, to: str) -> str:
        each = sorted(one / other for one, other in zip(turns[of], turns[to], strict=True))
        low, high = each[len(each) // 4], each[3 * len(each) // 4]
        return f"{statistics.median(each):.2f} (quartiles {low:.2f} to {high:.2f})"

    print(f"  tutorial / ours  {ratio('tutorial', 'ours')}   at least 2.5 at batch size 64")
    print(f"  ours / floor     {ratio('ours', 'floor')}   at most 1.15")
    share = [
        1 - plain / augmented for plain, augmented in zip(turns["ours"], turns["augmented"], strict=True)
    ]
    print(f"  augmentation     {statistics.median(share):.0%} of an augmented epoch, at most 35 %")
    costs(batch_size)


def costs(batch_size: int) -> None:
    """What telling and keeping takes off the time for training."""
    trainer = Trainer(TrainingConfig(batch_size=batch_size, device="cpu"))
    for _ in range(10):
        trainer.advance()
    with tempfile.TemporaryDirectory() as folder:
        run = runs.create(Path(folder), trainer.config, trainer.steps, trainer.steps_per_epoch)

        def tell() -> None:
            trainer.report()
            snapshot = trainer.snapshot()
            pickle.dumps(snapshot)
            run.save_snapshot(snapshot)

        def keep() -> None:
            run.save_state(*trainer.state())

        telling = statistics.median(seconds(tell) for _ in range(30))
        keeping = statistics.median(seconds(keep) for _ in range(10))
    share = telling / TELL_EVERY + keeping / KEEP_EVERY
    print(
        f"  snapshot {telling * 1000:.1f} ms every {TELL_EVERY} s, checkpoint {keeping * 1000:.1f} ms every "
        f"{KEEP_EVERY} s: {share:.2%} of the time, at most 2 %"
    )


if __name__ == "__main__":
    main()
