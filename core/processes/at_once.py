"""Networks whose tables are known open at once, without PyTorch, in the process that asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.catalog import ARCHITECTURES, dataset_of
from core.convolution import stored_networks
from core.convolution.known_tables import KnownTable, known_table
from core.errors import LabError
from core.files import model_files
from core.records import ModelInfo
from core.teaching.taught_networks import with_names


def open_at_once(model: str, device: str) -> ModelInfo | None:
    """The network that `inference.open_model` opens; None where that takes PyTorch, or something is wrong.

    Where “auto” is a GPU, that is known once PyTorch is loaded: until then the CPU answers.
    """
    if device not in ("auto", "cpu"):
        return None
    try:
        stored = stored_networks.parse(*model_files.read(model), _known)
    except LabError:
        return None
    info = ModelInfo(model, stored.architecture, "cpu", "CPU", stored.table, stored.weights, stored.about)
    return with_names(replace(info, dataset=dataset_of(stored.about)))


def _known(architecture: Any) -> KnownTable:
    known = known_table(architecture) if architecture in ARCHITECTURES else None
    if known is None:
        raise ValueError("PyTorch has to build it")
    return known
