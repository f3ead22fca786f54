"""A network in the content of a file of weights, checked against its architecture's table. NumPy only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.convolution.known_tables import KnownTable
from core.data import class_names
from core.errors import FileProblem, LabError
from core.files import tensor_files
from core.records import NetworkTable


@dataclass(frozen=True, eq=False)
class StoredNetwork:
    """A network's table with the file's names of classes, its weights, and the JSON object in the file."""

    table: NetworkTable
    weights: dict[str, np.ndarray]
    about: dict[str, Any]

    @property
    def architecture(self) -> str:
        """The name under which `core.networks.build` knows it."""
        return str(self.about["architecture"])


def parse(content: bytes, path: Path, known: Callable[[Any], KnownTable]) -> StoredNetwork:
    """What a file of weights holds; `known` tells of the architecture that it names.

    Raises:
        FileProblem: these are not weights of LeNet Lab, not all finite, or they do not fit the architecture;
            or `known` has raised LabError or ValueError.
    """
    try:
        weights, about = tensor_files.parse(content, tensor_files.WEIGHTS)
        table, shapes = known(about["architecture"])
    except (LabError, ValueError, KeyError, TypeError) as error:
        raise FileProblem(
            "{path} is not a file of weights that LeNet Lab has written, or it is damaged.", path=path
        ) from error
    if {name: value.shape for name, value in weights.items()} != shapes:
        raise FileProblem(
            "The weights in {path} do not fit the architecture {architecture} that the file names.",
            path=path,
            architecture=about["architecture"],
        )
    if not tensor_files.are_weights(weights):
        raise FileProblem("The weights in {path} are not all finite 32-bit numbers.", path=path)
    if "classes" in about:
        try:
            names = class_names.checked(about["classes"])
            if len(names) != len(table.classes):
                raise ValueError(f"{len(names)} names for {len(table.classes)} classes")
        except ValueError as error:
            raise FileProblem(
                "The classes that {path} names do not fit the architecture {architecture}.",
                path=path,
                architecture=about["architecture"],
            ) from error
        table = replace(table, classes=names)
    return StoredNetwork(table, weights, about)
