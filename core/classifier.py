"""A loaded network that answers ink."""

from __future__ import annotations

import time

import numpy as np
import torch

from core import checkpoint, devices, preprocess, trace
from core.records import ModelInfo, Prediction


class Classifier:
    """The network `model` (a shipped name, or a path) on `device`, ready for ink.

    Raises:
        LabError: the weights or the device are not there.
    """

    def __init__(self, model: str, device: str = "auto") -> None:
        loaded = checkpoint.load_model(model)
        self._device = devices.resolve(device)
        self._network = loaded.network.to(self._device)
        self.info = ModelInfo(
            model=model,
            architecture=loaded.architecture,
            device=self._device.type,
            device_title=devices.title(self._device),
            layers=trace.specs(self._network),  # also warms the network up
        )

    def classify(self, ink: np.ndarray) -> Prediction:
        """The answer to ink (H, W) uint8, 0 = paper, of any size."""
        started = time.perf_counter()
        logits, activations = trace.run(self._network, preprocess.to_mnist(ink))
        probabilities = torch.from_numpy(logits).softmax(0).numpy()
        return Prediction(probabilities, logits, activations, (time.perf_counter() - started) * 1000)
