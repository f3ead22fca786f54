"""The tables of the catalogue's architectures, known without PyTorch: the files of resources/tables.

`tests/write_tables.py` writes them; a test holds them against what PyTorch builds. An architecture without a
file is known once PyTorch has built it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from core.errors import FileProblem
from core.files import atomic
from core.records import LayerSpec, NetworkTable, Window


class KnownTable(NamedTuple):
    """An architecture's table, and the shapes of its weights."""

    table: NetworkTable
    shapes: dict[str, tuple[int, ...]]
    """By their names in the state dict."""


def path_of(architecture: str) -> Path:
    """Where the file of an architecture is, or would be."""
    return Path(str(files("resources") / "tables" / f"{architecture}.json"))


def known_table(architecture: str) -> KnownTable | None:
    """What is known of an architecture of the catalogue; None where there is no file."""
    try:
        return from_json(atomic.read(path_of(architecture)).decode())
    except FileProblem:
        return None


def to_json(known: KnownTable) -> str:
    """The text of a file: a line for each layer."""
    table = known.table
    layers = ",\n    ".join(json.dumps(_without_defaults(spec), ensure_ascii=False) for spec in table.layers)
    return (
        f'{{"input_shape": {json.dumps(table.input_shape)},\n'
        f' "classes": {json.dumps(table.classes)},\n'
        f' "layers": [\n    {layers}],\n'
        f' "shapes": {json.dumps(known.shapes)}}}\n'
    )


def _without_defaults(spec: LayerSpec) -> dict[str, Any]:
    plain = asdict(LayerSpec("", "", (), (), "", 0))
    fields = asdict(spec)
    return {name: value for name, value in fields.items() if name not in plain or value != plain[name]}


def from_json(text: str) -> KnownTable:
    """What the text of such a file says."""
    content = json.loads(text)
    layers = tuple(_spec(fields) for fields in content["layers"])
    table = NetworkTable(tuple(content["input_shape"]), layers, tuple(content["classes"]))
    return KnownTable(table, {name: tuple(shape) for name, shape in content["shapes"].items()})


def _spec(fields: dict[str, Any]) -> LayerSpec:
    if "window" in fields:
        sides = {name: tuple(value) for name, value in fields["window"].items()}
        fields["window"] = Window(**sides)
    known = {"parameters": 0, **fields, "inputs": tuple(fields["inputs"]), "shape": tuple(fields["shape"])}
    return LayerSpec(**known)
