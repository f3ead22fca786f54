"""A network's answers to a drawing that is varied, and prepared by some of the steps only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.ink.preprocess import Steps, stages, to_mnist
from core.networks.table import Network
from core.reading.classifier import answer, probabilities_of
from core.reading.variation_records import RANGES, Prepared, Sweep, Variation
from core.reading.variations import Varier, vary

_PIECE = 0.004  # seconds of work in one go, for which a drawing may have to wait


def prepare(network: Network, ink: np.ndarray, variation: Variation, steps: Steps) -> Prepared:
    """Vary a drawing (H, W) uint8, 0 = paper, prepare it by these steps, and answer it."""
    varied = vary(ink, variation)
    shown = stages(varied.ink, steps, network.input_shape[1:])
    return Prepared(
        varied=varied,
        stages=shown,
        prediction=None if shown is None else answer(network, varied.ink, steps),
        on_pad=answer(network, ink).probabilities,
    )


def sweeps(network: Network, ink: np.ndarray, variation: Variation, steps: Steps) -> Iterator[Sweep | None]:
    """The answers to a drawing along each kind of variation in turn; None where there is more to do first.

    One amount after the other takes its place in `variation`; each varied drawing, ink (H, W) uint8, 0 =
    paper, is prepared by `steps`. The network must not change meanwhile.
    """
    varier = Varier(ink)
    started = time.perf_counter()
    for kind, range_ in RANGES.items():
        amounts = range_.amounts
        size = network.input_shape[1:]
        pictures = np.zeros((len(amounts), *size), np.float32)
        lost, inked = np.zeros(len(amounts)), np.zeros(len(amounts), bool)
        for at, amount in enumerate(amounts.tolist()):
            varied = varier.vary(replace(variation, **{kind: amount}))
            pictures[at] = to_mnist(varied.ink, steps, size)
            lost[at], inked[at] = varied.lost, varied.ink.any()
            if time.perf_counter() - started > _PIECE:
                yield None
                started = time.perf_counter()
        probabilities = probabilities_of(network, pictures)
        probabilities[~inked] = np.nan
        yield Sweep(kind, amounts, probabilities, lost, inked, network.classes)
        started = time.perf_counter()
