"""A network that was changed by hand, as a file of weights. NumPy only: the window saves it at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import LabError, as_file_problem
from core.files import tensor_files
from core.records import LayerSpec, NetworkState


def save(path: Path, state: NetworkState, architecture: str, model: str, changes: str) -> None:
    """Write the changed network; a file that is there stays until the new one is whole.

    Channels that are off become zeros among the weights. The file says which model was changed (a shipped
    one's name, or a path), and the changes in words.

    Raises:
        LabError: weights cannot express the changes.
        FileProblem: the weights are no finite numbers, or the file cannot be written.
    """
    weights = weights_with_silence(state)
    about = {"architecture": architecture, "changed_by_hand": {"model": model, "changes": changes}}
    with as_file_problem(
        "The network could not be saved to {path} ({reason}). Choose another folder, or free some space.",
        path=path,
    ):
        tensor_files.write_weights(path, weights, about)


def weights_with_silence(state: NetworkState) -> dict[str, np.ndarray]:
    """Weights that give, with all channels on, what `state` gives with some of them off.

    A convolution or fully connected layer gives 0 with weights of 0. What other layers give is read by the
    next layer with weights: with weights of 0 for what is off, it might as well be 0.

    Raises:
        LabError: an activation makes something else of the zeros before they are read.
    """
    weights = {name: value.copy() for name, value in state.weights.items()}
    for at, spec in enumerate(state.layers):
        channels = sorted(state.silenced.get(spec.name, ()))
        if not channels:
            continue
        if f"{spec.name}.weight" in weights:
            for kind in ("weight", "bias"):
                if f"{spec.name}.{kind}" in weights:
                    weights[f"{spec.name}.{kind}"][channels] = 0
        else:
            _stop_reading(spec, channels, state.layers[at + 1 :], weights)
    return weights


_KEEP_ZERO = ("ReLU", "Tanh", "MaxPool2d", "AvgPool2d", "Flatten")


def _stop_reading(
    spec: LayerSpec, channels: list[int], following: Sequence[LayerSpec], weights: dict[str, np.ndarray]
) -> None:
    """Zero what the next layer with weights multiplies the channels of `spec` with."""
    for after in following:
        if f"{after.name}.weight" in weights:
            read = weights[f"{after.name}.weight"]  # (out, in, …)
            units = read.shape[1] // spec.shape[0]  # of a flattened channel; 1 where it is a map still
            read.reshape(len(read), spec.shape[0], units, *read.shape[2:])[:, channels] = 0
            return
        if after.code.partition("(")[0] not in _KEEP_ZERO:
            break
    raise LabError(
        "The channels of {layer} that are off cannot be saved as weights: what follows makes other numbers "
        "of their zeros. Switch them on, or switch those of another layer off.",
        layer=spec.name,
    )
