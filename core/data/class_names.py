"""The names of classes, as files bring them."""

from __future__ import annotations

from typing import Any

LONGEST = 60
"""Letters in a name."""


def checked(names: Any) -> tuple[str, ...]:
    """The names that a file gives.

    Raises:
        ValueError: they are no list of names, or two are the same.
    """
    if not isinstance(names, list):
        raise ValueError("no list of names")
    for name in names:
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST or not name.isprintable():
            raise ValueError("no name")
    if len(set(names)) != len(names):
        raise ValueError("two classes of one name")
    return tuple(names)
