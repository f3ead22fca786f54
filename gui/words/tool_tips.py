"""Tool tips that are longer than a line."""

from __future__ import annotations

from html import escape


def wrapped(explanation: str) -> str:
    """Return a tool tip whose lines are wrapped, which Qt does only for text with markup."""
    return f"<qt>{escape(explanation)}</qt>"
