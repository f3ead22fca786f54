"""The content of a file of weights: of one that comes with the program, checked by digest, or the user's."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from core.catalog import SHIPPED
from core.errors import FileProblem
from core.files import atomic


def read(model: str) -> tuple[bytes, Path]:
    """The content and the path of the shipped weights called `model`, or of the file at the path `model`.

    Raises:
        FileProblem: it is missing or unreadable; or the shipped file is not the one of the program.
    """
    if model not in SHIPPED:
        return atomic.read(Path(model)), Path(model)
    folder = Path(str(files("resources") / "weights"))
    path = folder / f"{model}.safetensors"
    try:
        content = atomic.read(path)
        lines = (folder / "SHA256SUMS").read_text().splitlines()
        digests = {name: digest for digest, name in (line.split() for line in lines)}
    except (FileProblem, OSError, ValueError) as error:
        raise FileProblem(
            "{problem} Install LeNet Lab again to restore it, or train it with: "
            "lenet-lab train --output {path}",
            problem=error,
            path=path,
        ) from error
    if hashlib.sha256(content).hexdigest() != digests.get(path.name):
        raise FileProblem(
            "The weights file {path} is not the one that came with the program. Install LeNet Lab again to "
            "restore it, or train it with: lenet-lab train --output {path}",
            path=path,
        )
    return content, path
