"""How long ranking a layer's channels takes, beside the forward passes with each of them off.

    python tests/benchmarks/channel_ranking.py [--digits N] [--layers NAME …] [--model NAME]

On one thread and in one run, chunk of digits by chunk, these take turns for each layer:

* `core.explaining.channel_ranking.rank_channels`, with the longest of its steps: a drawing may have to wait
  as long;
* the floor: whole forward passes over the same digits, in batches of the same size, one for each channel,
  which a hook switches off;
* shared: the layers up to this one once, and the rest once for each channel.

Of a layer with many channels the latter two pass only some in each chunk, and are counted up from these.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.data.datasets import DigitSet, load_mnist
from core.explaining.channel_ranking import rank_channels
from core.networks import weight_files
from core.networks.batches import as_batch, as_tensors
from core.networks.table import Network

PASSES = 6
"""Channels that the floor passes in each chunk."""


def seconds(of: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    of(*arguments)
    return time.perf_counter() - started


def whole(network: Network, layer: nn.Module, channels: range, images: Tensor, labels: Tensor) -> None:
    """A forward pass for each channel, with that one off."""
    for channel in channels:

        def switch_off(_layer: nn.Module, _inputs: object, output: Tensor, off: int = channel) -> None:
            output[:, off] = 0

        hook = layer.register_forward_hook(switch_off)
        int((network(as_batch(images)).argmax(1) == labels).sum())
        hook.remove()


def continued(
    network: Network, name: str, before: dict[str, Tensor], channels: range, labels: Tensor
) -> None:
    """The rest of a forward pass for each channel, with that one off."""
    last = network.rows[-1].name
    for channel in channels:
        output = before[name].clone()
        output[:, channel] = 0
        logits = network.outputs(before["input"], {**before, name: output}, last)[last]
        int((logits.argmax(1) == labels).sum())


@torch.inference_mode()
def compare(network: Network, name: str, digits: DigitSet) -> float:
    """Print a layer's figures; its ranking's time as a multiple of the floor."""
    images, labels = as_tensors(digits, torch.device("cpu"))
    layer, count = network.module(name), network.table[name].shape[0]
    after = network.dependent_on(name)
    kept = network.entering(after) | {name}

    def head(batch: Tensor) -> dict[str, Tensor]:
        return {"input": batch} | network.outputs(batch, upto=name)

    passes = range(min(PASSES, count))

    steps: list[float] = []
    floor = shared = 0.0
    ranking = rank_channels(network, digits, name)
    latest, done = None, 0
    while done < len(digits):
        while latest is None or latest.done == done:
            started = time.perf_counter()
            latest = next(ranking)
            steps.append(time.perf_counter() - started)
        chunk = slice(done, latest.done)
        done = latest.done
        few, answers = images[chunk], labels[chunk]
        before = {each: values for each, values in head(as_batch(few)).items() if each in kept | {"input"}}
        floor += seconds(whole, network, layer, passes, few, answers) * count / len(passes)
        shared += seconds(head, as_batch(few))
        shared += seconds(continued, network, name, before, passes, answers) * count / len(passes)

    taken, late = sum(steps), sorted(steps)[int(len(steps) * 0.99)]
    print(
        f"  {name:9} {count:3} channels {taken:6.2f} s   floor {floor:7.2f} s   ratio {taken / floor:.2f}   "
        f"to shared {taken / shared:.2f}   steps: median {statistics.median(steps) * 1e3:.1f} ms, "
        f"99th percentile {late * 1e3:.1f} ms, longest {max(steps) * 1e3:.1f} ms"
    )
    return taken / floor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default="lenet")
    parser.add_argument("--digits", type=int, default=10_000)
    parser.add_argument("--layers", nargs="+", help="all where none is given")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network = weight_files.load_model(arguments.model).network
    test = load_mnist("test")
    digits = DigitSet(test.images[: arguments.digits], test.labels[: arguments.digits])
    names = arguments.layers or [name for name, _ in network.named_children()]
    print(f"{arguments.model}, {len(digits)} digits, one thread")
    worst = max(compare(network, name, digits) for name in names)
    print(f"  largest ratio {worst:.2f}, at most 1.3")


if __name__ == "__main__":
    main()
