"""Whether a network has seen anything like a drawing: softmax must name a digit even for a face.

Five things are asked of a picture, each in comparison with training digits of the class that the network
names, the nearest few or all of them:

* how far its outlines are from theirs, and how far in their pattern alone, however thick the strokes are;
* how far in pattern where the convolutions end (at the input of the first fully connected layer);
* how far at the last hidden layer (the input of the last fully connected layer);
* how little the logits speak for any digit at all (the free energy of Liu et al. 2020).

Each answer is counted in the spread that held-out training digits of that class have; the mean of the five
is the picture's oddness, and the share of held-out digits that are at least as odd is its familiarity.
tests/benchmarks/non_digits.py measures how many drawings that are no digits this tells from digits. No one
of the five, and no fewer of them together, told as many.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.data.datasets import DigitSet
from core.networks.batches import as_batch
from core.records import Resemblance, Trace

REFERENCES = 20_000  # digits to be near to; with half of them, lenet_sigmoid told 4 % fewer non-digits
HELD_OUT = 6_000  # digits that show how far from the references digits are
PEN_SHARE = 8
"""One in so many is a generated pen digit, where the network has learnt from these.

For lenet_pen: without them, 25 % of the 1s that people write with a pen were called unlike any digit, and
5.7 % of all pen digits; with them 5.5 and 2.1 %. Of drawings that are no digits, 84 % are told in place of
90 %. With half as many, 7.1, 2.7 and 85 %.
"""
_BATCH = 50  # so that one step of `learn` takes some 10 ms, and a drawing need not wait
_NEAREST = 3  # their mean distance counts
_DIRECTIONS = 8  # of outlines
_FEWEST = 50  # held-out digits that show a class's spread; with fewer, all classes' counts


def learn(network: nn.Sequential, digits: DigitSet) -> Generator[float, None, Familiarity]:
    """Get to know training digits as the network sees them; yields the share done, 0–1.

    The generator returns the `Familiarity`: `familiarity = yield from learn(network, digits)`. A step takes
    some 10 ms on one thread, the whole a few seconds. The network must not change meanwhile; it stays on
    its device, and what is learnt lies in memory (70 MB for a LeNet).

    Args:
        network: in evaluation mode; its named children are the layers, at least one of them fully connected.
        digits: those that it has learnt from; a fixed draw of 26,000 of them is used.
    """
    order = np.random.default_rng(0).permutation(len(digits))[: REFERENCES + HELD_OUT]
    # By label, so that a step asks for the references of one class and not for all, which memory slows down.
    references, held_out = (
        part[np.argsort(digits.labels[part], kind="stable")]
        for part in np.split(order, [len(order) * REFERENCES // (REFERENCES + HELD_OUT)])
    )
    known: list[_Known] = []
    for first in range(0, len(references), _BATCH):
        look = _look(network, digits.images[references[first : first + _BATCH]])
        known = known or [_Known(digits.labels[references], of.shape[1]) for of in look.features]
        for of, features in zip(known, look.features, strict=True):
            of.put(first, features)
        yield first / len(order)
    evidence, named = [], []
    for first in range(0, len(held_out), _BATCH):
        look = _look(network, digits.images[held_out[first : first + _BATCH]])
        evidence.append(_evidence(look, known))
        named.append(look.named)
        yield (len(references) + first) / len(order)
    return Familiarity(digits, references, known, torch.cat(evidence), torch.cat(named))


class Familiarity:
    """What a network's training digits look like to it, and how much alike they are."""

    def __init__(
        self, digits: DigitSet, references: np.ndarray, known: list[_Known], evidence: Tensor, named: Tensor
    ) -> None:
        """Made by `learn`: held-out digits gave `evidence` (n, 5) and were taken for `named` (n,)."""
        self._digits = digits
        self._references = references
        self._known = known
        self._middle, self._spread = _spreads(evidence, named)
        self._usual = self._oddness(evidence, named).sort().values

    @torch.inference_mode()
    def score(self, seen: Trace) -> float:
        """The share, 0–1, of held-out training digits that are at least as odd as this; 0 for no numbers."""
        return self._score(_look_of(seen))

    @torch.inference_mode()
    def nearest(self, seen: Trace, count: int = 9) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The references nearest at the last hidden layer, nearest first.

        Returns:
            Places (count,) int64 in the digits learnt from, labels (count,) uint8, and Euclidean distances
            (count,) float32 between the layer's outputs. All empty where the network gives no finite numbers.
        """
        return self._nearest(_look_of(seen), count)

    @torch.inference_mode()
    def resemblance(self, seen: Trace, count: int = 9) -> Resemblance:
        """Score and nearest digits together, as the window shows them."""
        look = _look_of(seen)
        places, labels, distances = self._nearest(look, count)
        return Resemblance(self._score(look), self._digits.images[places], labels, distances)

    def _score(self, look: _Look) -> float:
        oddness = self._oddness(_evidence(look, self._known), look.named)
        if not oddness.isfinite():
            return 0.0
        return 1 - int(torch.searchsorted(self._usual, oddness)) / len(self._usual)

    def _nearest(self, look: _Look, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        hidden, order, distances = look.features[-1], np.zeros(0, np.int64), np.zeros(0, np.float32)
        if hidden.isfinite().all():
            nearest, apart = self._known[-1].nearest(hidden, count)
            order, distances = nearest.numpy(), apart.numpy()
        places = self._references[order]
        return places, self._digits.labels[places], distances

    def _oddness(self, evidence: Tensor, named: Tensor) -> Tensor:
        """(n,): 0 is a class's median digit, and 1 is odder than 98 % of its digits."""
        return ((evidence - self._middle[named]) / self._spread[named]).mean(1)


def _spreads(evidence: Tensor, named: Tensor) -> tuple[Tensor, Tensor]:
    """Of evidence (n, 5) by the class named (n,): medians, and from there to the 98 % point, both (10, 5)."""
    middles, spreads = [], []
    for digit in range(10):
        of_digit = evidence[named == digit]
        middle, far = (of_digit if len(of_digit) >= _FEWEST else evidence).quantile(
            torch.tensor([0.5, 0.98]), dim=0
        )
        middles.append(middle)
        spreads.append((far - middle).clamp(min=1e-6))  # saturated layers have no spread
    return torch.stack(middles), torch.stack(spreads)


@dataclass(frozen=True, eq=False)
class _Look:
    """What n pictures and a network's layers come to, float32 on the CPU."""

    features: tuple[Tensor, Tensor, Tensor]
    """(n, …) each: outlines; where the convolutions end; the last hidden layer."""
    logits: Tensor  # (n, 10)

    @property
    def named(self) -> Tensor:
        """(n,) int64: the digits that the network names."""
        return self.logits.argmax(1)


class _Known:
    """One kind of features of the reference digits, whose labels (n,) are in order: (n, width)."""

    def __init__(self, labels: np.ndarray, width: int) -> None:
        self.features = torch.empty(len(labels), width)
        self._squares = torch.empty(len(labels))
        self._bounds = np.searchsorted(labels, np.arange(11)).tolist()

    def put(self, first: int, features: Tensor) -> None:
        """Get to know the features (m, width) of the digits from `first` on."""
        self.features[first : first + len(features)] = features
        self._squares[first : first + len(features)] = features.square().sum(1)

    def distances(self, features: Tensor, named: Tensor) -> Tensor:
        """How far (m, …) are from the digits named (m,): (m, 2), Euclidean, and likewise scaled to length 1.

        Means over the nearest references of that digit; infinite where there are none.
        """
        distances = torch.full((len(features), 2), torch.inf)
        for digit in set(named.tolist()):
            those = slice(self._bounds[digit], self._bounds[digit + 1])
            if those.start < those.stop:
                asked = features[named == digit]
                products = asked @ self.features[those].T
                squares, of_asked = self._squares[those], asked.square().sum(1, keepdim=True)
                lengths = (squares * of_asked).sqrt().clamp(min=1e-12)
                apart = torch.stack([squares + of_asked - 2 * products, 2 - 2 * products / lengths], dim=1)
                nearest = apart.topk(min(_NEAREST, len(squares)), largest=False).values
                distances[named == digit] = nearest.clamp(min=0).sqrt().mean(2)
        return distances

    def nearest(self, features: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Places (count,) and distances (count,) of the references nearest to features (1, …)."""
        squares = self._squares - 2 * (self.features @ features[0])
        places = squares.topk(min(count, len(squares)), largest=False).indices
        # Again without products, whose rounding keeps a digit apart from itself.
        apart = (self.features[places] - features).square().sum(1).sqrt()
        order = apart.argsort()
        return places[order], apart[order]


def _evidence(look: _Look, known: list[_Known]) -> Tensor:
    """How odd n pictures are in five respects: (n, 5), each in its own unit."""
    outlines, convolved, hidden = (
        of.distances(features, look.named) for of, features in zip(known, look.features, strict=True)
    )
    energy = -look.logits.logsumexp(1, keepdim=True)
    return torch.cat([outlines, convolved[:, 1:], hidden[:, :1], energy], dim=1)


@torch.inference_mode()
def _look(network: nn.Sequential, images: np.ndarray) -> _Look:
    """At images (n, 28, 28) uint8, by the network."""
    batch = as_batch(torch.from_numpy(images))
    value = batch.to(next(network.parameters()).device)
    inputs = []
    for layer in network.children():
        if isinstance(layer, nn.Linear):
            inputs.append(value)
        value = layer(value)
    return _compare(batch[:, 0], inputs[0], inputs[-1], value)


def _look_of(seen: Trace) -> _Look:
    """At one picture, of which the network's trace is known."""
    inputs = (seen.input, *(layer.values for layer in seen.layers))
    linear = [i for i, layer in enumerate(seen.layers) if layer.kind == "linear"]
    chosen = (seen.input, inputs[linear[0]], inputs[linear[-1]], inputs[-1])
    picture, first, last, logits = (torch.from_numpy(values)[None] for values in chosen)
    return _compare(picture, first, last, logits)


def _compare(pictures: Tensor, first: Tensor, last: Tensor, logits: Tensor) -> _Look:
    """Of pictures (n, 28, 28): inputs of the first and the last fully connected layer, and logits."""
    first, last, logits = (values.flatten(1).cpu() for values in (first, last, logits))
    return _Look((_outlines(pictures), first, last), logits)


def _outlines(pictures: Tensor) -> Tensor:
    """Where in pictures (n, 28, 28) outlines run in which direction: (n, 392), 8 directions in 7×7 cells.

    The root lessens the difference between thin and thick strokes.
    """
    padded = F.pad(pictures, (1, 1, 1, 1))
    right = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2
    down = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
    angles = torch.arange(_DIRECTIONS) * (2 * torch.pi / _DIRECTIONS)
    cosine, sine = angles.cos()[:, None, None], angles.sin()[:, None, None]
    slopes = F.relu(right[:, None] * cosine + down[:, None] * sine)  # (n, 8, 28, 28)
    return F.avg_pool2d(slopes, 4).sqrt().flatten(1)
