"""Networks that answer the same picture as the pad's. Only answering loads torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.catalog import ARCHITECTURES, DEFAULT_MODEL, SHIPPED
from core.errors import LabError
from core.records import ModelInfo, Prediction

if TYPE_CHECKING:
    from core.reading.classifier import Classifier

PAD, WEIGHTS, UNTRAINED = "pad", "weights", "untrained"

UNTRAINED_SEED = 0
"""A training run's default as well: its step 0 is then the same network."""


@dataclass(frozen=True)
class NetworkChoice:
    """Which network is meant."""

    kind: str
    """`PAD`, whatever answers on the pad; `WEIGHTS`, or `UNTRAINED`."""
    name: str = ""
    """Of weights: a shipped name, or a path. Of an untrained network: its architecture."""

    def text(self) -> str:
        """The choice as one line, for `parse`."""
        return f"{self.kind}:{self.name}"

    @staticmethod
    def parse(text: str) -> NetworkChoice | None:
        """The choice of a line that `text` gave; None where it means nothing here and now."""
        kind, _, name = text.partition(":")
        known = {PAD: name == "", WEIGHTS: name != "", UNTRAINED: name in ARCHITECTURES}
        return NetworkChoice(kind, name) if known.get(kind, False) else None


def default_choices(on_pad: str) -> tuple[NetworkChoice, NetworkChoice]:
    """The network on the pad, and a shipped one beside it; `on_pad` is the pad's shipped name or path.

    That is the most instructive one beside the default network: of the same architecture, and taught by other
    digits; or else any other. Where it is on the pad, it is the default one.
    """
    default = SHIPPED[DEFAULT_MODEL]
    others = [model for model in SHIPPED.values() if model is not default]
    alike = [
        model
        for model in others
        if model.architecture == default.architecture and model.trained_on != default.trained_on
    ]
    beside = (alike or others or [default])[0].name
    return NetworkChoice(PAD), NetworkChoice(WEIGHTS, default.name if beside == on_pad else beside)


class ComparedNetworks:
    """Networks that are asked about every drawing: loaded once, and kept as long as they are asked for.

    `described` says in a network's ModelInfo how it is called.
    """

    def __init__(self, described: Callable[[ModelInfo], ModelInfo]) -> None:
        self._described = described
        # What could not be loaded is kept as well: it must not be tried again at every stroke.
        self._kept: dict[tuple[object, ...], Classifier | LabError] = {}

    def answers(
        self, choices: Sequence[NetworkChoice], ink: np.ndarray | None, device: str
    ) -> list[tuple[ModelInfo, Prediction | None] | LabError]:
        """For each choice, none of them `PAD`, the network, without its weights, and its answer to ink.

        The ink is (H, W) uint8, 0 = paper; None for bare paper, to which there is no answer. Each network
        reads it at its own size.
        """
        networks = {(choice, device, _stamp(choice)): choice for choice in choices}
        self._kept = {
            key: self._kept.get(key) or self._opened(choice, device) for key, choice in networks.items()
        }
        answers: dict[NetworkChoice, tuple[ModelInfo, Prediction | None] | LabError] = {}
        for key, choice in networks.items():
            network = self._kept[key]
            if isinstance(network, LabError):
                answers[choice] = network
            else:
                answers[choice] = network.info, None if ink is None else network.classify(ink)
        return [answers[choice] for choice in choices]

    def _opened(self, choice: NetworkChoice, device: str) -> Classifier | LabError:
        import torch

        from core.reading.classifier import Classifier

        torch.set_num_threads(1)
        try:
            make = Classifier.untrained if choice.kind == UNTRAINED else Classifier.open
            classifier = make(choice.name, device)
        except LabError as error:
            return error
        # Nobody needs 250 kB of weights at every stroke.
        classifier.info = self._described(replace(classifier.info, weights={}))
        return classifier


def _stamp(choice: NetworkChoice) -> tuple[int, int] | None:
    """Time and size of the choice's file, which change when a run writes it again; None: no file."""
    if choice.kind != WEIGHTS or choice.name in SHIPPED:
        return None
    try:
        found = Path(choice.name).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
