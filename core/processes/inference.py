"""What runs in the inference process. Importing this loads no torch; the functions do."""

from __future__ import annotations

import copy
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from core.errors import LabError
from core.reading.comparison import ComparedNetworks, NetworkChoice
from core.records import ModelInfo, NetworkState, Prediction, Resemblance, Snapshot
from core.training.config import Augmentation
from core.training.runs import Run

if TYPE_CHECKING:
    from torch import nn

    from core.data.datasets import DigitSet
    from core.explaining.channel_ranking import ChannelRanking
    from core.explaining.evidence_records import ChangePath, Evidence, Feeding, MapCell
    from core.explaining.exciting_patches import ExcitingPatches
    from core.explaining.familiarity import Familiarity
    from core.ink.preprocess import Steps
    from core.reading.classifier import Classifier
    from core.reading.variation_records import Prepared, Sweep, Variation

_PREVIEWED = 8  # digits that show what augmentation does
_Answer = TypeVar("_Answer")

# The process's own; a process serves one window.
_classifier: Classifier | None = None
_device = "auto"
_in_training: Classifier | None = None
_edited: Classifier | None = None  # the one that was opened, changed by hand
_answering: Classifier | None = None  # the one of them that was asked last: questions are about it
_familiarity: Familiarity | None = None  # of the network that was opened, once that is known
_work: dict[str, tuple[int, Iterator[Any]]] = {}  # what `advance` goes on with
_compared = ComparedNetworks()
_snapshots: dict[
    tuple[Path, int], Snapshot
] = {}  # of one run, so that a new drawing need not read them again


def start() -> None:
    """Prepare a process that serves a window: it ends when the window's process has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the shell is for the window to answer
    parent = multiprocessing.parent_process()
    assert parent is not None  # this runs in a child only

    def end_with_parent() -> None:
        parent.join()
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()


def open_model(model: str, device: str) -> ModelInfo:
    """Load a network into this process; where that fails, the one before it stays.

    Raises:
        LabError: the weights or the device are not there.
    """
    import torch

    from core.reading.classifier import Classifier

    global _classifier, _device, _in_training, _edited, _answering, _familiarity
    # One thread: with two, a 0.5 ms forward pass took up to 60 ms under load.
    torch.set_num_threads(1)
    _classifier = Classifier.open(model, device)
    _device, _in_training, _edited, _answering, _familiarity = device, None, None, _classifier, None
    return _classifier.info


def classify(ink: np.ndarray | None) -> Prediction | None:
    """The answer of the network that `open_model` has loaded, to ink (H, W) uint8; None for bare paper.

    Raises:
        LabError: no network is loaded.
    """
    global _answering
    _answering = _opened()
    return None if ink is None else _answering.classify(ink)


def classify_edited(state: NetworkState | None, ink: np.ndarray | None) -> Prediction | None:
    """The answer of the opened network as it was changed by hand, and of itself; None for bare paper.

    Args:
        state: the changed network from now on; None for the one of the call before.
        ink: the drawing (H, W) uint8, if there is one.

    Raises:
        LabError: the changes do not fit; no network is loaded.
    """
    global _edited, _answering
    if state is not None:
        from core.networks import edits

        _edited = _edited or _opened().copy()
        edits.apply(_edited.network, state)
    assert _edited is not None  # the first call brings a state
    _answering = _edited
    if ink is None:
        return None
    return replace(_edited.classify(ink), original=_opened().classify(ink).probabilities)


def ranking(network: nn.Sequential, layer: str) -> Iterator[ChannelRanking]:
    """What the accuracy on MNIST's test digits loses without each channel of a layer, in steps.

    Raises:
        LabError: the network has no such layer.
        FileProblem: MNIST's files are not there.
    """
    from core.explaining.channel_ranking import rank_channels

    _check_layer(network, layer)
    # A copy: a network in training, or changed by hand, gets other weights between two steps.
    yield from rank_channels(copy.deepcopy(network), _test_digits(), layer)


def get_familiar(network: nn.Sequential) -> Iterator[float]:
    """Get to know how training digits look to the opened network, in steps: the shares done.

    From then on `resemblance` tells how familiar a drawing is.

    Raises:
        LabError: no network is loaded.
        FileProblem: MNIST's files are not there.
    """
    global _familiarity
    from core.data.datasets import mixed
    from core.explaining import familiarity

    classifier = _opened()
    unpacking = threading.Thread(target=_training_digits, daemon=True)
    unpacking.start()
    while unpacking.is_alive():  # a quarter of a second, which a drawing need not wait
        unpacking.join(0.005)
        yield 0.0
    generator = yield from _learnt_pen_digits(classifier.info.about)
    digits = mixed(_training_digits(), generator, familiarity.REFERENCES + familiarity.HELD_OUT)
    learnt = yield from familiarity.learn(classifier.network, digits)
    if classifier is _classifier:
        _familiarity = learnt


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


def resemblance(token: int, picture: np.ndarray) -> tuple[int, Resemblance | None]:
    """The training digits that a picture (28, 28) is nearest to; None while they are not known."""
    from core.networks import trace

    if _familiarity is None:
        return token, None
    return token, _familiarity.resemblance(trace.run(_opened().network, picture)[1])


def sweeps(
    network: nn.Sequential, ink: np.ndarray, variation: Variation, steps: Steps
) -> Iterator[Sweep | None]:
    """See `core.reading.sweeps.sweeps`."""
    from core.reading.sweeps import sweeps

    # A copy: a network in training, or changed by hand, gets other weights between two steps.
    yield from sweeps(copy.deepcopy(network), ink, variation, steps)


def read_pictures(token: int, pictures: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """What the network that answered last reads in pictures (n, 28, 28) float32.

    The token, whatever it is; the digits (n,) int64; and their probabilities (n,) float32.

    Raises:
        LabError: no network is loaded.
    """
    import torch

    network = answering_network()
    device = next(network.parameters()).device
    with torch.inference_mode():
        logits = network(torch.from_numpy(pictures).unsqueeze(1).to(device))
        most = logits.softmax(1).max(1)
    return token, most.indices.cpu().numpy(), most.values.cpu().numpy()


def patches(network: nn.Sequential, layer: str) -> Iterator[ExcitingPatches]:
    """Which of MNIST's training digits excite the channels of a layer most, and where, in steps.

    Raises:
        LabError: the network has no such layer.
        FileProblem: MNIST's files are not there.
    """
    from core.explaining.exciting_patches import exciting_patches

    _check_layer(network, layer)
    # A copy: a network in training gets other weights between two steps.
    yield from exciting_patches(copy.deepcopy(network), _training_digits(), layer)


def _check_layer(network: nn.Sequential, layer: str) -> None:
    if layer not in dict(network.named_children()):
        raise LabError("The network that answers now has no layer {layer}.", layer=layer)


@lru_cache(maxsize=1)
def _test_digits() -> DigitSet:
    from core.data.datasets import load_mnist

    return load_mnist("test")


def _opened() -> Classifier:
    if _classifier is None:
        raise LabError("No network is loaded. Choose one in the Model menu.")
    return _classifier


def advance(
    name: str, token: int, start: Callable[..., Iterator[Any]], *arguments: Any
) -> tuple[int, Any, bool]:
    """Take one step of long work about the network that answers: token, what the step gave, whether it ended.

    `start(network, *arguments)` begins it where `token` is new; work of that name with another token is
    dropped.

    Raises:
        LabError: no network is loaded; or what the work raises.
    """
    if name not in _work or _work[name][0] != token:
        _work[name] = token, start(answering_network(), *arguments)
    given = next(_work[name][1], _ENDED)
    if given is _ENDED:
        del _work[name]
        return token, None, True
    return token, given, False


_ENDED = object()


def answering_network() -> nn.Sequential:
    """The network that answered last: opened, changed by hand, or in training.

    Raises:
        LabError: no network is loaded.
    """
    return (_answering or _opened()).network


def classify_in_training(
    snapshot: Snapshot | None, ink: np.ndarray | None
) -> tuple[ModelInfo, Prediction | None]:
    """The answer of a network in training to ink (H, W) uint8; None for bare paper.

    Args:
        snapshot: the network from now on; None for the one of the call before.
        ink: the drawing, if there is one.

    Raises:
        LabError: the weights do not fit their architecture.
    """
    global _in_training, _answering
    if snapshot is not None:
        _in_training = _network_of(snapshot)
    assert _in_training is not None  # the first call brings a snapshot
    _answering = _in_training
    return _in_training.info, None if ink is None else _in_training.classify(ink)


def probabilities_over(path: Path, ink: np.ndarray, token: int) -> tuple[int, np.ndarray, np.ndarray]:
    """What every kept snapshot of a run makes of ink: token, steps (n,) int64, probabilities (n, 10) float32.

    The token, whatever it is, tells the one who asked which question this answers.

    Snapshots that cannot be read are left out.
    """
    global _snapshots
    run = Run(path)
    steps, rows, read = [], [], {}
    classifier: Classifier | None = None
    for step in run.snapshot_steps():
        try:
            snapshot = _snapshots.get((path, step)) or run.snapshot(step)
            if classifier is None:
                classifier = _untrained(snapshot.architecture)
            classifier.use(snapshot)
        except LabError:
            continue
        read[path, step] = snapshot
        steps.append(step)
        rows.append(classifier.classify(ink).probabilities)
    _snapshots = read
    return token, np.array(steps, np.int64), np.array(rows, np.float32).reshape(-1, 10)


def layers_of(architecture: str) -> ModelInfo:
    """What an architecture's layers are.

    Raises:
        LabError: it is not known.
    """
    return _untrained(architecture).info


def preview(kinds: Augmentation, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Eight of MNIST's training digits before and after augmentation: twice (8, 28, 28) float32 in [0, 1].

    Another seed shows other digits, changed by other draws.

    Raises:
        FileProblem: MNIST's files are not there.
    """
    import torch

    from core.networks.batches import as_batch
    from core.training.augmentation import augment

    digits = _training_digits()
    random = np.random.default_rng(abs(seed))
    classes = random.permutation(10)[:_PREVIEWED]
    chosen = np.array([random.choice(np.flatnonzero(digits.labels == digit)) for digit in classes])
    batch = as_batch(torch.from_numpy(digits.images[chosen]))
    changed = augment(batch, kinds, torch.Generator().manual_seed(seed))
    return batch[:, 0].numpy(), changed[:, 0].numpy()


@lru_cache(maxsize=1)
def _training_digits() -> DigitSet:
    """MNIST's; unpacking them takes a quarter of a second."""
    from core.data.datasets import load_mnist

    return load_mnist("train")


def _network_of(snapshot: Snapshot) -> Classifier:
    classifier = _in_training
    if classifier is None or classifier.info.architecture != snapshot.architecture:
        classifier = _untrained(snapshot.architecture)
    classifier.use(snapshot)
    return classifier


def _untrained(architecture: str) -> Classifier:
    import torch

    from core.reading.classifier import Classifier

    torch.set_num_threads(1)
    return Classifier.untrained(architecture, _device)


def compare(
    token: int, choices: tuple[NetworkChoice, ...], picture: np.ndarray | None
) -> tuple[int, list[tuple[ModelInfo, Prediction | None] | LabError]]:
    """What networks beside the pad's make of a picture (28, 28), on the pad's device; the token comes back.

    Each answers by itself: where one cannot, its LabError stands in its place. See `ComparedNetworks`.
    """
    return token, _compared.answers(choices, picture, _device)


# Why one digit and not another: about the network that answered last. Each gives the token back, whatever it
# is, with the answer or with the LabError that stands in its place: who asked knows what it is about.


def why(token: int, picture: np.ndarray, digit: int, rival: int) -> tuple[int, Evidence | LabError]:
    """See `core.explaining.evidence.why`."""
    from core.explaining import evidence

    return token, _or_error(evidence.why, picture, digit, rival)


def feeding(token: int, picture: np.ndarray, layer: str, unit: int) -> tuple[int, Feeding | LabError]:
    """See `core.explaining.evidence.feeding`."""
    from core.explaining import evidence

    return token, _or_error(evidence.feeding, picture, layer, unit)


def map_cell(
    token: int, picture: np.ndarray, layer: str, channel: int, row: int, column: int
) -> tuple[int, MapCell | LabError]:
    """See `core.explaining.evidence.map_cell`."""
    from core.explaining import evidence

    return token, _or_error(evidence.map_cell, picture, layer, channel, row, column)


def occlusion(token: int, picture: np.ndarray, digit: int, rival: int) -> tuple[int, np.ndarray | LabError]:
    """See `core.explaining.evidence.occlusion`."""
    from core.explaining import evidence

    return token, _or_error(evidence.occlusion, picture, digit, rival)


def smallest_change(token: int, picture: np.ndarray, rival: int) -> tuple[int, ChangePath | LabError]:
    """See `core.explaining.smallest_change`."""
    from core.explaining import smallest_change

    return token, _or_error(smallest_change.smallest_change, picture, rival)


# And what becomes of the answer when the drawing is varied, or prepared otherwise; likewise.


def prepare(
    token: int, ink: np.ndarray, variation: Variation, steps: Steps
) -> tuple[int, Prepared | LabError]:
    """See `core.reading.sweeps.prepare`."""
    from core.reading import sweeps

    return token, _or_error(sweeps.prepare, ink, variation, steps)


def _or_error(function: Callable[..., _Answer], *arguments: Any) -> _Answer | LabError:
    try:
        return function(answering_network(), *arguments)
    except LabError as error:
        return error
