"""How much a drawing is like the digits a network has learnt: softmax names a digit even for a face.

A picture is compared with the training digits of the class that the network predicts. Five numbers are
measured; the first four are the mean distance to the three nearest of these digits:

* between outlines (`_outlines`);
* between outlines scaled to length 1, in which the strokes' thickness does not count;
* between the inputs of the first fully connected layer, scaled to length 1;
* between the inputs of the last fully connected layer (where a network ends otherwise, both times between the
  inputs of its last layer with weights);
* the free energy of the logits (Liu et al. 2020): high where they speak for no digit.

Each is centred and scaled by the median and the 98 % quantile that held-out training digits of that class
have. The mean of the five is the picture's oddness, and the share of held-out digits that are at least as
odd is its familiarity. tests/benchmarks/non_digits.py measures how many drawings that are no digits are
recognised as such. Fewer than these five numbers recognised fewer.
"""

from __future__ import annotations

import zlib
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.data.datasets import DigitSet
from core.networks.batches import as_batch
from core.networks.table import Network
from core.networks.trace import device_of
from core.records import INPUT, NetworkTable, Resemblance, Trace

REFERENCES = 20_000  # digits to compare with; with half, lenet_sigmoid recognised 4 % fewer non-digits
HELD_OUT = 6_000  # digits whose distances from the references are the measure
PEN_SHARE = 8
"""One of eight digits is a generated pen digit, where the network has learnt from these.

For lenet_pen: without them, 25 % of the 1s that people write with a pen were called unlike any digit, and
5.7 % of all pen digits; with them 5.5 and 2.1 %. Of drawings that are no digits, 84 % are recognised in place
of 90 %. With half as many, 7.1, 2.7 and 85 %.
"""
_BATCH = 50  # so that one step of `learn` takes some 10 ms, and a drawing need not wait
_NEAREST = 3  # their mean distance counts
_DIRECTIONS = 8  # of outlines
# A byte for a number of the wide ones: 84.1 % of non-digits are recognised, in place of 84.0 %, and as many
# pen digits. In the last, the nearest are found.
_KEPT_AS = (torch.int8, torch.int8, torch.float32)
_FEWEST = 50  # held-out digits that show a class's spread; with fewer, all classes' counts


def learn(network: Network, digits: DigitSet) -> Generator[float, None, Familiarity]:
    """Learn how training digits look to the network; yields the share done, 0–1.

    The generator returns the `Familiarity`: `familiarity = yield from learn(network, digits)`. A step takes
    some 10 ms on one thread, the whole a few seconds. The network, in evaluation mode, must not change
    meanwhile; it stays on its device, and what is learnt lies in memory (30 MB for a LeNet). A fixed draw of
    26,000 of the digits is used.

    Raises:
        LabError: the network reads pictures of another size.
    """
    order = np.random.default_rng(0).permutation(len(digits))[: REFERENCES + HELD_OUT]
    # By label, so that a step asks for the references of one class and not for all, which memory slows down.
    references, held_out = (
        part[np.argsort(digits.labels[part], kind="stable")]
        for part in np.split(order, [len(order) * REFERENCES // (REFERENCES + HELD_OUT)])
    )
    kept = _Pictures(digits.labels[references])
    spaces: list[_Space] = []
    for first in range(0, len(references), _BATCH):
        pictures = digits.images[references[first : first + _BATCH]]
        kept.add(pictures)
        views = _views(network, pictures)
        spaces = spaces or [
            _Space(kept.labels, each.shape[1], len(network.classes), kind)
            for each, kind in zip(views.features, _KEPT_AS, strict=True)
        ]
        for space, features in zip(spaces, views.features, strict=True):
            space.put(first, features)
        yield first / len(order)
    measured, predicted = [], []
    for first in range(0, len(held_out), _BATCH):
        views = _views(network, digits.images[held_out[first : first + _BATCH]])
        measured.append(_measure(views, spaces))
        predicted.append(views.predicted)
        yield (len(references) + first) / len(order)
    return Familiarity(kept, spaces, torch.cat(measured), torch.cat(predicted), network.table)


class Familiarity:
    """Training digits as a network sees them, to compare drawings with; made by `learn`.

    Args:
        references: the training digits that drawings are compared with.
        spaces: their features.
        measured: (m, 5): the five numbers of held-out digits.
        predicted: (m,): the classes that the network predicts for these.
        table: of the network.
    """

    def __init__(
        self,
        references: _Pictures,
        spaces: list[_Space],
        measured: Tensor,
        predicted: Tensor,
        table: NetworkTable,
    ) -> None:
        self._table = table
        self._references = references
        self._spaces = spaces
        self._middle, self._spread = _spreads(measured, predicted, len(table.classes))
        self._usual = self._oddness(measured, predicted).sort().values

    @torch.inference_mode()
    def resemblance(self, trace: Trace, count: int = 9) -> Resemblance:
        """The familiarity of a picture, and the `count` references nearest to it at the last hidden layer.

        Where the network gives no finite numbers, the familiarity is 0 and there are no nearest digits.
        """
        views = _views_of_trace(self._table, trace)
        order, distances = np.zeros(0, np.int64), np.zeros(0, np.float32)
        if views.features[-1].isfinite().all():
            nearest, apart = self._spaces[-1].nearest(views.features[-1], count)
            order, distances = nearest.numpy(), apart.numpy()
        pictures = self._references.pictures(order.tolist())
        return Resemblance(self._familiarity(views), pictures, self._references.labels[order], distances)

    def _familiarity(self, views: _Views) -> float:
        oddness = self._oddness(_measure(views, self._spaces), views.predicted)
        if not oddness.isfinite():
            return 0.0
        return 1 - int(torch.searchsorted(self._usual, oddness)) / len(self._usual)

    def _oddness(self, measured: Tensor, predicted: Tensor) -> Tensor:
        """(n,): 0 is a class's median digit, and 1 is odder than 98 % of its digits."""
        return ((measured - self._middle[predicted]) / self._spread[predicted]).mean(1)


def _spreads(measured: Tensor, predicted: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Per predicted class the median, and the distance from there to the 98 % quantile, both (K, 5)."""
    middles, spreads = [], []
    for digit in range(classes):
        own = measured[predicted == digit]
        middle, far = (own if len(own) >= _FEWEST else measured).quantile(torch.tensor([0.5, 0.98]), dim=0)
        middles.append(middle)
        spreads.append((far - middle).clamp(min=1e-6))  # saturated layers have no spread
    return torch.stack(middles), torch.stack(spreads)


@dataclass(frozen=True, eq=False)
class _Views:
    """n pictures as they are compared: float32 on the CPU."""

    features: tuple[Tensor, Tensor, Tensor]
    """(n, …) each: outlines; where the convolutions end; the last hidden layer."""
    logits: Tensor  # (n, K)

    @property
    def predicted(self) -> Tensor:
        """(n,) int64: the digits that the network predicts."""
        return self.logits.argmax(1)


class _Pictures:
    """Labelled pictures, packed: MNIST's take a quarter of the memory."""

    def __init__(self, labels: np.ndarray) -> None:
        self.labels = labels
        self._packed: list[bytes] = []
        self._shape = (0, 0)

    def add(self, pictures: np.ndarray) -> None:
        """Take in further ones, (n, H, W) uint8."""
        self._shape = pictures.shape[1:]
        self._packed += [zlib.compress(picture.tobytes(), 1) for picture in pictures]

    def pictures(self, places: list[int]) -> np.ndarray:
        """Those at these places: (n, H, W) uint8."""
        content = b"".join(zlib.decompress(self._packed[place]) for place in places)
        return np.frombuffer(content, np.uint8).reshape(-1, *self._shape)


class _Space:
    """One kind of features of the reference digits: (n, width), sorted by label."""

    def __init__(self, labels: np.ndarray, width: int, classes: int, kept_as: torch.dtype) -> None:
        self._kept = torch.empty(len(labels), width, dtype=kept_as)
        self._units = torch.ones(len(labels), 1)  # what a 1 in `_kept` stands for
        self._squares = torch.empty(len(labels))
        self._bounds = np.searchsorted(labels, np.arange(classes + 1)).tolist()

    def put(self, first: int, features: Tensor) -> None:
        """Take in the features (m, width) of the references from place `first` on."""
        those = slice(first, first + len(features))
        if self._kept.dtype == torch.int8:
            # Numbers that are not finite stay so in their units.
            self._units[those] = features.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
            features = (features / self._units[those]).round().nan_to_num(0.0)
        self._kept[those] = features.to(self._kept.dtype)
        self._squares[those] = self.features(those).square().sum(1)

    def features(self, those: slice | Tensor) -> Tensor:
        """Those of the references at these places."""
        return self._kept[those].float() * self._units[those]

    def distances(self, features: Tensor, predicted: Tensor) -> Tensor:
        """(m, 2): mean Euclidean distances of features (m, width) to the nearest references.

        Only references of the class predicted (m,) count: as they are, and scaled to length 1. Infinite
        where there are none.
        """
        distances = torch.full((len(features), 2), torch.inf)
        for digit in set(predicted.tolist()):
            those = slice(self._bounds[digit], self._bounds[digit + 1])
            if those.start < those.stop:
                asked = features[predicted == digit]
                products = asked @ self.features(those).T
                squares, asked_squares = self._squares[those], asked.square().sum(1, keepdim=True)
                lengths = (squares * asked_squares).sqrt().clamp(min=1e-12)
                apart = torch.stack(
                    [squares + asked_squares - 2 * products, 2 - 2 * products / lengths], dim=1
                )
                nearest = apart.topk(min(_NEAREST, len(squares)), largest=False).values
                distances[predicted == digit] = nearest.clamp(min=0).sqrt().mean(2)
        return distances

    def nearest(self, features: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Places (count,) and distances (count,) of the references nearest to features (1, …)."""
        squares = self._squares - 2 * (self.features(slice(None)) @ features[0])
        places = squares.topk(min(count, len(squares)), largest=False).indices
        # Again without products, whose rounding keeps a digit apart from itself.
        apart = (self.features(places) - features).square().sum(1).sqrt()
        order = apart.argsort()
        return places[order], apart[order]


def _measure(views: _Views, spaces: list[_Space]) -> Tensor:
    """The five numbers of n pictures: (n, 5), each in its own unit."""
    outlines, convolved, hidden = (
        space.distances(features, views.predicted)
        for space, features in zip(spaces, views.features, strict=True)
    )
    energy = -views.logits.logsumexp(1, keepdim=True)
    return torch.cat([outlines, convolved[:, 1:], hidden[:, :1], energy], dim=1)


@torch.inference_mode()
def _views(network: Network, images: np.ndarray) -> _Views:
    """Views of images (n, H, W) uint8."""
    batch = as_batch(torch.from_numpy(images), network.input_shape)
    outputs = network.outputs(batch.to(device_of(network)))
    return _as_views(network.table, {INPUT: batch} | outputs)


def _views_of_trace(table: NetworkTable, trace: Trace) -> _Views:
    """Views of the one picture that a trace is about."""
    return _as_views(table, {name: torch.from_numpy(values)[None] for name, values in trace.values.items()})


def _as_views(table: NetworkTable, outputs: dict[str, Tensor]) -> _Views:
    """Views of pictures by all outputs (n, …) of the network, with those that enter it."""
    compared = [spec for spec in table.layers if spec.kind == "linear"]
    compared = compared or [spec for spec in table.layers if spec.parameters][-1:] or [table.layers[-1]]
    first, last, logits = (
        outputs[name].flatten(1).cpu()
        for name in (compared[0].inputs[0], compared[-1].inputs[0], table.layers[-1].name)
    )
    return _Views((_outlines(outputs[INPUT][:, 0].cpu()), first, last), logits)


def _outlines(pictures: Tensor) -> Tensor:
    """How strongly outlines run in each of 8 directions in cells of 4×4 pixels of pictures (n, H, W).

    (n, 392) for 28×28 pixels. The root lessens the difference between thin and thick strokes.
    """
    padded = F.pad(pictures, (1, 1, 1, 1))
    right = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2
    down = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
    angles = torch.arange(_DIRECTIONS) * (2 * torch.pi / _DIRECTIONS)
    cosine, sine = angles.cos()[:, None, None], angles.sin()[:, None, None]
    slopes = F.relu(right[:, None] * cosine + down[:, None] * sine)  # (n, 8, H, W)
    return F.avg_pool2d(slopes, 4).sqrt().flatten(1)
