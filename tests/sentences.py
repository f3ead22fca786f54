"""All sentences that the program can say in another language, as pyside6-lupdate finds them.

    python tests/sentences.py resources/i18n/lenet_lab_zh.ts

writes them, or brings the file up to date. The window's are literals in `gui`; core's, which knows no Qt, are
the templates of its errors and the titles of its tables, in the context `Core`.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from core.catalog import ARCHITECTURES, SHIPPED
from core.training.presets import PRESETS

ROOT = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent

# Which argument is the template, of what makes an error.
ERRORS = {"LabError": 0, "FileProblem": 0, "DeviceUnavailable": 0, "InvalidSetting": 1, "as_file_problem": 0}


def sources(*packages: str) -> list[Path]:
    """Return the Python files of packages."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call, str]]:
    """Yield each call in a file: the name that is called, the call, and the class around it."""

    def walk(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.Call, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                called = child.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                yield name, child, owner
            yield from walk(child, child.name if isinstance(child, ast.ClassDef) else owner)

    yield from walk(ast.parse(path.read_text()), "")


def core_sentences() -> set[str]:
    """Return core's sentences and titles.

    Raises:
        ValueError: an error has a template that is no literal.
    """
    found: set[str] = set()
    for path in sources("core", "gui"):
        for name, call, _ in calls(path):
            if name in ERRORS and len(call.args) > ERRORS[name]:
                template = call.args[ERRORS[name]]
                if isinstance(template, ast.Constant):
                    found.add(str(template.value))
                elif not (isinstance(template, ast.Name) and template.id == "template"):  # handed on
                    raise ValueError(f"{path}:{call.lineno}: {ast.unparse(template)} is no literal")
    for architecture in ARCHITECTURES.values():
        found |= {architecture.title, architecture.summary}
    for model in SHIPPED.values():
        found |= {model.title, model.summary, model.trained_on}
    for preset in PRESETS:
        found |= {preset.title, preset.summary}
    return found


def update(path: Path) -> None:
    """Write all sentences into a .ts file; translations that it has stay."""
    with tempfile.TemporaryDirectory() as folder:
        core = Path(folder) / "core.py"
        core.write_text("\n".join(f'translate("Core", {text!r})' for text in sorted(core_sentences())))
        files = [str(file) for file in [*sources("gui"), core]]
        subprocess.run(
            [TOOLS / "pyside6-lupdate", *files, "-ts", path], check=True, capture_output=True, timeout=120
        )


def messages(path: Path) -> set[tuple[str, str]]:
    """Return the contexts and sentences in a .ts file."""
    return {
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in ElementTree.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


if __name__ == "__main__":
    update(Path(sys.argv[1]))
