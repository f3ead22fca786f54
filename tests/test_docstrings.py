"""Ruff's rule D102, for all public methods but those that override another: their meaning is told there."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import core
import gui


def undocumented(node: ast.Module | ast.ClassDef, owner: ModuleType | type) -> Iterator[str]:
    """The public methods in classes below `node` that have no docstring and override nothing."""
    for child in node.body:
        if isinstance(child, ast.ClassDef) and hasattr(owner, child.name):
            yield from undocumented(child, getattr(owner, child.name))
        elif (
            isinstance(child, ast.FunctionDef)
            and inspect.isclass(owner)
            and not child.name.startswith("_")
            and not owner.__name__.startswith("_")
            and ast.get_docstring(child) is None
            and not any(child.name in vars(base) for base in owner.__mro__[1:])
            and not any(
                ast.unparse(decorator).endswith((".setter", "overload")) for decorator in child.decorator_list
            )
        ):
            yield f"{owner.__module__}.{owner.__qualname__}.{child.name}"


def test_every_public_method_that_overrides_nothing_says_what_it_does() -> None:
    missing: list[str] = []
    seen = 0
    for package in (core, gui):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            missing += undocumented(ast.parse(inspect.getsource(module)), module)
            seen += 1
    assert seen > 200
    assert not missing
