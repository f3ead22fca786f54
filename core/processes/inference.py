"""The inference process: networks that answer the drawing. Loads torch when first asked."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import LabError
from core.files.log_file import log_to_file
from core.reading.comparison import ComparedNetworks
from core.records import ModelInfo, NetworkState, Prediction, Snapshot
from core.teaching.taught_networks import with_names

if TYPE_CHECKING:
    from core.explaining.familiarity import Familiarity
    from core.networks.table import Network
    from core.reading.classifier import Classifier

_log = logging.getLogger(__name__)


class Networks:
    """The networks of this process. Questions are about the one that answered last."""

    def __init__(self) -> None:
        self.device = "auto"
        self.edited: Classifier | None = None  # the opened one, changed by hand
        self.in_training: Classifier | None = None
        self.familiarity: Familiarity | None = None
        """Of the opened network, once it is known."""
        self.compared = ComparedNetworks(with_names)
        """Those beside the pad's."""
        self.work: dict[str, tuple[int, Iterator[Any]]] = {}
        """What long questions go on with, by their names: a number, and the generator."""
        self.snapshots: dict[tuple[Path, int], Snapshot] = {}
        """Of one run, by path and step: a new drawing need not read them again."""
        self._opened: Classifier | None = None
        self._answering: Classifier | None = None  # the one of them that answered last

    @property
    def opened(self) -> Classifier:
        """The network of the Model menu.

        Raises:
            LabError: none is loaded.
        """
        if self._opened is None:
            raise LabError("No network is loaded. Choose one in the Model menu.")
        return self._opened

    @property
    def answering(self) -> Network:
        """The network that answered last: opened, changed by hand, or in training. Raises as `opened`."""
        return (self._answering or self.opened).network

    @property
    def dataset(self) -> str:
        """The data set that this network has learnt from. Raises as `opened`."""
        return (self._answering or self.opened).info.dataset

    def open(self, model: str, device: str) -> ModelInfo:
        """Load a network. See `open_model`."""
        from core.reading.classifier import Classifier

        opened = Classifier.open(model, device)
        self.device, self._opened, self._answering = device, opened, opened
        # What was changed by hand or is in training moves to this device, too.
        self.edited = self.in_training = self.familiarity = None
        return with_names(opened.info)

    def answer(self, network: Classifier, ink: np.ndarray | None) -> Prediction | None:
        """Return a network's answer to ink (H, W) uint8, or None for bare paper; from now on it answers."""
        self._answering = network
        return None if ink is None else network.classify(ink)


networks = Networks()
"""This process's own; a process serves one window."""


def start() -> None:
    """Prepare a process that serves a window: it ends when the window's process has ended, however it did."""
    log_to_file()
    _log.info("the inference process has started")
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

    # One thread: with two, a 0.5 ms forward pass took up to 60 ms under load.
    torch.set_num_threads(1)
    _log.info("opening %s on %s", model, device)
    return networks.open(model, device)


def classify(ink: np.ndarray | None) -> Prediction | None:
    """The answer of the network that `open_model` has loaded, to ink (H, W) uint8; None for bare paper.

    Raises:
        LabError: no network is loaded.
    """
    return networks.answer(networks.opened, ink)


def classify_edited(state: NetworkState | None, ink: np.ndarray | None) -> Prediction | None:
    """The answer to ink (H, W) uint8 of the opened network as it was changed by hand, and of itself.

    `state` is the changed network from now on; None for the one of the call before.

    Raises:
        LabError: the changes do not fit; no network is loaded.
    """
    if state is not None:
        from core.networks import edits

        networks.edited = networks.edited or networks.opened.copy()
        edits.apply(networks.edited.network, state)
    assert networks.edited is not None  # the first call brings a state
    prediction = networks.answer(networks.edited, ink)
    if prediction is None or ink is None:
        return None
    return replace(prediction, original=networks.opened.classify(ink).probabilities)


def classify_in_training(
    snapshot: Snapshot | None, ink: np.ndarray | None
) -> tuple[ModelInfo, Prediction | None]:
    """The answer of a network in training to ink (H, W) uint8; None for bare paper.

    `snapshot` is the network from now on; None for the one of the call before.

    Raises:
        LabError: the weights do not fit their architecture.
    """
    if snapshot is not None:
        network = networks.in_training
        if network is None or network.info.architecture != snapshot.architecture:
            network = untrained(snapshot.architecture)
        network.use(snapshot)
        networks.in_training = network
    assert networks.in_training is not None  # the first call brings a snapshot
    return networks.in_training.info, networks.answer(networks.in_training, ink)


def untrained(architecture: str) -> Classifier:
    """A network of random weights on the device that answers.

    Raises:
        LabError: the architecture is not known.
    """
    import torch

    from core.reading.classifier import Classifier

    torch.set_num_threads(1)
    return Classifier.untrained(architecture, networks.device)
