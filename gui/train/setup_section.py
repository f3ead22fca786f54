"""A part of a form under a heading that folds it away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget


class Section(QWidget):
    """A heading; a click, or the space bar, shows or hides what is under it."""

    def __init__(
        self, name: str, title: str, tip: str, is_open: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_section")
        self._title = title
        self.heading = QToolButton(self)
        self.heading.setObjectName(f"{name}_heading")
        self.heading.setToolTip(tip)
        self.heading.setCheckable(True)
        self.heading.setAutoRaise(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self._body = QWidget(self)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(6, 2, 0, 6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heading)
        layout.addWidget(self._body)
        self.heading.toggled.connect(self._on_toggled)
        self.heading.setChecked(is_open)
        self._on_toggled(is_open)
        self.set_remark("")

    def add(self, item: QWidget | QLayout) -> None:
        """Put a widget, or a row of them, under what is there."""
        body = self._body.layout()
        assert isinstance(body, QVBoxLayout)
        if isinstance(item, QLayout):
            body.addLayout(item)
        else:
            body.addWidget(item)

    def set_open(self, is_open: bool) -> None:
        """Show or hide what is under the heading."""
        self.heading.setChecked(is_open)

    def set_remark(self, remark: str) -> None:
        """Say in the heading what a folded section would hide."""
        self.heading.setText(f"{self._title}: {remark}" if remark else self._title)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        self.heading.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
