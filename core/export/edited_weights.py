"""A network that was changed by hand, as a file of weights. NumPy only: the window saves it at once."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import numpy as np

from core.errors import LabError, as_file_problem
from core.files import tensor_files
from core.records import LayerSpec, NetworkState, NetworkTable


def save(path: Path, state: NetworkState, architecture: str, model: str, changes: str) -> None:
    """Write the changed network; a file that is there stays until the new one is whole.

    Channels that are off become zeros among the weights. The file says which model was changed (a shipped
    one's name, or a path), and the changes in words.

    Raises:
        LabError: weights cannot express the changes.
        FileProblem: the weights are no finite numbers, or the file cannot be written.
    """
    weights = weights_with_silence(state)
    about = {
        "architecture": architecture,
        "classes": list(state.table.classes),
        "changed_by_hand": {"model": model, "changes": changes},
    }
    with as_file_problem(
        "The network could not be saved to {path} ({reason}). Choose another folder, or free some space.",
        path=path,
    ):
        tensor_files.write_weights(path, weights, about)


def weights_with_silence(state: NetworkState) -> dict[str, np.ndarray]:
    """Weights that give, with all channels on, what `state` gives with some of them off.

    A convolution or fully connected layer gives 0 with weights of 0. What other layers give is read by the
    next layers with weights: with weights of 0 for what is off, it might as well be 0.

    Raises:
        LabError: an activation makes something else of the zeros before they are read.
    """
    weights = {name: value.copy() for name, value in state.weights.items()}
    for spec in state.layers:
        channels = sorted(state.silenced.get(spec.name, ()))
        if not channels:
            continue
        if f"{spec.name}.weight" in weights:
            for kind in ("weight", "bias"):
                if f"{spec.name}.{kind}" in weights:
                    weights[f"{spec.name}.{kind}"][channels] = 0
        elif not _stop_reading(state.table, spec, channels, weights):
            raise LabError(
                "The channels of {layer} that are off cannot be saved as weights: what follows makes other "
                "numbers of their zeros. Switch them on, or switch those of another layer off.",
                layer=spec.name,
            )
    return weights


_KEEP_ZERO = ("ReLU", "Tanh")


def _stop_reading(
    table: NetworkTable, spec: LayerSpec, channels: list[int], weights: dict[str, np.ndarray]
) -> bool:
    """Zero what the next layers with weights multiply these channels of `spec` with; whether that is all."""
    readers = table.readers(spec.name)
    return bool(readers) and all(_reads_no_more(table, spec, after, channels, weights) for after in readers)


def _reads_no_more(
    table: NetworkTable,
    spec: LayerSpec,
    after: LayerSpec,
    channels: list[int],
    weights: dict[str, np.ndarray],
) -> bool:
    if after.kind in ("convolution", "linear"):
        read = weights[f"{after.name}.weight"]  # (out, in of the own group, …)
        own, made = read.shape[1], len(read) // after.groups
        for channel in channels:
            group = channel // own
            read[group * made : (group + 1) * made, channel % own] = 0
        return True
    if after.kind == "flatten":
        units = after.shape[0] // spec.shape[0]
        channels = [channel * units + unit for channel in channels for unit in range(units)]
    elif after.kind == "concatenate":
        first = [0, *accumulate(before.shape[0] for before in table.before(after))]
        places = [place for place, name in enumerate(after.inputs) if name == spec.name]
        channels = [first[place] + channel for place in places for channel in channels]
    elif after.kind == "activation":
        if after.function not in _KEEP_ZERO:
            return False
    elif after.kind not in ("pooling", "global mean", "resize", "pad", "dropout"):
        return False
    return _stop_reading(table, after, channels, weights)
