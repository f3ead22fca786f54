"""What runs in the inference process. Importing this loads no torch; `open_model` does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING

import numpy as np

from core.errors import LabError
from core.records import ModelInfo, Prediction

if TYPE_CHECKING:
    from core.classifier import Classifier

_classifier: Classifier | None = None  # the process's own; a process serves one window


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

    from core.classifier import Classifier

    global _classifier
    # One thread: with two, a 0.5 ms forward pass took up to 60 ms under load.
    torch.set_num_threads(1)
    _classifier = Classifier(model, device)
    return _classifier.info


def classify(ink: np.ndarray) -> Prediction:
    """The answer of the network that `open_model` has loaded, to ink (H, W) uint8.

    Raises:
        LabError: no network is loaded.
    """
    if _classifier is None:
        raise LabError("No network is loaded. Choose one in the Model menu.")
    return _classifier.classify(ink)
