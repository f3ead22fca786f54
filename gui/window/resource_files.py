"""The paths of files that come with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def icon_path() -> Path:
    """The program's icon, an SVG."""
    return Path(str(files("resources") / "icons" / "lenet-lab.svg"))
