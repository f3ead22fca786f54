"""Calibrate shipped weights by one temperature, so that answers given with 95 % are right in 95 of 100 cases.

    python tests/calibrate.py lenet --twin twin.safetensors
    python tests/calibrate.py lenet_pen

The temperature T is the one with which softmax(logits / T) gives held-out digits the largest likelihood
(Guo et al. 2017). The last layer's weights and biases are divided by it, once, in the file of
resources/weights: all that reads these has calibrated logits, and the same answers. The file says T.

A shipped network has learnt from all of MNIST's training digits, so none of them can tell how sure it may
be. They can for a twin: a network of the same settings that held some out (`--validation 5000`), whose T is
taken over. Where a network has learnt from generated pen digits, others of another seed are held out as well,
and it needs no twin.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.catalog import SHIPPED
from core.data.datasets import DigitSet, load_mnist
from core.networks import weight_files
from core.networks.batches import as_batch, as_tensors
from core.networks.table import Network
from core.pen_digits import generator
from core.training.config import TrainingConfig
from core.training.training_set import split

_SEED = 777  # of pen digits that no shipped network has learnt from
_PEN_DIGITS = 10_000
_BATCH = 1000


def main() -> int:
    """Calibrate the weights that the command line names; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", choices=SHIPPED)
    parser.add_argument(
        "--twin", type=Path, help="weights of a run of the same settings with digits held out"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # sums, and with them the last digits, depend on how many there are
    loaded = weight_files.load_model(arguments.model)
    if "temperature" in loaded.about:
        print(f"{arguments.model} is calibrated already, with {loaded.about['temperature']}", file=sys.stderr)
        return 1
    measured = weight_files.load(arguments.twin) if arguments.twin else loaded
    if arguments.twin:
        digits = held_out(TrainingConfig.from_json(measured.about["config"]))
    elif measured.about["config"].get("pen_digits"):
        digits = generator.collect(generator.generate(_PEN_DIGITS, _SEED))
    else:
        parser.error(f"{arguments.model} has learnt from no pen digits: it needs a twin")
    temperature = round(best_temperature(*answers(measured.network, digits)), 3)
    weights = divided(loaded.network, temperature)
    path = Path(str(files("resources") / "weights" / f"{arguments.model}.safetensors"))
    weight_files.save(path, weights, {**loaded.about, "temperature": temperature})
    _write_digest(path)
    print(f"{arguments.model}: {temperature}, by {len(digits):,} held-out digits")
    return 0


def held_out(config: TrainingConfig) -> DigitSet:
    """The training digits that a run of these settings holds out."""
    digits = load_mnist("train")
    none = DigitSet(digits.images[:0], digits.labels[:0])  # generated ones change no draw of the others
    places = split(digits, none, config, torch.Generator().manual_seed(config.seed)).held_out.numpy()
    return DigitSet(digits.images[places], digits.labels[places])


@torch.inference_mode()
def answers(network: Network, digits: DigitSet) -> tuple[Tensor, Tensor]:
    """Logits (N, K) float64 and labels (N,) int64 of digits."""
    images, labels = as_tensors(digits, torch.device("cpu"))
    parts = (images[first : first + _BATCH] for first in range(0, len(images), _BATCH))
    return torch.cat([network(as_batch(part, network.input_shape)) for part in parts]).double(), labels


def best_temperature(logits: Tensor, labels: Tensor) -> float:
    """The T, 0.1 to 10, with which softmax(logits / T) gives the labels the largest likelihood."""
    lowest, highest = 0.1, 10.0  # of 1 / T, in which the likelihood has one maximum
    while highest - lowest > 1e-6:
        third = (highest - lowest) / 3
        if _loss(logits, labels, lowest + third) < _loss(logits, labels, highest - third):
            highest -= third
        else:
            lowest += third
    return 2 / (lowest + highest)


def _loss(logits: Tensor, labels: Tensor, factor: float) -> float:
    return float(F.cross_entropy(logits * factor, labels))


def calibration_error(probabilities: Tensor, labels: Tensor, bins: int = 15) -> float:
    """How far the largest probability (N, K) is from the share that is right, in the mean over bins of it."""
    largest, predicted = probabilities.max(1)
    off = (predicted == labels).double() - largest
    places = (largest * bins).long().clamp(max=bins - 1)
    return float(torch.zeros(bins).double().index_add(0, places, off).abs().sum() / len(labels))


def divided(network: Network, temperature: float) -> dict[str, np.ndarray]:
    """The network's weights, with its logits divided by the temperature.

    Raises:
        ValueError: it does not end with a fully connected layer.
    """
    last = network.table.layers[-1]
    if last.kind != "linear":
        raise ValueError(f"{last.name} is no fully connected layer")
    weights = {name: value.numpy().copy() for name, value in network.numbers().items()}
    for name in (f"{last.name}.weight", f"{last.name}.bias"):
        weights[name] /= np.float32(temperature)
    return weights


def _write_digest(path: Path) -> None:
    """Write the new digest of a shipped file where the program looks for it."""
    sums = path.with_name("SHA256SUMS")
    lines = [line.split() for line in sums.read_text().splitlines()]
    new = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}
    sums.write_text("".join(f"{new.get(name, digest)}  {name}\n" for digest, name in lines))


if __name__ == "__main__":
    raise SystemExit(main())
