"""Core's sentences and titles in the user's language: core knows no Qt, and writes them in English."""

from __future__ import annotations

from core.errors import LabError
from gui.words import translate


def in_words(error: BaseException) -> str:
    """Return an error's sentence; a LabError's is translated."""
    if not isinstance(error, LabError):
        return str(error)
    fields = {
        name: in_words(value) if isinstance(value, BaseException) else value
        for name, value in error.fields.items()
    }
    return translate("Core", error.template).format(**fields)


def core_text(text: str) -> str:
    """Return a title, summary or explanation of core's catalogue and presets."""
    return translate("Core", text)
