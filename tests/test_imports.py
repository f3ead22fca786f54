"""What a fresh Python loads, other packages among it; import-linter holds who may import whom."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import core

ROOT = Path(__file__).resolve().parents[1]


def loaded_after(statements: str) -> set[str]:
    """The top-level packages that a fresh Python has loaded after the statements."""
    tell = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    finished = subprocess.run(
        [sys.executable, "-c", f"{statements}\n{tell}"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    return set(finished.stdout.split())


@pytest.mark.slow
def test_the_window_loads_no_torch() -> None:
    loaded = loaded_after("import gui.app")
    assert {"gui", "PySide6"} <= loaded
    assert not loaded & {"torch", "torchvision"}


@pytest.mark.slow
def test_no_module_of_core_loads_qt() -> None:
    modules = [found.name for found in pkgutil.walk_packages(core.__path__, "core.")]
    assert {"core.training.trainer", "core.networks.lenet", "core.cli"} <= set(modules)
    loaded = loaded_after("\n".join(f"import {module}" for module in modules))
    assert "torch" in loaded
    assert not {name for name in loaded if name.startswith(("PySide6", "shiboken6", "pyqtgraph"))}
    assert "gui" not in loaded


@pytest.mark.slow
def test_the_programs_first_module_loads_neither_torch_nor_qt_nor_anything_else() -> None:
    # A spawned process imports it again.
    loaded = loaded_after("import gui.__main__")
    assert not loaded & {"torch", "PySide6", "numpy", "core", "argparse"}


@pytest.mark.slow
def test_reading_the_version_loads_nothing_heavy() -> None:
    assert not loaded_after("from core import __version__") & {"torch", "numpy", "PySide6"}


def test_every_package_is_installed() -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.11 or newer reads TOML")
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("core", "gui", "resources")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert set(listed) == there
