"""The window's questions to the inference process besides the answer. Importing this loads no torch.

Most questions are about the network that answered last, `inference.networks.answering`. Those that take more
than some milliseconds are generators, which `advance` takes on step by step: the drawing goes first.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.catalog import MNIST
from core.errors import LabError
from core.explaining.exciting_patches import SAMPLE
from core.processes.inference import networks, untrained
from core.reading.comparison import NetworkChoice
from core.records import ModelInfo, Prediction, Resemblance
from core.training.config import Augmentation
from core.training.runs import Run

if TYPE_CHECKING:
    from core.data.datasets import DigitSet
    from core.explaining.channel_ranking import ChannelRanking
    from core.explaining.evidence_records import ChangePath, Evidence, Feeding, MapCell
    from core.explaining.exciting_patches import ExcitingPatches
    from core.ink.preprocess import Steps
    from core.networks.table import Network
    from core.reading.classifier import Classifier
    from core.reading.variation_records import Prepared, Sweep, Variation

_PREVIEWED = 8  # digits that show what augmentation does


# Step by step


def advance(name: str, work: int, start: Callable[..., Iterator[Any]], *arguments: Any) -> tuple[Any, bool]:
    """Take one step of long work about the network that answers: what the step gave, and whether it ended.

    There is one work of each name. With a new number `work`, `start(network, *arguments)`, a module's own
    function, begins, and earlier work is dropped.

    Raises:
        LabError: no network is loaded; or what the work raises.
    """
    at_work = networks.work
    if name not in at_work or at_work[name][0] != work:
        at_work[name] = work, start(networks.answering, *arguments)
    given = next(at_work[name][1], _ENDED)
    if given is _ENDED:
        del at_work[name]
        _give_back_memory()
        return None, True
    return given, False


_ENDED = object()


def ranking(network: Network, layer: str) -> Iterator[ChannelRanking]:
    """Yield, in steps, how much accuracy on MNIST's test digits is lost without each channel of a layer.

    Raises:
        LabError: the network has no such layer.
        FileProblem: MNIST's files are not there.
    """
    from core.explaining.channel_ranking import rank_channels

    _check_layer(network, layer)
    # A copy: a network in training, or changed by hand, gets other weights between two steps.
    yield from rank_channels(copy.deepcopy(network), _test_pictures(networks.dataset), layer)


def patches(network: Network, layer: str) -> Iterator[ExcitingPatches]:
    """Which of MNIST's training digits excite the channels of a layer most, and where, in steps.

    Raises:
        LabError: the network has no such layer.
        FileProblem: MNIST's files are not there.
    """
    from core.explaining.exciting_patches import exciting_patches

    _check_layer(network, layer)
    # A copy: a network in training gets other weights between two steps.
    yield from exciting_patches(copy.deepcopy(network), _some(networks.dataset), layer)


def sweeps(network: Network, ink: np.ndarray, variation: Variation, steps: Steps) -> Iterator[Sweep | None]:
    """See `core.reading.sweeps.sweeps`."""
    from core.reading.sweeps import sweeps

    # A copy: a network in training, or changed by hand, gets other weights between two steps.
    yield from sweeps(copy.deepcopy(network), ink, variation, steps)


def get_familiar(network: Network) -> Iterator[float]:
    """Get to know how training digits look to the opened network, in steps: the shares done.

    From then on `resemblance` tells how familiar a drawing is.

    Raises:
        LabError: no network is loaded.
        FileProblem: MNIST's files are not there.
    """
    from core.data import datasets
    from core.explaining import familiarity

    classifier = networks.opened
    unpacked: list[DigitSet] = []
    unpacking = threading.Thread(
        target=lambda: unpacked.append(datasets.load(classifier.info.dataset, "train")), daemon=True
    )
    unpacking.start()
    while unpacking.is_alive():  # a quarter of a second, which a drawing need not wait
        unpacking.join(0.005)
        yield 0.0
    generated = yield from _learnt_pen_digits(classifier.info.about)
    digits = unpacked.pop() if unpacked else datasets.load(classifier.info.dataset, "train")  # which raises
    digits = datasets.mixed(digits, generated, familiarity.REFERENCES + familiarity.HELD_OUT)
    learnt = yield from familiarity.learn(classifier.network, digits)
    if classifier is networks.opened:
        networks.familiarity = learnt


def _give_back_memory() -> None:
    """Let the system have what long work leaves free: tens of MB, which the allocator would hold on to."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):  # there, another C library does so by itself
            ctypes.CDLL(None).malloc_trim(0)


def _learnt_pen_digits(about: dict[str, Any]) -> Generator[float, None, DigitSet]:
    """Some of the generated digits that a network has learnt from, as its file says; yields meanwhile."""
    from core.explaining import familiarity
    from core.pen_digits import generator
    from core.training.learnt_digits import learnt_pen_digits

    wanted = (familiarity.REFERENCES + familiarity.HELD_OUT) // familiarity.PEN_SHARE
    made = []
    for digit in learnt_pen_digits(about, wanted):
        made.append(digit)
        if len(made) % 5 == 0:  # some 5 ms, which a drawing need not wait longer
            yield 0.0
    return generator.collect(made)


# At once


def resemblance(picture: np.ndarray) -> Resemblance | None:
    """Return the training digits that a picture (28, 28) is nearest to; None while they are not known."""
    from core.networks import trace

    known = networks.familiarity
    return None if known is None else known.resemblance(trace.run(networks.opened.network, picture)[1])


def devices() -> tuple[str, ...]:
    """The names of the devices that PyTorch can use on this computer; see `core.networks.devices`."""
    from core.networks.devices import available

    return available()


def read_pictures(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the digits (N,) int64 that are read in pictures (N, 28, 28) float32, and their probabilities.

    Raises:
        LabError: no network is loaded.
    """
    from core.reading.classifier import probabilities_of

    probabilities = probabilities_of(networks.answering, pictures)
    return probabilities.argmax(1), probabilities.max(1)


def why(picture: np.ndarray, digit: int, rival: int) -> Evidence:
    """See `core.explaining.evidence.why`."""
    from core.explaining import evidence

    return evidence.why(networks.answering, picture, digit, rival)


def feeding(picture: np.ndarray, layer: str, unit: int) -> Feeding:
    """See `core.explaining.evidence.feeding`."""
    from core.explaining import evidence

    return evidence.feeding(networks.answering, picture, layer, unit)


def map_cell(picture: np.ndarray, layer: str, channel: int, row: int, column: int) -> MapCell:
    """See `core.explaining.evidence.map_cell`."""
    from core.explaining import evidence

    return evidence.map_cell(networks.answering, picture, layer, channel, row, column)


def occlusion(picture: np.ndarray, digit: int, rival: int) -> np.ndarray:
    """See `core.explaining.evidence.occlusion`."""
    from core.explaining import evidence

    return evidence.occlusion(networks.answering, picture, digit, rival)


def smallest_change(picture: np.ndarray, rival: int) -> ChangePath:
    """See `core.explaining.smallest_change`."""
    from core.explaining import smallest_change

    return smallest_change.smallest_change(networks.answering, picture, rival)


def prepare(ink: np.ndarray, variation: Variation, steps: Steps) -> Prepared:
    """See `core.reading.sweeps.prepare`."""
    from core.reading import sweeps

    return sweeps.prepare(networks.answering, ink, variation, steps)


def compare(
    choices: tuple[NetworkChoice, ...], ink: np.ndarray | None
) -> list[tuple[ModelInfo, Prediction | None] | LabError]:
    """Return the answers of networks beside the pad's to ink (H, W) uint8, computed on the pad's device.

    Where one cannot answer, its LabError stands in its place. See `ComparedNetworks`.
    """
    return networks.compared.answers(choices, ink, networks.device)


def probabilities_over(path: Path, ink: np.ndarray) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return the answers of a run's kept snapshots to ink: steps (N,) int64, probabilities (N, K) float32.

    The names of the K classes come last.

    Snapshots that cannot be read are left out.
    """
    run = Run(path)
    steps, rows, read = [], [], {}
    classifier: Classifier | None = None
    for step in run.snapshot_steps():
        try:
            snapshot = networks.snapshots.get((path, step)) or run.snapshot(step)
            if classifier is None:
                classifier = untrained(snapshot.architecture)
            classifier.use(snapshot)
        except LabError:
            continue
        read[path, step] = snapshot
        steps.append(step)
        rows.append(classifier.classify(ink).probabilities)
    networks.snapshots = read
    classes = () if classifier is None else classifier.network.classes
    return np.array(steps, np.int64), np.array(rows, np.float32).reshape(-1, len(classes)), classes


def layers_of(architecture: str) -> ModelInfo:
    """Return an architecture's layers.

    Raises:
        LabError: it is not known.
    """
    return untrained(architecture).info


def preview(kinds: Augmentation, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Eight of MNIST's training digits before and after augmentation: twice (8, 28, 28) float32 in [0, 1].

    Another seed shows other digits, changed by other draws.

    Raises:
        FileProblem: MNIST's files are not there.
    """
    import torch

    from core.networks.batches import as_batch
    from core.training.augmentation import augment

    digits = _some(MNIST)
    random = np.random.default_rng(abs(seed))
    classes = random.permutation(10)[:_PREVIEWED]
    chosen = np.array([random.choice(np.flatnonzero(digits.labels == digit)) for digit in classes])
    batch = as_batch(torch.from_numpy(digits.images[chosen]))
    changed = augment(batch, kinds, torch.Generator().manual_seed(seed))
    return batch[:, 0].numpy(), changed[:, 0].numpy()


def _check_layer(network: Network, layer: str) -> None:
    if layer not in network.table.names:
        raise LabError("The network that answers now has no layer {layer}.", layer=layer)


@lru_cache
def _test_pictures(dataset: str) -> DigitSet:
    from core.data.datasets import load

    return load(dataset, "test")


@lru_cache
def _some(dataset: str) -> DigitSet:
    """The first training pictures of a data set; to unpack MNIST's takes a quarter of a second.

    All of them would take 47 MB as long as the window is open.
    """
    from core.data.datasets import DigitSet, load

    digits = load(dataset, "train")
    return DigitSet(digits.images[:SAMPLE].copy(), digits.labels[:SAMPLE].copy())
