"""Tool tips that are longer than a line."""

from __future__ import annotations

from html import escape


def wrapped(explanation: str) -> str:
    """A tool tip that breaks into lines: Qt gives one without markup a single line, as long as it takes."""
    return f"<qt>{escape(explanation)}</qt>"
