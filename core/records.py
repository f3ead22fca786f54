"""The records that cross a process border. NumPy only: importing this takes milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

INPUT, SOFTMAX = "input", "softmax"
"""The names of what enters a network, and of its answer: no row has them."""
DIGITS = tuple("0123456789")
"""MNIST's classes."""


@dataclass(frozen=True)
class Progress:
    """How far long work on files is; a total of 0 is not known yet."""

    done: int
    total: int
    found: Any = field(default=None, compare=False)
    """What is ready to be shown already; None where there is nothing new."""


@dataclass(frozen=True)
class Window:
    """The window of a convolution or a pooling: (rows, columns) each."""

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    """Rows and columns beyond each border."""
    dilation: tuple[int, int] = (1, 1)
    """How far apart its cells lie in the map: 1 is side by side."""

    @property
    def reach(self) -> tuple[int, int]:
        """How many rows and columns of the map lie between its first cell and its last, these included."""
        rows, columns = ((size - 1) * gap + 1 for size, gap in zip(self.size, self.dilation, strict=True))
        return rows, columns


@dataclass(frozen=True)
class LayerSpec:
    """A row of a network's table. Its output's shape is (C, H, W) or (N,)."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    """The layers whose outputs enter; “input” is the picture."""
    shape: tuple[int, ...]
    code: str
    """The layer as PyTorch writes it, for instance `ReLU()`."""
    parameters: int
    parameter_sum: str = ""
    """The sum that gives `parameters`: `6×1×5×5 + 6`; empty where there are none."""
    multiplications: int = 0
    """Of weights with inputs, for one picture."""
    window: Window | None = None
    """None where the layer has none."""
    groups: int = 1
    """Into how many parts a convolution cuts the channels, each with weights for its own."""
    options: dict[str, float] = field(default_factory=dict, hash=False)
    """Numbers that the layer was made with and that nothing else here tells, for instance `eps`."""

    @property
    def function(self) -> str:
        """The name of its module: `ReLU` of `ReLU()`."""
        return self.code.partition("(")[0]

    @property
    def takes_largest(self) -> bool:
        """Whether a pooling gives the largest number of its window, and not the mean."""
        return "Max" in self.function


@dataclass(frozen=True)
class NetworkTable:
    """A network without its weights: what enters, its layers in order, and what it tells apart."""

    input_shape: tuple[int, ...]
    """(C, H, W)"""
    layers: tuple[LayerSpec, ...]
    """Each reads layers before it."""
    classes: tuple[str, ...]
    """Their names; none where the network gives no answer."""

    @cached_property
    def shown(self) -> tuple[LayerSpec, ...]:
        """All that has values: the picture, the layers, and the softmax where there are classes."""
        picture = LayerSpec(INPUT, INPUT, (), self.input_shape, "", 0)
        if not self.classes or not self.layers:
            return picture, *self.layers
        last = self.layers[-1]
        return picture, *self.layers, LayerSpec(SOFTMAX, SOFTMAX, (last.name,), last.shape, "", 0)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {spec.name: at for at, spec in enumerate(self.shown)}

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> LayerSpec:
        """The layer of that name, the picture or the softmax. Raises KeyError where there is none."""
        return self.shown[self._places[name]]

    def before(self, spec: LayerSpec) -> tuple[LayerSpec, ...]:
        """What enters a layer, in the order in which it does; nothing enters the picture."""
        return tuple(self[name] for name in spec.inputs)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The layers', in order."""
        return tuple(spec.name for spec in self.layers)

    def readers(self, name: str) -> tuple[LayerSpec, ...]:
        """The layers that this one's output enters."""
        return tuple(spec for spec in self.layers if name in spec.inputs)

    def depends_on(self, name: str) -> tuple[str, ...]:
        """The layers whose outputs enter this one, at whatever distance, and “input”: in order."""
        found = {name}
        for spec in reversed(self.layers):
            if spec.name in found:
                found.update(spec.inputs)
        return tuple(spec.name for spec in self.shown if spec.name in found - {name})

    def activation_of(self, name: str) -> LayerSpec | None:
        """The activation that a layer's output enters, if it enters nothing else."""
        readers = self.readers(name)
        return readers[0] if len(readers) == 1 and readers[0].kind == "activation" else None


@dataclass(frozen=True, eq=False)
class NetworkState:
    """A network as numbers: its layers in order, their weights, and which channels are switched off."""

    table: NetworkTable
    weights: dict[str, np.ndarray]
    """The state dict as float32 arrays: `conv1.weight` (C_out, C_in, h, w), `conv1.bias` (C_out,), …"""
    silenced: dict[str, frozenset[int]] = field(default_factory=dict)
    """Per layer the channels (or units) whose outputs are 0, whatever comes in."""

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        """The table's."""
        return self.table.layers


@dataclass(frozen=True)
class NetworkName:
    """What people know a network by; `gui.words.model_names` puts it into words."""

    model: str
    """A shipped model's name, or the path of a file of weights; of a taught network, of the one before."""
    run: str = ""
    """The name of the run whose weights these are; empty where they are none's."""
    taught: int = 0
    """How many of one's own digits it was taught; 0 where it was not."""


@dataclass(frozen=True)
class ModelInfo:
    """A loaded network: where it came from, where it runs, and its layers."""

    model: str
    """A shipped model's name, or the path of a file of weights."""
    architecture: str
    device: str
    device_title: str
    """The device as its maker names it, for instance `NVIDIA H200`; the plain name for a CPU."""
    table: NetworkTable
    weights: dict[str, np.ndarray] = field(default_factory=dict, compare=False, repr=False)
    """The state dict as float32 arrays; empty for a network in training, whose snapshots have them."""
    about: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The JSON object in the file of weights (config, metrics, …); empty where there is none."""
    dataset: str = "mnist"
    """The pictures that questions about the network are answered with: one of `core.catalog.DATA_SETS`."""
    names: tuple[NetworkName, ...] = field(default=(), compare=False)
    """Its own name, and that of the network that its training started from, as far as they are known."""

    @property
    def name(self) -> NetworkName:
        """What it is called."""
        return self.names[0] if self.names else NetworkName(self.model)

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        """The table's."""
        return self.table.layers

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what it tells apart."""
        return self.table.classes

    @property
    def parameters(self) -> int:
        """How many numbers the network has learnt."""
        return sum(layer.parameters for layer in self.layers)


@dataclass(frozen=True, eq=False)
class LayerActivation:
    """One layer's output for one input: values float32, (C, H, W) or (N,)."""

    name: str
    kind: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward pass: the picture (C, H, W) float32 in [0, 1] and every named layer's output, in order."""

    input: np.ndarray
    layers: tuple[LayerActivation, ...]

    @cached_property
    def picture(self) -> np.ndarray:
        """The drawing as the network reads it, (H, W): all channels of the input are the same."""
        picture: np.ndarray = self.input[0]
        return picture

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """The input's and every layer's values, by name."""
        return {INPUT: self.input} | {layer.name: layer.values for layer in self.layers}


@dataclass(frozen=True, eq=False)
class Prediction:
    """A network's answer: a probability for each class, (K,), their sum 1; logits (K,); and the trace.

    Both are float32. “The digit” is the class: its place among the network's classes.
    """

    probabilities: np.ndarray
    logits: np.ndarray
    trace: Trace
    milliseconds: float
    """Preprocessing and forward pass together, on the network's device."""
    original: np.ndarray | None = None
    """Probabilities (K,) of the network before it was changed by hand; None where it was not."""
    familiarity: float | None = None
    """0–1, as in `Resemblance`, to the network as it was opened; None while that is not known."""
    classes: tuple[str, ...] = DIGITS
    """The names of the K classes."""

    @property
    def digit(self) -> int:
        """The class with the largest probability."""
        return int(self.probabilities.argmax())

    @property
    def name(self) -> str:
        """That class's name."""
        return self.classes[self.digit]

    @property
    def is_sure(self) -> bool:
        """Whether the largest probability is far enough from the next."""
        return is_sure(self.probabilities)

    @property
    def is_unlike_digits(self) -> bool:
        """Whether the drawing is known to be so odd that the answer means little."""
        return self.familiarity is not None and self.familiarity < UNFAMILIAR


def leading(probabilities: np.ndarray) -> tuple[int, int]:
    """Return the classes with the largest and the second largest probability (K,); the same where K is 1."""
    *_, second, first = np.argsort(probabilities)[[-min(2, len(probabilities)), -1]].tolist()
    return first, second


def is_sure(probabilities: np.ndarray) -> bool:
    """Return whether the largest probability (K,) is far enough from the next; of a single class it is."""
    top, next_to_top = probabilities[list(leading(probabilities))]
    return len(probabilities) == 1 or bool(top - next_to_top >= UNSURE_MARGIN)


UNSURE_MARGIN = 0.85
"""With less between the two largest probabilities the answer is called unsure.

Of MNIST's test digits this marks 1.4 %, and of the misread ones 76 %; of 6,455 pen digits that people
wrote on tablets 2.6 %, and of the misread ones 64 % (shipped lenet_pen). What is called sure is misread in
0.10 and 0.44 %. In `lenet` and `lenet_sigmoid` as many misread ones are marked as by 0.6 before these were
calibrated, or more: tests/calibrate.py.
"""

SERIOUS_RIVAL = 0.07
"""Where the answer is unsure, from this probability on the second class is named beside the first.

So it always is where the doubt lies between two.
"""

UNFAMILIAR = 0.0125
"""Below this familiarity a drawing is called unlike any digit, as 1.25 % of held-out training digits are.

Of digits that the network has not trained on it is somewhat more: at most 2 % are meant to be.
"""


@dataclass(frozen=True, eq=False)
class Resemblance:
    """How much a drawing is like the training digits, and the n of them that are nearest, nearest first."""

    familiarity: float
    """0–1: the share of held-out training digits that are at least as odd to the network."""
    pictures: np.ndarray
    """(n, 28, 28) uint8, 0 = paper; n is 0 where the network gives no finite numbers."""
    labels: np.ndarray
    """(n,) uint8, 0–9."""
    distances: np.ndarray
    """float32 (n,): Euclidean, between the last hidden layer's outputs."""

    @property
    def is_unlike_digits(self) -> bool:
        """Whether the drawing is so odd that the network's answer means little."""
        return self.familiarity < UNFAMILIAR


@dataclass(frozen=True, eq=False)
class StepMetrics:
    """Training up to a step (counted from 1 over the whole run)."""

    step: int
    steps: int
    """Of the whole run."""
    losses: np.ndarray
    """float32 (n,): the loss of each step since the last report; the last is that of `step`."""
    learning_rates: np.ndarray
    """float64 (n,): the learning rate of each of these steps."""
    momentum: float
    seconds: float
    """Spent on training since the run began; pauses do not count."""

    @property
    def loss(self) -> float:
        """The mean of the losses."""
        return float(self.losses.mean())

    @property
    def learning_rate(self) -> float:
        """Of the last step."""
        return float(self.learning_rates[-1])


@dataclass(frozen=True, eq=False)
class EpochMetrics:
    """The end of an epoch (counted from 1). Accuracies are 0–1; None where nothing was held out.

    Training loss and accuracy are means over the epoch's batches, as they were when the network met them.
    """

    epoch: int
    step: int
    training_loss: float
    training_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    silent: dict[str, float]
    """Per activation layer the share, 0–1, of channels or units that give the same output for every digit."""
    weights: dict[str, np.ndarray]
    """A copy of the state dict: of the running average where one is kept. Empty when read from a file."""


EPOCH_FIGURES = ("training_loss", "training_accuracy", "validation_loss", "validation_accuracy")
"""The fields of `EpochMetrics` that go into tables and files of weights."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network in training at one moment: its weights are copies, as float32 arrays."""

    architecture: str
    step: int
    """0 is the network before training."""
    weights: dict[str, np.ndarray]
    gradient_norms: dict[str, float]
    """Per layer with weights: the length of the loss's gradient at this step; empty at step 0."""
    is_kept: bool = False
    """Whether the run has just kept it on the disk."""
    classes: tuple[str, ...] = DIGITS
    """The names of what it tells apart."""
    dataset: str = "mnist"
    """What it learns from: one of `core.catalog.DATA_SETS`."""


@dataclass(frozen=True)
class RunResult:
    """How a run ended. The test digits are measured once, here, and choose nothing."""

    reason: str
    """One of `REASONS`."""
    step: int
    test_loss: float | None
    test_accuracy: float | None
    """0–1; None where the run has not come to an end of its own."""
    validation_accuracy: float | None = None
    """0–1: of the epoch whose weights are the result."""


REASONS = ("epochs", "target", "patience", "stopped", "diverged")
"""All epochs done; target accuracy reached; no better for too long; by the user; loss not finite."""


@dataclass(frozen=True, eq=False)
class Answering:
    """The network that answers the drawing now: as it was opened, changed by hand, or in training."""

    info: ModelInfo
    """Without weights where it is in training."""
    network: NetworkState
    opened: ModelInfo
    """The network of the Model menu."""
    snapshot: Snapshot | None = None
    """Which moment of its training it is; None where it is not in training."""
