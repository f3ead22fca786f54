"""The content of a file of weights: of one that comes with the program, checked by digest, or the user's."""

from __future__ import annotations

import hashlib
import os
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
        path = Path(model)
        # A word is meant as a name. (Path.exists raises where it is too long for one of a file.)
        if path.name == model and not path.suffix and not os.path.exists(model):
            raise FileProblem(
                "There is no network “{name}”, and no file of that name. With LeNet Lab come: {known}.",
                name=model,
                known=", ".join(SHIPPED),
            )
        return atomic.read(path), path
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
