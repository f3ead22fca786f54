"""Keys that the window has a use for, too, and that a widget keeps for itself while it has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence


def keeps(event: QEvent, *keys: Qt.Key | QKeySequence.StandardKey) -> bool:
    """Whether Qt asks in `event` if the window may have one of these keys; then it may not.

    To be called first in a widget's `event`, which returns True where this does; the key press follows.
    """
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    is_kept = any(event.key() == key if isinstance(key, Qt.Key) else event.matches(key) for key in keys)
    if is_kept:
        event.accept()
    return is_kept
