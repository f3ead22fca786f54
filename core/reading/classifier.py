"""A loaded network that answers ink."""

from __future__ import annotations

import copy
import time
from dataclasses import replace

import numpy as np
import torch

from core import networks
from core.catalog import dataset_of
from core.errors import LabError
from core.ink.preprocess import ALL_STEPS, Steps, to_mnist
from core.networks import devices, trace, weight_files
from core.networks.table import Network
from core.reading.comparison import UNTRAINED_SEED
from core.records import ModelInfo, Prediction, Snapshot


class Classifier:
    """A network of the catalogue on a device, ready for ink.

    `model` is its shipped name or its path; empty for a network in training.

    Raises:
        DeviceUnavailable: the device is not there.
        LabError: the network has no classes to choose from.
    """

    def __init__(self, network: Network, model: str, architecture: str, device: str) -> None:
        if not network.classes:
            raise LabError("This network names no classes, so it has no answer to give.")
        self._device = devices.resolve(device)
        self.network = network.eval().to(self._device)
        trace.run(self.network, np.zeros(network.input_shape, np.float32))  # the first pass takes longer
        state = trace.state(self.network)
        self.info = ModelInfo(
            model=model,
            architecture=architecture,
            device=self._device.type,
            device_title=devices.title(self._device),
            table=state.table,
            weights=state.weights,
        )

    @staticmethod
    def open(model: str, device: str = "auto") -> Classifier:
        """The network `model`: a shipped name, or a path.

        Raises:
            LabError: the weights or the device are not there.
        """
        loaded = weight_files.load_model(model)
        classifier = Classifier(loaded.network, model, loaded.architecture, device)
        classifier.info = replace(classifier.info, about=loaded.about, dataset=dataset_of(loaded.about))
        return classifier

    @staticmethod
    def untrained(architecture: str, device: str = "auto") -> Classifier:
        """A network of random weights, for `use` to replace.

        Raises:
            LabError: the architecture or the device is not known.
        """
        classifier = Classifier(networks.build(architecture, UNTRAINED_SEED), "", architecture, device)
        classifier.info = replace(classifier.info, weights={})
        return classifier

    def copy(self) -> Classifier:
        """Another one of the same network, to be changed by hand."""
        return Classifier(
            copy.deepcopy(self.network), self.info.model, self.info.architecture, self._device.type
        )

    def use(self, snapshot: Snapshot) -> None:
        """Answer with a snapshot's weights from now on.

        Raises:
            LabError: they do not fit the architecture.
        """
        try:
            self.network.take(snapshot.weights)
            if snapshot.classes != self.network.classes:
                self.network.name_classes(snapshot.classes)
                self.info = replace(self.info, table=self.network.table)
            self.info = replace(self.info, dataset=snapshot.dataset)
        except (ValueError, TypeError) as error:
            raise LabError(
                "The weights of step {step} do not fit the architecture {architecture}.",
                step=snapshot.step,
                architecture=self.info.architecture,
            ) from error

    def classify(self, ink: np.ndarray) -> Prediction:
        """The answer to ink (H, W) uint8, 0 = paper, of any size."""
        return answer(self.network, ink)

    def read(self, picture: np.ndarray) -> Prediction:
        """The answer to a picture (H, W) float32 in [0, 1], as `preprocess.to_mnist` gives it."""
        return _read(self.network, picture)


def answer(network: Network, ink: np.ndarray, steps: Steps = ALL_STEPS) -> Prediction:
    """A network's answer to ink (H, W) uint8, 0 = paper, of any size, prepared by these steps."""
    started = time.perf_counter()
    prediction = _read(network, to_mnist(ink, steps, network.input_shape[1:]))
    return replace(prediction, milliseconds=(time.perf_counter() - started) * 1000)


def _read(network: Network, picture: np.ndarray) -> Prediction:
    started = time.perf_counter()
    logits, activations = trace.run(network, picture)
    probabilities = torch.from_numpy(logits).softmax(0).numpy()
    milliseconds = (time.perf_counter() - started) * 1000
    return Prediction(probabilities, logits, activations, milliseconds, classes=network.classes)


@torch.inference_mode()
def probabilities_of(network: Network, pictures: np.ndarray) -> np.ndarray:
    """The probabilities (n, K) float32 of the classes of pictures (n, H, W) float32 in [0, 1]."""
    batch = torch.from_numpy(pictures)[:, None].expand(-1, network.input_shape[0], -1, -1)
    probabilities: np.ndarray = network(batch.to(trace.device_of(network))).softmax(1).cpu().numpy()
    return probabilities
