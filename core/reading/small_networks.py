"""Small networks answer in NumPy, at once and in the process that asks; all others need PyTorch."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from core.convolution.network import has_operators, run
from core.convolution.operators import softmax
from core.ink.preprocess import to_mnist
from core.records import ModelInfo, NetworkState, Prediction

_MOST_SECONDS = 0.002  # of a pass: what runs in the window's thread takes under 10 ms, painting with it
# What lies far beyond that is not even tried: LeNet has 0.4 million multiplications and 8,000 values.
_MOST_MULTIPLICATIONS = 4_000_000
_MOST_VALUES = 100_000
_TRIES = 3  # one that is fast is enough: others use the cores, too


def is_small(info: ModelInfo, weights: dict[str, np.ndarray]) -> bool:
    """Whether `answer` is the way to ask this network: known layers, on a CPU, a pass under 2 ms here.

    Takes up to three passes, so ask once a network.
    """
    table = info.table
    if info.device != "cpu" or not table.classes or not table.layers or not has_operators(table):
        return False
    if sum(spec.multiplications for spec in table.layers) > _MOST_MULTIPLICATIONS:
        return False
    if sum(math.prod(spec.shape) for spec in table.shown) > _MOST_VALUES:
        return False
    try:
        network = NetworkState(table, weights)
        return any(_seconds(network) < _MOST_SECONDS for _ in range(_TRIES))
    except KeyError:  # its weights are not here
        return False


def _seconds(network: NetworkState) -> float:
    """What a pass takes."""
    picture = np.zeros(network.table.input_shape, np.float32)
    started = time.perf_counter()
    run(network, picture)
    return time.perf_counter() - started


def answer(network: NetworkState, ink: np.ndarray) -> Prediction:
    """A network's answer to ink (H, W) uint8, 0 = paper, of any size, as `classifier.answer` gives it."""
    started = time.perf_counter()
    prediction = read(network, to_mnist(ink, size=network.table.input_shape[1:]))
    return replace(prediction, milliseconds=(time.perf_counter() - started) * 1000)


def read(network: NetworkState, picture: np.ndarray) -> Prediction:
    """The answer to a picture (H, W) float32 in [0, 1], as `preprocess.to_mnist` gives it."""
    started = time.perf_counter()
    logits, trace = run(network, picture)
    milliseconds = (time.perf_counter() - started) * 1000
    return Prediction(softmax(logits), logits, trace, milliseconds, classes=network.table.classes)


def fits(network: NetworkState, shapes: dict[str, tuple[int, ...]]) -> bool:
    """Whether the weights have these shapes, and the channels that are off are there."""
    if {name: value.shape for name, value in network.weights.items()} != shapes:
        return False
    channels = {spec.name: spec.shape[0] for spec in network.layers}
    return all(
        name in channels and all(0 <= channel < channels[name] for channel in off)
        for name, off in network.silenced.items()
    )
